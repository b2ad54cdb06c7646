"""``python -m benchmarks.mutants --sql``: one small fault after the other in the SQL and the modules around it.

The tests must notice each. Faults are drawn by a seed, as many of each kind, at most one a line. Each is put into a
copy of the checkout, never into the checkout; there the tests nearest to it run until one fails, then the others that
may tell. A fault that no database takes (a name that is not there) is none, and another is drawn. What changes nothing
that could be told is listed by a person in mutants/equivalent.toml, with the reason; a survivor under which the
world of tests/helpers/published/landed_world.py is published the same is marked "suspected equivalent".
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import json
import random
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.mutants import faults_python, faults_sql
from benchmarks.mutants.checkout import Checkout, Found
from benchmarks.mutants.near import nearest, others

ROOT = Path(__file__).parents[2]
#: Files with faults. Tables, comments and lists hold no condition; what is not listed is another measurement's.
PLACES = (
    "warehouse/sql/**/*.sql", "reports/sql/**/*.sql", "flows/sql/*.sql", "warehouse/trends/*.py",
    "warehouse/days.py", "warehouse/aggregates/*.py", "warehouse/landing/*.py", "warehouse/privacy/retention.py",
    "warehouse/publishing/publish.py", "warehouse/publishing/near_copies.py",
    *(f"reports/{name}.py" for name in ("data", "digest", "charts/marks", "sections")),
    "connectors/files/*.py", "connectors/toolkit/listing.py", "connectors/toolkit/matching.py",
    "flows/night/plan.py", "flows/night/gaps.py",
)  # fmt: skip
_NOT = ("migrations", "comments.sql", "stop_words.sql", "post_tables.sql", "product_tables.sql")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``line`` counts from 1; ``key`` names it whatever the line's number, for the list of equivalents."""

    file: str
    line: int
    kind: str
    before: str
    after: str

    @property
    def diff(self) -> str:
        """The changed lines, without file names."""
        lines = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if line[:3] not in ("---", "+++"))

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits of the file's name and the changed lines, without the space around them."""
        changed = [line[0] + line[1:].strip() for line in self.diff.splitlines() if line[0] in "+-"]
        return hashlib.sha256("\n".join((self.file, *changed)).encode()).hexdigest()[:12]


def draw(root: Path, seed: int, only: Sequence[str] = ()) -> Iterator[Fault]:
    """The faults of the files below ``root`` in the order of a seed: of each kind in turn, at most one a line.

    ``only``: parts of file names, of which one must be in a file's.
    """
    texts: dict[str, str] = {}
    kinds: dict[str, list[tuple[str, faults_sql.Edit]]] = defaultdict(list)
    for path in sorted({p for place in PLACES for p in root.glob(place)}):
        name = path.relative_to(root).as_posix()
        if any(part in name for part in _NOT) or (only and not any(part in name for part in only)):
            continue
        texts[name] = path.read_text("utf-8")
        for edit in (faults_sql if path.suffix == ".sql" else faults_python).edits(texts[name]):
            kinds[f"{path.suffix} {edit[3]}"].append((name, edit))
    rng, used = random.Random(seed), set()
    for found in kinds.values():
        rng.shuffle(found)
    while kinds:
        # Two of SQL for one of Python.
        for kind in sorted(kinds, key=lambda k: (k.startswith(".py"), k)):
            name, (start, end, new, what) = kinds[kind].pop()
            if not kinds[kind]:
                del kinds[kind]
            text = texts[name]
            line = text.count("\n", 0, start) + 1
            after = text[:start] + new + text[end:]
            parser = faults_sql if kind.startswith(".sql") else faults_python
            if (name, line) not in used and parser.says_another_thing(text, after):
                used.add((name, line))
                yield Fault(name, line, what, text, after)


def equivalents() -> Mapping[str, str]:
    """Key of a fault to the reason why it changes nothing: benchmarks/mutants/equivalent.toml."""
    listed = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text("utf-8"))
    return {each["key"]: each["reason"] for each in listed["faults"]}


