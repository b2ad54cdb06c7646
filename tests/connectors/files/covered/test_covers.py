"""What a channel's files cover: declared stretches, the rhythm of a file that several products share, and how it is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from files_channel import ACME, channel, pull, put, span
from one_product import checked
from pydantic import ValidationError

from earful.connectors.base import Product, Window
from earful.connectors.files.options import FilesOptions

TICK = timedelta(microseconds=1)
YEAR = span("2026-01-01", "2027-01-01")


def few(root: Path) -> None:
    put(root, "post_id,created_at", "1,2026-01-03T10:00Z", "2,2026-02-20T09:00Z", "3,2026-05-04T12:00Z")


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_declared_stretches_win(tmp_path: Path) -> None:
    few(tmp_path)
    none = pull(channel(tmp_path, "a.csv"), window=YEAR).coverage
    assert none.reached is None
    assert none.begins == at(1, 3, 10), "the days before the first row are no gap"
    all_of_it = pull(channel(tmp_path, "a.csv", covers=[".."]), window=YEAR).coverage
    assert (all_of_it.reached, all_of_it.until, all_of_it.missing) == (at(1, 3, 10), at(5, 4, 12) + TICK, ())
    assert "not known" not in all_of_it.note
    parts = pull(channel(tmp_path, "a.csv", covers=["2026-04-01..", "2026-01-01..2026-01-31"]), window=YEAR).coverage
    assert (parts.reached, parts.until) == (at(1, 1), at(5, 4, 12) + TICK)
    assert [(gap.start, gap.end) for gap in parts.missing] == [(at(2, 1), at(4, 1))]


def test_days_of_refused_rows_are_missing_in_their_order(tmp_path: Path) -> None:
    put(
        tmp_path, "post_id,created_at", "1,2026-01-01T10:00Z", ",2026-01-05T09:00Z", ",2026-01-02T10:00Z",
        ",2026-01-02T11:00Z", "5,2026-01-06T09:00Z", ",2026-01-09T09:00Z",
    )  # fmt: skip
    files = channel(tmp_path, "a.csv", covers=["2026-01-01..2026-01-09"])
    whole = pull(files, window=YEAR).coverage
    days = [(gap.start, gap.end) for gap in whole.missing]
    assert days == [(at(1, 2), at(1, 3)), (at(1, 5), at(1, 6)), (at(1, 9), at(1, 10))]
    part = pull(files, window=Window(at(1, 3), at(1, 5, 6))).coverage
    assert [(gap.start, gap.end) for gap in part.missing] == [(at(1, 5), at(1, 5, 6))], "only what was asked for"
    assert pull(files, window=Window(at(1, 3), at(1, 5))).coverage.missing == ()


@pytest.mark.parametrize("written", ["2026-01-01", "2026-13-01..", "2026-02-01..2026-01-01", "a..b", "1..2..3"])
def test_what_is_no_stretch_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match=r"stretch|before it begins"):
        FilesOptions(paths=["a.csv"], covers=[written])


def test_check_and_note_say_where_nothing_is_known(tmp_path: Path) -> None:
    few(tmp_path)
    why = 'not known whether whole: 2026-01-03 to 2026-05-04: 3 rows in 122 days cannot tell (covers = [".."] if the '
    assert why in pull(channel(tmp_path, "a.csv"), window=YEAR).coverage.note
    assert why in checked(channel(tmp_path, "a.csv"), ACME).says
    assert "not known" not in checked(channel(tmp_path, "a.csv", covers=[".."]), ACME).says
    put(tmp_path, "post_id,created_at", *(f"{day},2026-03-{day:02d}T10:00Z" for day in range(1, 29)), name="b.csv")
    assert "not known" not in checked(channel(tmp_path, "b.csv"), ACME).says


def test_a_thin_product_of_a_dense_file_has_honest_empty_days(tmp_path: Path) -> None:
    """Its rows alone tell nothing; those of others, whom nobody asked for, tell for it, from its first row on."""
    first = date(2026, 1, 1)
    rows = [f"o{n},{first + timedelta(days=n // 9)}T{n % 9 + 1:02d}:00Z,other" for n in range(9 * 120)]
    mine = [f"a{n},2026-{month:02d}-{day:02d}T10:00Z,acme" for n, (month, day) in enumerate([(1, 20), (2, 27), (4, 2)])]
    put(tmp_path, "post_id,created_at,app", *rows, *mine)
    got = pull(channel(tmp_path, "a.csv", product_column="app"), window=YEAR).coverage
    assert (got.reached, got.until, got.missing) == (at(1, 20), at(4, 30, 9) + TICK, ())
    alone = Product("nobody", "Nobody")
    assert pull(channel(tmp_path, "a.csv", product_column="app"), alone, YEAR).coverage.reached is None
    put(tmp_path, "post_id,created_at,app", *mine)
    assert pull(channel(tmp_path, "a.csv", product_column="app"), window=YEAR).coverage.reached is None
