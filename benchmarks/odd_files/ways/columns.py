"""Ways of columns: their order and names, those that are too many, those that are not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.odd_files.draft import ANY, COLUMNS, CSV, JSON, Draft, Way, words


def _named(name: str, rename: Callable[[str], str], shapes: frozenset[str] = ANY) -> Way:
    """Other names in the file than in the configuration, which a person takes for the same."""

    def apply(draft: Draft) -> None:
        draft.written = {field: rename(column) for field, column in draft.names.items()}

    return Way(f"columns: {name}", COLUMNS, apply, words("header"), shapes)


def _as(name: str, made: dict[str, str], scripts: str = "") -> Way:
    return Way(
        f"columns: named in {name}",
        COLUMNS,
        lambda draft: draft.names.update({f: n for f, n in made.items() if f in draft.names}),
        words("header"),
        scripts=words(scripts),
    )


def _shuffled(draft: Draft) -> None:
    draft.draw.shuffle(draft.columns)


def _extra(draft: Draft) -> None:
    made: dict[str, list[Any]] = {
        "Country": ["US"] * draft.size,
        "Reply": ["Thanks!" if number % 2 else "" for number in range(draft.size)],
        "Score": list(range(draft.size)),
        "Updated": ["2024-11-05T00:00:00Z"] * draft.size,
    }
    for name, cells in made.items():
        draft.extras[name] = cells
        draft.columns.insert(draft.draw.randrange(len(draft.columns) + 1), name)


def _without(field: str) -> Way:
    """A column that is not there, and is not asked for."""

    def apply(draft: Draft) -> None:
        draft.drop(field)
        draft.names.pop(field)

    return Way(f"columns: no {field}", COLUMNS, apply, words(f"columns {field}"), needs=words(field))


def _lacking(field: str) -> Way:
    """A column that the configuration names and the file has not: it costs itself, and that is said."""

    def apply(draft: Draft) -> None:
        draft.drop(field)

    return Way(f"columns: {field} named and not there", COLUMNS, apply, words(f"columns {field}"), needs=words(field))


def _empty(field: str) -> Way:
    def apply(draft: Draft) -> None:
        draft.cells[field], draft.known[field] = [None] * draft.size, [None] * draft.size
        if field in ("title", "text"):
            draft.known[field] = [""] * draft.size

    return Way(f"columns: {field} all empty", COLUMNS, apply, words(field), needs=words(field))


def _nested(draft: Draft) -> None:
    """Names that reach into objects."""
    for file in draft.files:
        file.on_objects.append(_into_objects)
    for field in ("text", "title", "rating"):
        if field in draft.names:
            draft.names[field] = f"review.content.{field}"


def _into_objects(objects: list[dict[str, object]]) -> list[dict[str, object]]:
    made = []
    for one in objects:
        out: dict[str, object] = {}
        for key, value in one.items():
            held, *path = [out, *key.split(".")]
            for part in path[:-1]:
                held = held.setdefault(part, {})  # type: ignore[assignment]
            held[path[-1]] = value
        made.append(out)
    return made


WAYS = (
    Way("columns: in any order", COLUMNS, _shuffled, words("order")),
    Way("columns: four others between", COLUMNS, _extra, words("columns")),
    _without("title"),
    _without("app_version"),
    _without("likes"),
    _without("rating"),
    _lacking("app_version"),
    _lacking("likes"),
    _empty("title"),
    _empty("rating"),
    _empty("app_version"),
    _empty("likes"),
    _named("in capitals", str.upper),
    _named("in small letters", str.lower),
    _named("with _ for blanks", lambda name: name.replace(" ", "_")),
    _named("with blanks around", lambda name: f" {name} ", CSV),
    _named("with a hard blank", lambda name: name.replace(" ", "\u00a0")),
    _named("with a line end", lambda name: name.replace(" ", "\n"), CSV),
    _named("in quotes of their own", lambda name: f"'{name}'", CSV),
    _as(
        "German",
        {
            "post_id": "Bewertungs-ID",
            "created_at": "Datum",
            "title": "Überschrift",
            "text": "Bewertung",
            "rating": "Sterne",
            "likes": "Hilfreich",
            "app_version": "Version",
        },
        "en de fr",
    ),
    _as(
        "Japanese",
        {"post_id": "番号", "created_at": "日付", "title": "題名", "text": "本文", "rating": "評価"},
        "en ja",
    ),
    _as(
        "questions",
        {
            "nps": "How likely are you to recommend us, on a scale of 0 (not at all) to 10?",
            "text": 'What is the "main" reason, in your words?',
        },
    ),
    _as("numbers", {"post_id": "0", "created_at": "1", "title": "2", "text": "3", "rating": "4"}),
    Way("columns: nested in objects", COLUMNS, _nested, words("header"), JSON),
)
