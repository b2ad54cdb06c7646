"""What advertisers do with a number to call: hide it from filters, repeat it, put it into the title.

One text at a time. No word of any language is looked for: only how numbers and letters are written, and how often a
text says the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Latin letters and digits in other clothes: mathematical, in circles. Filters do not read them, people do.
_DISGUISED = "[\u2460-\u24ff\u2776-\u2793\U0001d400-\U0001d7ff]"
#: For RE2: texts without any of this hold no number to call. It finds more than there are.
MAY_CALL = (
    r"\[phone\]|[\x{2460}-\x{24FF}\x{2776}-\x{2793}\x{1D400}-\x{1D7FF}]"
    r"|[0-9oO](?:[^0-9A-Za-z\n]{0,4}[0-9oO]){9}"
)
_MARKUP = re.compile(r"<[^>]*>")
_MASKED = re.compile(r"\[(?:phone|email|link|name|card|account)\]")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_SIGN = re.compile("[\u260e\u2706\U0001f4de\U0001f4df\U0001f4f1\U0001f4f2]")
_LETTERS = re.compile(_DISGUISED)
#: Ten to fourteen digits with anything but letters between; O for 0.
_NUMBER = re.compile(r"(?<![^\W_])\+?\(?[0-9oO](?:(?:[^\w\n]|_){0,4}[0-9oO]){9,13}(?![^\W_])")
_BETWEEN = re.compile(r"(?<=[0-9oO])[^0-9oO]+(?=[0-9oO])")
#: What people put between digits when they hide nothing.
_USUAL = re.compile(r"[\s\-.()/+,:]*")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = {
    code: str(digit)
    for code in (*range(0x2460, 0x2500), *range(0x2776, 0x2794), *range(0x1D7CE, 0x1D800))
    if (digit := unicodedata.digit(chr(code), None)) is not None
}
_DIGIT = f"[{''.join(map(chr, _DIGITS))}]"
_ODD_NUMBER = re.compile(rf"{_DIGIT}(?:[^\w\n]{{0,3}}{_DIGIT}){{8,13}}")
#: Letters in other clothes that show intent, and numbers in one text that are many.
_MANY_LETTERS, _MANY_NUMBERS = 4, 3
#: A text that says this share of its runs of three words again repeats itself.
_AGAIN, _LEAST_RUNS = 0.3, 10
#: Of the traits, how many no honest post has together.
_BRAZEN = 2


@dataclass(frozen=True, slots=True)
class Traits:
    """What a text shows.

    calls: numbers to call, as [phone] or in disguise. brazen: a number, and at least two of what advertisers do with
    it. numbers: those that are written out, in any way, as their last ten digits. said: the words in lower case and
    plain letters, without markup, links and masked data.
    """

    calls: int
    brazen: bool
    numbers: list[str]
    said: str


def traits(title: str, text: str) -> Traits:
    """The traits of a post."""
    shown = _MARKUP.sub(" ", f"{title}\n{text}")
    plain = folded(shown)
    letters = len(_LETTERS.findall(shown))
    written, hidden = _numbers(plain)
    hidden += len(_ODD_NUMBER.findall(shown))
    calls = plain.count("[phone]") + hidden
    head = folded(title)
    entitled = "[phone]" in head or _numbers(head)[1] > 0
    signs = (
        letters >= _MANY_LETTERS,
        hidden > 0,
        calls >= _MANY_NUMBERS,
        entitled,
        _SIGN.search(shown) is not None,
        _repeats(plain),
    )
    said = _LINK.sub(" ", _MASKED.sub(" ", plain)).lower()
    return Traits(calls, calls > 0 and sum(signs) >= _BRAZEN, sorted(set(written)), said)


def folded(said: str) -> str:
    """Letters and digits in other clothes in their own (NFKC, and digits in circles)."""
    return said if said.isascii() else unicodedata.normalize("NFKC", said.translate(_DIGITS))


def _numbers(plain: str) -> tuple[list[str], int]:
    """The numbers that are written out, as their last ten digits, and how many of them are written to be overlooked."""
    written, hidden = [], 0
    for found in _NUMBER.finditer(plain):
        digits = re.sub(r"[^0-9oO]", "", found[0])
        real = sum(digit.isdigit() for digit in digits)
        if real < 8 or len(set(digits)) < 3:
            continue
        written.append(digits.replace("o", "0").replace("O", "0")[-10:])
        between = _BETWEEN.findall(found[0])
        odd = sum(not _USUAL.fullmatch(each) for each in between)
        hidden += odd >= 2 or len(between) >= 8 or real < len(digits)
    return written, hidden


def _repeats(plain: str) -> bool:
    words = _WORD.findall(plain.lower())
    runs = [tuple(words[at : at + 3]) for at in range(len(words) - 2)]
    return len(runs) >= _LEAST_RUNS and len(set(runs)) <= (1 - _AGAIN) * len(runs)
