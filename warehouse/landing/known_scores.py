"""Scores of posts that are in the store with the same words, for pulls that bring them again: none is scored twice.

A score depends on the words, the language that the source states, the product and the scorer's version. So before the
pulls begin, while the store is open anyway, what it has of an asked window is written to a file, and each part of a
pull is looked up in there: by a post's id and the hash of its words, which is the hash that landing compares. On disk,
in the order of creation, it takes no memory that grows with the store. Posts that are not found are scored; being wrong
about that costs time and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Window
from earful.sentiment.scorer import SCHEMA as SCORE
from earful.warehouse.days import local_day, utc_naive
from earful.warehouse.errors import explained
from earful.warehouse.files.atomic import private
from earful.warehouse.landing.rows import TOPICS
from earful.warehouse.statements import count, file_literal, literal, text
from earful.warehouse.store.store import Store

#: Fewer posts are scored again in less time than all this takes.
LEAST = 2_000
#: DuckDB's share of the memory for one look.
MEMORY = "200MB"


def write_known_scores(
    store: Store, path: Path, channel: str, product: str, window: Window, scorer_version: str
) -> KnownScores | None:
    """Write what the store knows of a window to ``path`` (Parquet, 0600); None, and no file, where that is little.

    Raises WarehouseError.
    """
    key = {
        "channel": channel,
        "product": product,
        "first_day": local_day(store.zone, window.start),
        "last_day": local_day(store.zone, window.end),
    }
    with explained(path):
        if count(store.con, text("landing/known_scores/posts"), key) < LEAST:
            return None
        with private():
            # A statement that writes a file takes its name as it is, not as a parameter.
            written = text("landing/known_scores/write").replace("$path", literal(path))
            store.con.execute(written, {**key, "scorer_version": scorer_version})
    return KnownScores(path)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a part of a pull: places of rows in it (ascending), their scores (SCORE) and topics (TOPICS)."""

    places: pa.Array
    scores: pa.Table
    topics: pa.Array


class KnownScores:
    """The file of one window. Threads may ask at once; each waits for the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()

    def find(self, asked: pa.Table) -> Found:
        """Look up posts; ``asked``: a page's post_id, created_at (with a zone), title, text and language_hint."""
        first, last = pc.min(asked["created_at"]).as_py(), pc.max(asked["created_at"]).as_py()
        if first is None:
            return _found(_NOTHING)
        # One thread: as many parts as there are pulls are looked up at once.
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "threads": 1,
            "temp_directory": str(self._path.parent),
        }
        with self._lock, explained(self._path), duckdb.connect(":memory:", config=config) as con:
            con.execute("set TimeZone = 'UTC'")
            con.register("asked", asked.append_column("place", pa.array(range(len(asked)), pa.int64())))
            query = text("landing/known_scores/find").replace("$path", file_literal(self._path))
            return _found(con.sql(query, params={"first": _before(first), "last": _after(last)}).to_arrow_table())

    def close(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)


_NOTHING = pa.schema([pa.field("place", pa.int64()), *SCORE, pa.field("topics", TOPICS)]).empty_table()


def _found(table: pa.Table) -> Found:
    scores = table.select(SCORE.names).cast(pa.schema([each.with_nullable(True) for each in SCORE]))
    topics = table["topics"].cast(TOPICS).combine_chunks()
    places = table["place"].combine_chunks()
    return Found(places, scores, topics)


# Stored to the microsecond; a page's times may be finer.
def _before(moment: datetime) -> datetime:
    return utc_naive(moment.astimezone(UTC)) - timedelta(microseconds=1)


def _after(moment: datetime) -> datetime:
    return utc_naive(moment.astimezone(UTC)) + timedelta(microseconds=1)
