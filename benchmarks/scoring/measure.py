"""``python -m benchmarks.scoring``: how fast the scorer is, side by side with vaderSentiment, and whether it is exact.

All on one core, warm, in CPU seconds of this process (so that a busy machine does not matter), medians of ROUNDS
rounds in which the scorer and the package take turns. The package is timed on a part of the same texts, taken evenly
over their lengths, and compared by seconds a text; every text it scored is compared bit by bit.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.scoring.clock import ROUNDS, kernel, timed
from benchmarks.scoring.step import whole_step

#: Passes of the scorer before the package's and after it, in each round.
_PASSES = 3
#: Texts that the package scores in each round: about half a second.
_SAMPLE = {"tweets": 10_000, "reviews": 2_000, "long texts": 800}


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--texts", type=int, default=100_000, help="texts in each corpus (default 100,000)")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the result")
    parser.add_argument("--docs", type=Path, metavar="docs/scoring.md", help="put the figures there")
    arguments = parser.parse_args()
    if find_spec("numba") is None:
        print(
            "numba is not installed, so the package itself scores: nothing to compare (earful[fast])", file=sys.stderr
        )
        return 2
    _one_core()
    found = measure(arguments.texts, lambda what: None if arguments.json else print(f"... {what}", file=sys.stderr))
    if arguments.picture:
        from benchmarks.scoring.picture import draw

        arguments.picture.write_text(draw(found), "utf-8")
    if arguments.docs:
        from benchmarks.scoring.docs import put

        put(arguments.docs, json.loads(json.dumps(found)))
    if arguments.json:
        print(json.dumps(found))
    else:
        from benchmarks.scoring.words import say

        say(found)
    return int(found["mismatches"] > 0)


def measure(n: int, tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """All figures, as plain values; n texts in each corpus."""
    from benchmarks import texts

    speeds = {}
    for corpus in (texts.tweets(n), texts.reviews(n), texts.long_reviews(n)):
        tell(f"{len(corpus.texts):,} {corpus.name}")
        speeds[corpus.name] = speed(corpus)
    tell("linearity, emoji, memory")
    lengths = linear()
    tell("the whole step")
    whole = whole_step()
    return {
        "mismatches": sum(s["mismatches"] for s in speeds.values()),
        "ratio_short": min(speeds["tweets"]["ratio"], speeds["reviews"]["ratio"]),
        "ratio_long": speeds["long texts"]["ratio"],
        "step_ratio": whole["ratio"],
        "linearity": lengths["ratio"],
        "recorded": texts.STEAM.exists() and texts.TWEETS.exists(),
        "python": sys.version.split()[0],
        "corpora": speeds,
        "lengths": lengths,
        "emoji_ms": emoji_ms(),
        "memory": memory(),
        "step": whole,
    }


def speed(corpus: Any) -> dict[str, Any]:  # noqa: ANN401 - a Corpus; imported late, after _one_core
    """The scorer and the others on one corpus: microseconds a text, ratio to the package, bits that differ."""
    import pyarrow as pa

    from benchmarks import rivals

    part = corpus.sample(_SAMPLE[corpus.name])
    some = [corpus.texts[i] for i in part]
    column = pa.array(corpus.texts, pa.large_string())
    polarity = kernel()
    polarity(column)
    rivals.package_seconds(some[:100])
    ours, package, nltk = [], [], []
    scores = expected = None
    for _ in range(ROUNDS):
        # Ours is the shorter by far: several passes on both sides of the package's, so that both meet the same minute.
        before, scores = timed(lambda: [polarity(column) for _ in range(_PASSES)][-1])
        seconds, expected = rivals.package_seconds(some)
        package.append(seconds / len(some))
        after, _ = timed(lambda: [polarity(column) for _ in range(_PASSES)])
        ours.append((before + after) / (2 * _PASSES * len(column)))
        other = rivals.nltk_seconds(some)
        if other is not None:
            nltk.append(other / len(some))
    node = rivals.node_seconds(some)
    assert scores is not None
    assert expected is not None
    wrong = sum(
        (scores.neg[i], scores.neu[i], scores.pos[i], scores.compound[i])
        != (e["neg"], e["neu"], e["pos"], e["compound"])
        for i, e in zip(part, expected, strict=True)
    )
    words = corpus.words
    return {
        "texts": len(column),
        "written": corpus.written,
        "words_a_text": words / len(column),
        "timed_by_package": len(some),
        "mismatches": wrong,
        "ratio": median(p / o for p, o in zip(package, ours, strict=True)),
        "ns_a_token": 1e9 * median(ours) * len(column) / words,
        "texts_a_second": {
            "earful": 1 / median(ours),
            "vaderSentiment": 1 / median(package),
            "NLTK": 1 / median(nltk) if nltk else None,
            "npm vader-sentiment": len(some) / node if node else None,
        },
    }


def linear() -> dict[str, Any]:
    """Milliseconds for one text of so many words; the package only where it ends in seconds."""
    import pyarrow as pa

    from benchmarks import rivals, texts

    words = " ".join(texts.reviews(2_000).texts).split()
    words *= 1 + 100_000 // len(words)
    polarity = kernel()
    ours, package = {}, {}
    for n in (100, 1_000, 10_000, 100_000):
        text = " ".join(words[:n])
        # Several texts a call, also of the longest: the work is to be compared, not a call's first use of its memory.
        column = pa.array([text] * max(10, 100_000 // n), pa.large_string())
        polarity(column)
        ours[n] = 1e3 * median(timed(partial(polarity, column))[0] for _ in range(ROUNDS)) / len(column)
        if n <= 3_000:
            package[n] = 1e3 * median(rivals.package_seconds([text])[0] for _ in range(3))
    package[3_000] = 1e3 * rivals.package_seconds([" ".join(words[:3_000])])[0]
    return {"ratio": ours[100_000] / ours[10_000], "earful_ms": ours, "package_ms": package}


def emoji_ms() -> float:
    """Milliseconds for one text of 10,000 emoji (the package: some 70 s)."""
    import pyarrow as pa

    column = pa.array(["😂" * 10_000], pa.large_string())
    polarity = kernel()
    polarity(column)
    return 1e3 * median(timed(lambda: polarity(column))[0] for _ in range(ROUNDS))


def memory() -> float | None:
    """Peak memory of a call above what the texts take, as a multiple of them; None where there is no /proc."""
    if not Path("/proc/self/clear_refs").exists():
        return None
    # In a process of its own: what this one has freed would hide what a call takes.
    asked = "from benchmarks.scoring.measure import grown; print(grown())"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return float(done.stdout)


def grown() -> float:
    """Peak memory of one call on 100 MB of texts, above what is there before it, as a multiple of the texts."""
    import pyarrow as pa

    from benchmarks import texts

    some = pa.array(texts.reviews(10_000).texts, pa.large_string())
    column = pa.concat_arrays([some] * (100_000_000 // some.nbytes))
    polarity = kernel()
    polarity(some)
    # What making the texts has left free would be used again, and not be seen.
    pa.default_memory_pool().release_unused()
    if hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from what is resident now
    before = _kilobytes("VmRSS")
    kept = polarity(column)
    assert len(kept.compound) == len(column)
    return 1024 * (_kilobytes("VmHWM") - before) / int(column.nbytes)


def _kilobytes(name: str) -> int:
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith(name))
    return int(line.split()[1])


def _one_core() -> None:
    """Keep this process and what it starts to one core; before numba and Arrow count them."""
    os.environ["NUMBA_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
