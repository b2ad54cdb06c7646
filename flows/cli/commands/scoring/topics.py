"""``earful topics try``: which topics a text has, by which phrase, and how it speaks of each."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from earful.flows.config.settings import Settings, find, load
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.profile.profile import Profile
from earful.sentiment.topics.topics import Match, Topics


def try_text(config: Path | None, text: str, *, json: bool) -> int:
    """Show every match and each topic's score, by the configuration's profile, gate and topics where there is one."""
    settings = _settings(config)
    profile = settings.profile if settings else Profile.product()
    topics = Topics.load(settings.topics if settings else {})
    scorer = ColumnarScorer(profile, topics, settings.scoring.gate if settings else "py3langid")
    # As at night: topics are looked for in the repaired text. (No product is said, so words of one alone do not count.)
    matches = topics.explain(profile.repaired(pa.array([text], pa.large_string()))[0].as_py())
    page = pa.table({"product": [""], "title": [""], "text": pa.array([text], pa.string())})
    scored = scorer.score_page(page)
    assert scored.topics is not None
    found = {row["topic"]: (row["compound"], row["sentences"]) for row in scored.topics.to_pylist()}
    reason = scored.scores["unscored_reason"][0].as_py()
    if json:
        said = {
            "topics": list(dict.fromkeys(match.topic for match in matches)),
            "scores": {topic: {"compound": c, "sentences": n} for topic, (c, n) in found.items()},
            "unscored_reason": reason,
            "matches": [match._asdict() for match in matches],
        }
        print(jsonlib.dumps(said))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False)
    _show(out, topics, matches)
    for topic, (compound, sentences) in found.items():
        many = f"{sentences} sentences" if sentences > 1 else "1 sentence"
        out.print(f"{topic}: {compound:+.4f} over {many}", markup=False)
    if reason:
        why = "not taken for English" if reason == "language" else reason
        out.print(f"at night this text is unscored ({why}), and an unscored text has no topics", style="yellow")
    return Exit.OK


def _show(out: Console, topics: Topics, matches: list[Match]) -> None:
    if not matches:
        out.print(f"no topic; known: {', '.join(topics.names)}", markup=False)
        out.print("phrases are added in earful.toml: [topics.NAME] include = [...]", markup=False, style="dim")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("topic", "found", "by the phrase", "in the sentence"):
        table.add_column(column, overflow="fold")
    for match in matches:
        table.add_row(*(cell.replace("[", r"\[") for cell in (match.topic, match.found, match.phrase, match.sentence)))
    out.print(table)


def _settings(config: Path | None) -> Settings | None:
    if config is None:
        try:
            config = find()
        except UserError:
            # Phrases may be tried before there is a configuration.
            return None
    return load(config)
