"""``earful topics try``: which topics a text has, and by which phrase."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.errors import Exit, UserError
from flows.settings import find, load
from sentiment.topics import Topic, Topics


def try_text(config: Path | None, text: str, *, json: bool) -> int:
    """Show every match; topics of the configuration count where there is one."""
    topics = Topics.load(_extra(config))
    matches = topics.explain(text)
    if json:
        found = list(dict.fromkeys(match.topic for match in matches))
        print(jsonlib.dumps({"topics": found, "matches": [match._asdict() for match in matches]}))  # noqa: T201
        return Exit.OK
    out = Console(highlight=False)
    if not matches:
        names = ", ".join(topics.names)
        out.print(f"no topic; known: {names}", markup=False)
        out.print("phrases are added in earful.toml: [topics.NAME] include = [...]", markup=False, style="dim")
        return Exit.OK
    table = Table(box=None, pad_edge=False)
    for column in ("topic", "found", "by the phrase", "in the sentence"):
        table.add_column(column, overflow="fold")
    for match in matches:
        table.add_row(*(cell.replace("[", r"\[") for cell in (match.topic, match.found, match.phrase, match.sentence)))
    out.print(table)
    return Exit.OK


def _extra(config: Path | None) -> Mapping[str, Topic]:
    if config is None:
        try:
            config = find()
        except UserError:
            # Phrases may be tried before there is a configuration.
            return {}
    return load(config).topics
