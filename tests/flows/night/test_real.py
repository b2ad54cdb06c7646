"""The main job on real input, computed a second time by other means: plain pandas and vaderSentiment, from the files.

Nothing of earful's is used for the second computation but what is data here: the language gate's verdict on a text, whether
an answer says nothing, the text as it is heard, its sentences, the word list and the topics' phrases. The package scores, a text or sentence at a time: as it
is, and with that list in its lexicon's place. Topics are found by a plain loop (tests/helpers/texts/plain_topics.py).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from plain_topics import PlainTopics
from recordings import recording
from replay import cassette
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from earful.connectors.stores.steam import LANGUAGES
from earful.sentiment.language.gate import judged, stated
from earful.sentiment.language.nothing import says_nothing
from earful.sentiment.profile.profile import Profile
from earful.sentiment.profile.repairs import repair
from earful.sentiment.topics.topics import Topics

pytestmark = pytest.mark.usefixtures("prefect_server")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def ran(tmp_path_factory, prefect_server):
    """The nightly's summary, and a connection to what it published."""
    recording("steam/steam_reviews.jsonl.gz")
    from benchmarks.real import prepared
    from earful.flows.cli.main import call
    from earful.flows.server import prefect_settings

    folder = tmp_path_factory.mktemp("real")
    with prepared(folder) as config, pytest.MonkeyPatch.context() as patch, StringIO() as out:
        patch.setattr("sys.stdout", out)
        patch.setattr(prefect_settings, "running_server", lambda _home: None)
        # The words as they came: what is masked has tests of its own.
        config.write_text(config.read_text("utf-8") + "\n[privacy]\nmask = false\n", "utf-8")
        assert call(["run", "--config", str(config), "--json"]) == 0
        summary = json.loads(out.getvalue())
    with duckdb.connect(summary["published"], read_only=True) as con:
        yield summary, con


def rows(source, channel, product, market, post_id, created, edited, text, **more):
    seconds = pd.Timestamp(created, unit="ms", tz="UTC")
    return {
        "source": source, "channel": channel, "product": product, "market": market, "post_id": post_id,
        "day": seconds.tz_convert(BERLIN).date(), "version_at": edited or created, "text": text, **more,
    }  # fmt: skip


def steam():
    from benchmarks.real import product_of, steam_reviews

    reviews = steam_reviews()
    counts = Counter(r["appid"] for r in reviews)
    return [
        rows("steam", "steam", product_of(counts, r["appid"]), "", r["recommendationid"], r["timestamp_created"] * 1000,
             r["timestamp_updated"] * 1000, r["review"], up=r["voted_up"],
             hint=LANGUAGES.get(r["language"], r["language"]))
        for r in reviews
    ]  # fmt: skip


def play():
    found = []
    for name in sorted(recording("google_play_console").glob("*.csv")):
        for r in csv.DictReader(StringIO(name.read_bytes().decode("utf-16"))):
            text = "\n".join(t for t in (r["Review Title"], r["Review Text"]) if t)
            link = r["Review Link"]
            # A row without a link has no id: the same submission on the same device is the same review.
            key = link or (r["Review Submit Millis Since Epoch"], r["Device"], r["Reviewer Language"])
            found.append(
                rows("google_play", "play_console", "kiwix", r["Reviewer Language"], key,
                     int(r["Review Submit Millis Since Epoch"]), int(r["Review Last Update Millis Since Epoch"]), text,
                     stars=int(r["Star Rating"]), hint=r["Reviewer Language"])
            )  # fmt: skip
    return found


