"""Land one (channel, product, window) in one transaction: posts, texts, revisions, coverage, aggregates, watermark.

Run it twice, land windows in any order, overlapping or repeated, kill it anywhere: the aggregates are those of one
clean run, since a newer version of a post always wins over an older one (edited_at, else created_at; of two equals the
later row, and the newly seen over the stored), and since touched days are computed anew from the posts.

Tombstones are kept: a post that its service called deleted at ``now`` stays out in every version up to then, whatever
is replayed or filled in later, for every product of the channel. A version edited or created after it may come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from earful.connectors.base import Coverage, Window
from earful.connectors.post import (
    FIRST_YEAR,
    KINDS,
    LAST_YEAR,
    NO_ID,
    NOT_NPS,
    NOT_STARS,
    NPS,
    OUT_OF_YEARS,
    STARS,
    Rejected,
    clean,
)
from earful.warehouse.aggregates.coverage import find_watermark
from earful.warehouse.aggregates.recompute import clear_touched, condensed, cover, load_shifts, recompute, set_watermark
from earful.warehouse.days import local_day, utc_naive
from earful.warehouse.errors import WarehouseError
from earful.warehouse.landing.by_day import CameOn, came_by_day
from earful.warehouse.landing.remembered import remember
from earful.warehouse.landing.rows import SCHEMA, to_table
from earful.warehouse.landing.windows import add_coverage
from earful.warehouse.privacy.delete_rows import delete_posts_everywhere
from earful.warehouse.privacy.erase import Erased, forgotten, note
from earful.warehouse.privacy.exclude import said_of
from earful.warehouse.statements import count, file_literal, run
from earful.warehouse.store.store import Store

_TEMPORARY = (
    "stage", "refused", "kept_out", "left_out", "candidates", "outdated", "batch", "known", "matched", "gone",
    "leaving", "touched", "telling", "versions", "shifts", "cover", "facts", "computed", "computed_topic",
    "set_aside_now",
)  # fmt: skip

#: The bounds and words of refuse.sql.
_REFUSING = {
    "kinds": list(KINDS), "years": [FIRST_YEAR, LAST_YEAR], "stars": list(STARS), "scale": list(NPS), "no_id": NO_ID,
    "out_of_years": OUT_OF_YEARS, "not_stars": NOT_STARS, "not_nps": NOT_NPS,
}  # fmt: skip

_ASIDE = pa.schema([("item", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True, slots=True)
class Landing:
    """What came of one window, and where it goes.

    ``rows`` has the columns of rows.SCHEMA: those of a page, its scores, its topics. A frame (see rows.joined), an
    Arrow table, or Parquet files written by rows.spool, in the order they were pulled. ``now`` is when the pull began:
    coverage beyond it is refused, tombstones and revisions bear it. ``aliases`` leads from pseudonyms under a
    former secret to the present ones of the same authors, as far as they were met. ``error``: what cut the pull short;
    its rows land, but the window has failed: nothing is covered and the watermark stays. ``masked``: pieces of personal
    data that were masked in the rows' words.
    """

    run_id: str
    channel: str
    source: str
    product: str
    window: Window
    coverage: Coverage
    scorer_version: str
    now: datetime
    rows: pd.DataFrame | pa.Table | Sequence[Path] = ()
    rejected: tuple[Rejected, ...] = ()
    gone: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    masked: int = 0


@dataclass(frozen=True, slots=True)
class Landed:
    """What a landing did. ``posts`` = new + changed + unchanged; an older version than the stored counts as unchanged.

    ``gone`` posts were deleted or kept out by tombstones, ``left_out`` are of excluded authors, ``rejected`` items set
    aside, ``days`` computed anew; ``by_day``: the posts that were read, by their days.
    """

    posts: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    left_out: int = 0
    rejected: int = 0
    days: int = 0
    watermark: datetime | None = None
    by_day: tuple[CameOn, ...] = ()


def land(store: Store, landing: Landing) -> Landed:
    """Land it, all or nothing. Of a product that was forgotten after ``now`` nothing lands.

    Raises WarehouseError: a row of another channel or product, a missing column, a missing or broken file, a full disk.
    The store is then as it was.
    """
    landing = _cleaned(landing)
    with store.transaction() as con:
        if forgotten(con, landing.product, landing.now):
            return Landed()
        clear_touched(con)
        rejected = _stage(con, landing)
        counts = _posts(con, store, landing, rejected)
        watermark = _cover(con, store, landing, counts)
        # Only a window that came whole can confirm the days that it asked for.
        asked = {} if landing.error else {landing.product: local_day(store.zone, landing.window.start)}
        recompute(con, landing.channel, landing.now, asked)
        days = count(con, "select count(*) from (select distinct product, day from touched)")
        note_scorer(con, landing.scorer_version)
        by_day = came_by_day(con)
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.{name}")
    return Landed(**counts, days=days, watermark=watermark, by_day=by_day)


def _cleaned(landing: Landing) -> Landing:
    """What comes besides the rows, by the rows' rule: one lone surrogate in a file's name must not stop a landing."""
    return replace(
        landing,
        coverage=replace(landing.coverage, note=clean(landing.coverage.note)),
        rejected=tuple(Rejected(clean(r.item) or "(no id)", clean(r.reason)) for r in landing.rejected),
        gone=tuple(clean(post_id) for post_id in landing.gone),
        aliases={clean(old): clean(new) for old, new in landing.aliases.items()},
        error=clean(landing.error),
    )


def _stage(con: duckdb.DuckDBPyConnection, landing: Landing) -> list[Rejected]:
    """Fill the temporary table ``stage``; returns what was rejected so far."""
    rejected = list(landing.rejected)
    if isinstance(landing.rows, Sequence):
        files = [file_literal(path) for path in landing.rows]
        if files:
            # read_parquet keeps the order of files and rows, on which the rule for equals rests.
            con.execute(f"create or replace temp view incoming as select * from read_parquet([{', '.join(files)}])")
            columns = {row[0] for row in con.execute("describe incoming").fetchall()}
            missing = [name for name in SCHEMA.names if name not in columns]
            if missing:
                raise WarehouseError(f"{landing.rows[0]} has no column {missing[0]!r}; nothing was landed")
            run(con, "landing/stage")
            con.execute("drop view temp.incoming")
            return rejected
    table, unfit = to_table(SCHEMA.empty_table() if isinstance(landing.rows, Sequence) else landing.rows)
    con.register("incoming", table)
    try:
        run(con, "landing/stage")
    finally:
        con.unregister("incoming")
    return [*rejected, *unfit]


def _posts(con: duckdb.DuckDBPyConnection, store: Store, landing: Landing, rejected: list[Rejected]) -> dict[str, int]:
    key = {"channel": landing.channel, "product": landing.product}
    now = utc_naive(landing.now)
    foreign = count(
        con,
        "select count(*) from stage where channel is distinct from $channel or product is distinct from $product",
        key,
    )
    if foreign:
        raise WarehouseError(
            f"{foreign} rows are not of channel {landing.channel} and product {landing.product}; nothing was landed"
        )
    run(con, "landing/refuse", _REFUSING)
    run(
        con,
        "landing/gone",
        {"channel": landing.channel, "gone": list(landing.gone), "now": now, "run_id": landing.run_id},
    )
    _leave(con, landing.now)
    if landing.aliases:
        _rename(con, landing)
    run(con, "landing/candidates", {"channel": landing.channel})
    run(con, "privacy/left_out")
    load_shifts(con, store.zone, "candidates")
    run(con, "landing/batch")
    run(con, "landing/known", key)
    first, last = con.execute("select min(old_day), max(old_day) from known").fetchall()[0]
    read = {"scorer_version": landing.scorer_version, "now": now}
    run(con, "landing/compare", {**read, "first_day": first, "last_day": last})
    run(con, "landing/versions", {**key, "now": now})
    run(con, "landing/write", {**key, **read, "run_id": landing.run_id})
    run(con, "landing/revisions", key)
    _set_aside(con, landing, rejected)
    posts = count(con, "select count(*) from batch")
    changed = count(con, "select count(*) from matched where verdict = 'changed'")
    known = count(con, "select count(*) from matched")
    kept = landing.coverage.kept
    return {
        "posts": posts + kept,
        "new": posts - known,
        "changed": changed,
        "unchanged": known - changed + kept,
        "gone": count(con, "select (select count(*) from leaving) + (select count(*) from kept_out)"),
        "left_out": count(con, "select count(*) from left_out"),
        "rejected": len(rejected) + count(con, "select count(*) from refused"),
    }


def _rename(con: duckdb.DuckDBPyConnection, landing: Landing) -> None:
    """After a new secret: give the channel's posts of the authors met their new pseudonyms, forgotten ones included."""
    names = ("old", "new")
    columns = (list(landing.aliases), list(landing.aliases.values()))
    con.register("aliases", pa.table([pa.array(c, pa.string()) for c in columns], names=names))
    try:
        run(con, "landing/aliases", {"channel": landing.channel})
    finally:
        con.unregister("aliases")


