"""Tables from a known truth, damaged in hundreds of ways and pairs of ways, read by the real ``files`` connector.

    python -m benchmarks.odd_files --json
    python -m benchmarks.odd_files --show --only "time: JavaScript"

Every table is drawn from a seed: posts in several scripts, zones and scales, then the ways (encodings, delimiters,
zones, marks of nothing, splits over files, ...), each of which states what a perfect reader could still know. The table
is read by check and pull with the configuration that a reasonable person writes: its columns named, nothing else. What
a message asks for is answered as the message says, and must be right then.

``read_right`` is the share of tables read right without an option; ``asked`` were, after an answer. A refused one has
its reason if it is one of those that the ways give. ``wrong_values``: fields that differ from the truth, rows that are
none, and where check and run contradict each other. ``silent_losses``: rows or fields lost that neither check nor run
counts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.odd_files import build, reading, write
from benchmarks.odd_files.draft import Way
from benchmarks.odd_files.judge import Verdict, judge
from benchmarks.odd_files.ways import ALL

#: Questions that somebody answers, one after the other, before giving up.
_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """One table: its ways and seed, how it ended, what is wrong with it, and what was said."""

    name: str
    seed: int
    #: right, asked (right after an answer), refused, told (some of it lost, all of that said), or wrong.
    end: str
    wrong: Sequence[str]
    silent: Sequence[str]
    unreasoned: Sequence[str]
    told: Sequence[str]
    says: str


def trial(ways: Sequence[Way], seed: int, folder: Path) -> Trial | None:
    """One table written, read, asked about where a message asks, and judged.

    None where there can be no such table: an encoding of one way cannot write the signs of another.
    """
    draft = build.build(ways, seed)
    try:
        paths = write.write(draft, folder)
    except UnicodeEncodeError:
        return None
    options = reading.configured(draft, paths)
    first = reading.read(draft, folder, options)
    verdict = judge(draft, first, ways, ids=draft.ids and "post_id" in options["columns"])
    end, verdicts, says = "right", [verdict], first.says
    for _ in range(_QUESTIONS):
        answers = [answer for answer in draft.answers if answer.word in first.says]
        # An answer may give what could not be known before.
        if not answers or (verdict.right and not any(answer.known for answer in answers)):
            break
        options = reading.answered(options, answers)
        for answer in answers:
            draft.known |= answer.known
            draft.answers.remove(answer)
        # What is asked about is no refusal; what landed wrong beside the question stays wrong.
        verdict.unreasoned = []
        first = reading.read(draft, folder, options)
        verdict = judge(draft, first, ways, ids=draft.ids and "post_id" in options["columns"])
        verdicts.append(verdict)
        end, says = "asked", f"{says}\n--- after {[answer.word for answer in answers]}\n{first.says}"
    wrong, silent, unreasoned = (
        [line for each in verdicts for line in getattr(each, kind)] for kind in ("wrong", "silent", "unreasoned")
    )
    if wrong or silent or unreasoned:
        end = "wrong"
    elif verdicts[-1].told:
        end = "refused" if any(line.startswith("refused") for line in verdicts[-1].told) else "told"
    return Trial(_name(ways), seed, end, wrong, silent, unreasoned, verdicts[-1].told, says)


def _name(ways: Sequence[Way]) -> str:
    return " + ".join(way.name for way in ways)


def measured(trials: Iterable[Trial]) -> dict[str, Any]:
    """The figures of so many tables."""
    ends: Counter[str] = Counter()
    total: Counter[str] = Counter()
    failing: set[str] = set()
    for one in trials:
        ends[one.end] += 1
        total["wrong_values"] += len(one.wrong)
        total["silent_losses"] += len(one.silent)
        total["refused_without_reason"] += len(one.unreasoned)
        if one.end == "wrong":
            failing.add(one.name)
    tables = sum(ends.values())
    return {
        "tables": tables,
        "read_right": round(ends["right"] / tables, 4) if tables else None,
        "asked": ends["asked"],
        "refused_with_reason": ends["refused"],
        "losses_said": ends["told"],
        "wrong_values": total["wrong_values"],
        "silent_losses": total["silent_losses"],
        "refused_without_reason": total["refused_without_reason"],
        "failing_tables": ends["wrong"],
        "failing": sorted(failing)[:200],
    }


def chosen(only: Sequence[str], count: int, seed: int) -> tuple[list[Sequence[Way]], list[Sequence[Way]]]:
    """Single ways, and ``count`` pairs of them drawn from the seed; ``only``: those whose names hold one of these."""
    ways = [way for way in ALL if not only or any(part in way.name for part in only)]
    together = build.pairs(ALL)
    if only:
        together = [pair for pair in together if any(part in _name(pair) for part in only)]
    drawn = Random(seed).sample(together, min(count, len(together)))
    return [(way,) for way in ways], list(drawn)


def trials(sets: Sequence[Sequence[Way]], seeds: Iterable[int], folder: Path) -> Iterator[Trial]:
    """Each in a folder of its own."""
    for number, (ways, seed) in enumerate((ways, seed) for ways in sets for seed in seeds):
        place = folder / str(number)
        place.mkdir()
        one = trial(ways, seed, place)
        if one is not None:
            yield one


def shown(one: Trial) -> str:
    """A table that is not read right, for a person."""
    verdict = Verdict(list(one.wrong), list(one.silent), list(one.told), list(one.unreasoned))
    lines = [f"== {one.name} (seed {one.seed}): {one.end}"]
    for kind in ("wrong", "silent", "unreasoned", "told"):
        found = getattr(verdict, kind)
        lines += [f"  {kind}: {line}" for line in found[:2]] + (
            [f"  ... {len(found)} in all"] if len(found) > 2 else []
        )
    return "\n".join([*lines, *(f"    | {line}" for line in one.says.splitlines())])


def main() -> int:
    """Measure and say; 1 where something is wrong, lost unsaid or refused without a reason."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.odd_files", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--pairs", type=int, default=1000, help="pairs of ways, drawn (default 1000)")
    parser.add_argument("--seeds", type=int, default=3, help="tables of each way (default 3); of each pair one")
    parser.add_argument("--seed", type=int, default=13, help="the first seed")
    parser.add_argument("--only", action="append", default=[], help="ways whose names hold this; may be given again")
    parser.add_argument("--show", action="store_true", help="each table that fails, with what was said")
    parser.add_argument("--all", action="store_true", help="with --show: each table that is not read right")
    parser.add_argument("--keep", help="write the tables here, and leave them")
    arguments = parser.parse_args()
    singles, pairs = chosen(arguments.only, arguments.pairs, arguments.seed)
    with tempfile.TemporaryDirectory(prefix="earful-odd-files-") as made:
        folder = Path(arguments.keep or made)
        for name in ("ways", "pairs"):
            (folder / name).mkdir(parents=True)
        seeds = range(arguments.seed, arguments.seed + arguments.seeds)
        done: list[Trial] = []
        for found in (trials(singles, seeds, folder / "ways"), trials(pairs, [arguments.seed], folder / "pairs")):
            for one in found:
                done.append(one)
                if arguments.show and (one.end == "wrong" or (arguments.all and one.end != "right")):
                    print(shown(one))
    figures = {"ways": len(singles), "pairs": sum(" + " in one.name for one in done), **measured(done)}
    print(json.dumps(figures) if arguments.json else "\n".join(f"{key}: {value}" for key, value in figures.items()))
    return int(bool(figures["wrong_values"] or figures["silent_losses"] or figures["refused_without_reason"]))
