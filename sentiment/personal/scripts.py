"""Numbers as other scripts write them (Arabic-Indic, Devanagari, full width), and typography's blanks and dashes."""

from __future__ import annotations

import unicodedata

#: Every decimal digit as its ASCII digit, and what parts numbers as a plain sign; a character for a character.
_PLAIN = {code: str(unicodedata.digit(chr(code))) for code in range(0x80, 0x20000) if chr(code).isdecimal()}
_PLAIN |= dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 0x3000), " ")
_PLAIN |= dict.fromkeys((*range(0x2010, 0x2014), 0x2212, 0xFF0D, 0x30FC), "-")
_PLAIN |= {0xFF08: "(", 0xFF09: ")", 0xFF0B: "+", 0xFF0E: ".", 0xFF0F: "/"}

#: For RE2: what may stand between two digits of a number, and the digits.
BETWEEN = r" ().\-/\x{a0}\x{2007}\x{2009}\x{202f}\x{3000}\x{2010}-\x{2013}\x{2212}－ー（）．／"
DIGIT = r"\p{Nd}"
_DIGITS = "".join(rf"\x{{{code:x}}}" for code, shown in _PLAIN.items() if shown.isdigit())
_SIGNS = "".join(rf"\x{{{code:x}}}" for code, shown in _PLAIN.items() if not shown.isdigit())
#: For RE2: numbers that plain() changes.
ODD = rf"[{_DIGITS}]|[0-9)][ ]?[{_SIGNS}]{{1,3}}[0-9(]"


def plain(said: str) -> str:
    """The text with its numbers as ASCII writes them; as long as it was, so that places are the same."""
    return said if said.isascii() else said.translate(_PLAIN)
