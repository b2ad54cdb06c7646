"""What a command of benchmarks.signals leaves: published rows, processes, files; and when it can be stopped at all."""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
from pathlib import Path

from earful.warehouse.reading.opening import open_published

#: What must be as after a clean run, in the published file and in the store.
TABLES = ("daily", "daily_version", "daily_topic", "posts", "post_topics", "trend", "verdicts")
#: When something was landed, seen or computed: of this run, not of its result.
TIMES = frozenset({"first_seen_at", "updated_at"})


def digest(home: Path) -> str:
    """Of every published row and column but when it was landed. "" where nothing is published."""
    published = home / "earful-data" / "earful.duckdb"
    if not published.exists():
        return ""
    seen = hashlib.sha256()
    with open_published(published) as con:
        for table in TABLES:
            columns = [name for name, *_ in con.execute(f"describe {table}").fetchall() if name not in TIMES]
            rows = con.execute(f"select {', '.join(columns)} from {table} order by all").fetchall()
            seen.update(repr((table, columns, rows)).encode())
    return seen.hexdigest()


def until_caught(process: subprocess.Popen[str]) -> None:
    """Wait until the process catches SIGTERM: until the first line of its ``main``."""
    bit = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        if any(line.startswith("SigCgt:") and int(line.split()[1], 16) & bit for line in lines):
            return


def processes_of(home: Path) -> int:
    """Processes that work in the folder, or were given it in their environment."""
    return sum(str(home).encode() in _environment(each) for each in Path("/proc").iterdir() if each.name.isdigit())


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""  # not ours, or gone meanwhile


def files_in(folder: Path) -> list[Path]:
    """All that is in it, at any depth; nothing where it is not there."""
    return list(folder.rglob("*")) if folder.exists() else []


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
