"""The nights of benchmarks.limits: the configuration, one night in a process of its own, and one by ``earful run``."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.limits.honest import SERVICES
from benchmarks.limits.secrets import variable
from benchmarks.night.process_tree import Peak
from earful.connectors.errors import PullError
from earful.flows.config.scorers import scorers
from earful.flows.config.settings import Settings, load
from earful.flows.night.configured import note_configured
from earful.flows.night.plan import nightly_jobs
from earful.flows.night.pull import CutShortError, RunContext
from earful.flows.night.spooled import Pulled
from earful.flows.night.steps import fail
from earful.reports.page import write_page
from earful.warehouse import Landing, Store, land, open_store, publish, standing, start_run

ROOT = Path(__file__).parents[2]
#: Seconds of silence, of a whole answer, and pages of a listing that the nights allow: small, so that they are reached.
TIMEOUT, ANSWER_SECONDS, PAGES = 1.0, 2.0, 4
#: Answers that need more pages to be as bad as they can.
MORE_PAGES = {"long-texts-on-many-pages": 10}
#: Channels of every night that are honest: one over HTTP, one without.
HONEST = ("honest-steam", "honest-sample")


def configuration(folder: Path, urls: Mapping[str, str], answers: Iterable[str]) -> Path:
    """Write earful.toml: every HTTP service with each of the answers, and the honest channels."""
    lines = [
        'time_zone = "UTC"', "[[products]]", 'slug = "acme"', 'name = "Acme"', "own = true",
        'ids = { app_store = ["1"], steam = ["1"], google_play = ["com.acme.app"], reddit = ["acme"] }',
        "[[channels]]", 'name = "honest-sample"', 'connector = "sample"', "days = 3",
        "[[channels]]", 'name = "honest-steam"', 'connector = "steam"', f'base_url = "{urls["honest"]}"', "days = 3",
        "spacing = 0",
    ]  # fmt: skip
    for name in answers:
        for service in SERVICES:
            pages = min(MORE_PAGES.get(name, PAGES), 10 if service == "app_store_rss" else 1000)
            lines += [
                "[[channels]]", f'name = "{channel(service, name)}"', f'connector = "{service}"', "days = 3",
                f"timeout = {TIMEOUT}", f"answer_seconds = {ANSWER_SECONDS}", f"pages = {pages}",
                *_address(service, urls[name], name),
            ]  # fmt: skip
    file = folder / "earful.toml"
    file.write_text("\n".join(lines) + "\n")
    return file


def channel(service: str, answer: str) -> str:
    """The name of a channel."""
    return f"{service.replace('_', '-')}-{answer}"


def _address(service: str, url: str, name: str) -> list[str]:
    if service == "reddit":
        return [
            f'reddit_url = "{url}"',
            f'oauth_url = "{url}"',
            'username_env = "RD_USER"',
            'password_env = "RD_PASS"',
            'listings = ["new"]',
        ]
    if service == "google_play_api":
        return [f'api_endpoint = "{url}"', "spacing = 0", f'credentials_env = "{variable(name)}"']
    return [f'base_url = "{url}"', "spacing = 0"]


def night(file: Path) -> dict[str, Any]:
    """One night in this process, as flows.night.work but without Prefect: pulls side by side, landed as they come.

    Gives for each channel what it said ("" where it went well) and how long it took, what was published, and the most
    memory that the process had, in MB: in all, and while it pulled (publishing takes more than an honest pull).
    """
    settings = load(file)
    settings.data.mkdir(parents=True, exist_ok=True)
    spool = settings.data / "spool"
    spool.mkdir()
    run_context = RunContext(settings, scorers(settings), spool)
    now = datetime.now(UTC)
    said: dict[str, str] = {}
    took: dict[str, float] = {}
    notes: dict[str, str] = {}
    with open_store(settings.store, time_zone=settings.time_zone) as store:
        note_configured(store, settings, now)
        jobs = nightly_jobs(settings, lambda c, p: standing(store, c, p, now), now)
        start_run(store, "night", "nightly", now)
        _forget_peak()
        with ThreadPoolExecutor(8) as pool:

            def pull(job: Any, name: str) -> Pulled | Exception:  # noqa: ANN401 - a earful.flows.night.plan.Job
                began = time.monotonic()
                try:
                    return run_context.pull(job, name)
                except Exception as error:  # noqa: BLE001 - recorded, as a run does
                    return error
                finally:
                    took[job.channel] = time.monotonic() - began

            futures = {pool.submit(pull, job, f"{i:05d}"): job for i, job in enumerate(jobs)}
            for future in as_completed(futures):
                job, outcome = futures[future], future.result()
                if isinstance(outcome, CutShortError):  # what came before lands, and claims nothing
                    _land(store, settings, run_context, outcome.came, now)
                    outcome = outcome.error
                if isinstance(outcome, Exception):
                    if not isinstance(outcome, PullError):
                        print(f"{job.channel}: {type(outcome).__name__}: {outcome}"[:500], file=sys.stderr)
                    said[job.channel] = fail(store, "night", run_context, job.channel, job.shares[0], outcome).error
                else:
                    said[job.channel] = ""
                    notes[job.channel] = outcome.shares[0].coverage.note
                    _land(store, settings, run_context, outcome, now)
        pulling = _peak_mb()
        path = publish(store, settings.published).path
    write_page(path, settings.page)
    with duckdb.connect(str(path), read_only=True) as con:
        published = dict(con.execute("select channel, count(*) from posts group by 1").fetchall())
    return {
        "said": said,
        "notes": notes,
        "took": took,
        "published": published,
        "mb": max(pulling, _peak_mb()),
        "pulling_mb": pulling,
    }


def _land(store: Store, settings: Settings, run_context: RunContext, pulled: Pulled, now: datetime) -> None:
    channel = pulled.job.channel
    for came in pulled.shares:
        landing = Landing(
            run_id="night", channel=channel, source=settings.channel(channel).source, product=came.product,
            window=came.window, coverage=came.coverage, rows=list(came.files), rejected=came.rejected, gone=came.gone,
            aliases=pulled.aliases, scorer_version=run_context.scorers[came.product].version, now=now,
        )  # fmt: skip
        land(store, landing)


def _peak_mb() -> float:
    """The most resident memory since _forget_peak() on Linux; elsewhere since the process began."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def apart(file: Path) -> dict[str, Any]:
    """night() in a process of its own. Its output is kept beside the configuration; ``ended`` is false where it died.

    Started anew, not forked: who measures has threads by then, and a forked child may wait for ever for a
    lock of theirs.
    """
    out = file.with_name("terminal.txt")
    result = file.with_name("result.json")
    with out.open("wb") as terminal:
        command = [sys.executable, "-m", "benchmarks.limits.night", str(file), str(result)]
        done = subprocess.run(command, stdout=terminal, stderr=subprocess.STDOUT, check=False, cwd=ROOT)
    found: dict[str, Any] = json.loads(result.read_text()) if result.exists() else {}
    result.unlink(missing_ok=True)
    return found | {"ended": done.returncode == 0, "terminal": out.read_text("utf-8", "replace")}


