"""docs/try.md: its commands parse, its table is of the links that connectors know, its numbers are the code's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from earful.connectors.registry import CONNECTORS, connector_class, whose
from earful.flows.cli.commands.start.try_run import OVER
from earful.flows.cli.main import app

TEXT = (Path(__file__).parents[2] / "docs" / "try.md").read_text("utf-8")


def test_its_commands_parse() -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines():
        app.parse_args(shlex.split(line)[1:], exit_on_error=False, print_error=False)
    assert len(block.splitlines()) == 3


def test_its_table_is_of_the_connectors_that_know_links() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\S+)` \|", TEXT, re.MULTILINE)
    kinds: dict[str, Any] = {name: connector_class(name) for name in CONNECTORS}
    assert {name: (link,) for name, link in rows} == {
        n: kind.links for n, kind in kinds.items() if hasattr(kind, "links")
    }
    steam = whose("https://store.steampowered.com/app/440/").linked
    assert steam is not None
    assert f"`pages = {steam.first['pages']}`" in TEXT
    assert f"newest {steam.first['pages'] * 100:,} reviews" in TEXT


def test_its_numbers_are_the_codes() -> None:
    sql = (Path(__file__).parents[2] / "warehouse/sql/reading/worst_words.sql").read_text("utf-8")
    assert "g2 >= 15.13" in sql
    assert "at least 15.13" in TEXT
    assert ">= 2 * c.b * w.n" in sql
    assert f"over {OVER.days} days old" in TEXT
