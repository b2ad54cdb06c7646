"""A text in several columns: what is liked and what is not is one review; half of it would be a wrong answer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from files_channel import channel, pull

from earful.connectors.errors import Fatal
from earful.connectors.files.guess import guess

GOOD = [
    "Fast and clean editor",
    "Support answers in minutes",
    "I love the templates we share",
    "",
    "",
    "Cheap enough",
]
BAD = [
    "Search is slow on the phone",
    "",
    "The export breaks every other week",
    "Crashes on start",
    "",
    "No dark theme yet",
]
SEEN = [
    "Fast and clean editor\nSearch is slow on the phone", "Support answers in minutes",
    "I love the templates we share\nThe export breaks every other week", "Crashes on start", "",
    "Cheap enough\nNo dark theme yet",
]  # fmt: skip


def written(folder: Path, good: str, bad: str, *more: str, rows: int = 6) -> None:
    with (folder / "a.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("Review ID", "Date", "Stars", good, bad, *more))
        for n in range(rows):
            good_one, bad_one = (each[n % 6] and each[n % 6] + (f" {n}" if n >= 6 else "") for each in (GOOD, BAD))
            line = (f"r{n:03d}x", f"2026-03-{1 + n % 28:02d}", 1 + n % 5, good_one, bad_one)
            out.writerow((*line, *(f"In all it is a tool for us {n}" for _ in more)))


def test_its_columns_are_lines_of_one_text(tmp_path: Path) -> None:
    written(tmp_path, "Pros", "Cons")
    columns = {"post_id": "Review ID", "created_at": "Date", "rating": "Stars", "text": ["Pros", "Cons"]}
    came = pull(channel(tmp_path, "a.csv", columns=columns))
    assert came.rejected == ()
    assert list(came.column("text")) == SEEN
    with pytest.raises(Fatal, match=r"has no column 'Kontra' \(for text\)"):
        pull(channel(tmp_path, "a.csv", columns=columns | {"text": ["Pros", "Kontra"]}))


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"text": ["Pros"]}, "a list names two columns or more"),
        ({"text": ["Pros", "Pros"]}, "a list names two columns or more"),
        ({"title": ["Pros", "Cons"]}, "two columns make a time"),
    ],
)
def test_other_lists_are_refused(tmp_path: Path, columns: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        channel(tmp_path, "a.csv", columns={"created_at": "Date", **columns})


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("Pros", "Cons"), ("What do you like best?", "What do you dislike?"), ("Vorteile", "Nachteile"),
        ("Points forts", "Points faibles"), ("Ventajas", "Desventajas"), ("Positive_Review", "Negative_Review"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_a_guess_reads_both(tmp_path: Path, good: str, bad: str, turned: bool) -> None:
    written(tmp_path, *((bad, good) if turned else (good, bad)), rows=40)
    found = guess([tmp_path / "a.csv"], "UTC")
    assert found.options["columns"]["text"] == [good, bad]
    assert found.doubts == ()


def test_with_is_not_against(tmp_path: Path) -> None:
    """Spanish and Italian "con"."""
    written(tmp_path, "Ventajas", "Experiencia con la app", rows=40)
    found = guess([tmp_path / "a.csv"], "UTC")
    assert isinstance(found.options["columns"]["text"], str)
    assert len(found.doubts) == 1


def test_another_column_of_sentences_is_a_doubt(tmp_path: Path) -> None:
    """Whichever is read."""
    written(tmp_path, "Pros", "Cons", "Overall", rows=40)
    found = guess([tmp_path / "a.csv"], "UTC")
    (doubt,) = found.doubts
    left = {"Pros", "Cons", "Overall"} - set(found.options["columns"]["text"])
    left -= {found.options["columns"]["text"]} if isinstance(found.options["columns"]["text"], str) else set()
    assert left
    assert all(repr(name) in doubt for name in left)
    assert doubt.endswith("too, and is not read (columns.text names one, or several in a list)")
    written(tmp_path, "Review", "What we thought of it", rows=40)
    found = guess([tmp_path / "a.csv"], "UTC")
    assert found.options["columns"]["text"] == "Review"
    (doubt,) = found.doubts
    assert doubt.startswith("text: could be 'What we thought of it', too")
