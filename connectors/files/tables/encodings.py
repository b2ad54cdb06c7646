"""How the bytes of a text file are text: by its mark, by what decodes, by the letters around odd bytes."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from charset_normalizer import from_bytes

_BOMS = (
    *((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be")),
    *((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")),
)
#: How Japanese in seven bits begins.
_SEVEN_BITS = (b"\x1b$B", b"\x1b$@")
_BEYOND = re.compile(rb"[\x80-\xff]")
#: Emoji, quotes and signs without their last bytes.
_CUT = re.compile(rb"(?:\xf0\x9f[\x80-\xbf]?|\xe2[\x80-\x9f]|\xef\xb8)(?![\x80-\xff])")
_END = re.compile(rb"[\r\n]")
#: Bytes of lines with other letters than ASCII that are looked at.
_SAMPLE = 1 << 18
#: Of them those whose letters are held against what languages write.
_SCORED = 1 << 16
#: Above this share of bytes a text is not written in Latin letters.
_OTHER_SCRIPT = 0.2
#: Or where so many of them make no Latin words (bytes).
_MANY = 40
#: Encodings of texts in Latin letters, those of the West and the commonest first.
_LATIN = (
    *("cp1252", "mac_roman", "cp1250", "iso8859_2", "cp1254", "cp1257", "cp850", "cp852", "iso8859_15"),
    *("mac_latin2", "mac_turkish", "iso8859_13"),
)
#: By group: the letters beyond ASCII that each language writes. A text is in one of them, or in several of a group.
_LETTERS = (
    (  # Western Europe
        *(
            "äöüß",
            "àâæçéèêëîïôœùûü",
            "áéíñóúü",
            "áâãàçéêíóôõúü",
            "àèéìíîòóùú",
            "áèéëïóöü",
            "åäöé",
            "æøåé",
            "áðéíóúýþæö",
        ),
        *("àçèéíïòóúü",),
    ),
    (  # the middle of it
        *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "äöüß"),
    ),
    ("çğıöşüâîûİ", "äöüß"),
    ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
)
#: Encodings of Cyrillic letters, which the detector takes for one another.
_CYRILLIC = ("iso8859_5", "cp866", "mac_cyrillic", "koi8_u", "koi8_r", "cp1251")
#: Of a text's small Cyrillic letters at least this share is of the eleven commonest.
_COMMON = 0.55
#: A letter of another language of the group counts so much.
_FOREIGN = 0.3
_OTHER = r"[^\W\d_\x00-\x7f]{1,3}"
_LETTER = re.compile(rf"(?<=[A-Za-z]){_OTHER}|{_OTHER}(?=[A-Za-z])")
_CAPITALS = "".join(chr(code) for code in range(0xC0, 0x180) if chr(code).isupper())
#: What stands between letters in no language: capitals, signs and controls. (An apostrophe does, and a soft hyphen.)
_ODD = re.compile(
    rf"(?<=[a-z])[^\W\d_a-zß-öø-ÿœšžğışłńśźżćęąřůťďňľĺŕőűăţșțčěāēģīķļņūėįųđ](?=[a-z])|(?<=[a-zß-öø-ÿ])[{_CAPITALS}]|"
    r"[\x80-\x9f]|[‰†‡¤¦§¨©ª¬¯±¶·¸º¼½¾Ω∂∑∏π∫√≈≠≤≥∞∆◊─-▟˝˛ˇ˘¢£¥‚•˙¹²³µ](?=[a-zÀ-ž])|"
    r"(?<=[a-z])[‚„“«‰†‡¤¦§¨¬¯±¶¼½¾Ω∂∑∏π∫√≈∆◊─-▟˝˛ˇ˘¢¥µ¿‹˙](?=\w)"
)
#: Signs where people write them.
_LIKELY = re.compile(
    r"(?<=[a-zà-ÿ])’(?=[a-z])|[“„«][A-Za-z\d]|[A-Za-z\d.!?]…?[”“»]|…|[–—] |€\s?\d|\d\s?€|[¿¡]\w|\d ?[°%£]|£\d|\w[®™]"
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are text: the codec, the bytes of its mark to skip, and in words how that is known."""

    codec: str
    skip: int
    says: str


