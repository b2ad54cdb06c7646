"""docs/products.md: its settings parse, every option of a product is named, and what it says of names is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pyarrow as pa
import pytest

from earful.connectors.toolkit.matching import Texts, mentions
from earful.flows.cli.main import app
from earful.flows.config.sections import ProductSettings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "products.md").read_text("utf-8")
CASE = ROOT.parent / "shared" / "cases" / "match_names"


def product(**more: object) -> ProductSettings:
    return ProductSettings.model_validate({"slug": "x", "name": "X", **more})


def test_its_settings_parse_and_every_option_is_named() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    text = block.replace("# exact = true", "exact = true")
    (shown,) = tomllib.loads(text)["products"]
    assert ProductSettings.model_validate(shown).exact
    assert set(ProductSettings.model_fields) - set(shown) == {"ids", "words"}


def test_its_commands_parse() -> None:
    for line in re.findall(r"^(earful [a-z-]+(?: --\w+)?)", PAGE, re.MULTILINE):
        app.parse_args(line.split()[1:], exit_on_error=False, print_error=False)


@pytest.mark.parametrize(
    ("term", "same", "others"),
    [
        ("Lowe's", ["Lowe's", "Lowe’s", "Lowes"], []),
        ("AT&T", ["AT&amp;T"], []),
        ("acme notes", ["acme notes", "Acme-Notes", "AcmeNotes", "#acmenotes", "acme_notes", "AcmeNotesは最高"],
         ["acme. Notes", "acmenotesapp"]),
        ("workday", ["Workday"], ["work day"]),
        ("acme", [], ["acmes"]),
        ("Citroën", [], ["citroen"]),
        ("LinkedIn", ["linked in"], []),
    ],
)  # fmt: skip
def test_what_it_says_is_found(term: str, same: list[str], others: list[str]) -> None:
    found = product(include=[term]).product()
    for text in (*same, *others):
        assert text in PAGE or text == "Workday"
        assert mentions(found, text) == (text in same)


def test_the_case_of_names_typed_on_a_phone() -> None:
    """Each of the 15 rows belongs to its product, in one reading."""
    if not CASE.is_dir():
        pytest.skip("the shared cases are not beside this checkout")
    rows = (CASE / "in.csv").read_text("utf-8").splitlines()[1:]
    texts = Texts(pa.array([row.split(",", 2)[2].strip('"') for row in rows]))
    settings = tomllib.loads((CASE / "earful.toml").read_text("utf-8"))
    found = {one["slug"]: texts.naming(product(**one).product()).nonzero()[0] + 1 for one in settings["products"]}
    assert {slug: list(map(int, places)) for slug, places in found.items()} == {
        "lowes": [1, 2, 3, 14, 15],
        "att": [4, 5],
        "pokemon-go": [6, 7],
        "spider": [8, 9],
        "acme-notes": [10, 11, 12, 13],
    }
