"""What the README says is so: its commands parse, its views exist, its connectors are the registry's."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

from earful.connectors.registry import CONNECTORS
from earful.flows.cli.main import app

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_every_command_parses() -> None:
    lines = [line.split("  #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    earful = [line for line in lines if line.startswith("earful ")]
    assert len(earful) >= 8
    for line in earful:
        app.parse_args(shlex.split(line)[1:], exit_on_error=False, print_error=False)
    targets = set(re.findall(r"^([a-z]+):", (Path(__file__).parents[2] / "Makefile").read_text(), re.MULTILINE))
    assert {line.split()[1] for line in lines if line.startswith("make ")} <= targets


def test_the_table_of_connectors_is_the_registry() -> None:
    table = README.split("## Where the posts come from")[1].split("\n**")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(CONNECTORS)


def test_the_product_it_shows_is_valid(tmp_path: Path) -> None:
    from earful.flows.config.settings import parse

    (product,) = (tomllib.loads(b) for b in blocks("toml"))
    parse({**product, "channels": [{"name": "s", "connector": "sample"}]}, tmp_path / "earful.toml")


def test_the_queries_run_on_a_published_file(published: Path) -> None:
    from earful.warehouse import query

    statements = [s for block in blocks("sql") for s in block.split(";") if s.strip()]
    assert len(statements) == 4
    for statement in statements:
        query(published, statement)


def test_the_views_it_names_exist_with_the_columns_it_names(published: Path) -> None:
    from earful.warehouse import query

    table = README.split("| view | one row per |")[1].split("\n\n")[0]
    names = set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines()[2:])))
    there = {row[1] for row in query(published, ".tables").rows}
    assert names <= there


def test_exit_codes_are_those_of_the_code() -> None:
    from earful.flows.errors import Exit

    said = {int(n) for n in re.findall(r"\b(\d+) (?:done|a bug|the command|some|the store|not ready|stopped)", README)}
    assert said == {code.value for code in Exit}
