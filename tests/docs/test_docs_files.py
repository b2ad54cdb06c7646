"""docs/files.md names every option, field and preset of a files channel, and its examples can be written as they are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from earful.connectors.files.options import FIELDS, FilesOptions
from earful.connectors.files.presets import PRESETS
from earful.connectors.files.values.ids import MADE_OF
from earful.connectors.files.values.missing import MARKS

TEXT = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")
TABLE = TEXT.split("## Options")[1].split("\n## ")[0]


def test_every_option_is_in_the_table_and_nothing_else() -> None:
    rows = [line.split("|")[1] for line in TABLE.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(FilesOptions.model_fields)


def test_every_field_and_preset_is_named() -> None:
    fields = TABLE.split("Fields:")[1]
    assert re.findall(r"`(\w+)`", fields) == list(FIELDS)
    assert set(PRESETS) <= set(re.findall(r"`(\w+)`", TABLE))


def test_what_ids_are_made_of_is_said() -> None:
    said = TEXT.split("an id is made of")[1].split("as they stand")[0]
    assert re.findall(r"`(\w+)`", said) == list(MADE_OF)


def test_marks_of_nothing_are_marks() -> None:
    said = re.findall(r"`([^`]+)`", TEXT.split("- **Nothing.**")[1].split("are empty cells")[0])
    assert {each.lower() for each in said} <= {*MARKS, "na"}


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL))
def test_an_example_can_be_written(example: str) -> None:
    found = tomllib.loads(example)
    channel = found["channels"][0] if "channels" in found else found
    options = {name: value for name, value in channel.items() if name not in ("name", "connector")}
    FilesOptions(**{"paths": ["a.csv"], **options})
