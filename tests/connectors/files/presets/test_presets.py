"""Every preset on a small table of its real shape, by its name and by its header."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from files_channel import SECRET, channel, pull, span
from preset_tables import SHAPED, Shaped
from pydantic import ValidationError

from earful.connectors.base import Product
from earful.connectors.errors import Fatal
from earful.connectors.files.guess import guess
from earful.connectors.files.guess.by_preset import presets_of
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.presets import PRESETS, PresetName
from earful.connectors.post import pseudonym


@pytest.mark.parametrize("shaped", SHAPED, ids=lambda shaped: shaped.preset)
def test_a_table_of_its_shape_is_read(shaped: Shaped, tmp_path: Path) -> None:
    (tmp_path / shaped.name).write_bytes(shaped.data)
    form = "%m/%d/%Y %I:%M:%S %p" if shaped.preset == "surveymonkey" else "auto"
    options: dict[str, Any] = {"preset": shaped.preset, "columns": shaped.columns, "time_format": form}
    connector = channel(tmp_path, shaped.name, **options, **shaped.options)
    came = pull(connector, Product("com-acme", "com.acme"))
    assert came.rejected == ()
    row = dict(came.posts.iloc[0])
    preset = PRESETS[shaped.preset]
    assert (row["source"], row["kind"]) == (preset.source, preset.kind)
    expected = dict(shaped.row)
    assert row["created_at"] == datetime.fromisoformat(expected.pop("created_at")).replace(tzinfo=UTC)
    author = expected.pop("author", None)
    assert came.column("author")[0] == pseudonym(SECRET, preset.source, author)
    assert {name: row[name] for name in expected} == expected
    if "post_id" not in shaped.row:
        assert len(row["post_id"]) == 32  # made of the row


@pytest.mark.parametrize("shaped", SHAPED, ids=lambda shaped: shaped.preset)
def test_its_header_tells_it_and_nothing_else(shaped: Shaped, tmp_path: Path) -> None:
    path = tmp_path / shaped.name
    path.write_bytes(shaped.data)
    if not shaped.found:
        assert not PRESETS[shaped.preset].headers
        return
    found = guess([path], "UTC")
    assert found.options["preset"] == shaped.preset
    assert found.options.get("columns", {}) == shaped.columns
    assert found.said[0].startswith(f"preset {shaped.preset}: ")
    for header in PRESETS[shaped.preset].headers:
        assert presets_of(list(header)) == [shaped.preset]


def test_there_is_a_table_for_each() -> None:
    assert [shaped.preset for shaped in SHAPED] == list(PRESETS) == list(get_args(PresetName))
    for preset in PRESETS.values():
        assert preset.title
        assert preset.shape
        assert "created_at" in preset.required


def test_a_play_console_export_that_its_own_column_tells_covers_its_month(tmp_path: Path) -> None:
    """As a guess reads it: the product is called as the package, and no id of a store is needed."""
    (tmp_path / SHAPED[0].name).write_bytes(SHAPED[0].data)
    options: dict[str, Any] = {"preset": "play_console", **SHAPED[0].options}
    connector = channel(tmp_path, SHAPED[0].name, **options)
    assert FilesOptions(paths=["a"], **options).needs_of(None) is None
    came = pull(connector, Product("com-acme", "com.acme"), span("2026-03-01", "2026-04-01"))
    assert len(came.posts) == 1
    assert came.coverage.reached == datetime(2026, 3, 1, tzinfo=UTC)
    assert came.coverage.missing == ()


def test_a_survey_without_a_question_is_asked_for_one() -> None:
    with pytest.raises(ValidationError, match="preset qualtrics: each survey asks otherwise"):
        FilesOptions(paths=["a.csv"], preset="qualtrics")


def test_ratings_of_another_survey_are_no_answers_0_to_10(tmp_path: Path) -> None:
    """Delighted's CSAT has the same columns, and 1..5 in them."""
    path = tmp_path / "csat.csv"
    rows = [f"{n},csat,{1 + n % 5},Some words about it,https://d.example/{n},177261840{n}" for n in range(9)]
    path.write_text("\n".join(["id,survey_type,score,comment,permalink,created_at", *rows]))
    found = guess([path], "UTC")
    assert "preset" not in found.options
    assert found.options["columns"]["rating"] == "score"


@pytest.mark.parametrize(
    "header",
    ["App,Translated_Review,Sentiment,Sentiment_Polarity,Sentiment_Subjectivity", "review,sentiment", "Review,Rating"],
)
def test_a_set_without_a_time_is_refused_with_its_columns(header: str, tmp_path: Path) -> None:
    """Google Play Store user reviews, IMDB's, TripAdvisor's (Kaggle): nothing in them says when."""
    path = tmp_path / "set.csv"
    names = header.split(",")
    path.write_text("\n".join([header, *(",".join([f"Words of number {n} here"] * len(names)) for n in range(9))]))
    with pytest.raises(Fatal, match="no column of dates or times was found among") as caught:
        guess([path], "UTC")
    assert all(repr(name) in str(caught.value) for name in names)
    assert "\n" not in str(caught.value)
