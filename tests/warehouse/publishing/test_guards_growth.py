"""The guards night by night: the same as computed from nothing after any change, and no more work than the change."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from growth import growth
from landing import DAY, HOUR, NOW, T0, landing, put, row, rows_of, span

from earful.warehouse import Store, land, open_store
from earful.warehouse.publishing.near_copies import clusters, refresh
from earful.warehouse.statements import run

NOON = T0 + 12 * HOUR
#: Long enough to be compared, with eight words (few bins), and too short.
SAID = (
    "This update ruined everything I loved about the app, give me my money back right now please",
    "Since the last release the screen stays black whenever a call comes in and nothing but a restart helps",
    "Support never answers and the subscription can not be cancelled anywhere in the settings of this thing",
    "Ten words that everybody writes when nothing else comes to mind",
    "eight short words that fill very few bins",
    "great app love it",
)
#: What the guards keep in the store.
KEPT = ("post_pairs", "daily_robust", "daily_robust_seen")


def from_nothing(store: Store) -> dict[str, Any]:
    """What the guards keep, computed anew from all posts; the store is left as it was."""
    store.con.execute("begin")
    for name in KEPT:
        store.con.execute(f"create or replace temp table kept_{name} as from {name}")
        store.con.execute(f"delete from {name}")
    store.con.execute("commit")
    refresh(store)
    found = {name: rows_of(store, name) for name in KEPT}
    for name in KEPT:
        store.con.execute(f"delete from {name}")
        store.con.execute(f"insert into {name} from kept_{name}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_after_any_change_it_is_as_computed_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(
        "earful.warehouse.publishing.near_copies.POSTS", 15
    )  # a post may be moved out of the span it was in
    draw = Random(seed)

    def post(n: int, step: int) -> dict[str, Any]:
        words = draw.choice(SAID).split()
        if draw.random() < 0.3:
            words[draw.randrange(len(words))] = draw.choice(("really", "again", "sadly"))
        return row(
            f"p{n}",
            NOON + draw.randrange(8) * DAY,
            draw.choice((-0.8, 0.1, 0.4)),
            edited_at=NOON + 9 * DAY + step * HOUR,
            author=f"a{draw.randrange(6)}",
            text=" ".join(words),
        )

    pairs = 0
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        for step in range(10):
            # New posts, edits of words, and of the day (the same id at another time), then posts that are gone.
            posts = [post(n, step) for n in draw.sample(range(50), 6 if step else 40)]
            land(store, landing(posts, window=span(0, 30), now=NOW + 2 * step * HOUR))
            gone = tuple(f"p{n}" for n in draw.sample(range(50), 3))
            land(store, landing(gone=gone, window=span(0, 1), now=NOW + (2 * step + 1) * HOUR))
            if draw.random() < 0.7:
                refresh(store)
                assert {name: rows_of(store, name) for name in KEPT} == from_nothing(store)
                pairs += len(rows_of(store, "post_pairs"))
    assert pairs > 50


def test_no_span_is_long_and_any_cut_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [0, 1, 2, 3, 50, 51, 52, 200]
    posts = [row(f"p{i}", NOON + days[i % 8] * DAY, 0.1, text=SAID[i % 5], author=f"a{i % 7}") for i in range(80)]
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        put(store, *posts, window=span(0, 201), now=NOW + 200 * DAY)
        refresh(store)
        whole = from_nothing(store)
        asked: list[tuple[date, date]] = []

        def noted(con: Any, name: str, params: Any = None) -> None:
            if name == "publishing/near_copies/votes":
                asked.append((params["first_day"], params["last_day"]))
            run(con, name, params)

        monkeypatch.setattr("earful.warehouse.publishing.near_copies.run", noted)
        from_nothing(store)
        first = T0.date()
        assert asked == [(first + timedelta(a), first + timedelta(b)) for a, b in ((0, 3), (50, 52), (200, 200))]
        monkeypatch.setattr("earful.warehouse.publishing.near_copies.POSTS", 1)
        assert from_nothing(store) == whole
        assert len(asked) == 3 + len(days)


def test_the_same_words_are_compared_once_and_always_found(tmp_path: Path) -> None:
    """A copy is with the first of its day, and the firsts of near days with each other: also where words are few."""
    texts = [" ".join(f"{i}word{k}" for k in range(8)) for i in range(26)]
    posts = [
        row(f"{day}-{i:02d}-{copy}", NOON + day * DAY, 0.1, text=text, author=f"a{i}-{day}-{copy}")
        for i, text in enumerate(texts)
        for day in range(3)
        for copy in range(3)
    ]
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        put(store, *posts)
        refresh(store, "plain")
        compared = store.con.execute("select count(*) from guard_shingles").fetchall()[0][0]
        votes = store.con.execute("select sum(votes), sum(repeated) from daily_robust").fetchall()[0]
        clusters(store.con, "post_pairs")
        bursts = store.con.execute(
            "select count(*), count(distinct cluster), min(n) from (select cluster, count(*) over (partition by cluster)"
            " as n from clusters)"
        ).fetchall()[0]
    assert compared == 3 * len(texts)
    assert votes == (pytest.approx(3 * len(texts)), len(posts))
    assert bursts == (len(posts), len(texts), 9)


@pytest.mark.slow
def test_work_grows_with_the_posts_however_many_say_the_same(tmp_path: Path) -> None:
    def work(n: int) -> Any:
        path = tmp_path / f"{n}.duckdb"
        with open_store(path, time_zone="UTC") as store:
            put(store, *(row(f"p{i}", NOON, -0.8, text=f"{SAID[0]} {SAID[1]}") for i in range(n)))

        def run() -> None:
            with open_store(path, time_zone="UTC") as store:
                for name in KEPT:
                    store.con.execute(f"delete from {name}")
                refresh(store)

        return run

    assert growth(work, 500, 8) < 16


@pytest.mark.slow
def test_a_night_reads_its_own_days(tmp_path: Path) -> None:
    """Tidying looks only at what the changed days' pairs name, not at every pair and post of the store."""
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        for day in range(20, 30):
            put(
                store,
                *(row(f"{day}-{i}", NOON + day * DAY, 0.1, text=SAID[0]) for i in range(4)),
                window=span(day, day + 1),
            )
        refresh(store)
        put(store, row("new", NOON + 29 * DAY, 0.1, text=SAID[1]), window=span(29, 30), now=NOW + HOUR)
        refresh(store)
        assert store.con.execute("select day, posts from guard_days").fetchall() == [(T0.date() + timedelta(29), 5)]
        # The two days before are read again, for what of the day is like theirs.
        assert store.con.execute("select count(*), count(distinct day) from guard_texts").fetchall() == [(13, 3)]
