"""``python -m benchmarks.crash --trials N``: kill the run anywhere, run again, and compare with a clean history.

A history (benchmarks.crash.run.HISTORY: a migration from the first release, nights, a backfill, a publish, an
erasure) is run once without a kill, every state kept. A trial takes the state before one operation, runs the
operation in a real process, kills that with SIGKILL at a seeded random point, runs it again until it is through, then
the operation after it, and compares every row of the store and of the published file, to the last bit. While it runs,
the service on loopback answers every sixth request with 500, 429, a reset connection or a body cut short.

Half of the kills are at a counted point (before a statement or a file operation; the phases of an operation take
turns, however short), half at a random moment (inside a statement, too). After each kill the published file must open
and be one whole night, the old or the new.

Controls: the same harness on four broken variants; each must be caught, or the harness proves nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from typing import Any

from benchmarks.crash import run as crash_run
from benchmarks.crash.run import HISTORY, VARIANTS, Failed, Run
from benchmarks.crash.service import serving
from earful.warehouse import WarehouseError

#: Calls that can be the last: DuckDB statements and operations on files.
_POINTS = frozenset({"execute", "replace", "unlink", "rename", "fsync", "chmod", "copy_file_range", "mkdir", "stat"})
_PHASES = ("open", "pull", "land", "erase", "end", "publish", "rewrite")
_FAILED, _REFUSED = 3, 4
#: Shared with the process of an operation: its phase (1 byte), how many points it passed (8), and the phase of each.
_HEAD, _MOST = 9, 1 << 20
#: How a digest begins that could not be computed. It equals nothing, not even itself.
_ERROR = "error: "


def main() -> int:
    """Measure and say; 1 where a trial differs, a control is not caught or a phase was never hit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--trials", type=int, default=300, help="kills (default 300)")
    parser.add_argument("--seed", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-crash-") as folder:
        found = measure(Path(folder), arguments.trials, arguments.seed)
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    good = found["identical"] == found["trials"] and found["controls_caught"] == found["controls"]
    return int(not good or (arguments.trials >= 100 and bool(found["phases_never_hit"])))


def measure(
    folder: Path, trials: int, seed: int, control_trials: int = 40, variants: tuple[str, ...] = VARIANTS
) -> dict[str, Any]:
    """All figures, as plain values."""
    # Made once, in the parent that every process forks from; it holds no thread and no open database.
    from earful.sentiment.plain import PlainScorer

    scorer = PlainScorer()
    began = time.monotonic()
    with serving(seed) as url:
        harness = Harness(folder, url, scorer, random.Random(seed))
        clean = harness.clean("")
        results = [harness.trial(clean, n) for n in range(trials)]
        caught = {variant: harness.control(variant, control_trials) for variant in variants}
    hit = Counter(r.phase for r in results if r.killed)
    return {
        "trials": trials,
        "identical": sum(r.identical for r in results),
        "controls": len(variants),
        "controls_caught": sum(n is not None for n in caught.values()),
        "caught_after_trials": caught,
        "killed": sum(r.killed for r in results),
        "killed_in": dict(hit),
        "killed_in_operation": dict(Counter(r.kind for r in results if r.killed)),
        "phases_never_hit": sorted(set(_PHASES) - set(hit)),
        "runs_with_failed_pulls": sum(r.failed for r in results),
        "differing": [r.said for r in results if not r.identical],
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
    }


class Refused(Exception):
    """The warehouse itself would not go on with what a broken variant had made, without any kill."""


@dataclass(frozen=True, slots=True)
class Result:
    """One trial."""

    identical: bool
    kind: str
    phase: str
    killed: bool
    failed: int
    said: str


@dataclass
class Clean:
    """An unkilled history: the home before every operation, digests after it, its points and its seconds."""

    variant: str
    homes: list[Path] = field(default_factory=list)
    stores: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    #: Of each operation: the phase (its number) of every point.
    points: list[bytes] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class Harness:
    """Runs operations in processes of their own and kills them."""

    def __init__(self, folder: Path, url: str, scorer: Any, draw: random.Random) -> None:  # noqa: ANN401
        self._folder, self._url, self._scorer, self._draw = folder, url, scorer, draw
        self._shared = mmap(-1, _HEAD + _MOST)

    def clean(self, variant: str) -> Clean:
        """The history without a kill."""
        out = Clean(variant)
        home = self._folder / f"clean-{variant.replace(' ', '-')}"
        home.mkdir()
        _apart(lambda: crash_run.first_release(home))
        for at in range(len(HISTORY)):
            out.homes.append(self._folder / f"{home.name}-{at}")
            shutil.copytree(home, out.homes[-1])
            begin = time.monotonic()
            status, points = self._run(home, at, variant)
            while status == _FAILED:
                status, _ = self._run(home, at, variant)
            if status == _REFUSED and variant:
                raise Refused(f"{HISTORY[at]} of {variant}")
            if status:
                raise RuntimeError(f"{HISTORY[at]} ended with {status} without being killed")
            out.seconds.append(time.monotonic() - begin)
            out.points.append(points)
            out.stores.append(_apart(lambda: crash_run.digest_of_store(home)))
            out.published.append(_apart(lambda: crash_run.digest_of_published(home)))
            for digest in (out.stores[-1], out.published[-1]):
                if _broken(digest):
                    raise (Refused if variant else RuntimeError)(f"after {HISTORY[at]}, which nobody killed: {digest}")
        return out

    def control(self, variant: str, trials: int) -> int | None:
        """After how many trials a broken variant is caught; 0: it cannot even get through without a kill."""
        try:
            broken = self.clean(variant)
        except Refused:
            # Publishing counts what it publishes, so a store with doubled posts is refused.
            return 0
        return next((n + 1 for n in range(trials) if not self.trial(broken, n, kinds=("night",)).identical), None)

    def trial(self, clean: Clean, number: int, kinds: tuple[str, ...] = ()) -> Result:
        """One kill, and what came of it."""
        some = [i for i, o in enumerate(HISTORY) if not kinds or o.kind in kinds]
        at = some[number % len(some)]
        home = self._folder / "trial"
        shutil.copytree(clean.homes[at], home)
        point = after = None
        if self._draw.random() < 0.5:
            point = self._point(clean.points[at])
        else:
            after = self._draw.uniform(0, clean.seconds[at])
        status, _ = self._run(home, at, clean.variant, point=point, after=after)
        if not status and after is not None:
            # It was through before its moment came: killed at a point instead.
            shutil.rmtree(home)
            shutil.copytree(clean.homes[at], home)
            point, after = self._point(clean.points[at]), None
            status, _ = self._run(home, at, clean.variant, point=point)
        killed = status == -signal.SIGKILL
        phase = _PHASES[self._shared[0]]
        where = f"{HISTORY[at]} in {phase} at {point if after is None else f'{after:.3f} s'}"
        before = clean.published[at - 1] if at else ""
        seen = _apart(lambda: crash_run.digest_of_published(home))
        said = (
            ""
            if seen in {before, clean.published[at]} or (status == _FAILED and not _broken(seen))
            else f"published torn: {where}"
        )
        failed = 0
        for step in range(at, min(at + 2, len(HISTORY))):
            # Once killed, the operation is run again; one that was through runs again too, which must change nothing.
            status, _ = self._run(home, step, clean.variant)
            while status == _FAILED:
                failed += 1
                status, _ = self._run(home, step, clean.variant)
            store = _apart(lambda: crash_run.digest_of_store(home))
            seen = _apart(lambda: crash_run.digest_of_published(home))
            if status or store != clean.stores[step] or seen != clean.published[step]:
                what = "status" if status else "store" if store != clean.stores[step] else "published"
                said = said or f"{what} differs after {HISTORY[step]}: {where}"
        shutil.rmtree(home)
        return Result(not said, HISTORY[at].kind, phase, killed, failed, said)

    def _point(self, phases: bytes) -> int:
        """A point of a phase: each phase as likely as any other, and each of its points."""
        wanted = self._draw.choice(sorted(set(phases)))
        return self._draw.choice([n for n, phase in enumerate(phases) if phase == wanted])

    def _run(
        self, home: Path, at: int, variant: str, *, point: int | None = None, after: float | None = None
    ) -> tuple[int, bytes]:
        """An operation in a process: its exit status (negative: the signal) and the phases of the points it passed."""
        self._shared[:_HEAD] = bytes(_HEAD)
        child = os.fork()
        if not child:
            status = 1
            try:
                if variant == "append only":
                    crash_run.append_only()
                run = Run(home, self._url, HISTORY[at], self._scorer, self._phase, variant)
                self._count(point)
                run()
                status = 0
            except Failed:
                status = _FAILED
            except WarehouseError as error:
                print(f"{HISTORY[at]}: {error}", file=sys.stderr)
                status = _REFUSED
            except BaseException:  # noqa: BLE001 - a process of its own: told, and seen by its status
                import traceback

                traceback.print_exc()
            finally:
                sys.setprofile(None)
                os._exit(status)
        if after is not None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        _, told = os.waitpid(child, 0)
        passed = int.from_bytes(self._shared[1:_HEAD], "little")
        return os.waitstatus_to_exitcode(told), self._shared[_HEAD : _HEAD + passed]

    def _phase(self, name: str) -> None:
        self._shared[0] = _PHASES.index(name)

    def _count(self, point: int | None) -> None:
        """Count the points of this process, and end it before the one with that number."""
        passed = 0

        def told(_frame: object, event: str, called: Any) -> None:  # noqa: ANN401
            nonlocal passed
            if event == "c_call" and getattr(called, "__name__", "") in _POINTS:
                if isinstance(getattr(called, "__self__", None), str | bytes):
                    return  # str.replace
                if passed == point:
                    os.kill(os.getpid(), signal.SIGKILL)
                self._shared[_HEAD + passed] = self._shared[0]
                passed += 1
                self._shared[1:_HEAD] = passed.to_bytes(_HEAD - 1, "little")

        sys.setprofile(told)


def _broken(digest: str) -> bool:
    return digest == "torn" or digest.startswith(_ERROR)


def _apart(work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """The result of a function, computed in a process of its own: the parent must never hold a database."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.write(theirs, json.dumps(work()).encode())
            status = 0
        except BaseException as error:  # noqa: BLE001 - told to the parent
            os.write(theirs, json.dumps(f"{_ERROR}{error}").encode())
            status = 0
        finally:
            os._exit(status)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said)