def _leave(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Delete what the service said is gone, and note it: its bytes go when the store is next written anew."""
    days = count(con, "select count(*) from (select distinct product, day from leaving)")
    gone = delete_posts_everywhere(con)
    posts, texts = gone.pop("posts", 0), gone.pop("texts", 0)
    if posts:
        note(con, "gone", "deleted there", now, Erased(posts, texts, sum(gone.values()), days))


def _set_aside(con: duckdb.DuckDBPyConnection, landing: Landing, rejected: list[Rejected]) -> None:
    columns = ([r.item for r in rejected], [r.reason for r in rejected])
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, _ASIDE, strict=True)], schema=_ASIDE)
    con.register("aside", table)
    try:
        con.execute(
            "create or replace temp table set_aside_now as"
            " select item, reason from aside union select item, reason from refused"
        )
    finally:
        con.unregister("aside")
    run(
        con,
        "landing/set_aside",
        {
            "run_id": landing.run_id,
            "channel": landing.channel,
            "product": landing.product,
            "now": utc_naive(landing.now),
        },
    )


def _cover(con: duckdb.DuckDBPyConnection, store: Store, landing: Landing, counts: dict[str, int]) -> datetime | None:
    """Write the coverage row, the days' coverage and the watermark, which is returned."""
    window = landing.window
    ids = (landing.run_id, landing.channel, landing.source, landing.product)
    counts = {**counts, "masked": landing.masked}
    if landing.error:
        add_coverage(con, store, ids, window, landing.now, "failed", counts=counts, error=landing.error)
        return find_watermark(condensed(con, landing.channel, landing.product))
    note = "; ".join(filter(None, [landing.coverage.note, said_of(counts["left_out"])]))
    came = replace(landing.coverage, note=note)
    add_coverage(con, store, ids, window, landing.now, "ok", coverage=came, counts=counts)
    found = condensed(con, landing.channel, landing.product)
    asked = [(window.start, min(window.end, landing.now.astimezone(UTC)))]
    cover(con, store.zone, ids[1:], found, asked)
    watermark = find_watermark(found)
    set_watermark(con, landing.channel, landing.product, watermark)
    if (value := landing.coverage.remember) is not None:
        key = {"channel": landing.channel, "product": landing.product}
        remember(
            con, key, scorer_version=landing.scorer_version, time_zone=store.time_zone, value=value, now=landing.now
        )
    return watermark


def note_scorer(con: duckdb.DuckDBPyConnection, version: str) -> None:
    """Record the newest scorer, inside the caller's transaction."""
    con.execute("delete from meta where key = 'scorer_version'")
    con.execute("insert into meta values ('scorer_version', $version)", {"version": version})
