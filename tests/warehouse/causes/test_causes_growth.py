"""More posts or fewer: what is named, what is not, and that the parts add up, on sums that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from earful.warehouse.causes.growth import split_growth
from earful.warehouse.causes.posts import Names, Posts
from earful.warehouse.causes.split import Split

NAMES = Names(("login", "ads"), ("shop", "forum"), ("shop de",), ("1.0",))
DAYS, BEFORE = 4, 40
#: Posts a day of a group: channel, names login, names ads.
Group = tuple[int, bool, bool]
PLAIN, LOGIN, ADS, BOTH = (0, False, False), (0, True, False), (0, False, True), (0, True, True)
FORUM = (1, False, False)


def split(before: dict[Group, int], now: dict[Group, int], rng: np.random.Generator | None = None) -> Split:
    """Of as many posts a day; ``rng``: of as many in the mean, by luck."""

    def come(n: int) -> int:
        return n if rng is None else int(rng.poisson(n))

    rows = [(False, d, g, come(n)) for d in range(BEFORE) for g, n in before.items()]
    rows += [(True, 100 + d, g, come(n)) for d in range(DAYS) for g, n in now.items()]
    none, zero = np.full(len(rows), -1), np.zeros(len(rows))
    is_now, day, n = (np.array([r[at] for r in rows]) for at in (0, 1, 3))
    channel, topics = np.array([r[2][0] for r in rows]), np.array([r[2][1:] for r in rows])
    posts = Posts(is_now, day, n.astype(float), zero, zero, channel, none, none, topics, NAMES)
    found = split_growth(posts, DAYS, BEFORE)
    assert found is not None
    # The named parts and the rest are all of it.
    assert sum(p.contribution for p in found.named) + found.rest.contribution == pytest.approx(found.change)
    return found


def said(found: Split) -> dict[str, float]:
    return {part.value: round(part.share, 3) for part in found.named}


def test_what_grew_beyond_the_others_is_named_with_its_share() -> None:
    found = split({PLAIN: 20, LOGIN: 4, ADS: 4}, {PLAIN: 22, LOGIN: 40, ADS: 4})
    assert found.change == 38
    assert said(found) == {"login": round(36 / 38, 3)}
    (login,) = found.named
    assert login.low < 36 < login.high
    assert (login.within, login.mix) == (0, 36)


def test_where_all_grow_alike_nothing_is_named() -> None:
    assert said(split({PLAIN: 10, LOGIN: 5, ADS: 5, FORUM: 4}, {PLAIN: 40, LOGIN: 20, ADS: 20, FORUM: 16})) == {}


def test_a_post_of_two_named_parts_counts_half_for_each() -> None:
    found = split({PLAIN: 20, LOGIN: 3, ADS: 3}, {PLAIN: 20, LOGIN: 23, ADS: 23, BOTH: 10})
    assert found.change == 50
    assert said(found) == {"ads": 0.5, "login": 0.5}


def test_what_only_comes_with_another_is_not_named() -> None:
    """Who is cut off names ads as often as ever: half of the posts about login do, as before."""
    found = split({PLAIN: 20, LOGIN: 3, BOTH: 3}, {PLAIN: 20, LOGIN: 33, BOTH: 33})
    assert said(found) == {"login": 1.0}


def test_fewer_posts_are_explained_by_what_went() -> None:
    found = split({PLAIN: 20, FORUM: 20}, {PLAIN: 20, FORUM: 2})
    assert found.change == -18
    assert said(found) == {"forum": 1.0}
    (forum,) = found.named
    assert forum.contribution == -18


def test_chance_is_no_cause() -> None:
    """Of 400 even growths drawn by luck one in twenty at most has a cause, and a few more by the luck of this draw."""
    rng, level = np.random.default_rng(3), {PLAIN: 8, LOGIN: 4, ADS: 4, FORUM: 4}
    wrong = sum(bool(split(level, {g: 3 * n for g, n in level.items()}, rng).named) for _ in range(400))
    assert wrong <= 30
