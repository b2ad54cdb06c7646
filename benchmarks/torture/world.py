"""One `earful up` with a night every minute, started again when it ends, as a service manager would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.signals.left import free_port
from benchmarks.torture.clock import Clock
from earful.flows.datafolder import journal
from earful.warehouse.reading.opening import open_published

ROOT = Path(__file__).parents[2]
MAIN = "from earful.flows.cli.entry import main; main()"
CONFIG = """
[server]
hung_seconds = 20
[schedule]
nightly = "* * * * *"
[[products]]
slug = "orbit"
name = "Orbit"
ids = {{ steam = "440" }}
[[channels]]
name = "steam"
connector = "steam"
base_url = "{url}"
spacing = 0
days = 90
"""
#: Who is told, several for the same; not in the clean run beside it.
ALERTS = "".join(
    f"""
[[alerts]]
name = "desk-{number}"
kind = "webhook"
what = ["worse", "better", "silent", "spam", "failed_night", "backlog"]
to_env = "EARFUL_TORTURE_DESK"
secret_env = "EARFUL_TORTURE_KEY"
at_most = 1000
"""
    for number in range(4)
)


class LateError(Exception):
    """What was waited for did not come."""


class World:
    """``home`` is the folder of the configuration, on a disk of its own."""

    def __init__(self, home: Path, url: str, desk: str = "", clock: Clock | None = None) -> None:
        self.clock = clock
        self.home, self.data, self.starts = home, home / "earful-data", 0
        home.mkdir(exist_ok=True)
        (home / "earful.toml").write_text(CONFIG.format(url=url) + (ALERTS if desk else ""))
        self._desk = {"EARFUL_TORTURE_DESK": desk, "EARFUL_TORTURE_KEY": "a key"} if desk else {}
        self._up: subprocess.Popen[bytes] | None = None
        self._port = free_port()

    def env(self) -> dict[str, str]:
        """Nothing of the developer's own Prefect or earful."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
        return clean | {"PYTHONPATH": str(ROOT), "EARFUL_TORTURE": str(self.home)} | self._desk

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        command = [sys.executable, "-c", MAIN, *arguments]
        return subprocess.run(command, cwd=self.home, env=self.env(), capture_output=True, text=True, check=False)

    def tend(self) -> None:
        """Start `earful up` where it does not run."""
        if self._up is not None and self._up.poll() is None:
            return
        self.starts += 1
        command = [sys.executable, "-c", MAIN, "up", "--no-open", "--port", str(self._port)]
        if self.clock is not None:
            command = self.clock.command(*command)
        # Not on the disk that is filled.
        with (self.home.parent.parent / "up.log").open("ab") as log:
            self._up = subprocess.Popen(
                command, cwd=self.home, env=self.env(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def stop(self) -> None:
        """End it in order."""
        if self._up is not None and self._up.poll() is None:
            self._up.send_signal(signal.SIGTERM)
            self._up.wait(60)

    def pids(self, what: str) -> list[int]:
        """Processes of this world: up, server, worker, flow or any."""
        found = []
        for each in Path("/proc").iterdir():
            if not each.name.isdigit():
                continue
            try:
                ours = f"EARFUL_TORTURE={self.home}".encode() in (each / "environ").read_bytes()
                words = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue  # gone meanwhile, or not ours
            ours = ours or (self.home.name in words and "earful.flows.process.child" in words)
            kind = (
                "server" if "earful.flows.server.serve" in words
                else "flow" if "prefect.engine" in words
                else "worker" if "prefect worker" in words
                else "up" if " up --no-open" in words
                else "other"
            )  # fmt: skip
            if (ours or self._child(int(each.name))) and what in {"any", kind}:
                found.append(int(each.name))
        return found

    def _child(self, pid: int) -> bool:
        """Whether it was started in this home: parts are not given our mark, but its folder for temporary files."""
        try:
            return str(self.data).encode() in Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False

    def wait(self, what: str, ready: Callable[[], bool], seconds: float = 300) -> None:
        """Until ``ready``, starting `earful up` again meanwhile. Raises LateError."""
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                raise LateError(f"{what}: not within {seconds:.0f} s")
            self.tend()
            time.sleep(0.3)

    def outbox(self) -> list[tuple[str, str, datetime | None]]:
        """Messages of alerts, their status, and when they were delivered (aware). Raises OSError where it is in use."""
        sql = "select message, status, delivered_at from alert_outbox"
        try:
            with duckdb.connect(str(self.data / "store.duckdb"), read_only=True) as con:
                rows = con.execute(sql).fetchall()
        except duckdb.IOException as error:
            raise OSError(str(error)) from None
        return [(message, status, at and at.replace(tzinfo=UTC)) for message, status, at in rows]

    def nothing_waits(self) -> bool:
        """Whether every message was taken, or is not to be sent any more."""
        try:
            return all(status in {"delivered", "dropped", "summed"} for _, status, _ in self.outbox())
        except OSError:
            return False

    def events(self, since: datetime, part: str, word: str = "") -> int:
        """How many events of a part there were since then, with that word."""
        return sum(e.part == part and word in e.what for e in journal.events(self.data, since))

    def night_since(self, since: datetime, until: datetime | None = None) -> bool:
        """Whether a night that began since then, and before ``until`` (now), was published as well ended."""
        before = (until or datetime.now(UTC)).replace(tzinfo=None)
        try:
            with open_published(self.data / "earful.duckdb") as con:
                rows = con.execute(
                    "select max(started_at) from runs"
                    " where kind = 'nightly' and status = 'ok' and started_at <= $before",
                    {"before": before},
                ).fetchall()
        except (duckdb.Error, OSError):
            return False
        return rows[0][0] is not None and rows[0][0].replace(tzinfo=UTC) >= since
