"""A machine whose clock is two days ahead lands a night, really; the next run, by the right clock, mends the store."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from earful.flows.config.settings import load
from earful.flows.first.alone import night_alone
from earful.flows.night.progress import Silent
from earful.warehouse import query

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
#: A night as flows/night/work.py carries it out, without Prefect.
NIGHT = """
from datetime import UTC, datetime
from earful.flows.night.configured import note_configured
from earful.flows.night.plan import nightly_jobs
from earful.flows.night.pull import RunContext
from earful.flows.config.scorers import scorers
from earful.flows.config.settings import load
from earful.warehouse import Landing, finish_run, land, open_store, publish, standing, start_run

settings, now = load(), datetime.now(UTC)
(settings.data / "spool").mkdir(parents=True, exist_ok=True)
run_context = RunContext(settings, scorers(settings), settings.data / "spool")
with open_store(settings.store, time_zone="UTC") as store:
    note_configured(store, settings, now)
    start_run(store, "ahead", "nightly", now)
    for n, job in enumerate(nightly_jobs(settings, lambda c, p: standing(store, c, p, now), now)):
        for came in run_context.pull(job, str(n)).shares:
            version = run_context.scorers[came.product].version
            land(store, Landing("ahead", job.channel, "sample", came.product, came.window, came.coverage, version, now,
                                list(came.files)))
    finish_run(store, "ahead", "ok", datetime.now(UTC))
    publish(store, settings.published)
print(now.isoformat())
"""


@pytest.mark.skipif(not FAKETIME.exists(), reason="libfaketime is not installed (apt install libfaketime)")
@pytest.mark.process
@pytest.mark.usefixtures("no_page")
def test_a_night_two_days_ahead_is_mended_by_the_next_run(home: Path) -> None:
    (home / "earful.toml").write_text(
        '[[products]]\nslug = "p0"\nname = "P"\n[[channels]]\nname = "reviews"\nconnector = "sample"\ndays = 4\n'
        'markets = ["gb"]\nvolumes = { p0 = 5 }\n',  # little, and in English: the words do not matter here
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", NIGHT],
        env={**os.environ, "LD_PRELOAD": str(FAKETIME), "FAKETIME": "+2d"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    now = datetime.now(UTC)
    assert datetime.fromisoformat(done.stdout.strip()) > now + timedelta(hours=47), "its clock was ahead"
    published = home / "earful-data" / "earful.duckdb"
    question = (
        "select last_complete_day, covered_to, (select max(day) from completeness where complete),"
        " (select max(started_at) from runs) from freshness"
    )
    ahead = query(published, question).rows[0]
    assert str(ahead[0]) > str(now.date()), "else there is nothing to mend"

    mending = night_alone(load(), Silent())
    assert mending.ok
    assert [note[:27] for note in mending.notes] == ["a run's clock was ahead by "]
    now = datetime.now(UTC)
    last_day, covered_to, complete, started = query(published, question).rows[0]
    assert str(last_day) == str(complete) == str(now.date() - timedelta(days=1))
    assert str(covered_to) <= str(now.replace(tzinfo=None))
    assert str(started) <= str(now.replace(tzinfo=None))
