"""Other VADERs that may be on this machine, for comparison: NLTK's, and the npm port run by node. Both optional."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

# Reads texts from standard input; says seconds of its own process for all of them, and their compounds.
_NODE = """
const {SentimentIntensityAnalyzer: vader} = require('vader-sentiment');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
for (const text of texts.slice(0, 500)) vader.polarity_scores(text);
const begin = process.cpuUsage();
const found = texts.map(text => vader.polarity_scores(text).compound);
const used = process.cpuUsage(begin);
console.log(JSON.stringify({seconds: (used.user + used.system) / 1e6, compounds: found}));
"""


@cache
def package() -> SentimentIntensityAnalyzer:
    """The package itself."""
    return SentimentIntensityAnalyzer()


def package_seconds(texts: Sequence[str]) -> tuple[float, list[dict[str, float]]]:
    """CPU seconds of vaderSentiment for these texts, one after the other, and what it said."""
    polarity = package().polarity_scores
    begin = time.process_time()
    found = [polarity(text) for text in texts]
    return time.process_time() - begin, found


@cache
def nltk() -> Any | None:  # noqa: ANN401 - a library that is not in the lock
    """NLTK's analyzer with the package's lexicon (its own is a download); None where NLTK is not installed."""
    try:
        from nltk.sentiment.vader import SentimentIntensityAnalyzer as Nltk  # type: ignore[import-not-found]
        from nltk.sentiment.vader import VaderConstants
    except ImportError:
        return None
    analyzer = Nltk.__new__(Nltk)
    analyzer.lexicon, analyzer.constants = package().lexicon, VaderConstants()
    return analyzer


def nltk_seconds(texts: Sequence[str]) -> float | None:
    """CPU seconds of NLTK's VADER for these texts; None where it is not installed."""
    analyzer = nltk()
    if analyzer is None:
        return None
    begin = time.process_time()
    for text in texts:
        analyzer.polarity_scores(text)
    return time.process_time() - begin


def node_seconds(texts: Sequence[str]) -> float | None:
    """CPU seconds of the npm package vader-sentiment for these texts, within node, warm; None where it is not there.

    Found as node finds it: in node_modules of this folder, or by the environment's NODE_PATH.
    """
    node = shutil.which("node")
    if node is None:
        return None
    # Half a surrogate pair cannot be sent.
    sent = json.dumps([t.encode("utf-8", "replace").decode() for t in texts])
    done = subprocess.run([node, "-e", _NODE], input=sent, capture_output=True, text=True, env=os.environ, check=False)
    if done.returncode:
        if "Cannot find module" in done.stderr:
            return None
        raise RuntimeError(f"node failed: {done.stderr.strip().splitlines()[-1]}")
    return float(json.loads(done.stdout)["seconds"])