def measure(
    seed: int, count: int, *, start: int = 0, only: Sequence[str], near: bool, jobs: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Try ``count`` faults that a database or Python takes; what came of them. ``near``: the nearest tests only.

    ``start``: how many of the faults drawn were tried before, those counted that no database takes.
    """
    known, results, kept, drawn = equivalents(), list[tuple[Fault, Found]](), 0, start
    faults = itertools.islice(draw(ROOT, seed, only), start, None)
    with TemporaryDirectory(prefix="earful-mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        free: SimpleQueue[Checkout] = SimpleQueue()
        for n in range(jobs):
            free.put(Checkout(ROOT, Path(folder) / str(n)))
        while kept < count:
            batch = list(itertools.islice(faults, min(count - kept, 4 * jobs)))
            if not batch:
                break
            for fault, found in zip(batch, pool.map(lambda f: _tried(f, free, known, near), batch), strict=True):
                drawn += 1
                if found.state == "invalid":
                    continue
                kept += 1
                results.append((fault, found))
                where = f"{fault.file}:{fault.line} {fault.kind}"
                say(f"{kept}/{count} {found.state:<10} {where} {found.by} {found.seconds:.0f} s, drawn {drawn}")
    return _said(results, seed, known) | {"start": start, "go_on_with": drawn}


def _tried(fault: Fault, free: SimpleQueue[Checkout], known: Mapping[str, str], near: bool) -> Found:
    if fault.key in known:
        return Found("equivalent")
    checkout = free.get()
    try:
        with checkout.holding(fault.file, fault.after):
            first, begin = nearest(ROOT, fault.file), time.monotonic()
            found = Found("unnoticed")
            # What takes long waits until all that is quick has run.
            for tests in (first,) if near else (first, others(ROOT, fault.file, first)):
                for marked in ("not slow", "slow"):
                    if found.state == "unnoticed":
                        found = replace(checkout.test(tests, marked), seconds=time.monotonic() - begin)
            if found.state == "unnoticed" and checkout.world_is_the_same():
                found = Found("unnoticed", found.by, found.seconds, suspected=True)
        if found.state == "noticed":
            checkout.passes_without(found.by)
        return found
    finally:
        free.put(checkout)


def _said(results: Sequence[tuple[Fault, Found]], seed: int, known: Mapping[str, str]) -> dict[str, Any]:
    states = Counter(found.state for _, found in results)
    changing = len(results) - states["equivalent"]
    return {
        "seed": seed,
        "count": changing,
        "noticed": states["noticed"],
        "share": round(states["noticed"] / changing, 3) if changing else None,
        "equivalent": states["equivalent"],
        "suspected_equivalent": sum(found.suspected for _, found in results),
        "by_kind": {
            kind: [sum(found.state == "noticed" for f, found in results if f.kind == kind), n]
            for kind, n in sorted(Counter(f.kind for f, found in results if found.state != "equivalent").items())
        },
        "unnoticed": [
            {
                "file": fault.file, "line": fault.line, "kind": fault.kind, "key": fault.key, "diff": fault.diff,
                "suspected_equivalent": found.suspected,
            }
            for fault, found in results if found.state == "unnoticed"
        ],
        "judged_equivalent": [
            {"file": fault.file, "line": fault.line, "diff": fault.diff, "reason": known[fault.key]}
            for fault, found in results if found.state == "equivalent"
        ],
    }  # fmt: skip


def printed(said: dict[str, Any]) -> str:
    """For people: what was not noticed, and the sum."""
    lines = [
        f"{each['file']}:{each['line']} {each['kind']} [{each['key']}]"
        f"{' suspected equivalent' if each['suspected_equivalent'] else ''}\n{each['diff']}"
        for each in said["unnoticed"]
    ]
    return "\n".join(
        [*lines, f"{said['noticed']} of {said['count']} faults noticed, {said['equivalent']} judged equivalent"]
    )


def dump(said: dict[str, Any]) -> str:
    """As one JSON object."""
    return json.dumps(said)