def reddit():
    from benchmarks.real import REDDIT

    found = []
    for path in REDDIT:
        for interaction in cassette(path):
            if interaction.request.method != "GET":
                continue
            for child in json.loads(interaction.response.body)["data"]["children"]:
                d = child["data"]
                if d.get("distinguished") or d.get("author") == "AutoModerator":
                    continue  # what moderators and their bot say is no opinion
                text = "\n".join(t for t in (d.get("title", ""), d.get("selftext", d.get("body", ""))) if t)
                found.append(
                    rows("reddit", "reddit", "askreddit", "", d["name"], d["created_utc"] * 1000,
                         (d["edited"] or d["created_utc"]) * 1000, text, hint="")
                )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def expected():
    """Every post once, in its newest version, scored by the package itself: bare, and as the product profile says."""
    found = pd.DataFrame(steam() + play() + reddit())
    found = found.sort_values("version_at", kind="stable").drop_duplicates(
        ["channel", "product", "post_id"], keep="last"
    )
    distinct = pa.array(found["text"].unique().tolist(), pa.large_string())
    texts = distinct.to_pylist()
    silent = dict(zip(texts, says_nothing(distinct).tolist(), strict=True))
    gate = dict(zip(texts, zip(*(each.tolist() for each in judged(distinct)), strict=True), strict=True))
    found["language"] = [
        code if not is_open else stated(hint) or code
        for hint, (code, is_open) in zip(found["hint"], found["text"].map(gate), strict=True)
    ]
    found["read"] = [bool(text.strip()) and not silent[text] for text in found["text"]]
    english = found.loc[found["read"] & (found["language"] == "en"), "text"].unique().tolist()
    scored = found["read"] & (found["language"] == "en")
    bare, ours, profile = SentimentIntensityAnalyzer(), SentimentIntensityAnalyzer(), Profile.product()
    ours.lexicon, ours.emojis = dict(profile.lexicon().words), dict(profile.lexicon().emojis)
    found["vader"] = found["text"].map({t: bare.polarity_scores(t[:5000])["compound"] for t in english}).where(scored)
    repaired = repair(pa.array([t[:5000] for t in english]), profile.repairs).to_pylist()
    known = {}  # a text of one sentence is scored once, as is a sentence that many write

    def score(text):
        if text not in known:
            known[text] = ours.polarity_scores(profile.hear(pa.array([text]))[0].as_py())["compound"]
        return known[text]

    found["compound"] = found["text"].map(dict(zip(english, map(score, repaired), strict=True))).where(scored)
    named = dict(zip(english, PlainTopics(Topics.load()).of_texts(repaired, score), strict=True))
    found["topics"] = [named[text] if is_scored else {} for text, is_scored in zip(found["text"], scored, strict=True)]
    return found


def test_every_post_is_there_once(ran, expected):
    _, con = ran
    there = con.execute("select channel, product, count(*) as posts from posts group by all order by all").fetchall()
    assert there == [tuple(r) for r in expected.groupby(["channel", "product"]).size().reset_index().to_numpy()]


def test_the_daily_aggregates_are_those_of_a_second_computation(ran, expected):
    _, con = ran
    key = ["day", "product", "channel", "market"]
    got = con.execute(
        "select day, product, channel, market, posts, scored, unscored, positive, neutral, negative, compound_sum,"
        " vader_compound_sum, mean_compound, rating_count, rating_sum, recommend_count, recommend_yes from daily"
    ).df()
    got["day"] = pd.to_datetime(got["day"]).dt.date
    c = expected["compound"]
    want = (
        expected.assign(
            scored=c.notna(), unscored=c.isna(), positive=c >= 0.05, negative=c <= -0.05, neutral=(c > -0.05) & (c < 0.05),
            recommend_count=expected["up"].notna(), recommend_yes=expected["up"].eq(True), rated=expected["stars"].notna(),
        )
        .groupby(key)
        .agg(posts=("post_id", "size"), scored=("scored", "sum"), unscored=("unscored", "sum"), positive=("positive", "sum"),
             neutral=("neutral", "sum"), negative=("negative", "sum"), compound_sum=("compound", "sum"), vader_compound_sum=("vader", "sum"),
             mean_compound=("compound", "mean"), rating_count=("rated", "sum"), rating_sum=("stars", "sum"),
             recommend_count=("recommend_count", "sum"), recommend_yes=("recommend_yes", "sum"))
        .reset_index()
    )  # fmt: skip
    both = want.merge(got, on=key, how="outer", suffixes=("", "_got"), indicator=True)
    assert set(both["_merge"]) == {"both"}
    for name in (
        "posts",
        "scored",
        "unscored",
        "positive",
        "neutral",
        "negative",
        "rating_count",
        "recommend_count",
        "recommend_yes",
    ):
        assert (both[name] == both[f"{name}_got"]).all(), name
    assert (both["rating_sum"] == both["rating_sum_got"].fillna(0)).all()
    for name in ("compound_sum", "vader_compound_sum", "mean_compound"):
        assert np.allclose(
            both[name].astype(float), both[f"{name}_got"].astype(float), rtol=0, atol=1e-9, equal_nan=True
        ), name
    assert both["posts"].sum() == len(expected)
    # Both are kept because they differ, so nobody can take one for the other.
    assert (both["compound_sum"] - both["vader_compound_sum"]).abs().sum() > 100


