"""What is said and claimed of a window, from what files gave: gaps that touch it, that end on its ends, more than are named."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME
from files_gave import at, covering, days, gave

from earful.connectors.base import Window
from earful.connectors.files.columns import values_of
from earful.connectors.files.places import Skipped

TICK = timedelta(microseconds=1)


WHOLE = gave("a.csv", at(1, 3), at(5, 4))
#: Spans of two days each, and what lies between them.
PARTS = [f"2026-03-{day:02d}..2026-03-{day + 1:02d}" for day in (1, 4, 7, 10, 13, 16)]


@pytest.mark.parametrize(
    ("covers", "window", "says"),
    [
        # Both ends on those of what is covered: nothing more is said.
        (["2026-03-01..2026-03-02"], (at(3, 1), at(3, 3)), ""),
        (["2026-03-01..2026-03-02"], (at(3, 1), at(3, 3) + TICK), "; nothing after 2026-03-03 00:00"),
        (
            ["2026-03-01..2026-03-02"],
            (at(3, 1) - TICK, at(3, 3)),
            "; nothing before 2026-03-01 00:00 without a gap",
        ),
        (
            ["2026-03-01..2026-03-02"],
            (at(2, 1), at(4, 1)),
            "; nothing before 2026-03-01 00:00 without a gap; nothing after 2026-03-03 00:00",
        ),
        # What touches is one; what ends where the other begins.
        (["2026-03-03..2026-03-04", "2026-03-01..2026-03-02"], (at(3, 1), at(3, 5)), ""),
        (PARTS[:2], (at(3, 1), at(3, 6)), "; gap 2026-03-03 to 2026-03-04"),
        (
            PARTS[:4],
            (at(3, 1), at(3, 12)),
            "; gap 2026-03-03 to 2026-03-04; gap 2026-03-06 to 2026-03-07; gap 2026-03-09 to 2026-03-10",
        ),
        (
            PARTS[:5],
            (at(3, 1), at(3, 15)),
            "; gap 2026-03-06 to 2026-03-07; gap 2026-03-09 to 2026-03-10; gap 2026-03-12 to 2026-03-13 and 1 gap before",
        ),
        (
            PARTS,
            (at(3, 1), at(3, 18)),
            "; gap 2026-03-09 to 2026-03-10; gap 2026-03-12 to 2026-03-13; gap 2026-03-15 to 2026-03-16 and 2 gaps before",
        ),
        # Of the window alone.
        (PARTS, (at(3, 5), at(3, 8)), "; gap 2026-03-06 to 2026-03-07"),
        # Nothing of it: what ends where the window begins is not in it.
        (PARTS[:2], (at(3, 6), at(3, 9)), ": nothing of the asked time; they cover 2026-03-01 to 2026-03-06"),
        (PARTS[:2], (at(2, 1), at(3, 1)), ": nothing of the asked time; they cover 2026-03-01 to 2026-03-06"),
        (["2026-07-01.."], (at(2, 1), at(3, 1)), ": nothing of the asked time; no row in them"),
    ],
)
def test_what_is_said_of_a_window(covers: list[str], window: tuple[datetime, datetime], says: str) -> None:
    got = covering(covers=covers).coverage(ACME, Window(*window), [WHOLE], [], [])
    assert got.note == "1 file (csv, utf-8)" + says
    assert got.capped == ("nothing before" in says or "nothing of" in says)
    assert (got.reached is None) == ("nothing of" in says)
    assert got.questions == ()


@pytest.mark.parametrize(
    ("covers", "first", "last"),
    [
        ("2026-03-01..2026-03-02", at(3, 1), at(3, 3)),
        ("2026-03-01..", at(3, 1), at(5, 4) + TICK),
        ("..2026-03-02", at(1, 3), at(3, 3)),
        ("..", at(1, 3), at(5, 4) + TICK),
    ],
)
def test_a_stretch_ends_with_its_last_day_or_the_last_row(covers: str, first: datetime, last: datetime) -> None:
    read = [gave("b.csv", at(2, 1), at(5, 4)), gave("a.csv", at(1, 3), at(2, 9)), gave("c.csv", None, None)]
    (span,) = covering(covers=[covers]).covered(ACME, read).spans
    assert (span.start, span.end) == (first, last)


def test_days_of_a_stretch_are_those_of_the_files_zone() -> None:
    (span,) = covering("Europe/Berlin", covers=["2026-03-01..2026-03-29"]).covered(ACME, [WHOLE]).spans
    assert (span.start, span.end) == (at(2, 28, 23), at(3, 29, 22)), "the clocks went forward on the last"


def test_a_day_of_a_refused_row_is_missing_where_it_reaches_into_what_is_covered() -> None:
    """Reporting days, once each, in their order; what ends where the window begins, or begins where it ends, is none."""
    numbers = [(date(2026, 3, day) - date(1970, 1, 1)).days for day in (1, 2, 5, 6)]
    read = [
        gave("a.csv", at(1, 3), at(5, 4), partial_days=numbers[1:]),
        gave("b.csv", at(1, 3), at(5, 4), partial_days=numbers),
    ]

    def missing(first: datetime, last: datetime, zone: str = "UTC") -> list[tuple[datetime, datetime]]:
        got = covering(zone, covers=[".."], time_zone="UTC").coverage(ACME, Window(first, last), read, [], [])
        return [(gap.start, gap.end) for gap in got.missing]

    assert missing(at(3, 2), at(3, 5)) == [(at(3, 2), at(3, 3))]
    assert missing(at(3, 2) - TICK, at(3, 5) + TICK) == [
        (at(3, 2) - TICK, at(3, 2)), (at(3, 2), at(3, 3)), (at(3, 5), at(3, 5) + TICK),
    ]  # fmt: skip
    assert missing(at(3, 3), at(3, 5)) == []
    assert missing(at(3, 3), at(3, 7), "Asia/Tokyo") == [(at(3, 4, 15), at(3, 5, 15)), (at(3, 5, 15), at(3, 6, 15))]


def test_what_is_news_stands_first_and_what_was_skipped_behind_the_files() -> None:
    read = [
        gave("a.csv", at(3, 1), at(3, 9), questions={"rating": "which?"}, not_read={"likes is odd": (1, "a.csv:2")}),
        gave("b.csv", at(3, 1), at(3, 9), questions={"rating": "which?", "nps": "what?"}),
    ]
    got = covering(covers=[".."]).coverage(
        ACME, Window(at(3, 1), at(3, 9)), read, [Skipped("x.pdf", "is a PDF")], ["gone since"]
    )
    asked = ("asked of a.csv: which?", "asked of b.csv: what?")
    assert got.questions == asked
    assert got.note == (
        f"{'; '.join(asked)}; gone since; 2 files (csv, utf-8); skipped x.pdf (is a PDF); not read in 1 row: likes is odd "
        "(first a.csv:2)"
    )
    none = covering(covers=[".."]).coverage(ACME, Window(at(4, 1), at(4, 9)), read, [], [])
    assert none.questions == asked
    assert none.note.endswith(
        "nothing of the asked time; they cover 2026-03-01 to 2026-03-09; not read in 1 row: likes is odd (first a.csv:2)"
    )


def test_days_that_nobody_can_call_whole_are_no_gap_and_begin_with_the_first_row() -> None:
    dense = days(date(2026, 3, 1), 40)
    late = days(date(2026, 6, 20), 1, rows=1)
    first, last = at(3, 1, 1), at(6, 20, 22)
    read = [gave("a.csv", first, last, days=dense + late)]
    whole = covering().coverage(ACME, Window(at(2, 1), at(4, 5)), read, [], [])
    assert "not known" not in whole.note
    assert (whole.reached, whole.begins) == (first, first)
    # The hole between them is not known either: one row behind it tells nothing.
    over = covering().coverage(ACME, Window(at(2, 1), at(7, 1)), read, [], [])
    assert "not known whether whole: 2026-04-10 to 2026-06-20: 1 row in 72 days cannot tell" in over.note
    assert "gap" not in over.note.replace("without a gap", "")
    there = covering().coverage(ACME, Window(at(6, 1), at(7, 1)), read, [], [])
    assert (there.reached, there.begins) == (None, first)
    assert "nothing of the asked time" not in there.note
    nothing = covering(covers=["2026-03-01..2026-03-02"]).coverage(ACME, Window(at(6, 1), at(7, 1)), read, [], [])
    assert (nothing.reached, nothing.begins) == (None, None)


def test_months_close_what_the_rhythm_leaves_open(tmp_path: Path) -> None:
    """Days of a month's own export are whole, few as they are; those that reach out of it stay open."""
    month = tmp_path / "reviews_com.acme_202603.csv"
    month.touch()
    made = covering(preset="play_console")
    for loose, open_days in (
        ([date(2026, 3, 1), date(2026, 3, 31)], []),
        ([date(2026, 3, 1), date(2026, 4, 1)], [(date(2026, 3, 1), date(2026, 4, 1))]),
        ([date(2026, 2, 28), date(2026, 3, 31)], [(date(2026, 2, 28), date(2026, 3, 31))]),
    ):
        few = [each for day in loose for each in days(day, 1, rows=1)]
        read = [gave(str(month), at(3, 2), at(3, 9)), gave(str(tmp_path / "own.csv"), at(2, 1), at(5, 1), days=few)]
        found = made.covered(ACME, read)
        assert (found.spans[0].start, found.spans[-1].end) == (at(3, 1), at(4, 1))
        assert [(each.first, each.last) for each in found.unknown] == open_days


