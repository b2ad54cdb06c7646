"""What is said to explain a change is what made it; and what is kept of it is what would be computed anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from erasing import erased
from landing import DAY, HOUR, NOW, T0, named, put, row, span

from earful.warehouse import Posts, Store, open_store, publish, query, register
from earful.warehouse.causes import published

DAYS, AT = 84, 70
SHOP = {"channel": "shop", "source": "app_store"}
BOTH = [("orbit", "Orbit", True), ("nova", "Nova", False)]

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Login falls and is much written about. Of billing only what is said of it falls, not the posts that say it."""
    rng = np.random.default_rng(11)
    rows = []
    for d in range(DAYS):
        for i in range(40):
            compound, topics = 0.3 + rng.normal(0, 0.25), {}
            if i < 14:
                compound -= 0.9 if d >= AT else 0.0
                topics = {"login": round(float(np.clip(compound, -0.99, 0.99)), 4)}
            elif i < 24:
                topics = {"billing": round(float(np.clip(rng.normal(-0.7 if d >= AT else 0.3, 0.15), -0.99, 0.99)), 4)}
            at = T0 + d * DAY + (i % 23) * HOUR
            value = round(float(np.clip(compound, -0.99, 0.99)), 4)
            rows.append(row(f"{d}-{i}", at, value, **SHOP, topics=named(**topics)))
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        register(opened, BOTH, [("shop", "app_store", "app_store_rss")])
        # Of one of its days half was asked for.
        put(opened, *rows, window=span(0, AT + 5.5), **SHOP)
        put(opened, window=span(AT + 6, DAYS), **SHOP)
        theirs = [row(f"nova-{n}", T0 + n * DAY / 3, 0.2 - n % 3 / 10, product="nova", **SHOP) for n in range(3 * DAYS)]
        put(opened, *theirs, product="nova", window=span(0, DAYS), **SHOP)
        yield opened


def ask(store: Store, file: Path, sql: str) -> list[dict[str, Any]]:
    publish(store, file, now=NOW)
    answer = query(file, sql)
    return [dict(zip(answer.columns, values, strict=True)) for values in answer.rows]


CAUSES = "from episode_causes order by all"


def test_a_topic_whose_own_slice_fell_is_no_cause_where_it_moved_nothing(store: Store, tmp_path: Path) -> None:
    """False once: "What moved: login, billing", where billing's own slice had alarmed and made none of the change."""
    (told,) = ask(store, tmp_path / "earful.duckdb", "from what_changed where told")
    assert (told["verdict"], told["metric"]) == ("worse", "sentiment")
    assert set(told["topics"]) == {"login", "billing"}, "both slices changed by themselves"
    named_ones = query(
        tmp_path / "earful.duckdb", "select value from episode_causes where named and dimension = 'topic'"
    ).rows
    assert list(named_ones) == [("login",)]
    assert " login explains " in told["sentence"].replace(" Login ", " login ")
    assert "billing" not in told["sentence"].lower()


def _late(store: Store) -> None:
    at = T0 + (AT + 3) * DAY
    late = [row(f"late-{i}", at + i * HOUR, -0.95, **SHOP, topics=named(billing=-0.95)) for i in range(20)]
    put(store, *late, window=span(AT + 3, AT + 4), **SHOP)


def _covered(store: Store) -> None:
    """The other half of a day is asked for: it holds nothing, but the day is complete now."""
    put(store, window=span(AT + 5, AT + 6), **SHOP)


def _erased(store: Store) -> None:
    erased(store, Posts("shop", tuple(f"{AT + 2}-{n}" for n in range(14))))


def _untracked(store: Store) -> None:
    store.con.execute("update products set tracked = product <> 'nova'")


@pytest.mark.parametrize("change", [_late, _covered, _erased, _untracked])
def test_what_is_kept_is_what_is_computed_anew(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Store], None]
) -> None:
    """Whatever they rest on: the causes of an episode that a change touches are computed anew, by themselves."""
    computed: list[str] = []
    real = published._rows

    def counted(con: Any, episode: dict[str, Any]) -> Any:
        computed.append(episode["episode"])
        return real(con, episode)

    monkeypatch.setattr(published, "_rows", counted)
    first = ask(store, tmp_path / "a.duckdb", CAUSES)
    assert first
    assert computed
    computed.clear()
    if change is _late:
        assert ask(store, tmp_path / "b.duckdb", CAUSES) == first
        assert computed == [], "nothing changed, nothing is computed"
    change(store)
    second = ask(store, tmp_path / "c.duckdb", CAUSES)
    assert second != first, "the change is one that shows"
    store.con.execute("delete from kept_causes")
    assert ask(store, tmp_path / "d.duckdb", CAUSES) == second


def test_a_post_taken_for_spam_later_is_no_cause(store: Store, tmp_path: Path) -> None:
    before = ask(store, tmp_path / "a.duckdb", CAUSES)
    store.con.execute(f"update posts set spam = 'copies' where post_id like '{AT + 1}-%' and topics is not null")
    store.con.execute("delete from kept_causes")
    after = ask(store, tmp_path / "b.duckdb", CAUSES)
    posts = [next(r["n"] for r in rows if r["value"] == "login") for rows in (before, after)]
    assert posts[0] - posts[1] == 14, "those of one day that speak of login"
