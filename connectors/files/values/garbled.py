"""Words that were UTF-8 once and were read in another encoding ("donâ€™t", "cafÃ©"): repaired where that is certain.

ftfy finds and decodes them. It takes a little more for garbled than is ("AMANHÃ”" ends with a quote and is Portuguese),
and overlooks some ("siÄ™"). So a text is repaired only where it shows a sequence that nobody writes (see _certain), and
too where all of it reads as UTF-8, with three different sequences or one within a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.arrays import Mask

#: What cp1252, Latin-1 and their like show for the second and further bytes of a character.
_WEST = r"\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
#: And what cp1250 and cp1251 show for them.
_EAST = r"ŚŤŹśťźˇ˘ŁĄŞŻ˛łąşĽ˝ľżЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґё№єјЅѕї"
#: What a garbled text holds at least; all that has none of it is not looked at. A first byte's letter and what a second
#: byte's may be, for letters that begin three bytes two of these; Mac Roman's and the old DOS's own signs.
_FILTER = (
    rf"[\x{{80}}-\x{{9f}}]|[Â-ßĂĹĄĆČĎĐĘĚĞĢĪĶĻŁŃŇŅŌŐŘŠŚŞŢŮŰŪŲÝŹŻŽ][{_WEST}{_EAST} ]"
    rf"|[à-ôāăćďđęěğīķĺļń][{_WEST}{_EAST}]{{2}}"
    rf"|[ВГРС][{_WEST}{_EAST}][ВГРС]|[A-Za-z][ВГ][{_WEST}{_EAST}]|вЂ|β€|[√≈].|‚[Äâó]|\x{{f8ff}}ü|[–—][^\s\d][–—]|[├┬╨╤].|Γ[Çéê]"
)
#: What stands behind a word in any text, so that it alone does not show a character's second byte.
_BEHIND_A_WORD = frozenset("\xa0“”‘’„‚«»–—…®™©°ºª´·•¡¿€£¢¥§¹²³")
#: Of these, what does not stand between a word in capitals and a small letter.
_SIGNS = frozenset("®™©°ºª´·•€£¢¥§¹²³")
#: And what does not stand between two capitals: quotes that open.
_INSIDE = frozenset("“‘„‚«")
_OPENS = frozenset("\"'“‘„«‹([")
#: First bytes of two that make letters of today's alphabets, accents, and signs (U+0080 to U+00BF).
_PAIRS = frozenset([0xC2, 0xC3, 0xC4, 0xC5, 0xC8, 0xCC, 0xCE, 0xCF, 0xD0, 0xD1, 0xD7, 0xD8, 0xD9])
#: A sequence within a word: a small letter, a capital, a sign; Latin letters, a Cyrillic one. And those of typography.
_WITHIN = re.compile(
    r"[a-zß-ÿ][ÂÃÄÅĂĹ][^\sA-Za-z]|â[€„†˜œ‚][^\sA-Za-z]|[ÂÃÄÅ][®™©°ºª´·•€£¢¥§¹²³±¼½¾¦¤¨¬¯¸][a-z]|[A-Za-z][ВГ][^\sA-Za-zА-я]"
)
#: What text was read as that was UTF-8, the likeliest first.
_READ_AS = (
    *("latin-1", "sloppy-windows-1252", "sloppy-windows-1254", "sloppy-windows-1250", "sloppy-windows-1251"),
    *("macroman", "cp437"),
)
#: A closing quote, the third byte of which cp1252 does not know and many programs drop.
_LOST = re.compile(r"â€(?=$|[\s.,;:!?)\]])")


def repaired(values: pa.Array) -> tuple[pa.Array, Mask | None]:
    """A column of words with what was garbled as it was meant, and in which rows; None where there is none.

    Columns of ASCII are given back after one look, others after a pass of RE2.
    """
    odd = pc.indices_nonzero(pc.invert(pc.fill_null(pc.string_is_ascii(values), True)))
    if not len(odd):
        return values, None
    odd = odd.filter(pc.match_substring_regex(values.take(odd), _FILTER))
    said = values.take(odd).to_pylist()
    read = [meant(text) for text in said]
    changed = [number for number, text in enumerate(read) if text != said[number]]
    if not changed:
        return values, None
    where: Mask = np.zeros(len(values), dtype=np.bool_)
    where[odd.to_numpy()[changed]] = True
    return pc.replace_with_mask(values, pa.array(where), pa.array([read[i] for i in changed], values.type)), where


def meant(text: str) -> str:
    """One text; as it is where it is not garbled for certain."""
    # Loaded where it is wanted: most files hold nothing for it to do.
    from ftfy import TextFixerConfig, fix_encoding_and_explain  # noqa: PLC0415
    from ftfy.badness import is_bad  # noqa: PLC0415

    if not is_bad(text):
        return _whole(text)
    config = TextFixerConfig(unescape_html=False, replace_lossy_sequences=False)
    found = fix_encoding_and_explain(text, config)
    if found.text == text:
        return _whole(text)
    if not _shown(text, [tuple(step) for step in found.explanation or ()]):
        return text
    if lost := _LOST.sub("â€\x9d", text):
        found = fix_encoding_and_explain(lost, config)
    return unicodedata.normalize("NFC", found.text.lstrip("\ufeff"))


def _whole(text: str) -> str:
    """A text all of which reads as UTF-8 that was read as something else; as it is where that may be chance."""
    for name in _READ_AS:
        try:
            raw = text.encode(name)
            found = raw.decode()
        except UnicodeError:
            continue
        kinds = {each for _, each in _sequences(raw, 0) if len(each) > 2 or each[0] in _PAIRS}
        if len(kinds) > 2 or (kinds and _WITHIN.search(text)):
            return unicodedata.normalize("NFC", found)
    return text


def _shown(text: str, steps: list[tuple[Any, ...]]) -> bool:
    """Whether what ftfy did first to a text rests on a sequence that is certain."""
    if not steps:
        return False
    what, how = steps[0]
    if what == "encode" and steps[-1] != ("decode", "windows-1252"):
        return any(_certain(text, at, raw) for at, raw in _sequences(text.encode(how), 0))
    if how == "decode_inconsistent_utf8":
        from ftfy import fix_encoding_and_explain  # noqa: PLC0415
        from ftfy.chardata import UTF8_DETECTOR_RE  # noqa: PLC0415

        for match in UTF8_DETECTOR_RE.finditer(text):
            part = fix_encoding_and_explain(match[0]).explanation
            if part and part[0].action == "encode":
                raw = match[0].encode(part[0].parameter)
                if any(_certain(text, at, each) for at, each in _sequences(raw, match.start())):
                    return True
        return False
    return True  # control characters of Latin-1, where cp1252 has its quotes: nobody types them


def _sequences(raw: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Each character of more than one byte: where it begins (a byte is a character of the text), and its bytes."""
    at = 0
    while at < len(raw):
        first = raw[at]
        size = 1 if first < 0xC2 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        if size > 1:
            yield start + at, raw[at : at + size]
        at += size


