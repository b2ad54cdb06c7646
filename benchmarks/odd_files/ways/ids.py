"""Ways to tell rows apart, or not to."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import UUID

from benchmarks.odd_files.draft import (
    ANY,
    CELLS,
    COLUMNS,
    CSV,
    JSON,
    LOST,
    TEXT_SHAPES,
    WRITING,
    Answer,
    Draft,
    Way,
    words,
)

_ID = words("id")
_ROW = Answer('id = "row"', {"id": "row"})


def _made(name: str, make: Callable[[Random, int], object], shapes: frozenset[str] = ANY) -> Way:
    """Other ids; a reader gives them as they stand."""

    def apply(draft: Draft) -> None:
        made = [make(draft.draw, number) for number in range(draft.size)]
        draft.cells["post_id"], draft.known["post_id"] = list(made), [str(one).strip() for one in made]

    return Way(f"id: {name}", CELLS, apply, _ID, shapes)


def no_ids(draft: Draft, say: Callable[[Draft, int], object]) -> None:
    draft.cells["post_id"] = [say(draft, number) for number in range(draft.size)]
    draft.known["post_id"] = [LOST] * draft.size
    draft.answers.append(_ROW)


def _spread(name: str, say: Callable[[Draft, int], object], ground: str) -> Way:
    return Way(f"id: {name}", CELLS, lambda draft: no_ids(draft, say), _ID, TEXT_SHAPES, ground=ground)


def _rounded(draft: Draft, _number: int) -> str:
    return f"{draft.draw.randrange(10**17, 10**18):.5E}".replace("E+", "E+")


def _zeros(draft: Draft, _number: int) -> int:
    return draft.draw.randrange(10**14, 10**15) * 1000


def _absent(draft: Draft) -> None:
    draft.drop("post_id")
    draft.names.pop("post_id")
    draft.known["post_id"] = [LOST] * draft.size
    draft.ids = False


def _unnamed(draft: Draft) -> None:
    """The file has a column of ids, which the configuration does not name; asked about."""
    draft.unnamed.add("post_id")
    draft.names["post_id"] = "Review ID"
    draft.answers.append(Answer("'Review ID'", {}, {"post_id": "Review ID"}))


def _named_people(draft: Draft) -> None:
    draft.names["post_id"] = "User Name"
    people = [f"{first} {last}" for first in ("Ana", "Jo", "Mia", "Tom") for last in ("Roe", "Poe", "Doe", "Low")]
    no_ids(draft, lambda d, _n: d.draw.choice(people))


def _some_empty(draft: Draft) -> None:
    for number in draft.draw.sample(range(2, draft.size), 3):
        draft.cells["post_id"][number] = ""
        draft.known["post_id"][number] = LOST
        draft.spoilt.add(number)


def _twice(draft: Draft) -> None:
    """Some rows stand there twice, as they are."""
    for file in draft.files:
        file.rows += draft.draw.sample(file.rows, min(4, len(file.rows)))


def _versions(draft: Draft) -> None:
    """Of some posts an older version stands there too: the same id, an earlier time, other words."""
    for file in draft.files:
        for number in draft.draw.sample(file.rows, min(4, len(file.rows))):
            old = draft.posts[number].created_at.replace(year=2023)
            draft.posts.append(draft.posts[number])
            for name, cells in draft.cells.items():
                cells.append(
                    {"created_at": f"{old:%Y-%m-%dT%H:%M:%SZ}", "text": "an older version"}.get(name, cells[number])
                )
            draft.older.add(len(draft.posts) - 1)
            for known in draft.known.values():
                known.append(LOST)
            for extra in draft.extras.values():
                extra.append(extra[number])
            file.rows.insert(draft.draw.randrange(len(file.rows) + 1), len(draft.posts) - 1)


def _as_text(draft: Draft) -> None:
    """Excel's trick for ids that must stay words: ="00123"."""
    made = [f"{draft.draw.randrange(10**6, 10**7):09d}" for _ in range(draft.size)]
    draft.cells["post_id"], draft.known["post_id"] = [f'="{one}"' for one in made], list(made)


WAYS = (
    _made("numbers", lambda draw, n: draw.randrange(10**6, 10**8) * 100 + n),
    _made("eighteen digits", lambda draw, n: draw.randrange(10**15, 10**16) * 100 + n % 100),
    _made("beyond 64 bits", lambda draw, n: (draw.randrange(10**18, 10**19) * 100) + n + 10**21, TEXT_SHAPES),
    _made("leading zeros", lambda draw, n: f"{draw.randrange(10**6) * 100 + n:011d}", CSV),
    _made("UUIDs", lambda draw, _n: str(UUID(int=draw.getrandbits(128), version=4)).upper()),
    _made("links", lambda draw, n: f"https://shop.example/r/{draw.randrange(10**6)}{n}?a=1&b=2"),
    _made("differing by case", lambda _draw, n: f"{'aAbB'[n % 4]}{n // 4:04d}x"),
    _made("1 to n", lambda _draw, n: n + 1),
    _made("negative", lambda _draw, n: -1000 - n),
    _made("with blanks around", lambda draw, n: f" r{draw.randrange(10**6)}{n} ", TEXT_SHAPES),
    _made("with signs", lambda draw, n: f"gp:AOqpTO{draw.randrange(10**6)}/-_+={n}"),
    _made("1e5 that are words", lambda _draw, n: f"{n + 100}e5", CSV),
    Way('id: ="00123"', CELLS, _as_text, _ID, CSV),
    _spread("rounded to 5.70306E+17", _rounded, "rounded by a spreadsheet"),
    _spread("fifteen digits and zeros", _zeros, "rounded by a spreadsheet"),
    _spread("e-mail addresses", lambda _d, n: f"jo{n}@mail.example", "e-mail address"),
    Way("id: a column of names", CELLS, _named_people, _ID, TEXT_SHAPES, ground="names people, not rows"),
    Way("id: none", COLUMNS, _absent, _ID | {"columns"}),
    Way("id: not named in the configuration", COLUMNS, _unnamed, _ID | {"header"}, ground="has no column 'post_id'"),
    Way("id: a few are empty", CELLS, _some_empty, _ID, TEXT_SHAPES, ground="no id"),
    Way("id: some rows twice", WRITING, _twice, words("rows id"), TEXT_SHAPES, ground="row of this file"),
    Way("id: older versions too", WRITING, _versions, words("rows created id text"), JSON | CSV),
)
