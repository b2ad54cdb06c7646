"""``python -m benchmarks.restore --archives N``: spoilt backups, each refused whole or restored whole.

A backup of a store with rows in every kind of table is spoilt in one way of benchmarks.restore.spoilt (bytes, members,
manifest, Parquet, folder; layouts 1 and 2) and restored over another store. It must either be refused in one line, the
other store being the same to the byte and nothing left beside it, or be restored: then every table of the store must
hold the rows of the Parquet file that the manifest lists, as pyarrow reads it from the archive, not DuckDB. Where the
way says which of both has to come (a comment in the .zip changes nothing, a missing table may not pass), that is
checked too. Every so many archives go through the command, for its exit code and its words.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.restore.backup import MANIFEST, REFUSED, RESTORED, Backup, as_first_layout
from benchmarks.restore.spoilt import EVEN_FOLDER, ONLY_FOLDER, WAYS, as_it_was
from benchmarks.restore.spoilt_parquet import parquet_flipped
from earful.connectors.base import Coverage, Window
from earful.connectors.post import Rejected
from earful.warehouse import Landing, WarehouseError, back_up, land, open_store, publish, register, restore
from earful.warehouse.landing.rows import SCHEMA

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = "UTC"
_CONFIG = """time_zone = "UTC"
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "demo"
connector = "sample"
[retention.by_source]
reddit = 36500
"""
#: Every so many archives are restored by the command; no divisor of the ways, so that each has its turn.
_COMMAND_EVERY = 47


def main() -> int:
    """Measure and say; 1 where one was half restored, changed the store, left something, or was called a bug."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.restore", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--archives", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-restore-") as folder:
        found = measure(Path(folder), arguments.archives, arguments.seed, commands=True)
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return int(bool(found["wrong"]) or found["refused"] + found["restored"] != found["archives"])