def test_values_of_a_column_are_no_apps_whose_months_must_all_be_there() -> None:
    """A preset without months: a product with two values in its column is covered by the files as any other is."""
    two: dict[str, Any] = {"product_column": "app", "product_values": {"acme": ["one", "two"]}}
    read = [gave("a.csv", at(3, 1, 1), at(4, 9, 22), days=days(date(2026, 3, 1), 40))]
    with_preset = covering(preset="nps", **two)
    assert values_of(with_preset.spec, ACME) == ["one", "two"]
    assert with_preset.spec.preset is not None
    expected = covering(**two).covered(ACME, read)
    assert expected.spans
    assert with_preset.covered(ACME, read) == expected
    assert with_preset.rule == "what its rows' rhythm shows"


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({}, "what its rows' rhythm shows"),
        ({"preset": "play_console"}, "the month that the file is named by"),
        ({"covers": [".."], "preset": "play_console"}, "the first row to the last row (as configured)"),
        (
            {"covers": ["2026-03-01..", "..2026-02-01"], "covers_to": date(2026, 1, 1)},
            "2026-03-01 to the last row, the first row to 2026-02-01, the first row to 2026-01-01 (as configured)",
        ),
    ],
)
def test_by_what_rule(options: dict[str, Any], rule: str) -> None:
    assert covering(**options).rule == rule
