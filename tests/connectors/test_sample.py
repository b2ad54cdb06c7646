"""The sample source: the same posts however windows are cut, and everything in it that a POM is meant to find."""

# Long because: the whole story of the sample source, chapter by chapter.

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_product import checked, pulled
from pydantic import ValidationError
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from earful.connectors.base import Asked, Connector, Context, Coverage, Product, Window
from earful.connectors.post import SCHEMA
from earful.connectors.registry import connector_class
from earful.connectors.sample import connector as sample
from earful.connectors.sample.connector import OUTAGE, SampleConnector, SampleOptions

ANCHOR = date(2026, 11, 20)
STORIES = {"northwind": "bad_release", "harbor": "steady", "rival": "competitor"}
NORTHWIND, HARBOR, RIVAL = (Product(slug, slug.title()) for slug in STORIES)
PRODUCTS = (NORTHWIND, HARBOR, RIVAL)


def channel(name: str = "sample_app_store", secret: bytes = b"secret", **options: Any) -> SampleConnector:
    chosen = SampleOptions.model_validate({"anchor": ANCHOR, "stories": STORIES, **options})
    return SampleConnector(chosen, Context(name, secret, {}))


def at(days: float) -> datetime:
    """So many days from the anchor's midnight."""
    return datetime(ANCHOR.year, ANCHOR.month, ANCHOR.day, tzinfo=UTC) + timedelta(days=days)


def pull(source: Connector, product: Product, window: Window) -> tuple[pd.DataFrame, Coverage]:
    pages, coverage = pulled(source.pull([Asked(product, window)]))
    return pa.concat_tables([SCHEMA.empty_table(), *(page.posts for page in pages)]).to_pandas(
        types_mapper=pd.ArrowDtype
    ), coverage


def posts(source: Connector, product: Product, start: float, end: float) -> pd.DataFrame:
    return pull(source, product, Window(at(start), at(end)))[0]


def newest(*frames: pd.DataFrame) -> list[dict[Any, Any]]:
    """One row a post, as last edited, in the order of ids: what a store holds after landing the frames."""
    whole = pd.concat(frames, ignore_index=True)
    whole = whole.sort_values(["post_id", "edited_at"], na_position="first").drop_duplicates("post_id", keep="last")
    rows: list[dict[Any, Any]] = whole.astype(object).where(whole.notna(), None).to_dict("records")
    return rows


# A small world with everything in it: 40 days, an outage from day -30 to -27, the bad release at -21.
SMALL: dict[str, Any] = {"history_days": 40, "volumes": {"northwind": 6}, "outage_days_ago": 30}
WHOLE = posts(channel(**SMALL), NORTHWIND, -45, 3)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 48 * 86_400 - 1), max_size=6, unique=True),
    st.randoms(use_true_random=False),
    st.sampled_from(["review", "comment"]),
)
def test_any_cut_and_order_of_windows_gives_the_whole(cuts: list[int], shuffle: Random, kind: str) -> None:
    source = channel(**SMALL, kind=kind)
    edges = [at(-45), *sorted(at(-45) + timedelta(seconds=c) for c in cuts), at(3)]
    windows = [Window(a, b) for a, b in pairwise(edges)]
    shuffle.shuffle(windows)
    parts = [pull(source, NORTHWIND, w)[0] for w in windows]
    assert newest(*parts) == newest(posts(source, NORTHWIND, -45, 3))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 47 * 86_400), st.integers(0, 20 * 86_400))
def test_a_window_holds_what_was_created_or_edited_in_it_and_no_more(begin: int, length: int) -> None:
    window = Window(at(-45) + timedelta(seconds=begin), at(-45) + timedelta(seconds=begin + length))
    found, _ = pull(channel(**SMALL), NORTHWIND, window)
    assert found["post_id"].is_unique
    for row in found.to_dict("records"):
        edited = None if pd.isna(row["edited_at"]) else row["edited_at"]
        assert window.holds(row["created_at"], edited)
    known = WHOLE["created_at"].between(window.start, window.end, inclusive="left") | WHOLE["edited_at"].between(
        window.start, window.end, inclusive="left"
    ).fillna(False)
    assert set(WHOLE.loc[known, "post_id"]) <= set(found["post_id"])


