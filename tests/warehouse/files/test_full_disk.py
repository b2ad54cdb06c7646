"""A disk that fills up in the middle: one line, and the store and the published file are as they were."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from landing import AGGREGATES, NOW, T0, put, row, rows_of

from earful.warehouse import Store, WarehouseError, open_store, publish, query

TABLES = (*AGGREGATES, "posts", "texts", "coverage", "watermarks")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small tmpfs (root)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def posts(first: int, number: int) -> list[dict[str, Any]]:
    noise = random.Random(first)  # does not compress
    return [row(f"p{first + i}", T0, text=noise.randbytes(400).hex()) for i in range(number)]


def state(store: Store) -> dict[str, Any]:
    return {name: rows_of(store, name, without="") for name in TABLES}


@pytest.mark.slow
@pytest.mark.parametrize("number", [12_000, 24_000])
def test_a_full_disk_leaves_everything_as_it_was(small_disk: Path, number: int) -> None:
    path, out = small_disk / "store.duckdb", small_disk / "earful.duckdb"
    with open_store(path, time_zone="UTC") as store:
        put(store, *posts(0, 500))
        publish(store, out, now=NOW)
        before = state(store)
    page = out.read_bytes()
    with open_store(path, time_zone="UTC") as store:
        with pytest.raises(WarehouseError) as caught:
            put(store, *posts(1000, number))
        assert str(caught.value).startswith(f"the disk with {path} is full; nothing of this step was kept")
    with open_store(path, time_zone="UTC") as store:
        assert state(store) == before
        assert put(store, *posts(0, 500)).unchanged == 500
    assert out.read_bytes() == page
    assert query(out, "select count(*) from posts").rows == ((500,),)


def test_a_full_disk_while_publishing_keeps_the_old_file(small_disk: Path) -> None:
    path, out = small_disk / "store.duckdb", small_disk / "earful.duckdb"
    with open_store(path, time_zone="UTC") as store:
        put(store, *posts(0, 500))
        publish(store, out, now=NOW)
        page = out.read_bytes()
        free = small_disk / "ballast"
        left = subprocess.run(
            ["df", "-k", "--output=avail", str(small_disk)], capture_output=True, text=True, check=True
        )
        free.write_bytes(bytes((int(left.stdout.split()[-1]) - 300) * 1024))
        with pytest.raises(WarehouseError, match=r"disk .* is full"):
            publish(store, out, now=NOW)
        assert out.read_bytes() == page
        assert {f.name for f in small_disk.iterdir()} <= {
            "store.duckdb", "store.duckdb.wal", "store.base.duckdb", "earful.duckdb", "ballast", "store.duckdb.tmp",
        }  # fmt: skip
        free.unlink()
        assert publish(store, out, now=NOW).rows == 500
