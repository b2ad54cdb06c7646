"""One job for many products: planned together, pulled once, landed each for itself."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from earful.connectors.base import Asked, Coverage, Pull, SharedPages, Window
from earful.connectors.errors import Fatal, Retriable
from earful.connectors.post import Page, Post, Rejected, page
from earful.flows.config.settings import Settings, parse
from earful.flows.night import scoring
from earful.flows.night import spooled as spooling
from earful.flows.night.gaps import Gap, gap_jobs
from earful.flows.night.plan import Job, Share, backfill_jobs, nightly_jobs
from earful.flows.night.pull import CutShortError, RunContext
from earful.flows.night.spooled import Came, Pulled, Spooled
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.plain import PlainScorer
from earful.sentiment.scorer import Scored, Scorer
from earful.warehouse import Standing

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = Window(NOW - 2 * DAY, NOW)
REDDIT: dict[str, object] = {"name": "talk", "connector": "reddit", "subreddits": ["common"]}
FILES: dict[str, object] = {
    "name": "shelf",
    "connector": "files",
    "paths": ["x.csv"],
    "product_column": "product",
    "start": date(2026, 1, 1),
}
SAMPLE: dict[str, object] = {"name": "made_up", "connector": "sample"}
STEAM: dict[str, object] = {"name": "games", "connector": "steam"}


def settings(*channels: dict[str, object]) -> Settings:
    products = [{"slug": slug, "name": slug.title(), "ids": {"steam": "440"}} for slug in ("acme", "rival", "third")]
    return parse({"time_zone": "UTC", "products": products, "channels": list(channels)}, Path("earful.toml"))


def stands(mark: datetime, suspect: Sequence[tuple[datetime, datetime]] = ()) -> Standing:
    return Standing(mark, ((NOW - 3000 * DAY, mark),), tuple(suspect))


def test_what_reads_whole_is_one_job_and_what_asks_by_id_is_one_a_product() -> None:
    jobs = nightly_jobs(settings(STEAM, REDDIT, FILES), lambda c, p: stands(NOW - DAY), NOW)
    assert [(job.channel, job.products) for job in jobs] == [
        ("games", ("acme",)), ("games", ("rival",)), ("games", ("third",)),
        ("talk", ("acme", "rival", "third")), ("shelf", ("acme", "rival", "third")),
    ]  # fmt: skip
    assert [str(job) for job in jobs[2:4]] == ["games third 2026-11-17", "talk: 3 products 2026-11-17"]
    few = nightly_jobs(settings(REDDIT), lambda c, p: stands(NOW - DAY), NOW, products=["third", "acme"])
    assert [job.products for job in few] == [("acme", "third")]


def test_a_listing_serves_products_that_have_come_differently_far_each_in_its_own_window() -> None:
    late = (NOW - 30 * DAY, NOW - 29 * DAY)
    marks = {"acme": stands(NOW - DAY), "rival": stands(NOW - 9 * DAY), "third": stands(NOW - DAY, [late])}
    (job,) = nightly_jobs(settings(REDDIT), lambda c, p: marks[p], NOW)
    assert job.shares == (
        Share("acme", Window(NOW - 3 * DAY, NOW)),
        Share("rival", Window(NOW - 11 * DAY, NOW)),
        Share("third", Window(NOW - 30 * DAY, NOW)),
    )
    assert job.window == Window(NOW - 30 * DAY, NOW)


def test_what_can_seek_is_asked_in_pieces_each_for_those_that_want_it() -> None:
    jobs = backfill_jobs(settings(SAMPLE), date(2026, 9, 1), date(2026, 10, 31), NOW)
    assert [(job.products, (job.window.end - job.window.start).days) for job in jobs] == [
        (("acme", "rival", "third"), 31), (("acme", "rival", "third"), 30),
    ]  # fmt: skip
    marks = {"acme": stands(NOW - DAY), "rival": stands(NOW - 9 * DAY), "third": stands(NOW - DAY)}
    jobs = nightly_jobs(settings(SAMPLE), lambda c, p: marks[p], NOW)
    assert [(job.products, job.window) for job in jobs] == [
        (("acme", "third"), Window(NOW - 2 * DAY, NOW)), (("rival",), Window(NOW - 10 * DAY, NOW)),
    ]  # fmt: skip


def test_gaps_of_one_channel_are_one_job_with_each_products_own() -> None:
    def gap(product: str, first: int, last: int) -> Gap:
        return Gap("shelf", product, date(2026, 3, first), date(2026, 3, last), "no row")

    (job,) = gap_jobs(settings(FILES), [gap("acme", 1, 2), gap("rival", 20, 21), gap("acme", 9, 9)], NOW)
    at = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 32)]
    assert job.shares == (Share("acme", Window(at[0], at[9])), Share("rival", Window(at[19], at[21])))


# --- pulled -----------------------------------------------------------------------------------------------------------


class Talk:
    """A connector that reads whole; ``ends`` with an error, or with one for the product ``lost``."""

    def __init__(self, ends: Exception | None = None, lost: str = "") -> None:
        self.ends, self.lost, self.pulls = ends, lost, 0

    def pull(self, asked: list[Asked]) -> Pull:
        self.pulls += 1

        def pages() -> SharedPages:
            for n in range(4):
                posts = [post(f"p{n}", one.product.slug, f"it crashes, {n}") for one in asked]
                aside = [Rejected(f"x{n}", "no id"), Rejected(f"y{n}", "no time", "acme")]
                graded = [replace(each, rating=9.0) if each.product == "third" else each for each in posts]
                yield page(graded[: 1 if n == 3 else None], aside, ["gone"])
            if self.ends:
                raise self.ends
            lost = Fatal("talk: there is no such subreddit")
            return {a.product.slug: lost if a.product.slug == self.lost else Coverage.whole(a.window) for a in asked}

        return Pull(pages())


def post(post_id: str, product: str, text: str) -> Post:
    return Post("reddit", "talk", post_id, "post", product, NOW - DAY, text=text)


class Counted(PlainScorer):
    def __init__(self) -> None:
        super().__init__()
        self.scored: list[int] = []

    def score_page(self, page: pa.Table) -> Scored:
        self.scored.append(len(page))
        return super().score_page(page)


JOB = Job("talk", (Share("acme", WINDOW), Share("rival", Window(NOW - DAY, NOW)), Share("third", WINDOW)))


def pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, talk: Talk, scorers: Mapping[str, Scorer]) -> Pulled:
    run_context = RunContext(settings(REDDIT), scorers, tmp_path)
    monkeypatch.setattr(run_context, "connector", lambda _: talk)
    return run_context.pull(JOB, "00000-1")


def rows_of(came: Came) -> list[tuple[str, str]]:
    found = [pd.read_parquet(file) for file in came.files]
    return [(str(r.post_id), str(r.product)) for frame in found for r in frame.itertuples()]


def test_one_pull_brings_each_product_its_own_posts_and_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, shared, own = Talk(), Counted(), Counted()
    done = pulled(tmp_path, monkeypatch, talk, {"acme": shared, "rival": own, "third": shared})
    assert talk.pulls == 1
    acme, rival, third = done.shares
    assert rows_of(acme) == [(f"p{n}", "acme") for n in range(4)]
    assert rows_of(rival) == [(f"p{n}", "rival") for n in range(3)]
    assert (acme.posts, rival.posts, third.posts, done.posts) == (4, 3, 3, 10)
    assert (acme.window, rival.window) == (WINDOW, Window(NOW - DAY, NOW))
    assert rival.coverage == Coverage.whole(Window(NOW - DAY, NOW))
    assert third.coverage.note == "stars or answers off their scale left out of 3 posts"
    assert {came.gone for came in done.shares} == {("gone",) * 4}
    assert [r.item for r in acme.rejected] == [f"{a}{n}" for n in range(4) for a in "xy"]
    assert [r.item for r in third.rejected] == [f"x{n}" for n in range(4)]
    assert (shared.scored, own.scored) == ([4], [3]), "a post of two products that share a scorer is scored once"


def test_scores_of_a_shared_post_are_those_of_each_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = ColumnarScorer()
    texts = [
        "It crashes. I hate it.",
        "Great and fast, I love it",
        "",
        "Die App ist die beste",
        "It crashes. I hate it.",
    ]
    rows = [post(f"p{n % 4}", slug, text) for n, text in enumerate(texts) for slug in ("acme", "rival")]
    posts = page(rows).posts
    once, all_of_them = scoring.scored_once(scorer, posts), scorer.score_page(posts)
    assert once.scores.equals(all_of_them.scores)
    assert once.topics is not None
    assert all_of_them.topics is not None
    if len(all_of_them.topics):
        by = [("row", "ascending"), ("topic", "ascending")]
        assert once.topics.sort_by(by).equals(all_of_them.topics.sort_by(by))


def test_memory_is_one_batch_however_many_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "BATCH", 6)
    scorer = Counted()
    spooled = Spooled(JOB, tmp_path / "j", dict.fromkeys(JOB.products, scorer), threading.Lock())
    for n in range(5):
        spooled.add(page([post(f"q{n}", slug, "fine") for slug in JOB.products]))
        assert sum(map(len, spooled._waiting)) < 6
    came = spooled.ended({slug: Coverage.whole(WINDOW) for slug in JOB.products})
    assert scorer.scored == [2, 2, 1]
    assert [len(each.files) for each in came] == [3, 3, 3]
    assert [[post_id for post_id, _ in rows_of(each)] for each in came] == [[f"q{n}" for n in range(5)]] * 3


def test_a_cut_keeps_each_products_posts_and_claims_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CutShortError) as caught:
        pulled(tmp_path, monkeypatch, Talk(Retriable("talk: busy")), dict.fromkeys(JOB.products, PlainScorer()))
    assert [came.posts for came in caught.value.came.shares] == [4, 3, 3]
    assert all(came.coverage.reached is None for came in caught.value.came.shares)
    assert all(file.exists() for file in caught.value.came.files)


def test_an_error_for_good_takes_all_files_and_one_of_a_product_its_own_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorers = dict.fromkeys(JOB.products, PlainScorer())
    with pytest.raises(Fatal, match="wrong key"):
        pulled(tmp_path, monkeypatch, Talk(Fatal("talk: wrong key")), scorers)
    assert not list(tmp_path.iterdir())
    acme, rival, third = pulled(tmp_path, monkeypatch, Talk(lost="rival"), scorers).shares
    assert (str(rival.error), rival.files, rival.posts) == ("talk: there is no such subreddit", (), 0)
    assert [came.error for came in (acme, third)] == [None, None]
    assert sorted(tmp_path.iterdir()) == sorted([*acme.files, *third.files])


def test_a_careless_connector_is_told_so(tmp_path: Path) -> None:
    spooled = Spooled(Job.of("talk", "acme", WINDOW), tmp_path / "j", {"acme": PlainScorer()}, threading.Lock())
    with pytest.raises(Fatal, match="talk: posts of 'other' came, which was not asked for"):
        spooled.add(page([post("p1", "other", "x")]))
    with pytest.raises(Fatal, match="talk: nothing is said of what was covered of acme"):
        spooled.ended({})
    assert isinstance(page([]), Page)
