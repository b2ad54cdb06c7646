"""What docs/scoring.md says is so: its examples score as shown, its commands parse, its links and names exist."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa

from earful.flows.cli.main import app
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.profile.profile import Profile
from earful.sentiment.vader.polarity import polarity

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "scoring.md").read_text("utf-8")


def test_every_example_scores_as_shown() -> None:
    shown = re.findall(r"^\| ([^|]+) \| ([+-]?\d\.\d+|unscored) \| ([+-]?\d\.\d+|unscored) \|", TEXT, re.MULTILINE)
    assert len(shown) >= 15
    table = pa.table({"title": [""] * len(shown), "text": [text for text, _, _ in shown]})
    scores = ColumnarScorer().score(table)
    for (text, bare, product), row in zip(shown, scores.to_pylist(), strict=True):
        assert row["scored"], text
        assert (row["vader_compound"], row["compound"]) == (float(bare), float(product)), text


def test_the_list_it_shows_can_be_used(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    file = tmp_path / "ours.toml"
    file.write_text(shown, "utf-8")
    profile = Profile.product(files=[file])
    texts = pa.array(["my baord always wobbles", "it is not good enough", "it logs me out"])
    scores = polarity(profile.apply(texts), profile.lexicon(), engine="package")
    assert (scores.compound < -0.3).all()


def test_every_command_parses() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`(earful (?:evaluate --|lexicon |rescore|topics )[^`]*)`", TEXT)
    assert len(lines) >= 3
    for line in lines:
        if line.startswith("earful "):
            name = shlex.split(line)[1]
            assert name in [n for command in app for n in app[command].name], line
    for module in set(re.findall(r"python -m ([\w.]+)", TEXT)):
        assert find_spec(module), module


def test_files_it_names_exist() -> None:
    for name in re.findall(r"\]\(([\w./-]+)\)", TEXT):
        assert (ROOT / "docs" / name).exists(), name
    for name in re.findall(r"`(sentiment/[\w./]*)`", TEXT):
        assert (ROOT / name).exists(), name