def test_the_same_question_has_the_same_answer_and_another_seed_another() -> None:
    pd.testing.assert_frame_equal(posts(channel(), HARBOR, -20, 0), posts(channel(), HARBOR, -20, 0))
    other = posts(channel(seed=2), HARBOR, -20, 0)
    assert set(other["text"]) != set(posts(channel(), HARBOR, -20, 0)["text"])
    assert list(posts(channel("another"), HARBOR, -20, 0)["text"]) != list(posts(channel(), HARBOR, -20, 0)["text"])


def test_a_page_is_a_page() -> None:
    found = posts(channel(), NORTHWIND, -30, 0)
    assert list(found.columns) == SCHEMA.names
    assert [t.pyarrow_dtype for t in found.dtypes] == SCHEMA.types
    assert (found["source"] == "sample").all()
    assert (found["channel"] == "sample_app_store").all()
    assert (found["product"] == "northwind").all()


def test_an_edit_is_visible_only_once_it_is_made() -> None:
    source = channel()
    edited = posts(source, NORTHWIND, -60, -40).dropna(subset="edited_at").iloc[0]
    made = edited["edited_at"].to_pydatetime()

    def seen(until: datetime) -> Any:
        found, _ = pull(source, NORTHWIND, Window(edited["created_at"].to_pydatetime(), until))
        return found.set_index("post_id").loc[edited["post_id"]]

    before, after = seen(made), seen(made + timedelta(seconds=1))
    assert pd.isna(before["edited_at"])
    assert after["edited_at"] == made
    assert before["rating"] != after["rating"]
    assert before["created_at"] == after["created_at"]
    assert before["author"] == after["author"]
    # The edit alone brings the post again.
    again, _ = pull(source, NORTHWIND, Window(made, made + timedelta(seconds=1)))
    assert list(again["post_id"]) == [edited["post_id"]]


def test_some_reviews_are_edited_and_most_are_not() -> None:
    found = posts(channel(), HARBOR, -100, 0)
    assert 0.02 < found["edited_at"].notna().mean() < 0.07
    assert (found["edited_at"].dropna() > found["created_at"][found["edited_at"].notna()]).all()


def test_the_bad_release_is_plain_to_see_in_means_volume_and_words() -> None:
    compound = SentimentIntensityAnalyzer().polarity_scores

    def look(product: Product, start: int, end: int) -> tuple[float, float, float]:
        frames = [posts(channel("a"), product, start, end), posts(channel("r", kind="comment"), product, start, end)]
        found = pd.concat(frames)
        found = found[found["text"].str.len() > 0]
        scores = [compound(t)["compound"] for t in found["text"]]
        about = found["text"].str.contains("(?i)crash|log ?in|locked out", regex=True).mean()
        return sum(scores) / len(scores), len(found) / (end - start), float(about)

    usual, trouble, mended = look(NORTHWIND, -63, -21), look(NORTHWIND, -21, -16), look(NORTHWIND, -13, 0)
    assert trouble[0] < usual[0] - 0.25
    assert trouble[1] > 1.4 * usual[1]
    assert trouble[2] > 3 * usual[2]
    assert abs(mended[0] - usual[0]) < 0.12
    for other in (HARBOR, RIVAL):
        assert abs(look(other, -21, -16)[0] - look(other, -63, -21)[0]) < 0.15


def test_the_bad_release_has_its_version_and_the_fix_brings_people_back() -> None:
    found = posts(channel(), NORTHWIND, -40, 0)
    first_seen = found[found["edited_at"].isna()].groupby("app_version")["created_at"].min()
    assert at(-21) <= first_seen["4.2.0"] < at(-20)
    assert at(-16) <= first_seen["4.2.1"] < at(-15)
    back = found[found["text"].str.contains("(?i)(?:fixed the login|works again|log in again).*", regex=True)]
    assert len(back) > 10
    assert back["edited_at"].notna().all()
    assert set(back["app_version"]) == {"4.2.1"}
    assert (back["rating"] >= 4).all()
    assert (back["edited_at"] >= at(-16)).all()


