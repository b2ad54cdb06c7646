"""Ways to write characters as bytes, and what goes wrong with them on the way."""

from __future__ import annotations

from benchmarks.odd_files.draft import BYTES, CSV, TEXT_SHAPES, Answer, Draft, Way, words
from benchmarks.odd_files.words import WEST

_CODEC = words("codec")


def _in(codec: str, scripts: str | frozenset[str] = "", mark: bytes = b"", name: str = "") -> Way:
    """All files in one encoding. What it cannot write was never there: its scripts are those that it has."""

    def apply(draft: Draft) -> None:
        for file in draft.files:
            file.codec, file.mark = codec, mark
        draft.answers.append(Answer("encoding =", {"encoding": codec}))

    return Way(f"bytes: {name or codec}", BYTES, apply, _CODEC, TEXT_SHAPES, scripts=words(scripts))


def _bad_row(draft: Draft) -> None:
    """One row of another program among UTF-8."""
    draft.cells["text"][3] = "caf\ue000 au lait"
    draft.known["text"][3] = "café au lait"
    draft.spoilt.add(3)
    for file in draft.files:
        file.on_bytes.append(lambda data: data.replace("\ue000".encode(), b"\xe9"))


def _quoted_text(draft: Draft, before: bytes, after: bytes) -> None:
    for file in draft.files:
        file.on_bytes.append(lambda data: before + data + after)


def _apart(draft: Draft) -> None:
    """Two halves of a file, the second with its own mark in the middle: cat of two exports without headers."""
    for file in draft.files:
        half = len(file.rows) // 2
        if half:
            file.on_rows.append(
                lambda rows, half=half: [  # type: ignore[misc]
                    [f"\ufeff{cell}" if n == half and not at else cell for at, cell in enumerate(row)]
                    for n, row in enumerate(rows)
                ]
            )


WAYS = (
    _in("utf-8", mark=b"\xef\xbb\xbf", name="utf-8 with its mark"),
    _in("utf-16-le", mark=b"\xff\xfe", name="utf-16"),
    _in("utf-16-be", mark=b"\xfe\xff", name="utf-16, high byte first"),
    _in("utf-16-le", name="utf-16 without a mark"),
    _in("utf-16-be", name="utf-16 without a mark, high byte first"),
    _in("utf-32-le", mark=b"\xff\xfe\x00\x00", name="utf-32"),
    _in("cp1252", WEST),
    _in("latin-1", WEST),
    _in("iso8859-15", WEST),
    _in("mac_roman", WEST),
    _in("cp850", "en de fr es"),
    _in("cp437", "en de"),
    _in("cp1250", "pl cs hu"),
    _in("iso8859-2", "pl cs hu"),
    _in("cp852", "pl cs"),
    _in("cp1250", "pl", name="cp1250, Polish"),
    _in("cp1254", "tr"),
    _in("iso8859-9", "tr"),
    _in("cp1251", "ru"),
    _in("koi8_r", "ru"),
    _in("iso8859-5", "ru"),
    _in("cp866", "ru"),
    _in("mac_cyrillic", "ru"),
    _in("cp1253", "el"),
    _in("iso8859-7", "el"),
    _in("cp1255", "he"),
    _in("cp1256", "ar"),
    _in("cp874", "th"),
    _in("cp932", "ja"),
    _in("shift_jis", "ja"),
    _in("euc_jp", "ja"),
    _in("iso2022_jp", "ja"),
    _in("gb18030", "zh"),
    _in("gbk", "zh"),
    _in("big5", "zh_tw"),
    _in("euc_kr", "ko"),
    _in("cp949", "ko"),
    _in("cp1252", "en", name="cp1252, hardly any letters beyond ASCII"),
    Way(
        "bytes: one row of another encoding",
        BYTES - 4,
        _bad_row,
        _CODEC | {"text"},
        CSV,
        scripts=words("de fr ru ja emoji"),
        ground="bytes of another encoding",
    ),
    Way("bytes: the mark again in the middle", BYTES - 1, _apart, words("codec id"), CSV),
    Way(
        "bytes: Ctrl-Z at the end",
        BYTES,
        lambda d: _quoted_text(d, b"", b"\x1a"),
        words("end"),
        CSV,
        ground="columns where the header has",
    ),
    Way(
        "bytes: NULs at the end",
        BYTES,
        lambda d: _quoted_text(d, b"", bytes(64)),
        words("end codec"),
        CSV,
        ground="columns where the header has|binary",
    ),
)
