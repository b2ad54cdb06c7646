"""``python -m benchmarks.first_runs --pairs 20 --json``: two first runs at once in one folder, again and again.

Each pair starts `earful run` twice in a new folder, which has a configuration, two reviews in a file, nothing else:
both find no data folder, no secret, no store and no database of Prefect's. Both must end with 0, and what they leave
must be what one run leaves: two posts, one secret, a published file that opens. A dead proxy is named in the
environment of one of the two, since neither may ask its own server through one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

CONFIG = """
[[products]]
slug = "acme"
name = "Acme"
[[channels]]
name = "reviews"
connector = "files"
kind = "review"
products = ["acme"]
paths = ["in.csv"]
start = 2026-03-01
end = 2026-03-10
"""
POSTS = "post_id,created_at,text,rating\n1,2026-03-04,Great app,5\n2,2026-03-05,Too slow,1\n"
DEAD = "http://127.0.0.1:9"  # the port of "discard": nobody listens there
#: A run that takes so long hangs. Seconds.
LONGEST = 600.0


def main() -> int:
    """Measure and say; 1 where a pair did not end right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_runs", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--pairs", type=int, default=20, help="pairs of runs (default 20)")
    arguments = parser.parse_args()
    found = measure(arguments.pairs)
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return int(found["right"] != found["pairs"])


def measure(pairs: int) -> dict[str, Any]:
    """How many pairs ended right, and what was wrong with the others."""
    began = time.monotonic()
    wrong: list[str] = []
    for _ in range(pairs):
        with tempfile.TemporaryDirectory(prefix="earful-first-") as folder:
            wrong += pair(Path(folder))[:1]
    return {"pairs": pairs, "right": pairs - len(wrong), "wrong": wrong, "seconds": round(time.monotonic() - began)}


def pair(folder: Path) -> list[str]:
    """Run one; gives all that was not right."""
    (folder / "earful.toml").write_text(CONFIG, "utf-8")
    (folder / "in.csv").write_text(POSTS, "utf-8")
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), DEAD)
    runs = [_start(folder, more) for more in ({}, proxies)]
    try:
        said = [run.communicate(timeout=LONGEST) for run in runs]
    finally:
        for run in runs:
            run.kill()
    wrong = [
        f"exit {run.returncode}: {err.strip()[-300:]}"
        for run, (_, err) in zip(runs, said, strict=True)
        if run.returncode
    ]
    return wrong or left_behind(folder / "earful-data")


def left_behind(data: Path) -> list[str]:
    """What the two left behind in their data folder that is not as one run leaves it."""
    wrong = []
    with duckdb.connect(str(data / "earful.duckdb"), read_only=True) as con:
        posts = con.execute("select post_id from posts order by post_id").fetchall()
    if posts != [("1",), ("2",)]:
        wrong.append(f"posts: {posts}")
    if len((data / "author.secret").read_text().split()) != 1:
        wrong.append("more than one secret")
    leftovers = [f.name for f in data.iterdir() if f.name.startswith((".probe-", "spool-"))]
    return wrong + [f"left: {name}" for name in leftovers]


def _start(folder: Path, more: dict[str, str]) -> subprocess.Popen[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL")) and "PROXY" not in k.upper()}
    root = str(Path(__file__).parent.parent)
    return subprocess.Popen(
        [sys.executable, "-c", "from earful.flows.cli.main import main; main()", "run", "--json"],
        cwd=folder,
        env=env | {"PYTHONPATH": root} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


if __name__ == "__main__":
    sys.exit(main())
