"""Ways of CSV: delimiters, quotes, line ends, lines above and below the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from benchmarks.odd_files.draft import BYTES, CSV, SHAPE, WRITING, Answer, Draft, File, Matrix, Way, words

_RAGGED = "columns where the header has"


def _every(
    name: str,
    change: Callable[[File], object],
    touches: str,
    ground: str = "",
    *,
    stage: int = WRITING,
    answers: dict[str, Any] | None = None,
    tricky: bool = True,
) -> Way:
    def apply(draft: Draft) -> None:
        for file in draft.files:
            change(file)
        draft.answers += [
            Answer(word if word == "time_format" else f"{word} =", {word: value})
            for word, value in (answers or {}).items()
        ]

    return Way(f"table: {name}", stage, apply, words(touches), CSV, ground=ground, tricky=tricky)


def _delimiter(mark: str, name: str = "", suffix: str = ".csv") -> Way:
    def change(file: File) -> None:
        file.delimiter, file.suffix = mark, suffix

    return _every(
        f"delimiter {name or mark}",
        change,
        "delimiter",
        answers={"delimiter": mark},
        ground="has no column|columns where the header has" if mark not in ",;\t|" else "",
    )


def _set(name: str, touches: str, ground: str = "", **values: Any) -> Way:  # noqa: ANN401 - fields of a file
    def change(file: File) -> None:
        for field, value in values.items():
            setattr(file, field, value)

    return _every(name, change, touches, ground)


def _rows(name: str, change: Callable[[Matrix], Matrix], touches: str, ground: str = "", *, tricky: bool = True) -> Way:
    # A header that stands there again is there before lines are put above or below.
    stage = SHAPE if touches == "headers" else WRITING
    return _every(name, lambda file: file.on_rows.append(change), touches, ground, stage=stage, tricky=tricky)


def _text(name: str, change: Callable[[str], str], touches: str, ground: str = "", *, tricky: bool = True) -> Way:
    return _every(name, lambda file: file.on_text.append(change), touches, ground, stage=BYTES, tricky=tricky)


def _sep(file: File) -> None:
    mark = file.delimiter
    file.on_text.insert(0, lambda text: f"sep={mark}\n{text}")


def _sep_semicolon(file: File) -> None:
    file.delimiter = ";"
    _sep(file)


def _above(*lines: str) -> Callable[[File], None]:
    def change(file: File) -> None:
        file.on_rows.append(lambda rows: [*([line] for line in lines), *rows])

    return change


def _two_headers(rows: Matrix) -> Matrix:
    questions = [f"What about {name}?" for name in rows[0]]
    return [rows[0], questions, *rows[1:]]


def _three_headers(rows: Matrix) -> Matrix:
    """Qualtrics: names, questions, import ids."""
    imports = [f'{{"ImportId":"QID{n}"}}' for n in range(len(rows[0]))]
    return [*_two_headers(rows)[:2], imports, *rows[1:]]


def _again(rows: Matrix) -> Matrix:
    half = len(rows) // 2 + 1
    return [*rows[:half], rows[0], *rows[half:]]


def _other_columns(rows: Matrix) -> Matrix:
    """Two exports one behind the other; the second has its columns in another order."""
    half = len(rows) // 2 + 1
    return [*rows[:half], *(row[::-1] for row in [rows[0], *rows[half:]])]


def _commas_in_header(file: File) -> None:
    file.delimiter = ";"
    file.on_rows.append(
        lambda rows: [
            [f"{name}" for name in rows[0]] + ["Area, region, other, more, parts, of it, too, yes"],
            *([*row, "x"] for row in rows[1:]),
        ]
    )


def _spaced(text: str) -> str:
    """A blank behind every delimiter, as people type tables: quotes still begin their cells."""
    return re.sub(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', ", ", text)


def _mixed_ends(text: str) -> str:
    lines = text.split("\n")
    return "".join(line + ("\r\n" if n % 2 else "\n") for n, line in enumerate(lines[:-1])) + lines[-1]


def _day_and_time(draft: Draft) -> None:
    """The day in one column, the time of day in another."""
    local = [post.created_at.astimezone(draft.zone) for post in draft.posts]
    draft.cells["created_at"] = [f"{at:%Y-%m-%d}" for at in local]
    draft.extras["Time"] = [f"{at:%H:%M:%S}" for at in local]
    draft.columns.insert(draft.columns.index("created_at") + 1, "Time")
    draft.names["created_at"] = "Date"


WAYS = (
    _delimiter(";"),
    _delimiter("\t", "tab", ".tsv"),
    _delimiter("|"),
    _delimiter("\t", "tab in a .csv"),
    _delimiter("^"),
    _delimiter("~"),
    _delimiter(":"),
    _delimiter("\x01", "Ctrl-A"),
    _delimiter("\x1f", "unit separator"),
    _every("sep=, above", _sep, "above delimiter"),
    _every("sep=; above", _sep_semicolon, "above delimiter"),
    _set("all cells in quotes", "quotes", quoting="all"),
    _set("quotes with a backslash", "quotes", quoting="backslash", ground="a quote is not closed"),
    _every(
        "no quotes, delimiters with a backslash",
        lambda file: setattr(file, "quoting", "none"),
        "quotes",
        f"a quote is not closed|{_RAGGED}",
        tricky=False,
    ),
    _set("line ends of Windows", "newline", newline="\r\n"),
    _set("line ends of old Macs", "newline", newline="\r"),
    _text("both line ends", _mixed_ends, "newline text", tricky=False),
    _text("no line end at the end", lambda text: text.rstrip("\r\n"), "end"),
    _text("blank lines at the end", lambda text: text + "\n\n\n", "end"),
    _set("blank lines between rows", "newline", newline="\n\n"),
    _text("blank lines above", lambda text: "\n\n" + text, "above"),
    _text("a blank behind each delimiter", _spaced, "quotes delimiter", "a quote is not closed"),
    _text(
        "white space at the end of lines",
        lambda text: text.replace("\n", "  \n"),
        "newline quotes text",
        "a quote is not closed",
        tricky=False,
    ),
    _rows(
        "rows of blanks between",
        lambda rows: [rows[0], *(r for row in rows[1:] for r in (row, [""] * len(row)))],
        "newline end",
        "no id|no created_at",
    ),
    _rows("all rows end with a delimiter", lambda rows: [[*row, ""] for row in rows], "ends"),
    _rows("all but the header end with a delimiter", lambda rows: [rows[0], *([*row, ""] for row in rows[1:])], "ends"),
    _rows("the header alone ends with a delimiter", lambda rows: [[*rows[0], ""], *rows[1:]], "ends", _RAGGED),
    _rows(
        "rows end with three delimiters",
        lambda rows: [rows[0], *([*row, "", "", ""] for row in rows[1:])],
        "ends",
        _RAGGED,
    ),
    _rows(
        "some rows short of empty cells",
        lambda rows: [rows[0], *(row[:-1] if n % 3 == 2 and not row[-1] else row for n, row in enumerate(rows[1:]))],
        "ends",
        _RAGGED,
    ),
    _rows("one row has a cell too many", lambda rows: [*rows[:-1], rows[-1], [*rows[1], "x"]], "ends", _RAGGED),
    _every("a title above", _above("Reviews of Acme"), "above"),
    _every("three lines above", _above("Export of reviews", "Created 2024-11-05", "© Acme GmbH"), "above"),
    _every("remarks above", _above("# exported by a tool", "# 2024-11-05"), "above"),
    _rows(
        "a line of totals below", lambda rows: [*rows, ["Total", *[""] * (len(rows[0]) - 1)]], "end", "no created_at"
    ),
    _text("a remark below", lambda text: text + "(c) Acme 2024\n", "end", _RAGGED),
    _rows("two rows of headers", _two_headers, "headers", _NO_TIME := "not a time that can be read"),
    _rows("three rows of headers", _three_headers, "headers", _NO_TIME),
    _rows("the header again in the middle", _again, "headers", _NO_TIME),
    _rows("two exports in one file, other order of columns", _other_columns, "headers", _NO_TIME),
    _every("commas in the header of a table with ;", _commas_in_header, "delimiter columns header"),
    _rows(
        "a column without a name first",
        lambda rows: [["", *rows[0]], *([n, *row] for n, row in enumerate(rows[1:]))],
        "ends",
    ),
    _rows(
        "forty columns more",
        lambda rows: [[*row, *(f"more {i}" if not n else i * n for i in range(40))] for n, row in enumerate(rows)],
        "ends",
    ),
    _rows(
        "two other columns of one name",
        lambda rows: [[*row, *(["Note", "Note"] if not n else ["a", "b"])] for n, row in enumerate(rows)],
        "ends",
    ),
    _set("called .txt", "suffix", suffix=".txt"),
    _set("called .dat", "suffix", suffix=".dat"),
    _set("a name in capitals", "suffix", suffix=".CSV"),
    _set("without an ending", "suffix", suffix=" "),
    Way("table: day and time in two columns", SHAPE - 2, _day_and_time, words("created columns header"), CSV),
)