def _certain(text: str, at: int, raw: bytes) -> bool:
    """Whether a sequence is one that nobody writes.

    Three bytes and more are, but for a single sign of Chinese, Japanese or Korean. Two are, where they make a letter
    or sign of today's alphabets, and do not read as the end of a word in capitals, or a letter in quotes, with what
    stands behind such: a quote, a dash, a trade mark.
    """
    shown = text[at : at + len(raw)]
    if " " in shown or len(shown) < len(raw):
        return False  # a blank may be the no-break space that it was; it alone shows nothing
    if len(raw) > 2:
        return raw[0] >= 0xEF or raw[0] < 0xE3 or _asian(text, at)
    if raw[0] not in _PAIRS:
        return False
    before, behind = text[at - 1 : at], text[at + 2 : at + 3]
    if not shown[0].isalpha():  # √±: a sign of mathematics, unless it stands within a word
        return before.isalpha() or (behind.isalpha() and behind.islower())
    if (shown[1] in _SIGNS and behind.islower()) or (shown[1] in _INSIDE and behind.isupper()):
        return True
    return shown[1] not in _BEHIND_A_WORD or not (before.isupper() or before in _OPENS)


def _asian(text: str, at: int) -> bool:
    """Whether another such sequence is near: the same first letters come again."""
    return sum(each in "ãäåæçèéêëìí" for each in text[max(0, at - 8) : at + 9]) > 1
