"""docs/connectors.md: its code is what `earful connector new` writes, its commands parse, its table is the suite."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from outsiders import installed, package

from earful.connectors.skeleton.write import write_package
from earful.connectors.testing import StandIn, points
from earful.flows.cli.main import app
from earful.flows.config.settings import parse

TEXT = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def flat(code: str) -> str:
    """Code without indentation and blank lines: ruff dedents what stands in a page."""
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "earful-forum"
    write_package("forum", folder)
    return folder


def test_its_code_is_what_the_command_writes(written: Path) -> None:
    code = flat("\n".join(file.read_text("utf-8") for file in sorted(written.rglob("*.py"))))
    assert len(blocks("python")) == 5
    for block in blocks("python"):
        assert flat(block) in code, block
    door = blocks("toml")[0]
    assert door in (written / "pyproject.toml").read_text("utf-8")
    assert len((written / "README.md").read_text("utf-8").splitlines()) == 10


def test_its_commands_and_its_configuration_are_valid(tmp_path: Path) -> None:
    (command,) = [line for block in blocks("sh") for line in block.splitlines()]
    app.parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)
    package(tmp_path / "site", "library", {"forum": "Quiet"})
    with installed(tmp_path / "site"):
        settings = parse(tomllib.loads(blocks("toml")[1]), tmp_path / "earful.toml")
    assert [channel.connector for channel in settings.channels] == ["forum"]


def test_its_table_is_the_suite() -> None:
    said = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXT.split("| point |")[1].split("\n\n")[0], re.MULTILINE))
    assert said == {
        str(point): " ".join(point.says.replace("``", "`").split())
        for point in points(create_autospec(StandIn, instance=True, edits=True))
    }


def test_its_table_of_facts_is_the_protocol() -> None:
    from earful.connectors.base import Connector

    table = TEXT.split("| fact |")[1].split("\n\n")[0]
    facts = [name for name in Connector.__annotations__ if not name.startswith("_")]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == facts
