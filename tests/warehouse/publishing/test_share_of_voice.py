"""Share of voice: only what can be held against each other is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from landing import DAY, HOUR, T0, published, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import Store, open_store, register

NOON = T0 + 12 * HOUR
APP: dict[str, Any] = {"channel": "app", "source": "app_store"}


@pytest.fixture
def utc(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        register(opened, [("orbit", "Orbit", True), ("nova", "Nova", False)], [("rd", "reddit", "reddit")])
        yield opened


def talk(store: Store, product: str, counts: list[int], first: int = 0, **channel: Any) -> None:
    """``counts`` posts on each day from T0 + first days on, all of it covered."""
    rows = [
        row(f"{product}{first + day}-{n}", NOON + (first + day) * DAY, 0.1, product=product, **channel)
        for day, count in enumerate(counts)
        for n in range(count)
    ]
    put(store, *rows, product=product, window=span(first, first + len(counts)), **channel)


def test_a_channel_that_only_we_have_is_left_out(utc: Store, tmp_path: Path) -> None:
    talk(utc, "orbit", [6, 2, 0])
    talk(utc, "orbit", [50, 50, 50], **APP)
    talk(utc, "nova", [2, 2, 0])
    found = published(utc, tmp_path, "from share_of_voice where product = 'orbit' order by day")
    assert [(r["posts"], r["share"], r["channels"], r["products"], r["comparable"]) for r in found] == [
        (6, 6 / 8, "rd", 2, True), (2, 2 / 4, "rd", 2, True), (0, None, "rd", 2, True),
    ]  # fmt: skip
    assert (found[-1]["posts_28d"], found[-1]["all_posts_28d"], found[-1]["share_28d"]) == (8, 12, 8 / 12)
    assert found[-1]["share_low"] is None, "three days say nothing of how days differ"


def test_a_day_that_one_channel_lacks_is_shown_and_not_pooled(utc: Store, tmp_path: Path) -> None:
    talk(utc, "orbit", [3, 3, 3])
    talk(utc, "nova", [1])
    talk(utc, "nova", [1], first=2)
    found = published(utc, tmp_path, "from share_of_voice where product = 'orbit' order by day")
    assert [r["comparable"] for r in found] == [True, False, True]
    assert (found[-1]["posts_28d"], found[-1]["all_posts_28d"], found[-1]["days_28d"]) == (6, 8, 2)


def test_the_days_end_where_nothing_is_known_any_more(utc: Store, tmp_path: Path) -> None:
    """Asked for four days, answered for three: the third is known to be without posts, of the fourth nothing is."""
    talk(utc, "orbit", [3, 3])
    put(utc, window=span(2, 4), coverage=Coverage(T0 + 2 * DAY, T0 + 3 * DAY))
    coverage = utc.con.execute("select covered_share from coverage_daily order by day").fetchall()
    assert coverage == [(1,), (1,), (1,), (0,)], "else this tells nothing"
    found = published(utc, tmp_path, "select day, posts from share_of_voice where product = 'orbit' order by day")
    assert [(r["day"], r["posts"]) for r in found] == [
        ((T0 + n * DAY).date(), posts) for n, posts in enumerate((3, 3, 0))
    ]


def test_a_competitor_that_joins_later_starts_a_new_pool(utc: Store, tmp_path: Path) -> None:
    talk(utc, "orbit", [4] * 10)
    talk(utc, "nova", [4] * 4, first=6)
    found = published(utc, tmp_path, "from share_of_voice where product = 'orbit' order by day")
    assert [r["share"] for r in found] == [1.0] * 6 + [0.5] * 4
    assert found[5]["share_28d"] == 1.0
    assert (found[-1]["days_28d"], found[-1]["share_28d"]) == (4, 0.5), "not 40 of 56"


def test_without_a_common_channel_no_share_is_fair(utc: Store, tmp_path: Path) -> None:
    talk(utc, "orbit", [5, 5], **APP)
    talk(utc, "nova", [5, 5])
    found = published(utc, tmp_path, "from share_of_voice")
    assert {(r["comparable"], r["share_28d"], r["channels"]) for r in found} == {(False, None, "")}


@pytest.mark.slow
def test_the_interval_is_wilsons_and_widens_where_days_differ(utc: Store, tmp_path: Path) -> None:
    talk(utc, "orbit", [5] * 20)
    talk(utc, "nova", [5] * 20)
    even = published(utc, tmp_path, "from share_of_voice where product = 'orbit' order by day desc limit 1")[0]
    # Wilson for 100 of 200: (0.5 + z2/400 +- z sqrt(0.25/200 + z2/160000)) / (1 + z2/200), z = 1.959964
    assert (even["share_low"], even["share_high"]) == (
        pytest.approx(0.43136, abs=1e-5),
        pytest.approx(0.56864, abs=1e-5),
    )
    with open_store(tmp_path / "waves.duckdb", time_zone="UTC") as waves:
        talk(waves, "orbit", [9, 1] * 10)
        talk(waves, "nova", [1, 9] * 10)
        wavy = published(
            waves, tmp_path / "w", "from share_of_voice where product = 'orbit' order by day desc limit 1"
        )[0]
    assert wavy["share_28d"] == even["share_28d"] == 0.5
    # Design effect 20/19 * sum((x - 5)^2) / (200 / 4) = 20/19 * 320 / 50 = 6.74: 30 posts' worth.
    assert wavy["share_high"] - wavy["share_low"] == pytest.approx(0.3385, abs=1e-4)
