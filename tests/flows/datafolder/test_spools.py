"""Which runs live: a lock says it, so that a killed run's leftovers go at once and a living run's never."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from earful.flows.datafolder.spool import at_work, living, remove_texts, spool_folder, sweep
from earful.flows.errors import UserError
from earful.warehouse import LOST, end_lost, open_store, start_run

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
#: A run that makes its spool, says so, and waits to be killed.
RUN = """
import sys
from pathlib import Path
from earful.flows.datafolder.spool import spool_folder
with spool_folder(Path(sys.argv[1]), sys.argv[2], "flow-" + sys.argv[2]) as folder:
    (folder / "texts.parquet").write_text("words")
    print("at work", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path):
    started = []

    def one(run_id):
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(tmp_path), run_id], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"at work\n"
        return process

    yield one
    for process in started:
        process.kill()
        process.communicate()


def kill(process):
    process.kill()
    process.wait()


@pytest.mark.process
def test_a_run_leaves_nothing_and_one_that_was_killed_is_swept_by_the_next(tmp_path, start):
    alive, dead = start("alive"), start("dead")
    assert living(tmp_path) == {"alive", "dead"}
    assert [(run.kind, run.process) for run in at_work(tmp_path)] == [("run", alive.pid), ("run", dead.pid)]
    kill(dead)
    assert living(tmp_path) == {"alive"}
    assert [run.process for run in at_work(tmp_path)] == [alive.pid]
    swept = sweep(tmp_path)
    assert (swept.removed, swept.at_work, swept.flow_runs) == (1, 1, ("flow-dead",))
    with spool_folder(tmp_path, "next") as folder:
        assert living(tmp_path) == {"alive", "next"}
        assert folder.is_dir()
        assert (tmp_path / "spool" / "alive" / "texts.parquet").is_file()
        assert not (tmp_path / "spool" / "dead").exists()
    assert living(tmp_path) == {"alive"}
    assert alive.poll() is None
    kill(alive)
    with spool_folder(tmp_path, "last"):  # a new run sweeps by itself
        assert living(tmp_path) == {"last"}
    assert not list((tmp_path / "spool").iterdir())


@pytest.mark.process
def test_the_store_says_of_a_killed_run_that_it_failed_and_nothing_of_a_living_one(tmp_path, start):
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        for run_id in ("alive", "dead", "other"):
            start_run(store, run_id, "upkeep" if run_id == "other" else "nightly", NOW)
    start("alive")
    kill(start("dead"))
    for found in (1, 0):
        with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
            assert end_lost(store, ["nightly"], living(tmp_path)) == found
            rows = store.con.execute("select run_id, status, ended_at, error from runs order by run_id").fetchall()
            assert rows == [
                ("alive", "running", None, None),
                ("dead", "failed", None, LOST),
                ("other", "running", None, None),
            ]


def test_a_spool_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "spool").write_text("in the way")
    with pytest.raises(UserError, match="spool"), spool_folder(tmp_path, "run"):
        pass


@pytest.mark.process
def test_posts_of_the_dead_go_and_prefect_s_id_of_the_run_stays(start, tmp_path):
    dead, alive = start("dead"), start("alive")
    dead.kill()
    dead.wait()
    remove_texts(tmp_path)
    assert sorted(str(f.relative_to(tmp_path / "spool")) for f in (tmp_path / "spool").rglob("*") if f.is_file()) == [
        "alive/flow-run",
        "alive/texts.parquet",
        "alive/who",
        "dead/flow-run",
    ]
    assert alive.poll() is None
