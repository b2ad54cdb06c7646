"""The page about a file that the warehouse really landed and published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from page_reader import PageReader

from earful.connectors.base import Coverage, Window
from earful.connectors.post import Post, page
from earful.reports import wording
from earful.reports.page import render
from earful.sentiment import scorer
from earful.warehouse import Landing, joined, land, land_failure, open_store, publish, register

NOW = datetime(2026, 11, 23, 1, 14, tzinfo=UTC)
START = NOW - timedelta(days=35)


def _posts(product: str) -> list[Post]:
    """Three posts a day at noon, every third in a language that is not scored; every ninth answers an NPS survey."""
    return [
        Post(
            source="app_store",
            channel="store",
            post_id=f"{product}-{n}",
            kind="survey" if n % 9 == 0 else "review",
            product=product,
            created_at=(START + timedelta(days=n // 3)).replace(hour=12),
            market=["us", "de"][n % 2],
            title="It & <them>",
            text=f"The app lost draft {n} again",
            rating=1 + n % 5,
            nps=(n // 9) % 11 if n % 9 == 0 else None,
            app_version=f"2.{n // 40}",
        )
        for n in range(3 * 35)
    ]


def _scores(posts: list[Post]) -> pa.Table:
    """Made-up scores: -0.7, none (language), +0.26, and so on."""
    rows = []
    for n in range(len(posts)):
        scored = n % 3 != 1
        compound = [-0.7, None, 0.26][n % 3]
        share = 0.5 if scored else None
        rows.append(
            {
                "language": "en" if scored else "de", "scored": scored, "compound": compound, "capped": False,
                "unscored_reason": None if scored else "language", "vader_compound": compound,
                "positive": share, "neutral": share, "negative": share,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=scorer.SCHEMA)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landed")
    with open_store(folder / "store.duckdb", time_zone="Europe/Berlin") as store:
        register(store, [("ours", "Ours", True), ("theirs", "Theirs", False)], [("store", "app_store", "sample")])
        for product in ("ours", "theirs"):
            posts, window = _posts(product), Window(START, NOW)
            land(
                store,
                Landing(
                    run_id="r1", channel="store", source="app_store", product=product, window=window,
                    coverage=Coverage.whole(window), scorer_version="test 1", now=NOW,
                    rows=joined(page(posts).posts, scorer.Scored(_scores(posts), None)),
                ),
            )  # fmt: skip
        land_failure(
            store, run_id="r1", channel="forum", source="reddit", product="ours", now=NOW,
            window=Window(NOW - timedelta(days=3), NOW), error="the service answered 503; the next night asks again",
        )  # fmt: skip
        return publish(store, folder / "earful.duckdb", now=NOW).path


@pytest.fixture(scope="module")
def reader(published: Path) -> PageReader:
    return PageReader(render(published))


def test_numbers_are_the_views(published: Path, reader: PageReader) -> None:
    with duckdb.connect(str(published), read_only=True) as con:
        for sql in reader.sql:
            con.execute(sql)
        expected = con.execute(
            """
            select t.product_name, t.scored, t.mean_7d, t.scored_7d, v.verdict, t.posts_7d, t.days_7d
            from trend as t
            join verdicts as v on v.product = t.product and v.day = t.day and slice_kind = 'product' and metric = 'sentiment'
            where complete
            qualify row_number() over (partition by t.product order by t.day desc) = 1 order by t.own desc
            """
        ).fetchall()
    assert [row[0] for row in expected] == ["Ours", "Theirs"]
    for cells, (name, n, mean_7d, n_7d, verdict, posts, days) in zip(
        reader.table("Score, 7 days").rows, expected, strict=True
    ):
        assert cells[0].removesuffix(" competitor") == name
        assert cells[1].startswith(verdict)
        assert f"n = {n}" in cells[1]
        assert cells[2].startswith(f"{wording.signed(mean_7d)} n = {n_7d}")
        assert cells[4] == f"{posts / days:.1f}"


def test_by_hand(reader: PageReader) -> None:
    # 22 November is whole: three posts, one of them unscored; (-0.7 + 0.26) / 2.
    assert reader.table("Score, 7 days").rows[1][1:3] == [
        # Two a day are judged by the week: the same fourteen as in every week before.
        "no real change 0.00 (−0.28 to +0.28) n = 2, few posts",
        "−0.22 n = 14, few posts",
    ]
    assert [row[4:] for row in reader.table("Unscored").rows][-1] == ["56", "28"]
    assert reader.quotes[0].startswith("It & <them> The app lost draft")
    assert "Markets" in reader.headings
    assert "NPS" in reader.headings
    assert "the last request failed: the service answered 503; the next night asks again" in reader.text


def test_nps_is_the_views(published: Path, reader: PageReader) -> None:
    with duckdb.connect(str(published), read_only=True) as con:
        nps, low, high, n = con.execute(
            "select nps, nps_low, nps_high, nps_count from nps_summary where product = 'ours'"
        ).fetchall()[0]
    assert (
        f"{wording.signed(nps, 0)} NPS, between {wording.signed(low, 0)} and {wording.signed(high, 0)} (95% interval), n = {n}"
        in reader.text
    )
