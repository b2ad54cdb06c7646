"""docs/files.md: its settings parse, and what it says ids are made of is what they are made of."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from earful.connectors.files.options import FilesOptions
from earful.connectors.files.presets import PRESETS
from earful.connectors.files.values.ids import CONTENT

TEXT = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")


def test_its_settings_parse() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    said = [
        each for each in re.findall(r"`(\w+ = [^`]+)`", TEXT) if each.partition(" ")[0] in FilesOptions.model_fields
    ]
    assert len(blocks) >= 2
    assert len(said) >= 5
    for each in (*blocks, *said):
        found = tomllib.loads(each)
        found = found["channels"][0] if "channels" in found else {"paths": ["a.csv"], **found}
        FilesOptions(**{name: value for name, value in found.items() if name not in ("name", "connector")})


def test_every_preset_is_in_the_table_with_its_header() -> None:
    section = TEXT.partition("## Presets")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))
    assert list(rows) == list(PRESETS)
    for name, preset in PRESETS.items():
        title, header, asks = (cell.strip() for cell in rows[name].split(" | "))
        assert title == preset.title
        assert set(re.findall(r"`([^`]+)`", header)) == set().union(*preset.headers)
        assert asks == ("its questions" if preset.questions else "no")


def test_what_an_id_of_the_row_is_made_of() -> None:
    said = re.search(r"makes an id of the row: of (.*?), and of how many", TEXT, re.DOTALL)
    assert said
    assert tuple(re.findall(r"`(\w+)`", said[1])) == CONTENT


def test_every_option_is_named() -> None:
    named = set(re.findall(r"`(\w+)(?:`| = )", TEXT)) | set(re.findall(r"^(\w+) = ", TEXT, re.MULTILINE))
    assert set(FilesOptions.model_fields) <= named