@pytest.mark.parametrize(
    ("start", "end", "reached", "until"),
    [
        (-120, -96, -120, -96),  # before
        (-93, 0, -93, 0),  # after
        (-110, -95, -110, -96),  # ends in it
        (-94, -80, -93, -80),  # begins in it
        (-120, 0, -120, 0),  # spans it: two stretches
        (-96, -93, None, -93),  # is it
        (-95, -94, None, -94),  # lies in it
        (-95, -95, -95, -95),  # empty
    ],
)
def test_coverage_of_the_outage(start: int, end: int, reached: int | None, until: int) -> None:
    source = channel("sample_reddit", kind="comment", as_source="sample_reddit")
    found, coverage = pull(source, NORTHWIND, Window(at(start), at(end)))
    assert coverage.reached == (None if reached is None else at(reached))
    assert coverage.until == at(until)
    assert coverage.capped is (reached is None)
    hole = Window(at(-96), at(-96) + OUTAGE)
    assert coverage.missing == ((hole,) if start < -96 and end > -93 else ())
    assert ("sample_reddit was out" in coverage.note) is ((reached, until) != (start, end) or bool(coverage.missing))
    assert not [c for c in found["created_at"] if hole.holds(c)]
    assert not [e for e in found["edited_at"].dropna() if hole.holds(e)]


def test_only_comments_have_an_outage_unless_asked() -> None:
    window = Window(at(-120), at(0))
    for source in (channel(), channel(kind="survey"), channel(kind="comment", outage_days_ago=0)):
        assert pull(source, NORTHWIND, window)[1] == Coverage.whole(window)
    assert pull(channel(outage_days_ago=50), NORTHWIND, window)[1].missing == (Window(at(-50), at(-47)),)


def test_history_begins_where_it_says_and_before_it_nothing_is_missing() -> None:
    found, coverage = pull(channel(history_days=30), HARBOR, Window(at(-400), at(0)))
    assert coverage == Coverage.whole(Window(at(-400), at(0)))
    assert at(-30) <= found["created_at"].min() < at(-28)
    assert posts(channel(history_days=30), HARBOR, -400, -31).empty


def test_it_goes_on_after_the_anchor() -> None:
    assert len(posts(channel(), HARBOR, 1, 11)) > 50


def test_without_an_anchor_the_story_ends_today() -> None:
    source = SampleConnector(SampleOptions(), Context("sample", b"s", {}))
    now = datetime.now(UTC)
    found, _ = pull(source, HARBOR, Window(now - timedelta(days=200), now))
    assert len(found) > 1_000
    assert now - timedelta(days=3) < found["created_at"].max() < now
    assert now - timedelta(days=122) < found["created_at"].min() < now - timedelta(days=117)


def test_a_demo_of_three_channels_has_the_promised_size() -> None:
    channels = [channel(), channel("sample_reddit", kind="comment"), channel("sample_nps", kind="survey")]
    counts = {(c._context.channel, p.slug): len(posts(c, p, -120, 0)) for c in channels for p in PRODUCTS}
    assert 8_000 < sum(counts.values()) < 15_000
    assert counts["sample_nps", "rival"] == 0
    assert min(n for key, n in counts.items() if key != ("sample_nps", "rival")) > 500


def test_volumes_are_what_was_asked_for() -> None:
    found = posts(channel(volumes={"harbor": 200}), HARBOR, -28, 0)
    assert 200 * 28 * 0.93 < len(found) < 200 * 28 * 1.07
    assert posts(channel(volumes={"harbor": 0}), HARBOR, -28, 0).empty


def test_the_week_has_a_rhythm() -> None:
    by_day = posts(channel(volumes={"harbor": 100}), HARBOR, -56, 0)["created_at"].dt.day_of_week.value_counts()
    assert by_day[[5, 6]].mean() > 1.1 * by_day[[0, 1, 2, 3, 4]].mean()


def test_reviews_have_stars_versions_and_markets() -> None:
    found = posts(channel(), NORTHWIND, -60, 0)
    assert set(found["rating"]) == {1, 2, 3, 4, 5}
    assert set(found["market"]) == {"us", "gb", "de"}
    assert found["nps"].isna().all()
    assert found["app_version"].notna().all()
    assert 0.06 < ((found["text"] == "") & (found["title"] == "")).mean() < 0.18  # stars only
    assert not ((found["text"] == "") & (found["title"] != "")).any()


