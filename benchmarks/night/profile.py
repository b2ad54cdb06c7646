"""Where a night's CPU seconds go, and how much of its files it reads: ``python -m benchmarks.night.profile``.

    python -m benchmarks.night.profile REPORT.json FOLDER run --config earful.toml

runs the command in this process, with clocks around the functions in ``STAGES`` (set once its modules are imported) and
a count of the bytes that come from files below FOLDER. The figures of benchmarks.night itself come from runs without.

- Reading, scoring and spooling run in threads of their own, beside the main one: CPU seconds of their thread.
- Landing, publishing and the page run one after the other in the main thread: CPU seconds of the whole process (DuckDB
  has threads) while they last, without those of the other threads, as far as the two can be told apart where they run
  at the same time. A stage inside another is taken out of it.
- ``imports``: from the start of the interpreter until the run begins. ``server``: Prefect's server, a child process,
  from its start to its end. ``rest``: what is left: Prefect's client, opening the store, the summary.
"""

# ruff: noqa: ANN401 - it wraps functions of any kind

from __future__ import annotations

import importlib
import io
import json
import resource
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

#: Stage -> the functions whose time it is, as MODULE:NAME seen from where they are called. "threads" as said above.
STAGES = {
    "reading": ("threads", "connectors.files.connector:FilesConnector._pages"),
    "scoring": ("threads", "sentiment.columnar:ColumnarScorer.score_page"),
    "spooling": ("threads", "flows.night.spooled:spool"),
    "landing": ("main", "flows.night.steps:land"),
    "publishing: words": ("main", "warehouse.publishing.insights:_words"),
    "publishing: near copies": (
        "main", "warehouse.publishing.near_copies:refresh", "warehouse.publishing.insights:clusters",
    ),
    "publishing: verdicts": ("main", "warehouse.publishing.publish:update_verdicts"),
    "publishing: rest": ("main", "flows.night.steps:publish"),
    "page": ("main", "flows.jobs.page:write_page"),
}  # fmt: skip


class Clock:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()
        self._open = ["imports"]
        self._marked = 0.0  # since the interpreter began

    def begin(self) -> None:
        """The run begins: what was until now were imports."""
        self._charge()
        self._open = ["rest"]

    def end(self) -> None:
        """The run is over."""
        self._charge()

    @contextmanager
    def main(self, stage: str) -> Iterator[None]:
        """A stretch of the main thread."""
        self._charge()
        self._open.append(stage)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()

    def thread(self, stage: str, seconds: float) -> None:
        """CPU seconds of another thread, which are not those of what the main one is at."""
        with self._lock:
            self.seconds[stage] += seconds
            self.seconds[self._open[-1]] -= seconds

    def _charge(self) -> None:
        now = time.process_time()
        with self._lock:
            self.seconds[self._open[-1]] += now - self._marked
        self._marked = now


def watch(clock: Clock) -> None:
    """Put the clocks around the functions. Raises LookupError where one of them is gone."""
    clock.begin()
    for stage, where, holder, name in list(found()):
        wrap = _in_thread if where == "threads" else _in_main
        setattr(holder, name, wrap(clock, stage, getattr(holder, name)))


def found() -> Iterator[tuple[str, str, Any, str]]:
    """Each function of STAGES: its stage, "threads" or "main", what holds it, its name there. Raises LookupError."""
    for stage, (where, *places) in STAGES.items():
        for place in places:
            module, _, name = place.partition(":")
            holder: Any = importlib.import_module(f"earful.{module}")
            *outer, last = name.split(".")
            for each in outer:
                holder = getattr(holder, each)
            if not hasattr(holder, last):
                raise LookupError(f"{place} is gone: name in STAGES what {stage!r} is now")
            yield stage, where, holder, last


def _in_main(clock: Clock, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **named: Any) -> Any:
        with clock.main(stage):
            return function(*args, **named)

    return timed


def _in_thread(clock: Clock, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **named: Any) -> Any:
        began = time.thread_time()
        found = function(*args, **named)
        clock.thread(stage, time.thread_time() - began)
        return _steps(clock, stage, found) if hasattr(found, "send") else found

    return timed


def _steps(clock: Clock, stage: str, pages: Any) -> Any:
    """A generator, timed while it works."""
    try:
        while True:
            began = time.thread_time()
            try:
                page = next(pages)
            except StopIteration as end:
                return end.value
            finally:
                clock.thread(stage, time.thread_time() - began)
            yield page
    finally:
        pages.close()


class Counted(io.FileIO):
    """A file whose bytes are counted as they come from the system."""

    read_bytes = 0

    def readinto(self, buffer: Any) -> int | None:
        got = super().readinto(buffer)
        Counted.read_bytes += got or 0
        return got

    def readall(self) -> bytes:
        got = super().readall()
        Counted.read_bytes += len(got)
        return got


def count_bytes(folder: Path) -> None:
    """Let every binary file of the folder that is opened for reading be a Counted one."""
    opened, folder = io.open, folder.resolve()

    def open_counted(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
        if mode == "rb" and isinstance(file, str | Path) and Path(file).resolve().is_relative_to(folder):
            return io.BufferedReader(Counted(str(file)))
        return opened(file, mode, *args, **named)

    io.open = open_counted


def main() -> int:
    """Run the command; write stages and bytes."""
    report, folder, *arguments = sys.argv[1:]
    count_bytes(Path(folder))
    runs: Any = importlib.import_module("earful.flows.cli.commands.nights.runs")
    call: Callable[[list[str]], int] = importlib.import_module("earful.flows.cli.main").call

    clock = Clock()
    load = runs.import_module

    def loaded(name: str) -> Any:
        module = load(name)
        watch(clock)
        return module

    # The flow's module is imported last of all, once Prefect's server has been started.
    runs.import_module = loaded
    code = call(arguments)
    clock.end()
    server = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    stages = {stage: round(clock.seconds[stage], 2) for stage in ("imports", *STAGES, "rest")}
    total = sum(clock.seconds.values()) + server
    found = {"stages": {**stages, "server": round(server, 2), "all": round(total, 2)}, "bytes_read": Counted.read_bytes}
    Path(report).write_text(json.dumps(found), "utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
