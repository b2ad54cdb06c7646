"""What a run does, step by step, for benchmarks.crash: the warehouse's and connectors' own code, without Prefect.

A home is a folder with ``store.duckdb`` and ``earful.duckdb``. An operation (night, backfill, publish, forget, migrate)
continues wherever an earlier, killed one left the home. Everything is a function of the operation and the home: the
service shows a night what it had at that night's time, so that a run again asks and gets the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from earful.connectors.base import Asked, Context, Coverage, Product, Pull, Window
from earful.connectors.errors import PullError
from earful.connectors.limits import Limits
from earful.connectors.stores.steam import SteamConnector, SteamOptions
from earful.connectors.toolkit.web import Web
from earful.sentiment.scorer import Scorer
from earful.warehouse import (  # fmt: skip
    Landing,
    Store,
    apply_retention,
    finish_run,
    joined,
    land,
    land_failure,
    open_store,
    publish,
    register,
    spool,
    start_run,
    watermark,
)
from earful.warehouse.privacy.erase import Authors, erase, unfinished
from earful.warehouse.privacy.rewrite import rewrite
from earful.warehouse.reading.opening import open_published
from earful.warehouse.statements import text
from earful.warehouse.store.migrate import known, migrate

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CHANNEL, SOURCE = "steam", "steam"
PRODUCTS = {"orbit": "440", "nova": "570"}
#: The tables that a killed and continued history must leave as an unkilled one does; logs of runs are not among them.
TABLES = (
    "posts", "texts", "tombstones", "watermarks", "daily", "daily_version", "daily_topic", "verdicts",
    "forgotten_authors",
    "excluded_authors",
)  # fmt: skip
PUBLISHED = ("daily", "daily_version", "daily_topic", "posts", "post_topics", "daily_sentiment", "trend", "verdicts")
VARIANTS = ("cursor first", "cursor in a side file", "append only", "incremental counters")


@dataclass(frozen=True, slots=True)
class Operation:
    """One run: its kind, and the day (from START) of its clock."""

    kind: str
    day: int


#: Nights lie further apart than the connector looks back, so that a cursor that moved too early loses posts.
HISTORY = (
    Operation("migrate", 4),
    Operation("night", 6),
    Operation("night", 12),
    Operation("backfill", 13),
    Operation("publish", 13),
    Operation("forget", 14),
    Operation("night", 19),
)


def reviews(product: str, until: datetime) -> list[dict[str, Any]]:
    """What the service has of a product at a time: 3 reviews a day, a part of them edited two days later."""
    app = PRODUCTS[product]
    out = []
    for n in range(3 * 24):
        created = START + (n // 3 - 4) * DAY + (n % 3) * timedelta(hours=5)
        edited = created + 2 * DAY if n % 4 == 0 else created
        if created >= until:
            continue
        shown = edited if edited < until else created
        mood = ("great and fast", "terrible, it crashes", "fine I guess, nothing special")[(n + len(app)) % 3]
        out.append(
            {
                "recommendationid": f"{app}{n:04d}",
                "author": {"steamid": f"{app}{n % 11:08d}"},
                "language": "english",
                "review": f"This is {mood}, said {n} {'after the edit' if shown > created else 'at first'}",
                "timestamp_created": int(created.timestamp()),
                "timestamp_updated": int(shown.timestamp()),
                "voted_up": n % 3 != 1,
                "votes_up": n % 5,
            }
        )
    return out


class Failed(Exception):
    """A pull failed for good this time; it is noted in the store, and the operation is to be run again."""


@dataclass
class Run:
    """One operation at work. ``phase`` is told of each step that begins."""

    home: Path
    url: str
    operation: Operation
    scorer: Scorer
    phase: Callable[[str], None]
    variant: str = ""

    def __call__(self) -> None:
        """Carry it out. Raises Failed where the service failed beyond the connector's patience."""
        now = START + self.operation.day * DAY
        self.phase("open")
        with self._open() as store:
            register(store, [(p, p.title(), True) for p in PRODUCTS], [(CHANNEL, SOURCE, "steam")])
            start_run(store, f"run-{self.operation.day}", self.operation.kind, now)
        failures = 0
        if self.operation.kind in {"night", "backfill"}:
            failures = sum(not self._job(product, now) for product in PRODUCTS)
        with self._open() as store:
            if self.operation.kind == "forget":
                self.phase("erase")
                victim = Context(channel=CHANNEL, secret=b"crash", env={}).author(SOURCE, "44000000003")
                erase(store, Authors((str(victim),)), kind="author", why="asked for", now=now)
            self.phase("end")
            apply_retention(store, {SOURCE: 9}, now)
            finish_run(store, f"run-{self.operation.day}", "failed" if failures else "ok", now)
            self.phase("publish")
            publish(store, self.home / "earful.duckdb", now=now)
            if unfinished(store, asked_for=True):
                self.phase("rewrite")
                rewrite(store, now)
        if failures:
            raise Failed

    def _open(self) -> Any:  # noqa: ANN401 - the context manager of open_store
        return open_store(self.home / "store.duckdb", time_zone="Europe/Berlin")

    def _job(self, product: str, now: datetime) -> bool:
        with self._open() as store:
            begin = self._begin(store, product)
        window = Window(START - 4 * DAY, START) if self.operation.kind == "backfill" else Window(begin, now)
        self.phase("pull")
        if self.variant == "cursor in a side file":
            self._side(product).write_text(json.dumps(now.isoformat()))
        if self.variant == "cursor first":
            with self._open() as store:
                _move_cursor(store, product, now)
        context = Context(channel=CHANNEL, secret=b"crash", env={})
        options = SteamOptions(base_url=f"{self.url}/{self.operation.day}", spacing=0)
        connector = SteamConnector(options, context, Web(SOURCE, limits=Limits(timeout=5), sleep=lambda _: None))
        pull = connector.pull([Asked(Product(product, product.title(), ids={"steam": (PRODUCTS[product],)}), window)])
        files: list[Path] = []
        try:
            for page in pull:
                if len(page.posts):
                    files.append(self.home / f"spool-{product}-{len(files)}.parquet")
                    spool(files[-1], joined(page.posts, self.scorer.score_page(page.posts)))
        except PullError as error:
            with self._open() as store:
                land_failure(
                    store, run_id=f"run-{self.operation.day}", channel=CHANNEL, source=SOURCE, product=product,
                    window=window, error=str(error), now=now,
                )  # fmt: skip
            return False
        landing = Landing(
            run_id=f"run-{self.operation.day}", channel=CHANNEL, source=SOURCE, product=product, window=window,
            coverage=_covered(pull, product), scorer_version=self.scorer.version, now=now, rows=files,
        )  # fmt: skip
        self.phase("land")
        with self._open() as store:
            landed = land(store, landing)
            if self.variant == "incremental counters":
                store.con.execute("create table if not exists counters (product varchar, posts bigint)")
                store.con.execute("insert into counters values (?, ?)", [product, landed.posts])
        for file in files:
            file.unlink()
        return True

    def _begin(self, store: Store, product: str) -> datetime:
        if self.variant == "cursor in a side file" and self._side(product).exists():
            covered: datetime | None = datetime.fromisoformat(json.loads(self._side(product).read_text()))
        else:
            covered = watermark(store, CHANNEL, product)
        return (
            START
            if covered is None
            else max(START, covered - SteamConnector.overlap)
            if SteamConnector.overlap
            else START
        )

    def _side(self, product: str) -> Path:
        return self.home / f"cursor-{product}.json"


