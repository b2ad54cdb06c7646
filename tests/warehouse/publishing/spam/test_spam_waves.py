"""Waves of advertising in several styles are flagged; genuine rushes that bring new words, copies and numbers are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from landing import DAY, HOUR, T0, put, row, span
from snapshot import check, of_store
from waves import ON, RUSHES, WAVES, flagged, numbers, pills, posts_of, protest, seo, talk

from earful.warehouse import Store, open_store
from earful.warehouse.publishing import near_copies, spam


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("spam") / "store.duckdb", time_zone="UTC") as store:
        for product, makes in {**WAVES, **RUSHES}.items():
            put(store, *posts_of(product, makes), product=product, window=span(0, ON + 2))
        near_copies.refresh(store, "plain")
        spam.refresh(store)
        yield store


@pytest.mark.parametrize("style", WAVES)
def test_a_wave_is_flagged_and_nothing_beside_it(judged: Store, style: str) -> None:
    found = flagged(judged, style)
    assert [post for post in found if "-w" not in post] == []
    assert len(found) >= 15


def test_of_each_post_it_is_said_what_was_said(judged: Store) -> None:
    """Which posts of waves and rushes are flagged, and why; the sums of them."""
    sums = "product, day, channel, posts, negative, scored, compound_sum"
    tables = {
        "posts": "product, post_id, spam", "daily_spam": sums, "daily_version_spam": f"app_version, {sums}",
        "daily_topic_spam": f"topic, {sums}", "post_pairs": "product, post_id, other_post_id, day, other_day",
    }  # fmt: skip
    check("waves", of_store(judged.con, tables))


@pytest.mark.parametrize("kind", RUSHES)
def test_people_who_have_the_same_trouble_are_no_wave(judged: Store, kind: str) -> None:
    assert flagged(judged, kind) == {}


def test_the_sums_of_spam_are_those_of_the_flagged_posts(judged: Store) -> None:
    said = (
        "select product, day, channel, {}, count(*), count(*) filter (where scored), round(sum(compound), 4)"
        " from posts where spam is not null group by all order by all"
    )
    for table, grain in (("daily_spam", "market"), ("daily_version_spam", "app_version")):
        sums = judged.con.execute(
            f"select product, day, channel, {grain}, posts, scored, round(compound_sum, 4) from {table} order by all"
        ).fetchall()
        assert sums == judged.con.execute(said.format(f"coalesce({grain}, '')")).fetchall() != []
    left = judged.con.execute(
        "select count(*) from daily_spam as s anti join daily as d on d.product = s.product and d.day = s.day"
        " and d.channel = s.channel and d.market = s.market and d.posts >= s.posts and d.negative >= s.negative"
    ).fetchall()
    assert left == [(0,)]


@pytest.fixture
def utc(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def test_one_author_who_posts_the_same_again_and_again(utc: Store) -> None:
    loud = [
        row(f"l{n}", T0 + n * HOUR, -0.9, author="loud", text=f"{protest(Random(0), 0)} {'!' * n}") for n in range(6)
    ]
    others = [row(f"o{n}", T0 + n * HOUR, -0.9, text=f"{protest(Random(0), 0)} {n}") for n in range(4)]
    put(utc, *loud, *others)
    near_copies.refresh(utc, "plain")
    spam.refresh(utc)
    assert flagged(utc, "orbit") == {f"l{n}": "author" for n in range(6)}


def test_a_number_alone_is_no_wave_and_a_store_without_history_knows_no_campaign(utc: Store) -> None:
    own = [row(f"o{n}", T0 + n * HOUR, text=talk(Random(n))) for n in range(40)]
    put(
        utc,
        *own,
        row("w", T0, text=numbers(Random(0), 0)),
        *(row(f"p{n}", T0, text=pills(Random(0), n)) for n in range(3)),
    )
    near_copies.refresh(utc, "plain")
    spam.refresh(utc)
    assert flagged(utc, "orbit") == {}


@pytest.mark.parametrize(("before", "known"), [(49, False), (50, True)])
def test_a_campaign_needs_fifty_posts_to_be_new_beside(utc: Store, before: int, known: bool) -> None:
    talked = [row(f"t{n}", T0 + (n % 25) * DAY, text=talk(Random(n))) for n in range(before)]
    wave = [row(f"w{n}", T0 + 30 * DAY + n * HOUR, text=seo(Random(n), n)) for n in range(12)]
    put(utc, *talked, *wave, window=span(0, 32))
    near_copies.refresh(utc, "plain")
    spam.refresh(utc)
    assert set(flagged(utc, "orbit").values()) == ({"campaign"} if known else set())