def known(name: str) -> str:
    """The codec of that name. Raises ValueError for none, and for one that makes no text."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, TypeError):
        raise ValueError(f"{name!r} is no encoding; write one such as utf-8, cp1252, mac_roman or shift_jis") from None
    return found.name


def detect(file: BinaryIO, asked: str, block: int) -> Encoding:
    """The encoding of a text file, read ``block`` bytes at a time. ``asked``: auto, or a codec.

    auto: the byte order mark; else UTF-16 where every other of the first four bytes is NUL; else UTF-8 if the whole
    file is, or nearly (a character that was cut costs its row, not the file); else what the words make likely.
    """
    head = file.read(4)
    for mark, codec in _BOMS:
        if head.startswith(mark) and (asked == "auto" or codec.startswith(asked.removesuffix("-sig"))):
            return Encoding(codec, len(mark), f"{codec.removesuffix('-le').removesuffix('-be')} (by its mark)")
    odd, even = head[1::2], head[::2]
    if asked in ("auto", "utf-16") and len(head) >= 2 and any(head):
        if not any(odd):
            return Encoding("utf-16-le", 0, "utf-16 (without a mark)")
        if not any(even):
            return Encoding("utf-16-be", 0, "utf-16 (without a mark)")
    if asked != "auto":
        # Windows writes the low byte first, and so does nearly everyone who leaves the mark out.
        return Encoding("utf-16-le" if asked == "utf-16" else asked, 0, f"{asked} (as configured)")
    good, bad, sample, shifts = _counted(file, head, block)
    if shifts and not good and not bad:
        return Encoding("iso2022_jp", 0, "iso2022_jp (by its shifts)")
    if not bad:
        return Encoding("utf-8", 0, "utf-8")
    # An emoji without its end, of a text that was cut to so many bytes, is nothing that other encodings write.
    if good > bad or sum(map(len, _CUT.findall(sample))) == bad:
        return Encoding("utf-8", 0, f"utf-8 ({bad} bytes of it are not)")
    return _likely(sample)


def _counted(file: BinaryIO, head: bytes, block: int) -> tuple[int, int, bytes, bool]:
    """Characters beyond ASCII that are UTF-8, bytes that are not, lines with some, and whether ISO 2022 shifts."""
    good = bad = taken = 0
    shifts = False
    rest = b""
    sample: list[bytes] = []
    for read in _blocks(file, head, block):
        data = rest + read
        rest = b""
        if data.isascii():
            shifts = shifts or any(each in data for each in _SEVEN_BITS)
            continue
        wrong = 0
        try:
            text, used = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(data, "surrogateescape", False)
            wrong = len(text) - len(text.encode("utf-8", "ignore").decode())
        # A character may be cut by the block's end.
        rest = data[used:]
        bad += wrong
        good += len(text) - wrong - int(np.count_nonzero(np.frombuffer(data[:used], np.uint8) < 0x80))
        for line in _beyond_ascii(data) if taken < _SAMPLE else ():
            sample.append(line)
            taken += len(line)
            if taken >= _SAMPLE:
                break
    return good, bad, b"\n".join(sample)[:_SAMPLE], shifts


def _beyond_ascii(data: bytes) -> Iterator[bytes]:
    """The lines with a byte beyond ASCII, each byte looked at once: a pattern for whole lines is quadratic."""
    at = 0
    while found := _BEYOND.search(data, at):
        begin = max(data.rfind(end, at, found.start()) for end in (b"\r", b"\n")) + 1
        stop = _END.search(data, found.start())
        end = stop.start() if stop else len(data)
        yield data[max(begin, at) : end]
        at = end


def _blocks(file: BinaryIO, head: bytes, block: int) -> Iterator[bytes]:
    while head:
        yield head
        head = file.read(block)


def _likely(sample: bytes) -> Encoding:
    """What is no UTF-8: by the letters around each odd byte where the text is in Latin ones, else by a detector."""
    odd = sum(map(len, re.findall(rb"[\x80-\xff]+", sample)))
    some = sample[:_SCORED]
    scored = sum(map(len, re.findall(rb"[\x80-\xff]+", some)))
    scores = [_score(some.decode(codec, "replace")) for codec in _LATIN]
    if max(scores) < scored / 2 and (odd > len(sample) * _OTHER_SCRIPT or odd > _MANY):
        # Japanese shows by its small letters, which the detector takes for Korean in short texts.
        for codec in ("cp932", "euc_jp"):
            text = sample.decode(codec, "replace")
            if len(re.findall("[\u3041-\u3096]", text)) > max(len(text) / 10, 10 * text.count("\ufffd")):
                return Encoding(codec, 0, f"{codec} (by its letters)")
        score, codec = max((_cyrillic(some.decode(each, "replace")), each) for each in _CYRILLIC)
        if score > scored / 2:
            return Encoding(codec, 0, f"{codec} (by its letters)")
        best = from_bytes(sample).best()
        if best is not None:
            return Encoding(best.encoding, 0, f"{best.encoding} (by its letters)")
    # The first of equals: what European spreadsheets write.
    codec = _LATIN[scores.index(max(scores))]
    return Encoding(codec, 0, f"{codec} (it is not utf-8)" if codec == "cp1252" else f"{codec} (by its letters)")


def _cyrillic(text: str) -> float:
    """How much a text looks written in Cyrillic letters: small ones, of which most are common, no capitals behind them.

    0 for one whose letters are others: of Greek and Hebrew these encodings make letters, too.
    """
    small, common = (len(re.findall(letters, text)) for letters in ("[а-яёіїєґў]", "[оаеинтрслвкі]"))
    if common < small * _COMMON:
        return 0.0
    odd = len(re.findall(r"[а-яё][^\W\d_а-яёіїєґў]|[^\x00-\x7fЀ-ӿ«»“”„…—–№’]", text))
    return (small + common) / 2 - 2 * odd - 2 * text.count("\ufffd")


def _score(text: str) -> float:
    """How much a text looks written: its letters are those of one language, its signs stand where people put them."""
    small: Counter[str] = Counter()
    for each, count in Counter("".join(_LETTER.findall(text))).items():
        small[each if each == "İ" else each.lower()] += count
    best = 0.0
    for group in _LETTERS:
        whole = sum(count for each, count in small.items() if any(each in letters for letters in group))
        one = max(sum(count for each, count in small.items() if each in letters) for letters in group)
        best = max(best, one + _FOREIGN * (whole - one))
    # Of a letter that no language of the group has, something is wrong.
    return best + len(_LIKELY.findall(text)) - 2 * len(_ODD.findall(text)) - 2 * text.count("\ufffd")
