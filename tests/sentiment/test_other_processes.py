"""A scorer says the same in every process: sets have another order in each, and nothing may hang on it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from earful.sentiment.columnar import ColumnarScorer

HEARD = Path(__file__).parent / "profile" / "heard.csv"
PROGRAM = """
import json, sys
import pyarrow as pa
from earful.sentiment.columnar import ColumnarScorer
texts = json.load(sys.stdin)
scorer = ColumnarScorer()
page = pa.table({"product": ["p"] * len(texts), "title": [""] * len(texts), "text": texts})
found = scorer.score_page(page)
print(json.dumps([scorer.version, found.scores.to_pylist(), found.topics.to_pylist()]))
"""


@pytest.mark.process
def test_version_scores_and_topics_are_those_of_any_other_process() -> None:
    """Another version every night would score all posts again, call them changed and read every file anew."""
    with HEARD.open(encoding="utf-8", newline="") as lines:
        texts = [cell for row in csv.reader(lines) for cell in row]
    assert len(texts) > 200

    def other(seed: str) -> list[object]:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], input=json.dumps(texts), env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True, timeout=300,
        )  # fmt: skip
        return list(json.loads(done.stdout))

    # This process has a seed of its own.
    there = other("1" if os.environ.get("PYTHONHASHSEED") != "1" else "2")
    scorer = ColumnarScorer()
    found = scorer.score_page(pa.table({"product": ["p"] * len(texts), "title": [""] * len(texts), "text": texts}))
    assert found.topics is not None
    here = [scorer.version, found.scores.to_pylist(), found.topics.to_pylist()]
    assert there[0] == here[0]
    assert there == json.loads(json.dumps(here))