def append_only() -> None:
    """From here on this process lands without looking for what is there already."""
    real = text("landing/known")
    from earful.warehouse import statements

    def changed(name: str) -> str:
        return real.rstrip().rstrip(";") + " and false;" if name == "landing/known" else text(name)

    statements.text = changed  # type: ignore[assignment]


def _covered(pull: Pull, product: str) -> Coverage:
    came = pull.coverage[product]
    assert isinstance(came, Coverage)
    return came


def _move_cursor(store: Store, product: str, to: datetime) -> None:
    with store.transaction() as con:
        key = {"channel": CHANNEL, "product": product}
        con.execute("delete from watermarks where channel = $channel and product = $product", key)
        con.execute("insert into watermarks values ($channel, $product, $at)", {**key, "at": to.replace(tzinfo=None)})


def first_release(home: Path) -> None:
    """A store as the first release made it (schema 1), with a few posts."""
    with duckdb.connect(home / "store.duckdb", config={"storage_compatibility_version": "v1.4.0"}) as con:
        migrate(con, home / "store.duckdb", known()[:1])
        con.execute("insert into meta values ('time_zone', 'Europe/Berlin')")
        con.execute(
            "insert into posts (channel, product, post_id, source, kind, market, created_at, day, scored, compound,"
            " capped, scorer_version, first_seen_at, updated_at, content_hash)"
            " select 'old', 'orbit', 'old' || i, 'reddit', 'post', '', $at, $at::date, true, 0.5, false, 'v0', $at,"
            " $at, i"
            " from range(50) as numbers(i)",
            {"at": (START - 9 * DAY).replace(tzinfo=None)},
        )
        # Posts have their day, or the published file would never be of one piece.
        con.execute(
            "insert into daily"
            " select day, product, channel, any_value(source), market, count(*), count(*), 0, count(*), 0, 0,"
            " sum(compound), sum(compound * compound), avg(compound),"
            " 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), sum(compound),"
            " 0, false, 'v0', max(updated_at) from posts group by day, product, channel, market"
        )


def digest_of_store(home: Path) -> str:
    """Of every row that a kill must not change, to the last bit."""
    with open_store(home / "store.duckdb", time_zone="Europe/Berlin") as store:
        names = {n for (n,) in store.con.execute("select table_name from duckdb_tables()").fetchall()}
        return _digest(store.con, (*TABLES, *(["counters"] if "counters" in names else [])))


def digest_of_published(home: Path) -> str:
    """Of the published file, opened as a POM does; also checks that it is of one piece. "" where there is none."""
    if not (home / "earful.duckdb").exists():
        return ""
    with open_published(home / "earful.duckdb") as con:
        whole = con.execute(
            "select (select count(*) from posts) = (select coalesce(sum(posts), 0) from daily)"
            " and (select count(*) from meta) >= 5"
        ).fetchall()[0][0]
        return _digest(con, PUBLISHED) if whole else "torn"


def _digest(con: duckdb.DuckDBPyConnection, tables: tuple[str, ...]) -> str:
    seen = hashlib.sha256()
    for table in tables:
        rows = con.execute(f"select * from {table} order by all").fetchall()
        seen.update(repr((table, rows)).encode())
    return seen.hexdigest()
