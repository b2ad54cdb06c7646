"""Laws: windows landed in any split, order, overlap and repetition give the whole's aggregates, to the last bit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing import DAY, HOUR, NOW, T0, aggregates, named, put, row, rows_of, wipe

from earful.connectors.base import Coverage, Window
from earful.warehouse import Store, open_store

ZONE = ZoneInfo("Europe/Berlin")
#: 26 to 31 March 2026: the clocks change in the middle.
START = T0 + 24 * DAY
LENGTH = 5 * 24  # hours


@dataclass(frozen=True)
class Case:
    """Versions of posts, the ids that their service calls gone, and windows (hours) that together hold all of it."""

    versions: tuple[dict[str, Any], ...]
    gone: tuple[str, ...]
    windows: tuple[tuple[int, int], ...]


#: What a post says about topics, in any order; nothing is kept of them where it is unscored.
topics = st.one_of(
    st.none(),
    st.dictionaries(st.sampled_from(["ads", "login", "ui"]), st.integers(-10000, 10000).map(lambda i: i / 10000)).map(
        lambda found: named(**found)
    ),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    versions: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 12))):
        created = START + draw(st.integers(0, LENGTH * 60 - 1)) * timedelta(minutes=1)
        edits = draw(st.lists(st.integers(1, LENGTH), max_size=2, unique=True))
        for edited in [None, *(created + hours * HOUR for hours in sorted(edits))]:
            compound = draw(st.one_of(st.none(), st.integers(-10000, 10000).map(lambda i: i / 10000)))
            versions.append(
                row(
                    f"p{number}",
                    created,
                    compound,
                    edited_at=edited,
                    market=draw(st.sampled_from(["de", "us", ""])),
                    app_version=draw(st.sampled_from([None, "1.0", "1.1"])),
                    author=draw(st.sampled_from([None, "x", "y"])),
                    likes=draw(st.sampled_from([None, -3, 0, 7])),
                    rating=draw(st.sampled_from([None, 1, 5])),
                    nps=draw(st.sampled_from([None, 0, 7, 10])),
                    recommended=draw(st.sampled_from([None, True, False])),
                    topics=draw(topics),
                )
            )
    cuts = sorted(draw(st.sets(st.integers(1, LENGTH - 1), max_size=3)))
    windows = list(zip([0, *cuts], [*cuts, LENGTH], strict=True))
    for _ in range(draw(st.integers(0, 2))):  # overlapping ones and repeated ones
        a, b = sorted((draw(st.integers(0, LENGTH)), draw(st.integers(0, LENGTH))))
        windows.append((a, b))
    gone = tuple(draw(st.lists(st.sampled_from([v["post_id"] for v in versions]), max_size=2, unique=True)))
    return Case(tuple(versions), gone, tuple(draw(st.permutations(windows))))


def window(hours: tuple[int, int]) -> Window:
    return Window(START + hours[0] * HOUR, START + hours[1] * HOUR)


def shown(case: Case, asked: Window) -> list[dict[str, Any]]:
    """What a service shows when asked for a window: every version that was created or edited in it."""
    return [version for version in case.versions if asked.holds(version["created_at"], version["edited_at"])]


def newest_of(case: Case) -> list[dict[str, Any]]:
    """The versions that count, in a plain loop."""
    newest: dict[str, dict[str, Any]] = {}
    for version in case.versions:
        asked = Window(START, START + LENGTH * HOUR)
        if not asked.holds(version["created_at"], version["edited_at"]) or version["post_id"] in case.gone:
            continue
        known = newest.get(version["post_id"])
        if known is None or (version["edited_at"] or version["created_at"]) > (
            known["edited_at"] or known["created_at"]
        ):
            newest[version["post_id"]] = version
    return list(newest.values())


def topics_in_python(case: Case) -> list[tuple[Any, ...]]:
    """The rows of ``daily_topic``, as ``topics_of_store`` gives them."""
    groups: dict[tuple[Any, str], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for post in newest_of(case):
        for topic in (post["topics"] or []) if post["scored"] else []:
            day = post["created_at"].astimezone(ZONE).date()
            groups[day, topic["topic"]].append((round(topic["compound"] * 10000), post))
    out = []
    for (day, name), said in groups.items():
        scores, posts = [s for s, _ in said], [p for _, p in said]
        weights = [1 + max(p["likes"] or 0, 0) for p in posts]
        whole = sum(round(p["compound"] * 10000) for p in posts) / 10000
        out.append(
            (
                day, name, len(said), len(said), 0,
                sum(s >= 500 for s in scores), sum(-500 < s < 500 for s in scores), sum(s <= -500 for s in scores),
                sum(scores) / 10000, sum(s * s for s in scores) / 1e8, sum(scores) / 10000 / len(said), whole, whole,
                sum(p["rating"] is not None for p in posts), sum(p["rating"] or 0 for p in posts),
                sum(weights), sum(w * s for w, s in zip(weights, scores, strict=True)) / 10000,
                len({p["author"] for p in posts} - {None}),
            )
        )  # fmt: skip
    return sorted(out)


def topics_of_store(store: Store) -> list[tuple[Any, ...]]:
    return store.con.execute(
        "select day, topic, posts, scored, unscored, positive, neutral, negative, compound_sum, compound_sq_sum,"
        " mean_compound, vader_compound_sum, post_compound_sum, rating_count, rating_sum, likes_weight,"
        " likes_weighted_sum, authors from daily_topic order by all"
    ).fetchall()


def in_pandas(case: Case) -> list[tuple[Any, ...]]:
    """The rows of ``daily``, by another way: newest versions, whole ten-thousandths, plain Python and pandas."""
    groups: dict[tuple[Any, str], list[dict[str, Any]]] = defaultdict(list)
    for version in newest_of(case):
        groups[version["created_at"].astimezone(ZONE).date(), version["market"]].append(version)
    out = []
    for (day, market), posts in groups.items():
        frame = pd.DataFrame(posts)
        scores = [round(v * 10000) for v in frame["compound"].dropna()]
        weights = [1 + max(p["likes"] or 0, 0) for p in posts if p["scored"]]
        nps = frame["nps"].dropna()
        total = sum(scores) / 10000
        out.append(
            (
                day, market, len(posts), len(scores), len(posts) - len(scores),
                sum(s >= 500 for s in scores), sum(-500 < s < 500 for s in scores), sum(s <= -500 for s in scores),
                total, sum(s * s for s in scores) / 1e8, total / len(scores) if scores else None, total,
                int(frame["rating"].count()), int(frame["rating"].sum()),
                len(nps), int((nps >= 9).sum()), int(nps.between(7, 8).sum()), int((nps <= 6).sum()),
                int(frame["recommended"].count()), int(frame["recommended"].eq(True).sum()),
                sum(weights), sum(w * s for w, s in zip(weights, scores, strict=True)) / 10000,
                int(frame["author"].nunique()),
            )
        )  # fmt: skip
    return sorted(out)


def of_store(store: Store) -> list[tuple[Any, ...]]:
    return store.con.execute(
        "select day, market, posts, scored, unscored, positive, neutral, negative, compound_sum, compound_sq_sum,"
        " mean_compound, vader_compound_sum, rating_count, rating_sum, nps_count, nps_promoters, nps_passives,"
        " nps_detractors, recommend_count, recommend_yes, likes_weight, likes_weighted_sum, authors"
        " from daily order by all"
    ).fetchall()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("order") / "store.duckdb"
    with open_store(path, time_zone="Europe/Berlin") as opened:
        yield opened


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases(), st.booleans())
def test_any_split_order_overlap_and_repetition_is_the_whole(store: Store, case: Case, backwards: bool) -> None:
    wipe(store)
    everything = Window(START, START + LENGTH * HOUR)
    put(store, *shown(case, everything), window=everything, gone=case.gone)
    whole, facts = aggregates(store), of_store(store)
    named_posts = rows_of(store, "post_topics")
    assert facts == in_pandas(case)
    assert topics_of_store(store) == topics_in_python(case)

    wipe(store)
    for number, hours in enumerate(case.windows):
        asked = window(hours)
        rows = shown(case, asked)
        # The tombstones come with any one landing: before, among or after the posts they take out.
        gone = case.gone if number == len(case.windows) // 2 else ()
        put(store, *(reversed(rows) if backwards else rows), window=asked, gone=gone)
    assert aggregates(store) == whole
    assert rows_of(store, "post_topics") == named_posts


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH), st.integers(0, LENGTH)), max_size=4), st.data()
)
def test_coverage_of_days_does_not_depend_on_order(
    store: Store, spans: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    found: list[tuple[Window, datetime]] = []
    for a, b, c in spans:
        first, middle, last = sorted((a, b, c))
        found.append((window((first, last)), START + middle * HOUR))
    results = []
    for order in (found, data.draw(st.permutations(found))):
        wipe(store)
        for asked, reached in order:
            put(store, window=asked, coverage=Coverage(reached, asked.end, capped=reached > asked.start), now=NOW)
        results.append(aggregates(store)["coverage_daily"])
    assert results[0] == results[1]
