"""What DuckDB spills holds words: it is for the owner only, and a killed process's goes with the next opening."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from landing import T0, put, row, span

from earful.warehouse import open_store, rewrite

MARK = "QSPILLMARK"
KILLED = f"""
import os, signal, sys
from pathlib import Path
from earful.warehouse import open_store
with open_store(Path(sys.argv[1]), time_zone="UTC") as store:
    store.con.execute("set memory_limit = '60MB'")
    store.con.execute("set threads = 2")
    words = "'{MARK}' || i || repeat(md5(i::varchar), 8)"
    store.con.execute(f"create temp table x as select i, {{words}} as words from range(400000) as r (i)")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.process
def test_what_a_killed_process_spilled_is_private_and_gone_with_the_next_opening(tmp_path: Path) -> None:
    path, spill = tmp_path / "store.duckdb", tmp_path / "store.duckdb.tmp"
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=Path(__file__).parents[3], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert any(MARK.encode() in f.read_bytes() for f in spill.iterdir())
    assert spill.stat().st_mode & 0o777 == 0o700
    with open_store(path, time_zone="UTC"):
        assert list(spill.iterdir()) == []
    assert not spill.exists()


def test_a_folder_that_an_earlier_version_left_open_to_all_is_closed(tmp_path: Path) -> None:
    path, spill = tmp_path / "store.duckdb", tmp_path / "store.duckdb.tmp"
    spill.mkdir(mode=0o755)
    (spill / "duckdb_temp_block-1.block").write_text(MARK)
    with open_store(path, time_zone="UTC") as store:
        put(store, row("p1", T0), window=span(0, 1))
        rewrite(store, datetime.now(UTC))
        assert list(spill.iterdir()) == []
        assert spill.stat().st_mode & 0o777 == 0o700
    assert sorted(f.name for f in tmp_path.iterdir()) == ["store.duckdb"]


def test_spilling_works_in_the_folder_that_is_there(tmp_path: Path) -> None:
    path, spill = tmp_path / "store.duckdb", tmp_path / "store.duckdb.tmp"
    with open_store(path, time_zone="UTC") as store:
        store.con.execute("set memory_limit = '60MB'")
        store.con.execute("set threads = 2")
        wide = "select i, repeat(md5(i::varchar), 8) as words from range(400000) as r (i)"
        store.con.execute(f"create temp table x as {wide}")
        assert list(spill.iterdir())
        assert spill.stat().st_mode & 0o777 == 0o700
        assert store.con.execute("select count(*), count(distinct i) from x").fetchall() == [(400000, 400000)]
    assert not spill.exists() or list(spill.iterdir()) == []