def test_the_topics_are_those_of_a_plain_loop(ran, expected):
    _, con = ran
    want = pd.DataFrame(
        [
            (r.channel, r.product, r.day, topic, mean, sentences, r.compound, r.stars)
            for r in expected.itertuples()
            for topic, (mean, sentences) in r.topics.items()
        ],
        columns=["channel", "product", "day", "topic", "compound", "sentences", "whole", "stars"],
    )
    assert len(want) > 8_000
    order = ["channel", "product", "day", "topic", "sentences", "compound"]
    got = con.execute("select channel, product, day, topic, compound, sentences from post_topics").df()
    got["day"] = pd.to_datetime(got["day"]).dt.date
    want, got = (f.sort_values(order, ignore_index=True) for f in (want, got))
    pd.testing.assert_frame_equal(want[order[:5]], got[order[:5]], check_dtype=False)
    assert (want["compound"] == got["compound"]).all()
    sums = (
        got.assign(
            positive=got["compound"] >= 0.05, negative=got["compound"] <= -0.05, whole=want["whole"], stars=want["stars"]
        )
        .groupby(["day", "product", "channel", "topic"])
        .agg(posts=("compound", "size"), positive=("positive", "sum"), negative=("negative", "sum"),
             compound_sum=("compound", "sum"), post_compound_sum=("whole", "sum"), rating_sum=("stars", "sum"))
        .reset_index()
    )  # fmt: skip
    daily = con.execute(f"select {', '.join(sums.columns)} from daily_topic").df()
    daily["day"] = pd.to_datetime(daily["day"]).dt.date
    both = sums.merge(daily, on=["day", "product", "channel", "topic"], how="outer", suffixes=("", "_got"))
    for name in ("posts", "positive", "negative", "compound_sum", "post_compound_sum", "rating_sum"):
        assert np.allclose(both[name].astype(float), both[f"{name}_got"].astype(float), rtol=0, atol=1e-9), name


def test_star_only_recurring_and_foreign_texts_are_accounted_for_by_number(ran, expected):
    summary, con = ran
    exports = play()
    # 972 rows in three exports; what recurs is one review in several months
    assert len(exports) == 287 + 324 + 361
    distinct = len({r["post_id"] for r in exports})
    line = next(b for b in summary["brought"] if b["channel"] == "play_console")
    assert line["rejected"] == 0
    assert (
        line["new"]
        == distinct
        == con.execute("select count(*) from posts where channel = 'play_console'").fetchone()[0]
    )
    star_only = con.execute(
        "select count(*) from posts where channel = 'play_console' and unscored_reason = 'no text'"
    ).fetchone()[0]
    newest = expected[expected["channel"] == "play_console"]
    assert star_only == (newest["text"] == "").sum() > 500
    foreign = con.execute(
        "select channel, count(*) from posts where unscored_reason = 'language' group by all order by all"
    ).fetchall()
    other = expected[(expected["language"] != "en") & expected["read"]]
    assert dict(foreign) == other.groupby("channel").size().to_dict()
    edited = con.execute("select count(*) from posts where channel = 'steam' and edited_at is not null").fetchone()[0]
    from benchmarks.real import steam_reviews

    assert edited == sum(r["timestamp_updated"] != r["timestamp_created"] for r in steam_reviews())


def test_no_user_name_is_in_the_files(ran):
    """Authors of the recordings are nowhere in the published file; compared here by count, never shown."""
    summary, _ = ran
    from benchmarks.real import REDDIT

    names = set()
    for path in REDDIT:
        for interaction in cassette(path):
            if interaction.request.method == "GET":
                names |= {c["data"].get("author") for c in json.loads(interaction.response.body)["data"]["children"]}
    with duckdb.connect(summary["published"], read_only=True) as con:
        authors = {a for (a,) in con.execute("select distinct author from posts where channel = 'reddit'").fetchall()}
    assert len(names & authors) == 0
    assert all(a is None or len(a) == 32 for a in authors)
    assert datetime.fromisoformat(summary["ended_at"]).tzinfo is not None