def test_comments_have_no_stars_but_votes() -> None:
    found = posts(channel(kind="comment"), NORTHWIND, -60, 0)
    assert found[["rating", "nps", "app_version"]].isna().all(axis=None)
    assert set(found["market"]) == {""}
    assert found["likes"].min() < 0 < found["likes"].max()
    assert found["text"].str.contains("(?i)northwind").mean() > 0.3


def test_surveys_have_nps_and_some_comments() -> None:
    found = posts(channel(kind="survey"), HARBOR, -90, 0)
    assert set(found["nps"]) == set(range(11))
    assert found["rating"].isna().all()
    assert 0.3 < (found["text"] == "").mean() < 0.5


def test_stars_and_words_agree() -> None:
    compound = SentimentIntensityAnalyzer().polarity_scores
    found = posts(channel(markets=["gb"]), HARBOR, -90, 0)
    found = found[found["text"] != ""]
    means = (
        found["text"].map(lambda t: compound(t)["compound"]).astype(float).groupby(found["rating"].astype(int)).mean()
    )
    assert means[1] < -0.2 < 0.1 < means[3] < means[5]
    assert means[2] < means[4]


def test_markets_speak_their_languages() -> None:
    found = posts(channel(markets=["de", "fr", "es", "br", "jp"]), HARBOR, -60, 0)
    spoken = found.groupby("market")["language_hint"].agg(lambda s: s.value_counts().index[0])
    assert spoken.to_dict() == {"de": "de", "fr": "fr", "es": "es", "br": "pt", "jp": "ja"}


def test_there_are_emoji_reposts_and_repeated_authors() -> None:
    found = posts(channel(kind="comment", volumes={"rival": 60}), RIVAL, -60, 0)
    assert found["text"].str.contains("😡|😍|👍|🔥|👎|🎉").any()
    echoes = found[found["text"].str.startswith(("Can confirm. ", "Same here. ", "Exactly this: "))]
    assert len(echoes) > 3
    assert found["author"].nunique() < len(found)


def test_no_text_is_left_unfilled() -> None:
    for kind in ("review", "comment", "post", "survey"):
        found = posts(channel(kind=kind, markets=["us", "de", "fr", "es", "br", "jp"]), NORTHWIND, -60, 0)
        assert not found["text"].str.contains("[{}]", regex=True).any()


def test_authors_are_pseudonyms_that_need_the_secret() -> None:
    mine, other = (posts(channel(secret=s), HARBOR, -20, 0) for s in (b"one", b"two"))
    assert mine["author"].str.fullmatch("[0-9a-f]{32}").all()
    assert set(mine["author"]).isdisjoint(set(other["author"]))
    assert list(mine["text"]) == list(other["text"])


def test_the_source_is_the_one_asked_for() -> None:
    source = channel(as_source="app_store")
    assert source.source == "app_store"
    assert SampleConnector.source == "sample"
    assert set(posts(source, HARBOR, -5, 0)["source"]) == {"app_store"}


def test_check_says_the_story_and_needs_nothing() -> None:
    health = checked(channel(), NORTHWIND)
    assert health.ok
    assert "bad_release" in health.says
    assert "120 days" in health.reaches_back


def test_it_is_in_the_registry() -> None:
    assert connector_class("sample") is SampleConnector


@pytest.mark.parametrize(
    "wrong",
    [
        {"histroy_days": 3},
        {"history_days": 0},
        {"kind": "tweet"},
        {"stories": {"a": "boom"}},
        {"as_source": "App Store"},
        {"volumes": {"a": -1}},
        {"markets": ["USA"]},
        {"outage_days_ago": -1},
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SampleOptions.model_validate(wrong)


def test_there_are_enough_english_sentences() -> None:
    file = Path(sample.__file__).with_name("sentences.toml")
    english = tomllib.loads(file.read_text("utf-8"))["english"]
    sentences = [s for topic in english.values() for tone in topic.values() for s in tone]
    assert len(sentences) == len(set(sentences)) >= 160