def measure(folder: Path, archives: int, seed: int, *, commands: bool) -> dict[str, Any]:
    """All figures, as plain values. ``commands``: some of them through ``earful restore``."""
    draw = random.Random(seed)
    _store(folder / "one" / "store.duckdb", posts=40, gone=("p1",))
    _store(folder / "other" / "store.duckdb", posts=7, gone=(), published=False)
    back_up(folder / "one" / "store.duckdb", folder / "kept", time_zone=ZONE, secret=b"a-secret\n")
    members = [(file.name, file.read_bytes()) for file in sorted((folder / "kept").iterdir())]
    unspoilt = _listed(folder / "kept")
    ways: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(archives):
        way = WAYS[number % len(WAYS)] if archives >= len(WAYS) else draw.choice(WAYS)
        backup = Backup(list(members))
        if draw.random() < 0.3:
            as_first_layout(backup, sizes=draw.random() < 0.5)
        if way in ONLY_FOLDER or (way in EVEN_FOLDER and draw.random() < 0.3):
            backup.folder = _as_it_is
        expected = way(backup, draw)
        source = folder / "spoilt"
        backup.write(source)
        by_command = commands and number % _COMMAND_EVERY == 0
        outcome, said, faults = _try(folder, source, unspoilt, fresh=draw.random() < 0.1, by_command=by_command)
        if way is parquet_flipped and outcome == RESTORED and faults and (rows := _listed(source, by_duckdb=True)):
            # pyarrow and DuckDB may read a broken page under its right hash differently; it is DuckDB that restores.
            faults = _try(folder, source, rows, fresh=True, by_command=False, read=False)[2]
        if expected in {REFUSED, RESTORED} and outcome != expected:
            faults.append(f"{outcome} and not {expected}")
        ways[way.__name__] += 1
        outcomes[outcome] += 1
        reasons[_kind(said)] += outcome == REFUSED
        wrong += [f"{number} {way.__name__}: {fault} ({said[:200]!r})" for fault in faults]
        _remove(source)
        _remove(source.with_name("spoilt.aside"))
    return {
        "archives": archives,
        "refused": outcomes[REFUSED],
        "restored": outcomes[RESTORED],
        "wrong": wrong,
        "unspoilt": ways[as_it_was.__name__],
        "by_command": -(-archives // _COMMAND_EVERY) if commands else 0,
        "ways": len(ways),
        "reasons": len(reasons),
        "most_common_reasons": reasons.most_common(12),
        "seed": seed,
        "duckdb": duckdb.__version__,
    }


def _try(
    folder: Path, source: Path, unspoilt: dict[str, list[str]], *, fresh: bool, by_command: bool, read: bool = True
) -> tuple[str, str, list[str]]:
    """Restore one; what came of it, what was said, and what was wrong with that.

    What was restored must be what pyarrow reads in it, or ``unspoilt`` where it cannot, or not ``read``.
    """
    home = folder / "home"
    home.mkdir()
    store = home / "earful-data" / "store.duckdb"
    store.parent.mkdir()
    if not fresh:
        shutil.copy(folder / "other" / "store.duckdb", store)
    before = _files(home)
    faults: list[str] = []
    if by_command:
        (home / "earful.toml").write_text(_CONFIG)
        outcome, said = _command(home, source)
    else:
        outcome, said = _call(store, source)
    if outcome == REFUSED:
        if "\n" in said.strip() or any(ord(c) < 32 for c in said.strip()):
            faults.append("more than one line, or control characters")
        after = {name: digest for name, digest in _files(home).items() if not by_command or name in before}
        if after != before or (by_command and not fresh and store.name not in " ".join(after)):
            faults.append(f"files were {sorted(before)}, are {sorted(after)}, or others of that name")
    elif outcome == RESTORED:
        # A byte that DuckDB does not look at (a statistic) may stop pyarrow: then the rows must be those from before.
        faults += _differences(store, (_listed(source) if read else {}) or dict(unspoilt))
    else:
        faults.append(outcome)
    if any(".restoring" in name for name in _files(home)):
        faults.append("its working folder is left")
    shutil.rmtree(home)
    return outcome, said, faults


def _call(store: Path, source: Path) -> tuple[str, str]:
    try:
        done = restore(store, source, time_zone=ZONE, wait=0)
    except WarehouseError as error:
        return REFUSED, str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what this looks for
        return f"a bug: {type(error).__name__}: {error}", str(error)
    return RESTORED, f"{done.rows} rows"


def _command(home: Path, source: Path) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", "from earful.flows.cli.main import main; main()",
         "restore", str(source), "--yes", "--json"],
        cwd=home, capture_output=True, text=True, check=False, timeout=300,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(home)},
    )  # fmt: skip
    if done.returncode == 0:
        return RESTORED, done.stdout
    if done.returncode == 4 and json.loads(done.stdout)["exit_code"] == 4:
        return REFUSED, done.stderr
    return f"exit {done.returncode}: {done.stderr[-500:]}", done.stderr


def _listed(source: Path, *, by_duckdb: bool = False) -> dict[str, list[str]]:
    """The rows of every table that the manifest lists, as pyarrow (or DuckDB) reads them; {} where it cannot."""
    try:
        if source.is_dir():
            files = {f.name: f.read_bytes() for f in source.iterdir() if f.is_file()}
        else:
            with zipfile.ZipFile(source) as packed:
                wanted = [i for i in packed.infolist() if i.file_size < 16 << 20]
                files = {info.filename: packed.read(info) for info in wanted}
        reads = _by_duckdb if by_duckdb else lambda content: pq.read_table(io.BytesIO(content))
        return {
            name: _rows(name, reads(files[table["file"]]))
            for name, table in json.loads(files[MANIFEST])["tables"].items()
        }
    except Exception:  # noqa: BLE001 - a spoilt one, in whatever way
        return {}


def _by_duckdb(content: bytes) -> pa.Table:
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as con:
        file.write(content)
        file.flush()
        con.execute("set TimeZone = 'UTC'")
        return con.read_parquet(file.name).to_arrow_table()


