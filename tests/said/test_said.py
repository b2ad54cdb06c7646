"""Every sentence that digest, run, check, trend and what_changed can say: listed, said where it is true, and only there.

The lists are the .toml files beside this: where the sentences stand (``sources``), and of each clause a store of which it
is true, with what is said of it, and one of which it would be false. A new sentence without an entry fails.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from said_clauses import clauses, lines, pattern

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: Who says something; each has a list and a module with its stores.
SPEAKERS = sorted(file.stem for file in HERE.glob("*.toml"))
LISTS: dict[str, dict[str, Any]] = {
    each: tomllib.loads((HERE / f"{each}.toml").read_text("utf-8")) for each in SPEAKERS
}
ENTRIES = [(speaker, entry) for speaker in SPEAKERS for entry in LISTS[speaker]["said"]]


@cache
def _said(speaker: str, store: str, folder: Path) -> str:
    home = folder / speaker / store.replace(" ", "-")
    home.mkdir(parents=True, exist_ok=True)
    found: str = import_module(f"said_{speaker}").said(store, home)
    return lines(found)


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
    known += [*listed["labels"]["words"], *listed.get("always", {}), *listed.get("elsewhere", {})]
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
    made = set(import_module(f"said_{speaker}").MADE)
    assert made == {entry[which] for entry in LISTS[speaker]["said"] for which in ("true", "false")}
    for clause in LISTS[speaker].get("always", {}):
        assert all(pattern(clause).search(_said(speaker, store, folder)) for store in made), clause
