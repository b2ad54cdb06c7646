"""Real posts of a support forum: its two known waves of advertising are flagged, a real rush with new words is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from landing import NOW, landing, row, table
from recordings import recording

from earful.connectors.base import Coverage, Window
from earful.sentiment.personal.mask import mask
from earful.warehouse import Store, land, open_store
from earful.warehouse.publishing import near_copies, spam

#: First and last day that is read: the days in question and, before them, enough to know what is new.
SPANS = {
    "first wave": (date(2024, 10, 30), date(2024, 11, 12)),
    "second wave": (date(2024, 12, 27), date(2025, 1, 12)),
    "rush": (date(2025, 11, 1), date(2025, 11, 12)),
}


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    read = pq.read_table(
        recording("incidents/firefox_support.parquet"), columns=["post_id", "created_at", "title", "text"]
    )
    with open_store(tmp_path_factory.mktemp("forum") / "store.duckdb", time_zone="UTC") as store:
        for first, last in SPANS.values():
            start, end = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last + timedelta(1)))
            at = pc.cast(read["created_at"], pa.timestamp("us", "UTC"))
            some = read.filter(pc.and_(pc.greater_equal(at, start), pc.less(at, end))).to_pylist()
            rows = [
                row(
                    str(p["post_id"]), p["created_at"].replace(tzinfo=UTC), author=None, title=p["title"] or "",
                    text=p["text"] or "",
                )
                for p in some
            ]  # fmt: skip
            masked, _ = mask(table(rows))
            window = Window(start, end)
            land(store, landing(window=window, coverage=Coverage.whole(window), now=NOW, rows=masked))
        near_copies.refresh(store)
        spam.refresh(store)
        yield store


def share(store: Store, day: date) -> tuple[int, float]:
    """Posts of the day, and which share of them is flagged."""
    posts, flagged = store.con.execute(
        "select count(*), count(spam) from posts where day = $day", {"day": day}
    ).fetchall()[0]
    return posts, flagged / posts


def test_both_waves_are_flagged(forum: Store) -> None:
    # 60 and 167 posts more than the days around: about what is flagged.
    for day, usual in ((date(2024, 11, 11), 70), (date(2025, 1, 8), 140), (date(2025, 1, 9), 140)):
        posts, found = share(forum, day)
        assert posts * (1 - found) < 1.4 * usual < posts


def test_quiet_days_and_a_rush_with_new_words_are_not(forum: Store) -> None:
    for first, last in ((date(2024, 10, 31), date(2024, 11, 6)), (date(2024, 12, 30), date(2025, 1, 4)), SPANS["rush"]):
        for n in range((last - first).days + 1):
            assert share(forum, first + timedelta(n))[1] <= 0.02
    assert share(forum, date(2025, 11, 11))[0] > 400
