"""The table ``episode_causes`` of the published file: computed where new or changed, else kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.warehouse.causes.competitors import others
from earful.warehouse.causes.growth import split_growth
from earful.warehouse.causes.posts import Ints, Names, Posts
from earful.warehouse.causes.split import Part, Split, split_mean
from earful.warehouse.statements import count, run, run_text, text

#: Posts of a side that are read; of more, some are drawn. Bounds the work of a publish.
MOST_POSTS = 60_000
#: Days before that a comparison takes even if the product stood out on others.
_LEAST_DAYS = 14
_SCALE = 1e4
#: Values are times this, so that a day's mean wanders about as much as that of the compound does (tau of
#: trends/metrics.py): the split knows one scale. Without a rounding in the ten-thousandths that posts.sql gives.
UNITS = {"sentiment": 1.0, "stars": 0.5, "one_star": 1.3, "nps": 0.006}

_NUMBERS = (
    "posts_share", "posts_share_before", "mean", "mean_before", "within", "mix", "contribution", "contribution_low",
    "contribution_high", "share", "share_low", "share_high", "p",
)  # fmt: skip
_KEPT = pa.schema(
    [
        ("episode", pa.string()), ("made_of", pa.string()), ("from_day", pa.date32()), ("to_day", pa.date32()),
        ("dimension", pa.string()), ("value", pa.string()), ("n", pa.float64()), ("n_before", pa.float64()),
        *((name, pa.float64()) for name in _NUMBERS), ("named", pa.bool_()), ("same_as", pa.list_(pa.string())),
    ]
)  # fmt: skip

Row = dict[str, Any]


def forget_changed(con: duckdb.DuckDBPyConnection) -> None:
    """Of the store: causes that rest on a day that is to be published anew. Inside the caller's transaction."""
    run(con, "publishing/causes/changed_days")


def fill(con: duckdb.DuckDBPyConnection, home: str) -> int:
    """Fill ``episode_causes`` of the published database in use; ``home`` is the store's quoted name.

    Returns the number of episodes that were computed; the others' parts are those kept in the store's ``kept_causes``.
    """
    run(con, "publishing/causes/episodes", {"made_by": _made_by()})
    _run(con, home, "new")
    columns = (
        "episode", "product", "metric", "first_day", "last_day", "from_day", "slice_kind", "channel", "market", "topic",
        "app_version", "made_of",
    )  # fmt: skip
    new = [dict(zip(columns, row, strict=True)) for row in con.execute("from cause_new").fetchall()]
    rows = [row for episode in new for row in _rows(con, episode)]
    if rows:
        con.register("computed", pa.Table.from_pylist(rows, _KEPT))
        try:
            _run(con, home, "keep")
        finally:
            con.unregister("computed")
    _run(con, home, "publish")
    return len(new)


def _run(con: duckdb.DuckDBPyConnection, home: str, name: str) -> None:
    run_text(con, text(f"publishing/causes/{name}").replace("store.main.", f"{home}.main."))


@cache
def _made_by() -> str:
    """A digest of the code that causes are made by; DuckDB's hashes may be others in another version of it."""
    said = sha256(f"{duckdb.__version__} {np.__version__} {MOST_POSTS}".encode())
    for name in ("posts", "counts", "competitors", "volume"):
        said.update(text(f"publishing/causes/{name}").encode())
    for file in sorted(files("earful.warehouse.causes").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".py"):
            said.update(file.read_bytes())
    return said.hexdigest()


def _rows(con: duckdb.DuckDBPyConnection, episode: Row) -> Iterator[Row]:
    """The rows of ``kept_causes`` of one episode; one without a dimension where nothing can be said."""
    head = {
        "episode": episode["episode"], "made_of": episode["made_of"],
        "from_day": episode["from_day"], "to_day": episode["last_day"],
    }  # fmt: skip
    split = _split(con, episode)
    if split is None or not split.change:
        yield {
            **head, "dimension": "", "value": "", "n": 0, "n_before": 0, "posts_share": 0, "posts_share_before": 0,
            "named": False, "same_as": [],
        }  # fmt: skip
        return
    for part in (*split.parts, split.rest):
        yield head | _part(part, UNITS.get(episode["metric"], 1.0))
    # Whether others changed with it is known of their scores.
    if episode["metric"] != "sentiment":
        return
    sums = con.execute(text("publishing/causes/competitors"), _asked(episode, "competitors")).fetchall()
    for other in others(sums, math.copysign(1, split.change)):
        yield head | {
            "dimension": "competitor", "value": other.product, "n": other.n, "n_before": other.n_before,
            "posts_share": 1.0, "posts_share_before": 1.0, "mean": other.mean, "mean_before": other.mean_before,
            "contribution": other.change, "contribution_low": other.low, "contribution_high": other.high,
            "p": other.p, "named": other.moved, "same_as": [],
        }  # fmt: skip


