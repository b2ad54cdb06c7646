"""``python -m benchmarks.service --json``: the units of `earful service install` under a real systemd, a night each.

systemd runs as the first process of name spaces of its own (processes, mounts, host name, cgroups), from a folder that
holds the unit as it was installed and empty stand-ins for the targets that it names: nothing else of the machine is
started. So ExecStart, environment file, folder and every limit of the unit are what systemd itself makes of them. Of
each kind (the user's unit, the system's with User=root) it is waited for a night; then systemd stops it.

- nights: that were published as well ended, of ``asked`` kinds. limits: kinds whose process had what the unit says (no
  new privileges, a filter of system calls; the system's no capability, and a /usr that it cannot write).
- environment: kinds whose process had the secret of its environment file; terminals: processes with one (0).
- ended: kinds that systemd calls ended with success after SIGTERM; left: processes and files that stayed (0).

Not shown here: a machine that boots, lingering (loginctl), and a user's own systemd. Needs Linux, root, `unshare` and
systemd's own program; ends with 2 where one is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.signals.left import free_port
from earful.flows.config.settings import Settings, load
from earful.flows.service.install import service_of
from earful.flows.service.unit import Service
from earful.warehouse.reading.opening import open_published

SYSTEMD = Path("/lib/systemd/systemd")
TARGETS = ("sysinit", "basic", "shutdown", "multi-user", "default", "network-online")
CONFIG = """
[schedule]
nightly = "* * * * *"
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "reviews"
connector = "sample"
days = 20
[[alerts]]
name = "desk"
kind = "webhook"
to_env = "EARFUL_PROOF_DESK"
secret_env = "EARFUL_PROOF_KEY"
"""
SECRET = "http://127.0.0.1:9/a-secret-of-the-environment-file"
#: A night takes half a minute here; the first one of a minute begins within one. Seconds.
PATIENCE = 240.0


def main() -> int:
    """Measure and say; 1 where anything is not as it must be, 2 where it cannot be tried."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    arguments = parser.parse_args()
    if os.geteuid() != 0 or not SYSTEMD.exists() or not shutil.which("unshare"):
        print("needs root, unshare and systemd", file=sys.stderr)
        return 2
    found: dict[str, Any] = {
        "asked": 2,
        "nights": 0,
        "limits": 0,
        "environment": 0,
        "terminals": 0,
        "ended": 0,
        "left": 0,
    }
    for user in (None, "root"):
        # Not in /tmp: a unit with PrivateTmp has another. In a home, as people do: it is read-only but for its folder.
        with tempfile.TemporaryDirectory(dir=Path.home(), prefix="earful-service-") as folder:
            for name, number in _trial(Path(folder), user).items():
                found[name] += number
    found["ok"] = all(found[name] == found["asked"] for name in ("nights", "limits", "environment", "ended")) and not (
        found["terminals"] or found["left"]
    )
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return 0 if found["ok"] else 1


def _trial(folder: Path, user: str | None) -> dict[str, int]:
    root, units = folder / "home", folder / "units"
    root.mkdir()
    units.mkdir()
    (root / "earful.toml").write_text(CONFIG)
    settings = load(root / "earful.toml")
    service = service_of(settings, "earful", free_port(), user)
    settings.data.mkdir(mode=0o700)
    _write(units, service)
    service.environment.parent.mkdir(parents=True, exist_ok=True)
    service.environment.write_text(f"EARFUL_PROOF_DESK={SECRET}\nEARFUL_PROOF_KEY=key\n")
    with _booted(units, folder / "systemd.log") as first:
        nights = _until(lambda: _night(settings))
        up = _up(service)
        found = {
            "nights": int(nights),
            "limits": int(bool(up) and _limited(up[0], whole=user is not None)),
            "environment": int(bool(up) and SECRET.encode() in Path(f"/proc/{up[0]}/environ").read_bytes()),
            "terminals": sum(_has_terminal(pid) for pid in _of(settings)),
        }
        inside = ["nsenter", "--target", str(first), "--mount", "--pid", "systemctl"]
        subprocess.run([*inside, "stop", "earful.service"], check=False, timeout=60, capture_output=True)
        asked = subprocess.run(
            [*inside, "show", "-p", "Result", "-p", "ExecMainStatus", "earful.service"],
            check=False, timeout=60, capture_output=True, text=True,
        )  # fmt: skip
        found["ended"] = int(set(asked.stdout.split()) == {"Result=success", "ExecMainStatus=143"})
        left = len(_of(settings)) + len(list((settings.data / "tmp").iterdir()))
    service.environment.unlink()
    if not nights or not found["limits"] or not found["ended"]:
        print((folder / "systemd.log").read_text("utf-8", "replace")[-3000:], asked, file=sys.stderr)
    return {**found, "left": left}


def _write(units: Path, service: Service) -> None:
    """The unit as it is installed, what starts it, and empty targets in place of the machine's."""
    (units / "earful.service").write_text(service.unit())
    for name in TARGETS:
        (units / f"{name}.target").write_text("[Unit]\nDefaultDependencies=no\n")
    (units / "proof.target").write_text("[Unit]\nDefaultDependencies=no\nWants=earful.service\n")


@contextmanager
def _booted(units: Path, log: Path) -> Iterator[int]:
    """A systemd with these units alone; yields its process as it is seen from outside."""
    # /run of its own: systemd's sockets are there.
    start = f"mount -t tmpfs tmpfs /run && exec {SYSTEMD} --system --unit=proof.target --log-target=console"
    command = ["unshare", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--fork", "--mount-proc", "--kill-child"]
    env = {"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": str(units), "container": "other"}
    with log.open("wb") as out:
        outer = subprocess.Popen(
            [*command, "sh", "-c", start], env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
    try:
        children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
        _until(lambda: bool(children.read_text().split()))
        yield int(children.read_text().split()[0])
    finally:
        outer.send_signal(signal.SIGKILL)  # and with it the first process, and with that all of them
        outer.wait(30)


def _until(ready: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True


def _night(settings: Settings) -> bool:
    try:
        with open_published(settings.published) as con:
            rows = con.execute("select count(*) from runs where kind = 'nightly' and status = 'ok'").fetchall()
    except (duckdb.Error, OSError):
        return False
    return bool(rows[0][0])


def _of(settings: Settings) -> list[int]:
    """Processes that work in this folder, systemd itself not."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                at = (each / "cwd").readlink()
                words = (each / "cmdline").read_bytes()
            except OSError:
                continue  # gone meanwhile
            if at.is_relative_to(settings.root) and words:
                found.append(int(each.name))
    return found


def _up(service: Service) -> list[int]:
    """The process of ExecStart."""
    config = str(service.config).encode()
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                words = (each / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"up" in words and config in words:
                found.append(int(each.name))
    return found


def _limited(pid: int, *, whole: bool) -> bool:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    held = {name: status[name].strip() for name in ("NoNewPrivs", "Seccomp", "CapEff", "CapBnd")}
    if (held["NoNewPrivs"], held["Seccomp"]) != ("1", "2"):
        return False
    if not whole:
        return True
    mounts = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
    options = {mount[4]: mount[5].split(",") for mount in mounts}
    return int(held["CapEff"], 16) == int(held["CapBnd"], 16) == 0 and "ro" in options["/"] and "/tmp" in options


def _has_terminal(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[4] != "0"
    except OSError:
        return False  # gone meanwhile
