"""Two backfills and a night at once, of services on loopback: one writer, who waits says for whom, and all end right.

Each a process of its own, with the steps of work.py and without Prefect, whose server would take most of the time. They
begin together, and each publish holds the store for as long as that of a large one does.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from our_server import clean_environment
from replay import serve
from steam_stand_in import SteamStandIn

from earful.flows.datafolder.spool import AtWork
from earful.flows.datafolder.store import named

CONFIG = """
time_zone = "Europe/Berlin"
[[products]]
slug = "spoon"
name = "Spoon"
ids = {{ steam = "1" }}
[[products]]
slug = "fork"
name = "Fork"
ids = {{ steam = "2" }}
[[channels]]
name = "steam"
connector = "steam"
base_url = "{url}"
spacing = 0
start = {start}
"""
#: Runs over a folder, one after another: each a kind, and of a backfill its days. Without a page, which is half the work.
RUN = """
import json, sys, time
from datetime import date
from pathlib import Path
from earful.flows.config.settings import load
from earful.flows.datafolder.temporary import private_temporary_files
from earful.flows.first.alone import AloneSteps
from earful.flows.night.plan import backfill_jobs, nightly_jobs
from earful.flows.night.work import work
settings = load(Path("earful.toml"))
class Steps(AloneSteps):
    def publish(self, store, path):
        time.sleep(2)
        return super().publish(store, path)
    def page(self, settings, store):
        return settings.page
print("ready", flush=True)
sys.stdin.readline()
for kind, *days in json.loads(sys.argv[1]):
    days = [date.fromisoformat(day) for day in days]
    def plan(settings, standings, now, changed):
        return backfill_jobs(settings, *days, now) if days else nightly_jobs(settings, standings, now, changed=changed)
    with private_temporary_files(settings.data):
        days = work(kind, settings, plan, Steps()).days
    print(json.dumps([kind for kind, _ in days.beside] if days else None))
"""
TODAY = datetime.now(UTC).date()
START = TODAY - timedelta(10)
#: The third asks for what the first does in part; days before the start are the backfills' alone.
RUNS = {
    "nightly": ("nightly",),
    "backfill": ("backfill", START - timedelta(20), START + timedelta(5)),
    "another backfill": ("backfill", START - timedelta(9), START - timedelta(3)),
}


def reviews(app: int) -> list[dict[str, Any]]:
    """Three a day for forty days, each with words and an id of its own."""
    begin = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(35)
    at = [int((begin + timedelta(hours=8 * n)).timestamp()) for n in range(100)]
    return [
        {
            "recommendationid": str(1_000 * app + n), "language": "english", "timestamp_created": when,
            "timestamp_updated": when, "voted_up": n % 3 > 0, "votes_up": n, "review": f"{('bad', 'good', 'great')[n % 3]} {n}",
            "author": {"steamid": str(n)},
        }
        for n, when in enumerate(at)
    ]  # fmt: skip


def begin(home: Path, *runs: tuple[str | date, ...]) -> subprocess.Popen[str]:
    """Runs that are ready, and begin when something comes on standard input."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, json.dumps(runs, default=str)], cwd=home, env=clean_environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    ready = process.stdout.readline()
    assert ready == "ready\n", process.communicate()
    return process


def carried_out(runs: dict[str, subprocess.Popen[str]]) -> dict[str, tuple[str, str]]:
    """What each has said, at once; they have ended well."""
    for process in runs.values():
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    said = {name: process.communicate(timeout=200) for name, process in runs.items()}
    assert {name: process.returncode for name, process in runs.items()} == dict.fromkeys(runs, 0), said
    return said


@contextmanager
def folder(home: Path) -> Iterator[Path]:
    home.mkdir()
    with serve(SteamStandIn({"1": reviews(1), "2": reviews(2)})) as service:
        (home / "earful.toml").write_text(CONFIG.format(url=service.url, start=START))
        yield home


def published(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What POMs read, without when it came, how much of today is over, and pseudonyms: each folder has its own."""
    asked = {
        "daily": "select * exclude (updated_at) from daily order by all",
        "posts": "select * exclude (author, first_seen_at, updated_at) from posts order by all",
        "coverage_daily": "select * from coverage_daily where day < current_date - 1 order by all",
        "completeness": "select * from completeness order by all",
        "gaps": "select * from coverage_gaps order by all",
    }
    with duckdb.connect(str(home / "earful-data" / "earful.duckdb"), read_only=True) as con:
        return {name: con.execute(sql).fetchall() for name, sql in asked.items()}


@pytest.mark.process
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here: who holds a file cannot be told")
def test_three_at_once_end_as_three_one_after_another(tmp_path: Path) -> None:
    at_once, in_turn = tmp_path / "at-once", tmp_path / "in-turn"
    with folder(at_once):
        started = {name: begin(at_once, run) for name, run in RUNS.items()}
        said = carried_out(started)
    with folder(in_turn):
        (alone,) = carried_out({"all": begin(in_turn, *RUNS.values())}).values()
        assert alone == ("null\n[]\n[]\n", ""), "nobody to wait for, and nobody beside"
    ours, theirs = published(at_once), published(in_turn)
    assert ours == theirs
    assert len(ours["posts"]) == 2 * (100 - 5 * 3), "from twenty days before the start on"

    # Somebody waited, and each line names a run that was there; the store is the only thing to wait for so long.
    lines = [(name, line) for name, (_, err) in said.items() for line in err.splitlines()]
    assert lines
    whose = {process.pid: name for name, process in started.items()}
    for name, line in lines:
        found = re.search(
            r"store\.duckdb is in use by process (\d+) \((nightly|backfill) of (\d{4}-\d\d-\d\d \d\d:\d\d)\): waiting up to",
            line,
        )
        assert found, line
        assert whose[int(found[1])].split()[-1] == found[2]
        assert whose[int(found[1])] != name
    # The reports name who was at work meanwhile: of two that overlap the one that ends later cannot miss the other.
    beside = [kind for name in ("backfill", "another backfill") for kind in json.loads(said[name][0])]
    assert {"backfill"} <= set(beside) <= {"backfill", "nightly"}
    with duckdb.connect(str(at_once / "earful-data" / "store.duckdb"), read_only=True) as store:
        runs = store.execute("select kind, status from runs order by 1").fetchall()
    assert runs == [("backfill", "ok"), ("backfill", "ok"), ("nightly", "ok")]


def test_only_the_process_that_is_a_run_is_called_so() -> None:
    from zoneinfo import ZoneInfo

    run = AtWork("nightly", 471, datetime(2026, 11, 28, 2, 30, tzinfo=UTC))
    zone = ZoneInfo("Europe/Berlin")
    for before, after in (
        ("s is in use by process 471 (python3): waiting", "s is in use by process 471 (nightly of 2026-11-28 03:30): waiting"),
        ("s is in use by process 471: waiting", "s is in use by process 471 (nightly of 2026-11-28 03:30): waiting"),
        ("s is in use by process 4711 (dbeaver): waiting", "s is in use by process 4711 (dbeaver): waiting"),
        ("s is in use by process 47 (dbeaver): waiting", "s is in use by process 47 (dbeaver): waiting"),
        ("s is in use by another process: waiting", "s is in use by another process: waiting"),
    ):  # fmt: skip
        assert named(before, [run], zone) == after
