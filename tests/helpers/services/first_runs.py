"""Two `earful run` that begin at once in a new folder: one waits for a service, the other ends beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from our_server import MAIN, Command, begun, clean_environment, processes
from running import environment, wait_for

from benchmarks.first_runs import DEAD, POSTS
from earful.flows.server.guard import credential

#: What the file holds lands at once; the other channel's service lets wait.
CONFIG = """
[[products]]
slug = "acme"
name = "Acme"
ids = {{ steam = "440" }}
[[channels]]
name = "reviews"
connector = "files"
kind = "review"
paths = ["in.csv"]
start = 2026-03-01
end = 2026-03-10
[[channels]]
name = "steam"
connector = "steam"
base_url = "{url}"
timeout = 200
"""


@dataclass(frozen=True)
class FirstRuns:
    """The run that waits for its service, and of the other, which has not asked it, its exit code and what it said."""

    waits: Command
    code: int
    said: tuple[str, str]


@contextmanager
def two_first_runs(home: Path) -> Iterator[FirstRuns]:
    """Neither finds a data folder, a secret, a store or a database of Prefect's. Both land what the file holds.

    The other has dead proxies in its environment (shared/cases/proxy). Beside them lies a file that is meant for another
    server of Prefect's, and had ours ask for a password that nobody has. Needs /proc: nobody is told of a run's server.
    """
    (home / "in.csv").write_text(POSTS)
    (home / ".env").write_text("PREFECT_API_URL=http://127.0.0.1:9/api\nPREFECT_SERVER_API_AUTH_STRING=a:b\n")
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), DEAD)
    with begun(home, "run", config=CONFIG) as ours:
        other = subprocess.Popen(
            [sys.executable, "-c", MAIN, "run", "--channel", "reviews", "--json"],
            cwd=home,
            env=clean_environment(TMPDIR=str(home / "system-tmp"), **proxies),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            wait_for(ours.process, "a request", ours.late.asked.is_set)
            said = other.communicate(timeout=240)
        finally:
            other.kill()
        server = next(p for p in processes(home) if b"earful.flows.server.serve" in (p / "cmdline").read_bytes())
        given = dict(pair.partition("=")[::2] for pair in environment(server).decode().split("\0"))
        waits = replace(
            ours,
            base=f"http://127.0.0.1:{json.loads(given['EARFUL_SERVER'])['port']}",
            credential=given[credential.AUTH_ENV],
        )
        yield FirstRuns(waits, other.returncode, said)
