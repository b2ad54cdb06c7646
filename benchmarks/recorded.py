"""Every text in the recordings: all strings in their JSON, YAML, CSV and tab separated files, whatever they say."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.texts import ROOT

#: Longer strings (whole pages) are cut into pieces: the package's time grows with the square.
_PIECE = 2_000


def recorded() -> list[str]:
    """Distinct texts, in pieces of at most 2,000 characters; none where the recordings are absent."""
    found: dict[str, None] = {}
    for file in sorted(ROOT.rglob("*")) if ROOT.exists() else []:
        if file.is_file() and file.parent.name != "vader_ground_truth":
            for text in _strings(file):
                found.update(dict.fromkeys(text[at : at + _PIECE] for at in range(0, len(text), _PIECE)))
    # Half a surrogate pair cannot be in an Arrow column.
    return [text for text in found if text.encode("utf-8", "ignore").decode() == text]


def ground_truth() -> dict[str, list[str]]:
    """The texts of the VADER paper's four sets, by file name; empty where the recordings are absent."""
    files = sorted((ROOT / "vader_ground_truth").glob("*.txt"))
    return {file.stem: [line.split("\t")[2] for line in file.read_text("utf-8").splitlines()] for file in files}


def _strings(file: Path) -> Iterator[str]:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8", "replace")
    if file.suffix in {".yaml", ".yml"}:
        yield from _leaves(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    elif ".json" in file.suffixes or ".jsonl" in file.suffixes:
        try:
            yield from _leaves(json.loads(text))
        except ValueError:
            for line in text.splitlines():
                yield from _leaves(line)
    else:
        for line in text.splitlines():
            yield from line.split("\t") if "\t" in line else line.split(",")


def _leaves(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, bytes):
        yield from _leaves(value.decode("utf-8", "replace"))
    elif isinstance(value, str):
        # Bodies are often JSON in a string.
        if value[:1] in {"{", "["}:
            try:
                yield from _leaves(json.loads(value))
            except ValueError:
                yield value
        else:
            yield value
