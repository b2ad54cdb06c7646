"""The split of a change over its parts: what adds up, what is named and what is not, on small sums that can be checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from earful.warehouse.causes.chance import p_value, quantile
from earful.warehouse.causes.choose import holm
from earful.warehouse.causes.posts import Names, Posts
from earful.warehouse.causes.split import Split, split_mean

NAMES = Names(("login", "ads"), ("shop", "forum"), ("shop de", "shop us"), ("1.0", "1.1"))


def posts(seed: int = 1, *, days: int = 56, now: int = 6, a_day: int = 60) -> dict[str, Any]:
    """Days on which nothing happens; the last ``now`` of them are the episode."""
    rng = np.random.default_rng(seed)
    n = (days + now) * a_day
    day = np.repeat(np.arange(days + now), a_day)
    channel = (rng.random(n) < 0.4).astype(int)
    return {
        "now": day >= days,
        "day": day,
        "value": rng.normal(0.3, 0.4, n) - 0.3 * channel,
        "channel": channel,
        "market": np.where(channel == 0, (rng.random(n) < 0.5).astype(int), -1),
        "version": np.where(channel == 0, 0, -1),
        "topics": rng.random((n, 2)) < 0.1,
    }


def split(made: dict[str, Any]) -> Split:
    value = made["value"]
    found = split_mean(
        Posts(
            made["now"], made["day"], np.ones(len(value)), value, value**2, made["channel"], made["market"],
            made["version"], made["topics"], NAMES,
        )
    )  # fmt: skip
    assert found is not None
    return found


def said(found: Split) -> list[tuple[str, str]]:
    return [(part.dimension, part.value) for part in found.named]


def test_what_a_topic_did_is_named_with_its_share() -> None:
    made = posts()
    more = made["now"] & (np.random.default_rng(5).random(len(made["day"])) < 0.3)
    made["topics"][more, 0] = True
    made["value"] = made["value"] - 0.5 * (made["topics"][:, 0] & made["now"])
    found = split(made)
    assert said(found) == [("topic", "login")]
    (login,) = found.named
    truth = -0.5 * made["topics"][made["now"], 0].mean() / found.change
    assert login.share == pytest.approx(truth, abs=0.1)
    assert login.share_low < truth < login.share_high
    assert login.contribution == pytest.approx(login.within + login.mix)
    assert found.change == pytest.approx(sum(p.contribution for p in found.named) + found.rest.contribution)
    assert found.low < found.change < found.high < 0


def test_a_change_of_all_posts_alike_has_no_cause() -> None:
    made = posts()
    made["value"] = made["value"] - 0.25 * made["now"]
    found = split(made)
    assert found.named == ()
    assert found.rest.share == pytest.approx(1)
    assert found.change == pytest.approx(-0.25, abs=0.08)


def test_a_market_is_told_from_its_channel() -> None:
    made = posts()
    made["value"] = made["value"] - 0.6 * (made["now"] & (made["market"] == 1))
    assert said(split(made)) == [("market", "shop us")]


def test_of_two_channels_the_one_that_fell_is_named_not_the_other_that_stayed() -> None:
    made = posts()
    made["value"] = made["value"] - 0.5 * (made["now"] & (made["channel"] == 1))
    assert said(split(made)) == [("channel", "forum")]


def test_a_version_that_holds_the_posts_of_a_channel_is_said_with_it() -> None:
    made = posts()
    made["version"] = np.where(made["now"] & (made["channel"] == 0), 1, made["version"])
    made["value"] = made["value"] - 0.5 * (made["now"] & (made["version"] == 1))
    (part,) = split(made).named
    assert (part.dimension, part.value, part.same_as) == ("version", "1.1", ("channel shop",))


def test_more_posts_from_an_angry_channel_are_a_mix_and_not_a_mood() -> None:
    made = posts()
    moved = made["now"] & (made["channel"] == 0) & (np.random.default_rng(2).random(len(made["day"])) < 0.6)
    made["value"] = made["value"] - 0.3 * moved
    made["channel"] = np.where(moved, 1, made["channel"])
    made["market"], made["version"] = np.where(moved, -1, made["market"]), np.where(moved, -1, made["version"])
    found = split(made)
    assert said(found) == [("channel mix", "forum")]
    (part,) = found.named
    assert part.within == 0
    assert part.share == pytest.approx(1, abs=0.25)
    assert part.posts_share > 1.5 * part.posts_share_before


def test_what_went_the_other_way_is_no_cause() -> None:
    made = posts()
    made["value"] = made["value"] - 0.4 * made["now"] + 0.6 * (made["now"] & (made["market"] == 0))
    assert ("market", "shop de") not in said(split(made))


def test_groups_of_posts_say_what_their_posts_say() -> None:
    made = posts()
    made["value"] = np.round(made["value"] - 0.6 * (made["now"] & (made["market"] == 1)), 4)
    one = split(made)
    columns = [made[name] for name in ("now", "day", "channel", "market", "version")]
    key = np.column_stack([*columns, made["topics"]]).astype(int)
    _, first, at = np.unique(key, axis=0, return_index=True, return_inverse=True)
    n, total, squares = (np.bincount(at, x).astype(np.float64) for x in (None, made["value"], made["value"] ** 2))
    channel, market, version, topics = (made[name][first] for name in ("channel", "market", "version", "topics"))
    grouped = Posts(made["now"][first], made["day"][first], n, total, squares, channel, market, version, topics, NAMES)
    many = split_mean(grouped)
    assert many is not None
    assert said(many) == said(one)
    for a, b in zip(many.parts, one.parts, strict=True):
        assert (a.dimension, a.value) == (b.dimension, b.value)
        assert (a.share, a.low, a.high, a.p) == pytest.approx((b.share, b.low, b.high, b.p), abs=1e-6)


def test_without_posts_on_a_side_nothing_is_said() -> None:
    made = posts(days=5, now=2, a_day=4)
    assert split_mean(_of(made, made["now"])) is None
    assert split_mean(_of(made, ~made["now"])) is None


def _of(made: dict[str, Any], rows: np.ndarray) -> Posts:
    value = made["value"]
    whole = Posts(
        made["now"], made["day"], np.ones(len(value)), value, value**2, made["channel"], made["market"],
        made["version"], made["topics"], NAMES,
    )  # fmt: skip
    return replace(whole, **{f: getattr(whole, f)[rows] for f in Posts.__dataclass_fields__ if f != "names"})


def test_chance() -> None:
    # Student's t, from tables.
    assert p_value(2.228, 10) == pytest.approx(0.05, abs=0.002)
    assert p_value(-1.96, 1e6) == pytest.approx(0.05, abs=1e-4)
    assert quantile(10) == pytest.approx(2.228, abs=0.02)
    assert holm([0.03, 0.01, 0.2], 3) == pytest.approx([0.06, 0.03, 0.2])
