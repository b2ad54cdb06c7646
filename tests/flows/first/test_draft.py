"""The configuration that ``earful try`` writes: valid whatever stands in names, columns and files."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.flows.config.settings import parse
from earful.flows.first.draft import Draft, folder_of, seen_from, slugs
from earful.flows.first.picture import unit_of
from earful.flows.first.toml_text import comment, value

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXT | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_a_value_is_read_back_as_it_was(what: Any) -> None:
    assert tomllib.loads(f"x = {value(what)}") == {"x": what}


@given(TEXT)
def test_a_comment_stays_one_whatever_it_holds(text: str) -> None:
    assert tomllib.loads(f"{comment(text)}\nx = 1") == {"x": 1}


@settings(deadline=None)  # the first one imports the connector
@given(st.lists(TEXT, min_size=1, max_size=4), TEXT, TEXT)
def test_a_draft_is_a_configuration(names: list[str], column: str, said: str) -> None:
    names = [name or "x" for name in names]
    options = {"paths": ["a.csv"], "columns": {"created_at": column, "text": column}, "match": True}
    draft = Draft("a.csv", "files", tuple(names), options, "UTC", said=(said,), doubts=(said,))
    made = parse(tomllib.loads(draft.text(date(2026, 1, 2))), Path("earful.toml"))
    assert [product.name for product in made.products] == names
    assert made.channels[0].connector_options.model_dump()["columns"]["text"] == column
    assert made.retention.days_of("files") > 10_000


def test_slugs_differ_and_folders_have_names() -> None:
    assert slugs(["Acme Notes!", "acme-notes", "Größe & Co", "メモ", ""]) == [
        "acme-notes", "acme-notes-2", "grosse-co", "product", "product-2",
    ]  # fmt: skip
    assert folder_of([], "in/Reviews 2026.csv.gz") == "earful-try-reviews-2026"
    assert folder_of(["Acme Notes"], "") == "earful-try-acme-notes"


def test_a_file_nearby_is_named_from_the_folder_and_one_far_away_as_a_whole(tmp_path: Path) -> None:
    assert seen_from(tmp_path / "try", tmp_path / "a.csv") == "../a.csv"
    assert seen_from(tmp_path / "try", tmp_path / "b" / "a.csv") == "../b/a.csv"
    assert seen_from(tmp_path / "c" / "try", tmp_path / "a.csv") == str(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("last", "unit"),
    [
        (date(2026, 1, 1), "day"), (date(2026, 1, 31), "day"), (date(2026, 2, 1), "week"), (date(2026, 8, 5), "week"),
        (date(2026, 8, 6), "month"), (date(2028, 8, 18), "month"), (date(2028, 8, 19), "quarter"), (date(2035, 1, 1), "year"),
    ],
)  # fmt: skip
def test_a_trend_has_some_thirty_rows_at_most(last: date, unit: str) -> None:
    assert unit_of(date(2026, 1, 1), last) == unit