def _differences(store: Path, listed: dict[str, list[str]]) -> list[str]:
    """Where the store does not hold what is listed; which base belongs to it is no part of what is backed up."""
    with duckdb.connect(store, read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        names = {
            name for (name,) in con.execute("select table_name from duckdb_tables() where not internal").fetchall()
        }
        found = {name: _rows(name, con.sql(f'from "{name}"').to_arrow_table()) for name in names - {"migrations"}}
    for rows in (found, listed):
        rows["meta"] = [each for each in rows["meta"] if "'base" not in each]
    if found.keys() != listed.keys():
        return [f"tables {sorted(found.keys() ^ listed.keys())} are in one of both only"]
    return [
        f"{name}: {len(found[name])} rows, listed {len(listed[name])}" for name in found if found[name] != listed[name]
    ]


def _rows(name: str, table: pa.Table) -> list[str]:
    # The command goes on to finish an erasure that the backup holds unfinished: when that was is no part of the backup.
    left_out = {"finished_at"} if name == "erasures" else set[str]()
    return sorted(repr(sorted((k, v) for k, v in row.items() if k not in left_out)) for row in table.to_pylist())


def _files(folder: Path) -> dict[str, str]:
    """Every file and folder below, with the hash of what is in it."""
    return {
        str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() if f.is_file() else ""
        for f in folder.rglob("*")
    }


def _kind(said: str) -> str:
    """A message without the names and numbers in it."""
    words = said.rpartition(" is damaged: ")[2].split()
    return " ".join(word for word in words if "." not in word and "/" not in word and not any(map(str.isdigit, word)))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _as_it_is(_: Path) -> None:
    """Nothing more to do to the folder."""


def _store(path: Path, *, posts: int, gone: tuple[str, ...], published: bool = True) -> None:
    """A store with rows in most tables: posts, topics, edits, coverage, items set aside, and, once published, verdicts.

    ``gone`` has tombstones; the store that is restored over has none, else its own would rightly be in the new one.
    """
    window = Window(START, START + 30 * DAY)
    with open_store(path, time_zone=ZONE) as store:
        register(store, [("orbit", "Orbit", True)], [("rd", "reddit", "reddit")])
        rows = [_row(n) for n in range(posts)]
        for run, some, now_gone in (("r1", rows, ()), ("r2", [_edited(r) for r in rows[:3]], gone)):
            land(store, _landing(run, window, some, now_gone))
        if published:
            publish(store, path.with_name("earful.duckdb"), now=window.end + DAY)


def _landing(run: str, window: Window, rows: list[dict[str, Any]], gone: tuple[str, ...]) -> Landing:
    table = pa.Table.from_pylist(rows, schema=pa.schema([(f.name, f.type) for f in SCHEMA]))
    return Landing(
        run_id=run, channel="rd", source="reddit", product="orbit", window=window, coverage=Coverage.whole(window),
        scorer_version="v1", now=window.end + (DAY if run == "r1" else 2 * DAY), rows=table,
        rejected=(Rejected("odd", "no date"),), gone=gone,
    )  # fmt: skip


def _row(number: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "source": "reddit", "channel": "rd", "post_id": f"p{number}", "kind": "post", "product": "orbit", "market": "",
        "created_at": START + number * DAY / 2, "author": f"{number % 5:032d}", "title": "",
        "text": f"it's a word, the {number}th — 😀", "rating": 1 + number % 5, "likes": number, "app_version": "1.0",
        "language": "en", "scored": True, "compound": number % 9 / 10 - 0.4, "positive": 0.2, "neutral": 0.7,
        "negative": 0.1, "vader_compound": 0.5, "capped": False,
        "topics": [{"topic": "ads", "compound": 0.1, "sentences": 1}],
    }  # fmt: skip
    return {name: values.get(name) for name in SCHEMA.names}


def _edited(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "compound": 0.9, "edited_at": row["created_at"] + DAY}