def _split(con: duckdb.DuckDBPyConnection, episode: Row) -> Split | None:
    if episode["metric"] in UNITS:
        posts = _posts(con, episode)
        return split_mean(posts) if posts else None
    asked = episode | {"negative": episode["metric"] == "negative"}
    table = _usual(_table(con, "counts", asked))
    now, day = table["is_now"].to_numpy(), table["day_no"].to_numpy()
    days, days_before = len(np.unique(day[now])), len(np.unique(day[~now]))
    return split_growth(_coded(table.filter(pc.field("n") > 0)), days, days_before)


def _part(part: Part, unit: float) -> Row:
    """A part in the metric's own terms again."""
    return {
        "dimension": part.dimension, "value": part.value, "n": part.n, "n_before": part.n_before,
        "posts_share": part.posts_share, "posts_share_before": part.posts_share_before,
        "mean": _or_none(part.mean / unit), "mean_before": _or_none(part.mean_before / unit),
        "within": part.within / unit, "mix": part.mix / unit, "contribution": part.contribution / unit,
        "contribution_low": part.low / unit, "contribution_high": part.high / unit,
        "share": part.share, "share_low": part.share_low, "share_high": part.share_high,
        "p": part.p, "named": part.named, "same_as": list(part.same_as),
    }  # fmt: skip


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _asked(episode: Row, name: str) -> Row:
    """The parameters that a question names."""
    sql = text(f"publishing/causes/{name}")
    return {key: value for key, value in episode.items() if f"${key}" in sql}


def _table(con: duckdb.DuckDBPyConnection, name: str, episode: Row) -> pa.Table:
    sql = text(f"publishing/causes/{name}").rstrip().removesuffix(";")
    return con.sql(sql, params=_asked(episode, name)).to_arrow_table()


def _posts(con: duckdb.DuckDBPyConnection, episode: Row) -> Posts | None:
    """The posts of the episode's slice and those before it; None where a side has none."""
    most = count(con, text("publishing/causes/volume"), _asked(episode, "volume"))
    every = max(1, math.ceil(most / MOST_POSTS))
    table = _usual(_table(con, "posts", episode | {"every": every, "unit": UNITS[episode["metric"]]}))
    now = table["is_now"].to_numpy()
    return _coded(table) if now.any() and not now.all() else None


def _usual(table: pa.Table) -> pa.Table:
    """Without the days before on which the product stood out, where enough others are left."""
    now, unusual, day = (table[name].to_numpy() for name in ("is_now", "unusual", "day_no"))
    enough = len(np.unique(day[~now & ~unusual])) >= _LEAST_DAYS
    return table.filter(pa.array(now | ~unusual)) if enough else table


def _coded(table: pa.Table) -> Posts:
    channel, channels = _codes(table["channel"].to_pylist())
    pairs = zip(table["channel"].to_pylist(), table["market"].to_pylist(), strict=True)
    market, markets = _codes([f"{c} {m}" if m else "" for c, m in pairs])
    version, versions = _codes(table["version"].to_pylist())
    said = table["topics"].to_pylist()
    topics = sorted({topic for each in said for topic in each})
    place = {topic: k for k, topic in enumerate(topics)}
    named = np.zeros((len(said), len(topics)), np.bool_)
    for row, each in enumerate(said):
        named[row, [place[topic] for topic in each]] = True
    n = table["n"].to_numpy().astype(np.float64)
    # Of counts nothing is summed.
    total, squares = (
        table[name].cast(pa.float64()).to_numpy() / scale if name in table.column_names else np.zeros(len(n))
        for name, scale in (("total", _SCALE), ("squares", _SCALE**2))
    )
    names = Names(tuple(topics), channels, markets, versions)
    day = table["day_no"].to_numpy().astype(np.int64)
    return Posts(table["is_now"].to_numpy(), day, n, total, squares, channel, market, version, named, names)


def _codes(values: list[str]) -> tuple[Ints, tuple[str, ...]]:
    """Each value's place among those there are, in their order; -1 for none."""
    names = sorted({value for value in values if value})
    place = {name: k for k, name in enumerate(names)}
    return np.array([place.get(value, -1) for value in values], np.int64), tuple(names)
