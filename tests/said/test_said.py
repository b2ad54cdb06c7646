"""Every sentence that page, digest, run, check, trend and what_changed can say: listed, said where it is true, and only there.

The lists are the .toml files beside this: where the sentences stand (``sources``), and of each clause a store of which it
is true, with what is said of it, and one of which it would be false. A new sentence without an entry fails. A definition
(a caption, a term) is listed with the columns that it defines, the words that the file's own comments on them share with it,
and the test that holds it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from said_clauses import clauses, lines, pattern

from earful.warehouse import open_store, publish

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: Who says something; each has a list and a module with its stores.
FILES = {file.stem: file for file in sorted(HERE.rglob("*.toml"))}
SPEAKERS = sorted(FILES)
LISTS: dict[str, dict[str, Any]] = {each: tomllib.loads(FILES[each].read_text("utf-8")) for each in SPEAKERS}
#: Where the stores of a speaker are made: several lists may share them.
MODULES = {each: LISTS[each].get("module", f"said_{each}") for each in SPEAKERS}
ENTRIES = [(speaker, entry) for speaker in SPEAKERS for entry in LISTS[speaker]["said"]]
DEFINED = [(speaker, clause) for speaker in SPEAKERS for clause in LISTS[speaker].get("defined", {})]


def _said(speaker: str, store: str, folder: Path) -> str:
    return _said_by(MODULES[speaker], store, folder)


@cache
def _said_by(module: str, store: str, folder: Path) -> str:
    home = folder / module / store.replace(" ", "-")
    home.mkdir(parents=True, exist_ok=True)
    found: str = import_module(module).said(store, home)
    return lines(found)


def _stores(speaker: str) -> set[str]:
    return {entry[which] for entry in LISTS[speaker]["said"] for which in ("true", "false")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("said")


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sentence is broken over lines."""
    monkeypatch.setenv("COLUMNS", "500")


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_every_sentence_is_listed_and_no_other(speaker: str) -> None:
    listed = LISTS[speaker]
    known = [entry["clause"] for entry in listed["said"]]
    known += [
        *listed["labels"]["words"],
        *(c for kind in ("always", "elsewhere", "defined") for c in listed.get(kind, {})),
    ]
    assert sorted(known) == sorted(set(known)), "listed twice"
    found = {c for file, only in listed["sources"].items() for c in clauses(ROOT / file, tuple(only))}
    assert found - set(known) == set(), (
        f"tests/said/{speaker}.toml lacks these: add a store where each is true and one not"
    )
    assert set(known) - found == set(), "said nowhere any more"
    for file in listed.get("elsewhere", {}).values():
        assert (ROOT / file).exists()


@pytest.mark.parametrize(("speaker", "entry"), ENTRIES, ids=[f"{s}: {e['clause'][:60]}" for s, e in ENTRIES])
def test_it_is_said_where_it_is_true_and_not_where_it_is_false(
    speaker: str, entry: dict[str, str], folder: Path
) -> None:
    true, false = (_said(speaker, entry[which], folder) for which in ("true", "false"))
    assert entry["text"] in true
    assert pattern(entry["clause"]).search(true)
    # What has no other wording, only other values, names what must not be said.
    assert entry.get("not", "\0") not in false
    assert "not" in entry or not pattern(entry["clause"]).search(false)


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_what_is_always_said_is_and_every_store_is_asked(speaker: str, folder: Path) -> None:
    made = set(import_module(MODULES[speaker]).MADE)
    assert made == set().union(*(_stores(each) for each in SPEAKERS if MODULES[each] == MODULES[speaker]))
    for clause in LISTS[speaker].get("always", {}):
        assert all(pattern(clause).search(_said(speaker, store, folder)) for store in made), clause


@cache
def _comments() -> dict[str, str]:
    """What the published file says of its tables and columns, by ``table`` and ``table.column``; comments may be none."""
    with TemporaryDirectory() as folder, open_store(Path(folder) / "store.duckdb", time_zone="UTC") as store:
        path = publish(store, Path(folder) / "earful.duckdb").path
        with duckdb.connect(str(path), read_only=True) as con:
            return dict(
                con.execute(
                    "select table_name || '.' || column_name, coalesce(comment, '') from duckdb_columns() where not internal"
                    " union all select view_name, coalesce(comment, '') from duckdb_views() where not internal"
                    " union all select table_name, coalesce(comment, '') from duckdb_tables() where not internal"
                ).fetchall()
            )


@pytest.mark.parametrize("speaker", [each for each in SPEAKERS if "module" in LISTS[each]])
def test_what_decides_a_sentence_is_a_column_of_the_published_file(speaker: str) -> None:
    for entry in LISTS[speaker]["said"]:
        assert entry["when"]
        assert entry["of"]
        assert set(entry["of"]) <= set(_comments()), entry["clause"]


@pytest.mark.parametrize(("speaker", "clause"), DEFINED, ids=[f"{s}: {c[:60]}" for s, c in DEFINED])
def test_a_definition_is_that_of_its_columns_and_held_by_a_test(speaker: str, clause: str, folder: Path) -> None:
    defined = LISTS[speaker]["defined"][clause]
    for column in defined["of"]:
        for word in defined["words"]:
            assert word in clause, word
            assert word in _comments()[column], (column, word, _comments()[column])
    file, _, name = defined["test"].partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE), defined["test"]
    assert any(pattern(clause).search(_said(speaker, store, folder)) for store in sorted(_stores(speaker)))