def by_command(file: Path, env: Mapping[str, str], seconds: float) -> dict[str, Any]:
    """One ``earful run`` in a process of its own, the most memory that it had with all its children, and its output."""
    out = file.with_name("terminal.txt")
    temporary = file.with_name("tmp")
    temporary.mkdir(exist_ok=True)
    command = [sys.executable, "-c", "from earful.flows.cli.main import main; main()", "run", "--config", str(file)]
    began = time.monotonic()
    with out.open("wb") as terminal:
        run = subprocess.Popen(
            command,
            stdout=terminal,
            stderr=subprocess.STDOUT,
            env={**env, "TMPDIR": str(temporary), "PREFECT_HOME": str(file.with_name("prefect"))},
            cwd=file.parent,
        )
        peak = Peak(run.pid)
        try:
            code: int | None = run.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.kill()
            code = None
        peak.stop()
    with duckdb.connect(str(load(file).published), read_only=True) as con:
        published = dict(con.execute("select channel, count(*) from posts group by 1").fetchall())
    return {
        "exit": code,
        "seconds": round(time.monotonic() - began, 1),
        "mb": peak.mb,
        "published": published,
        "terminal": out.read_text("utf-8", "replace"),
    }


def found_marks(folder: Path, marks: list[bytes]) -> list[str]:
    """Where a mark is: files by their bytes, tables of DuckDB files by their values (which are packed in the bytes)."""
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = file.read_bytes()
        found += [f"{file.relative_to(folder)}: {mark.decode()}" for mark in marks if mark in data]
        if file.suffix == ".duckdb":
            found += [f"{file.relative_to(folder)}, {where}" for where in _in_tables(file, marks)]
    return found


def _in_tables(file: Path, marks: list[bytes]) -> list[str]:
    found = []
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables() where not internal").fetchall()
        for schema, table in tables:
            for mark in marks:
                asked = f'select count(*) from "{schema}"."{table}" t where contains(t::varchar, ?)'
                count = con.execute(asked, [mark.decode()]).fetchone()
                if count and count[0]:
                    found.append(f"{table}: {mark.decode()}")
    return found


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(night(Path(sys.argv[1]))))
