"""When a file that was read before need not be read again: windows on the times of its rows, order of files, rows not due."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from files_channel import ACME, SECRET, put
from files_gave import gave

from earful.connectors.base import Asked, Context, Window
from earful.connectors.files import known
from earful.connectors.files.known import Known, Shelf, recalled, remembered, settled, unchanged
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.report.tally import Tally
from earful.connectors.files.rows import FileRows
from earful.connectors.files.tables.read import Opened
from earful.connectors.post import Rejected
from earful.connectors.toolkit.stamps import Stamp, Takes

TICK = timedelta(microseconds=1)
OPTIONS = FilesOptions(paths=["*.csv"])


def at(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


def file(low: datetime | None, high: datetime | None, start: datetime) -> Known:
    found = cast("Known", gave("a.csv", low, high)[1])
    return replace(found, start=start)


@pytest.mark.parametrize(
    ("low", "high", "start", "window", "answers"),
    [
        # The same start, whatever lies before it; rows up to the window's end.
        (at(1), at(9), at(5), (at(5), at(10)), True),
        (at(1), at(9), at(5), (at(5), at(9)), False),
        (at(1), at(9), at(5), (at(5), at(9) + TICK), True),
        # Another start: all rows lie behind both, or from just there on.
        (at(5), at(9), at(5), (at(4), at(10)), True),
        (at(5), at(9), at(4), (at(5), at(10)), True),
        (at(5) - TICK, at(9), at(4), (at(5), at(10)), False),
        (at(5) - TICK, at(9), at(5), (at(4), at(10)), False),
        (None, None, at(5), (at(4), at(10)), True),
        (None, at(9), at(5), (at(4), at(10)), True),
        (None, at(10), at(5), (at(4), at(10)), False),
    ],
)
def test_it_answers_for_a_window_that_brings_the_same_rows(
    low: datetime | None, high: datetime | None, start: datetime, window: tuple[datetime, datetime], answers: bool
) -> None:
    assert file(low, high, start).answers(Window(*window)) == answers


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Known]:
    """Files a, b and c as they are on the disk."""
    monkeypatch.setattr("earful.connectors.toolkit.stamps.RACY_NS", -(10**12))
    found = []
    for name in "abc":
        path = put(tmp_path, name, name=f"{name}.csv")
        taken = Takes().of(path)
        assert taken is not None
        base = file(at(1), at(9), at(1))
        found.append(replace(base, path=str(path), stamp=taken.stamp, digest=taken.digest, looked=taken.looked))
    return found


def test_of_the_first_files_as_many_as_are_the_same(three: list[Known]) -> None:
    paths, window = [Path(each.path) for each in three], Window(at(1), at(10))

    def same(before: list[Known], now: list[Path]) -> int:
        return len(unchanged(before, now, window, Takes()))

    assert same(three, paths) == 3
    assert same(three[:2], paths) == 2, "one more came"
    assert same(three, paths[:2]) == 0, "one is gone: all are read"
    assert same(three[:1], paths[:1]) == 1
    assert same(three[1:], paths) == 0, "one came before them"
    assert same([three[0], three[2]], paths) == 1, "one came between them"
    late = replace(three[1], high=at(10))
    assert same([three[0], late, three[2]], paths) == 1, "one has rows that are not in the window"
    paths[1].write_text("other words", "utf-8")
    assert same(three, paths) == 1
    # Of the same size, and other bytes.
    paths[0].write_text("b\n", "utf-8")
    assert same(three, paths) == 0


def test_what_is_remembered_is_recalled(three: list[Known]) -> None:
    refused = replace(three[0], refused=(Rejected("a.csv:2", "no id"),))
    loose = replace(three[1], encoding=None, low=None, skipped="is a PDF")
    text = remembered([refused, None, loose], "print", {"a.csv": 4})
    assert recalled(text, "print") == [refused, loose]
    assert recalled(text, "another") == []
    assert json.loads(text)["rows"] == {"a.csv": 4}
    is_known = settled(["", "no JSON", text])
    assert [is_known(Path(each.path)) for each in three] == [True, True, False]
    Path(three[0].path).unlink()
    assert not is_known(Path(three[0].path))


def shelf(folder: Path, before: str = "", end: datetime | None = None) -> Shelf:
    context = Context("shelf", SECRET, {}, str(folder), remembered={ACME.slug: before} if before else {})
    window = Window(at(1), end or at(20))
    return Shelf(OPTIONS, context, Asked(ACME, window), sorted(folder.glob("*.csv")), Takes())


def rows(high: datetime | None, **summary: Any) -> FileRows:
    told = {**Tally("a.csv", cast("Any", SimpleNamespace(key="UTC"))).summary(), "good": 5, **summary}
    return cast("FileRows", SimpleNamespace(summary=told, first=at(2), last=at(3), low=at(2), high=high))


@pytest.mark.parametrize(
    ("high", "end", "kept"),
    [
        (at(19), None, True),
        (None, None, True),
        (at(20), None, False),  # of the time that is asked for another night
        (at(20) - TICK, None, True),
        # Of later than when it was looked at: due once that time has come.
        (datetime(2200, 1, 1, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC), False),
    ],
)
def test_rows_that_are_due_another_night_are_read_again(
    tmp_path: Path, high: datetime | None, end: datetime | None, kept: bool
) -> None:
    path = put(tmp_path, "words")
    own = shelf(tmp_path, end=end)
    own.add(Takes().of(path), Opened(path, "csv", None), rows(high), 3, [])
    assert len(json.loads(own.text())["files"]) == kept
    assert json.loads(own.text())["rows"] == {str(path): 5}


def test_a_row_of_the_moment_at_which_it_was_looked_at_is_due_another_night(tmp_path: Path) -> None:
    path = put(tmp_path, "words")
    taken = Takes().of(path)
    assert taken is not None
    for high, kept in ((taken.at, 0), (taken.at - TICK, 1)):
        own = shelf(tmp_path, end=datetime(2201, 1, 1, tzinfo=UTC))
        own.add(taken, Opened(path, "csv", None), rows(high), 3, [])
        assert len(json.loads(own.text())["files"]) == kept


def test_refused_rows_of_the_product_and_of_nobody_are_remembered_up_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MOST_REFUSED", 2)
    path = put(tmp_path, "words")
    refused = [Rejected(f"a.csv:{n}", "no id", product) for n, product in enumerate(("acme", "", "other", "other"), 2)]
    own = shelf(tmp_path)
    own.add(Takes().of(path), Opened(path, "csv", None), rows(at(3)), 3, refused)
    (kept,) = json.loads(own.text())["files"]
    assert [item for item, _ in kept["refused"]] == ["a.csv:2", "a.csv:3"]
    again = shelf(tmp_path, own.text())
    assert again.refused == [] or [one.item for one in again.refused] == ["a.csv:2", "a.csv:3"]
    more = shelf(tmp_path)
    more.add(
        Takes().of(path), Opened(path, "csv", None), rows(at(3)), 3, [*refused, Rejected("a.csv:9", "no id", "acme")]
    )
    assert json.loads(more.text())["files"] == []


def test_behind_a_file_that_cannot_be_known_again_nothing_is_remembered(tmp_path: Path) -> None:
    first, second = (put(tmp_path, "words", name=name) for name in ("a.csv", "b.csv"))
    own = shelf(tmp_path)
    own.add(None, Opened(first, "csv", None), rows(at(3)), 1, [])
    own.add(Takes().of(second), Opened(second, "csv", None), rows(at(3)), 1, [])
    assert json.loads(own.text())["files"] == []
    own = shelf(tmp_path)
    own.skip(Takes().of(first), first, "is a PDF")
    own.add(Takes().of(second), Opened(second, "csv", None), rows(at(3)), 1, [])
    told = json.loads(own.text())
    assert [each["skipped"] for each in told["files"]] == ["is a PDF", ""]
    assert told["rows"] == {str(second): 5}, "what is no table has no rows"
    moved = Takes().of(first)
    first.write_text("now other words", "utf-8")
    own = shelf(tmp_path)
    own.skip(moved, first, "is a PDF")
    own.add(Takes().of(second), Opened(second, "csv", None), rows(at(3)), 1, [])
    assert json.loads(own.text())["files"] == []


def test_scales_of_files_that_were_no_tables_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earful.connectors.toolkit.stamps.RACY_NS", -(10**12))
    first, second = (put(tmp_path, "words", name=name) for name in ("a.csv", "b.csv"))
    own = shelf(tmp_path)
    own.skip(Takes().of(first), first, "is a PDF")
    own.add(Takes().of(second), Opened(second, "csv", None), rows(at(3), scales={"rating": [1, 10, ""]}), 4, [])
    again = shelf(tmp_path, own.text())
    assert dict(again.scales) == {"rating": {(1, 10)}}
    assert (again.kept, len(again.same)) == (4, 2)
    assert again.lost() == []
    second.unlink()
    gone = shelf(tmp_path, own.text())
    assert gone.lost() == ["gone since it was last read: b.csv (5 rows)", "the posts of what is gone stay"]


def test_a_stamp_is_of_what_the_file_system_says(tmp_path: Path) -> None:
    path = put(tmp_path, "words")
    found, stat = Stamp.of(path), path.stat()
    assert found == Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    latest = max(found.modified, found.changed)
    assert not found.settled(latest + 3_000_000_000)
    assert found.settled(latest + 3_000_000_001)
