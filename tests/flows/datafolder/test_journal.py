"""Events of `earful up`: kept in order, whole after a kill, never more than somebody reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from earful.flows.datafolder import journal

NOW = datetime(2026, 3, 1, 4, 15, tzinfo=UTC)


def test_events_come_back_in_order_for_their_owner_alone(tmp_path: Path) -> None:
    first = journal.note(tmp_path, "worker", "was killed\n by SIGKILL", restart=True, now=NOW)
    second = journal.note(tmp_path, "clock", "was set back by 90 s", now=NOW + timedelta(hours=1))
    assert first.what == "was killed by SIGKILL"
    assert journal.events(tmp_path) == [first, second]
    assert journal.events(tmp_path, NOW + timedelta(minutes=1)) == [second]
    assert (tmp_path / journal.FILE).stat().st_mode & 0o777 == 0o600


def test_none_where_nothing_happened(tmp_path: Path) -> None:
    assert journal.events(tmp_path) == []
    assert journal.shorten(tmp_path) == 0


def test_a_line_that_a_power_cut_tore_costs_itself_alone(tmp_path: Path) -> None:
    first = journal.note(tmp_path, "worker", "one", now=NOW)
    with (tmp_path / journal.FILE).open("ab") as file:
        file.write(b'{"at": "2026-03-01T04:15:0\n\xff\xfe\n{"at": 3}\n[1]\n')
    last = journal.note(tmp_path, "worker", "two", now=NOW)
    assert journal.events(tmp_path) == [first, last]


def test_a_torn_last_line_does_not_swallow_the_next(tmp_path: Path) -> None:
    (tmp_path / journal.FILE).write_bytes(b'{"at": "2026-03-0')
    last = journal.note(tmp_path, "worker", "two", now=NOW)
    assert journal.events(tmp_path) == [last]


def test_the_newest_stay_where_there_are_very_many(tmp_path: Path) -> None:
    for n in range(journal.LONGEST + 1):
        journal.note(tmp_path, "worker", f"event {n}", now=NOW)
    assert journal.shorten(tmp_path) == journal.LONGEST + 1 - journal.KEEP
    left = journal.events(tmp_path)
    assert (len(left), left[-1].what) == (journal.KEEP, f"event {journal.LONGEST}")
    assert (tmp_path / journal.FILE).stat().st_mode & 0o777 == 0o600
    assert journal.shorten(tmp_path) == 0
