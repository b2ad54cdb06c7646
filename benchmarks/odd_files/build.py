"""From ways and a seed to a drafted table: the truth first, then what the ways make of it, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.odd_files.draft import Draft, File, Way
from benchmarks.odd_files.truth import FIELDS, ZONES, posts
from benchmarks.odd_files.words import SCRIPTS

#: How tables name their columns, by field.
_NAMES = (
    {"post_id": "Review ID", "created_at": "Date", "title": "Title", "text": "Review Text", "rating": "Star Rating",
     "nps": "NPS Score", "recommended": "Would recommend", "likes": "Helpful votes", "app_version": "App Version"},
    {"post_id": "id", "created_at": "created at", "title": "head line", "text": "body text", "rating": "stars given",
     "nps": "nps answer", "recommended": "is positive", "likes": "like count", "app_version": "version name"},
)  # fmt: skip
#: What tables of a kind have besides ids, times and words.
_KINDS = (("rating", "likes", "app_version"), ("nps",), ("recommended", "likes"), ("rating",))
_SHAPES = ("csv", "csv", "jsonl", "json", "parquet")
#: What every shape that is no CSV decides.
_OF_CSV = ("delimiter", "quotes", "newline", "ends", "above", "headers")


def shapes(ways: Iterable[Way]) -> frozenset[str]:
    """In which all of the ways can be carried out."""
    found = frozenset(("csv", "jsonl", "json", "parquet", "xlsx"))
    for way in ways:
        found &= way.shapes
    return found


def scripts(ways: Iterable[Way]) -> frozenset[str]:
    """Languages that all of the ways can write."""
    found = SCRIPTS
    for way in ways:
        found &= way.scripts or SCRIPTS
    return found


def pairs(ways: Sequence[Way]) -> list[tuple[Way, Way]]:
    """All two ways that can be carried out on one table."""
    return [
        (one, other)
        for one, other in combinations(ways, 2)
        if not one.touches & other.touches and shapes((one, other)) and scripts((one, other))
    ]


def build(ways: Sequence[Way], seed: int) -> Draft:
    """The table of these ways and this seed; the same for the same."""
    draw = Random(f"{seed} {' + '.join(way.name for way in ways)}")
    zone = ZoneInfo(draw.choice(ZONES))
    tricky = draw.random() < 0.7 and all(way.tricky for way in ways)
    truth = posts(draw, draw.randint(24, 60), zone, scripts(ways), tricky=tricky)
    needs = frozenset().union(*(way.needs for way in ways))
    kind = draw.choice([kind for kind in _KINDS if needs <= {*kind, "title", "text"}] or [tuple(sorted(needs))])
    columns = ["post_id", "created_at", "title", "text", *kind]
    cells = {
        name: [
            getattr(post, name) if name != "created_at" else post.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            for post in truth
        ]
        for name in columns
    }
    known = {name: [getattr(post, name) if name in columns else None for post in truth] for name in FIELDS}
    names = {name: said for name, said in draw.choice(_NAMES).items() if name in columns}
    able = [shape for shape in _SHAPES if shape in shapes(ways)] or sorted(shapes(ways))
    # Of a way that may be carried out on any shape, too, most tables are CSV.
    shape = "csv" if "csv" in able and draw.random() < 0.6 else draw.choice(able)
    file = File("reviews", list(range(len(truth))), shape=shape)
    draft = Draft(draw, zone, truth, cells, known, names, columns, [file])
    for way in sorted(ways, key=lambda way: way.stage):
        way.apply(draft)
    return draft
