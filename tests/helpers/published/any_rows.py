"""A published file whose views are tables of rows drawn by a seed, for the questions that a report asks.

The values come from small sets, so that every order has ties, every list is longer than its limit, and dates lie on,
before and behind every bound that a question names. The columns are those of a file that was really published.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Row = dict[str, Any]

UNTIL = date(2026, 6, 30)
#: Two have one name; "ghost" is in views and not among the products, "bare" the other way round.
NAMES = {"orbit": "Zenith", "luna": "Twin", "solo": "Twin", "nova": "Alpha", "bare": "Bare"}
OWN = {"orbit": True, "luna": True, "solo": True, "nova": False, "bare": False}
VIEWED = ("orbit", "luna", "solo", "nova", "ghost")


def before(*days: int) -> list[date]:
    """So many days before UNTIL."""
    return [UNTIL - timedelta(n) for n in days]


EVERY_DAY = before(*range(-2, 38))
BOUNDS = before(-1, 0, 1, 6, 7, 8, 9, 19, 20, 21, 27, 28, 29, 34, 35, 36)
NUMBERS = (-0.5, -0.25, 0.0, 0.25, 0.5)
OR_NONE = (*NUMBERS, None)

#: Views, how many rows are drawn, the columns that no two rows share (and others, after a semicolon), and the values of
#: columns that need some of their own.
VIEWS: dict[str, tuple[int, str, dict[str, Sequence[Any]]]] = {
    "bursts": (60, "product kind first_day posts", {"kind": ("repeated text", "one author"), "first_day": BOUNDS, "last_day": BOUNDS}),
    "spam_episodes": (60, "product channel first_day posts", {
        "first_day": BOUNDS, "last_day": BOUNDS, "reason": ("contact", "campaign", "copies", "author"),
        "mean_compound": OR_NONE, "mean_without": OR_NONE,
    }),
    "what_changed": (60, "episode", {
        "episode": [f"e{n:02}" for n in range(90)], "verdict": ("worse", "silent", "flood", "fewer", "better"),
        "metric": ("sentiment", "stars", "one_star", "nps", "volume", "negative", "silence"), "told": (True, True, False),
        "last_day": BOUNDS, "alarm_day": BOUNDS, "change": OR_NONE,
        "answer": (None, None, "known", "wrong"),
    }),
    "episode_causes": (80, "episode rank", {
        "episode": ("e1", "e2"), "rank": range(1, 31), "dimension": ("topic", "channel", "rest", "word", "release", "competitor"),
    }),
    "incidents": (40, "product day name", {"day": BOUNDS, "name": ("a", "b", "c")}),
    "daily": (300, "product channel market day", {"day": EVERY_DAY, "compound_sq_sum": (0.5, 1.0, 2.0)}),
    "daily_topic": (300, "product channel topic day", {"day": EVERY_DAY, "topic": ("login", "ads")}),
    "coverage_gaps": (40, "product channel gap_from; product channel gap_to", {"gap_from": BOUNDS, "gap_to": BOUNDS}),
    "nps_summary": (5, "product", {"nps_count": (0, 1, 9)}),
    "nps_topics": (30, "product topic", {
        "topic": ("a", "b", "c", "d", "e", "f"), "nps_count": (1, 5, 9), "verdict": ("not enough posts", "mixed", "negative"),
    }),
    "release_effect": (90, "product release scope", {
        "release": ("1.0", "1.1", "2.0", "Big", "Aim", "9.0"), "scope": ("product", "product", "topic", "version"),
        "day": BOUNDS,
    }),
    "releases": (30, "product release", {"release": ("1.0", "1.1", "2.0", "Big", "Aim", "9.0"), "day": before(-1, 0, 1, 5, 5, 9)}),
    "this_week": (5, "product", {}),
    "share_of_voice": (160, "product day", {
        "day": before(-1, 0, 1, 2, 3, 4, 5, 6), "products": (1, 2, 3), "channels": ("", "app", "app, rd"),
        "share_28d": (0.25, 0.5, None), "comparable": (True, True, False),
    }),
    "emerging_words": (260, "product episode direction rank; product window direction rank", {
        "window": ("last 7 days", "episode"), "episode": ("", "e1"), "direction": ("more", "less"),
        "rank": range(1, 16), "term": [f"{a}{b}" for a in "abcdefg" for b in "uvw"],
        "first_day": before(9, 8, 7), "last_day": before(5, 4),
    }),
    "weakness_radar": (120, "product competitor topic; product competitor rank", {
        "competitor": ("nova", "vega", "ares"), "topic": ("login", "ads", "sync", "looks", "price"), "rank": (*range(1, 9), None),
        "complaint_gap": (0.1, 0.1, 0.2), "complaint_verdict": ("weaker", "weaker", "stronger", "no real difference"),
    }),
    "verdicts": (400, "product day slice_kind metric", {
        "day": EVERY_DAY, "slice_kind": ("product", "product", "channel"), "metric": ("sentiment", "sentiment", "volume"),
        "change_low": (-0.5, -0.25, None), "change_high": (0.25, 0.5, None),
        "verdict": ("worse", "no real change", "flood", "incomplete day", "not enough posts", "not enough history"),
    }),
    "trend": (140, "product day", {"day": EVERY_DAY, "complete": (True, True, True, False)}),
    "daily_sentiment": (120, "product day", {"day": EVERY_DAY, "complete": (True, True, True, False)}),
    "robust_daily": (300, "product day", {
        "day": EVERY_DAY, "complete": (True, True, True, False), "scored": (0, 1, 5), "votes": (0.0, 0.5, 2.5),
    }),
    "calibration": (30, "channel language against", {"rated": (30, 30, 90, 1), "against": ("stars", "nps"), "language": ("en", "de", "fr")}),
    "by_market": (40, "product source market", {"posts": (0, 1, 5, 5)}),
    "by_version": (40, "product app_version", {
        "app_version": ("", "1.0", "1.1", "1.2", "2.0", "3.0"), "first_day": before(3, 4, 5), "last_day": before(1, 2),
    }),
    "by_topic": (40, "product topic", {"topic": ("login", "ads", "sync", "looks", "price", "speed"), "posts": (0, 1, 5, 5), "impact": OR_NONE}),
    "worst_posts": (80, "product channel post_id", {
        "day": before(-1, 0, 1), "post_id": [f"p{n}" for n in range(8)], "compound": (-0.5, -0.25),
    }),
    "recovery": (5, "product", {"changed": (0, 1, 5)}),
    "level": (90, "product comparison other channel metric", {
        "comparison": ("competitors", "competitor", "other channels"), "metric": ("sentiment", "stars", "volume"),
    }),
    "freshness": (12, "product channel", {
        "status": ("ok", "ok", "failed", "pending"), "capped": (False, False, True, None),
        "last_complete_day": (*before(1, 2, 3, 4), None), "ended_on": (*before(2, 3), None, None),
        "last_landed_at": [datetime(2026, 6, 30, hour) for hour in range(5)], "tracked": (True, True, True, False),
    }),
}  # fmt: skip
#: By the type of a column, where VIEWS does not say otherwise.
_OF_TYPE: dict[str, Sequence[Any]] = {
    "VARCHAR": ("rd", "shop", "play", "nps"), "DATE": EVERY_DAY, "DOUBLE": NUMBERS, "BIGINT": (0, 1, 2, 5),
    "INTEGER": (0, 1, 2, 5), "TINYINT": (1, 5, None), "BOOLEAN": (True, False), "VARCHAR[]": ([], ["x"]),
    "BIGINT[]": ([1, 2],), "TIMESTAMP": (datetime(2026, 6, 29, 3), datetime(2026, 6, 30, 3)),
}  # fmt: skip
_TITLES = {"login": "Logging in", "ads": "Zeppelins", "sync": "Logging in", "looks": "Looks", "price": "Aaa"}


def make(path: Path, published: Path, seed: int) -> dict[str, list[Row]]:
    """Write the file; gives the rows of each view."""
    rng, out = random.Random(seed), dict[str, list[Row]]()
    with duckdb.connect(str(path)) as con:
        con.execute(f"attach '{published}' as was (read_only)")
        con.execute("create table products as from was.products limit 0")
        con.execute("create table topics as from was.topics limit 0")
        con.executemany(
            "insert into products (product, name, own) values (?, ?, ?)", [(p, NAMES[p], OWN[p]) for p in NAMES]
        )
        con.executemany("insert into topics values (?, ?)", list(_TITLES.items())[:-1])
        out["products"] = [{"product": p, "name": NAMES[p], "own": OWN[p]} for p in NAMES]
        out["topics"] = [{"topic": t, "title": title} for t, title in list(_TITLES.items())[:-1]]
        for view, (count, key, values) in VIEWS.items():
            con.execute(f"create table {view} as from was.{view} limit 0")
            types = {name: kind for name, kind, *_ in con.execute(f"describe {view}").fetchall()}
            out[view] = _rows(rng, view, types, count, key.split(";"), values)
            if view == "freshness" and seed % 3 == 0:
                for row in out[view]:  # every channel brought its last
                    row["ended_on"] = row["last_complete_day"]
            _insert(con, view, types, out[view])
        con.execute("create table posts as from was.posts limit 0")
        types = {name: kind for name, kind, *_ in con.execute("describe posts").fetchall()}
        out["posts"] = _posts(rng, types)
        _insert(con, "posts", types, out["posts"])
    return out


def _rows(
    rng: random.Random,
    view: str,
    types: Mapping[str, str],
    count: int,
    keys: list[str],
    values: Mapping[str, Sequence[Any]],
) -> list[Row]:
    out: list[Row] = []
    seen: set[tuple[Any, ...]] = set()
    for _ in range(count):
        row = {name: rng.choice(values.get(name) or _OF_TYPE[kind]) for name, kind in types.items()}
        if "product" in row:
            row["product"] = rng.choice(VIEWED)
            if "product_name" in row:
                row["product_name"] = NAMES.get(row["product"], row["product"])
                if view != "freshness":
                    row["product_name"] += " too" if row["product"] == "solo" else ""
            if "own" in row:
                row["own"] = OWN.get(row["product"], False)
        if "competitor_name" in row:
            row["competitor_name"] = {"nova": "Nova", "vega": "Aaa", "ares": "Zzz"}[row["competitor"]]
        if "topic_title" in row:
            row["topic_title"] = row["topic"][::-1]
        _as_it_is(rng, view, row)
        marks = {(number, *(row[name] for name in key.split())) for number, key in enumerate(keys)}
        if not marks & seen:
            seen |= marks
            out.append(row)
    return out


def _as_it_is(rng: random.Random, view: str, row: Row) -> None:
    """What columns of some views have to do with each other."""
    if view == "level":
        # Luna has one competitor, the others have several.
        rivals = ("ghost",) if row["product"] == "luna" else ("nova", "ghost", "bare")
        row["other"] = rng.choice(rivals) if row["comparison"] == "competitor" else ""
        row["channel"] = rng.choice(("rd", "shop")) if row["comparison"] == "other channels" else ""
    if view == "share_of_voice":
        # One product alone and no channel on the newest day, nothing to compare on the next, then at most two products.
        age = (UNTIL - row["day"]).days
        row["products"] = 1 if age == -1 else min(row["products"], 2) if age == 1 else row["products"]
        row["comparable"] = {-1: True, 0: False}.get(age, row["comparable"])
        row["channels"] = "" if age == -1 else row["channels"]
    if view == "robust_daily" and row["product"] in ("solo", "nova"):
        row["scored"] = int(row["product"] == "nova" and row["day"] == before(5)[0])  # none of Solo, one of Nova
        row["complete"] |= row["scored"] == 1
    if view == "freshness" and row["last_complete_day"] == before(4)[0]:
        row["ended_on"] = row["last_complete_day"]  # the oldest day is that of a channel that brought its last


def _posts(rng: random.Random, types: Mapping[str, str]) -> list[Row]:
    """Posts that hold the terms of emerging_words, of every length about the bounds, of few authors."""
    out = []
    for n in range(500):
        row: Row = {name: rng.choice(_OF_TYPE[kind]) for name, kind in types.items()}
        words = rng.sample([f"{a}{b}" for a in "abcdefg" for b in "uvw"], 2)
        # The twelfth letter is the last that counts for "begins alike".
        opening = f"{rng.choice(('Alike', 'Other', 'third'))}, wo{n % 2}rds {''.join(rng.choices('ab', k=3))}"
        text = f"{opening} {' '.join(words)}".ljust(rng.choice((24, 25, 40, 60, 61)), ".")
        row |= {
            "product": rng.choice(("orbit", "luna")), "post_id": f"p{n:03}", "author": rng.choice((*(f"a{i}" for i in range(25)), None)),
            "title": rng.choice((None, "", f"{words[0].upper()} Title")), "text": rng.choice((text, text, text, None)),
            "compound": rng.choice((-0.5, -0.5, -0.05, -0.0499, 0.0499, 0.05, 0.5, 0.5)), "scored": rng.random() < 0.9,
            "day": rng.choice(before(10, 9, 8, 7, 6, 5, 4, 3)),
        }  # fmt: skip
        row["compound"] = row["compound"] if row["scored"] else None
        out.append(row)
    return out


def _insert(con: duckdb.DuckDBPyConnection, view: str, types: Mapping[str, str], rows: list[Row]) -> None:
    drawn = pa.table({name: [row[name] for row in rows] for name in types})
    con.register("drawn", drawn)
    con.execute(f"insert into {view} from drawn")
    con.unregister("drawn")
