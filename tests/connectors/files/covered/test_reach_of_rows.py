"""The first and the last time of a file's rows, its own and any row's, by hand: what a night covers and reads again hangs on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from files_channel import ACME, EVER, SECRET, put

from earful.connectors.base import Asked, Context
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.presets import PRESETS
from earful.connectors.files.reader import FileReader
from earful.connectors.files.rows import FileRows
from earful.connectors.files.tables import read

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
#: A column of months makes an edit count for both ends.
MONTHS = replace(PRESETS["play_console"], derive=None)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


def read_whole(root: Path, rows: list[tuple[str, str]], *, by_edit: bool = False) -> FileRows:
    path = put(root, "post_id,created_at,edited_at", *(f"{n},{one},{two}" for n, (one, two) in enumerate(rows)))
    spec = replace(FilesOptions(paths=["a.csv"]).spec(), preset=MONTHS if by_edit else None)
    own = FileRows(spec, Context("shelf", SECRET, {}, str(root)), [Asked(ACME, EVER)], None, "a.csv", NOW)
    for _ in FileReader(read.look(path, "auto", "auto", "auto", None, None), [own]).pages():
        continue
    return own


@pytest.mark.parametrize("rows_a_batch", [1, 2, 50_000])
@pytest.mark.parametrize(
    ("rows", "own", "any_row"),
    [
        # The order of rows says nothing; an edit counts for the end, and for the beginning not.
        (
            [("2026-05-03", ""), ("2026-05-09", ""), ("2026-05-02", "2026-05-20"), ("2026-05-05", "2026-05-01")],
            (at(2), at(20)),
            (at(2), at(20)),
        ),
        ([("2026-05-03", "2026-05-04")], (at(3), at(4)), (at(3), at(4))),
        # Up to when the file was read: what is later was not written yet. It is remembered that there is such a row.
        (
            [("2026-05-03", ""), ("2026-06-01T18:00Z", "")],
            (at(3), NOW),
            (at(3), NOW + timedelta(hours=6)),
        ),
        ([("2026-05-03", "2026-06-01T18:00Z")], (at(3), NOW), (at(3), NOW + timedelta(hours=6))),
        ([("2026-06-01T18:00Z", "")], (NOW, NOW), (NOW + timedelta(hours=6),) * 2),
        # A day after it was read is the future: set aside, and no time of the file's own.
        ([("2026-05-03", ""), ("2026-06-02T12:00Z", "")], (at(3), at(3)), (at(3), NOW + timedelta(days=1))),
        # Rows without a time have none; without any there is nothing.
        ([("never", ""), ("2026-05-07", "")], (at(7), at(7)), (at(7), at(7))),
        ([("never", ""), ("", "2026-05-07")], (None, None), (None, at(7))),
        ([("never", "")], (None, None), (None, None)),
    ],
)
def test_from_the_earliest_to_the_latest_of_all_batches(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[tuple[str, str]],
    own: tuple[datetime | None, ...],
    any_row: tuple[datetime | None, ...],
    rows_a_batch: int,
) -> None:
    monkeypatch.setattr(read, "PAGE", rows_a_batch)
    found = read_whole(tmp_path, rows)
    assert (found.first, found.last) == own
    assert (found.low, found.high) == any_row


def test_of_a_file_of_a_months_edits_an_edit_is_its_beginning_too(tmp_path: Path) -> None:
    rows = [("2026-04-02", "2026-05-20"), ("2026-05-04", "2026-05-03"), ("2026-05-06", "")]
    months, usual = (read_whole(tmp_path, rows, by_edit=each) for each in (True, False))
    assert (months.first, months.last, months.low, months.high) == (
        at(4),
        at(20),
        datetime(2026, 4, 2, tzinfo=UTC),
        at(20),
    )
    assert usual.first == datetime(2026, 4, 2, tzinfo=UTC)
    # By what its days are told: those of the edits, where there is one.
    days = [number - (at(1) - datetime(1970, 1, 1, tzinfo=UTC)).days + 1 for number in sorted(months.tally.days)]
    assert days == [3, 6, 20]


def test_the_last_moment_that_is_no_future_is_less_than_a_day_ahead(tmp_path: Path) -> None:
    rows = [(f"{NOW + timedelta(days=1) - tick:%Y-%m-%dT%H:%M:%S.%fZ}", "") for tick in (TICK, timedelta(0))]
    found = read_whole(tmp_path, rows)
    assert found.tally.good == 1
    assert found.summary["set_aside"] == {"created_at lies in the future": [1, "a.csv:3"]}
