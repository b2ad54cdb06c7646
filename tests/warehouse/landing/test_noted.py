"""What is noted beside posts, on its bounds: runs, what was asked and came, doubted days, and how far a clock was ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from landing import DAY, HOUR, NOW, T0, put, row, span

from earful.connectors.base import Coverage, Window
from earful.warehouse import Store, finish_run, open_store, register, start_run
from earful.warehouse.landing import known_scores
from earful.warehouse.landing.clock import TOLERANCE, mend_clock
from earful.warehouse.landing.runs import LOST, StoredRun, end_lost, last_runs, standing
from earful.warehouse.landing.windows import land_failure, note_pending


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("noted") / "store.duckdb", time_zone="UTC") as opened:
        yield opened


@pytest.fixture
def store(empty: Store) -> Store:
    for name in (
        "runs",
        "coverage",
        "coverage_daily",
        "posts",
        "watermarks",
        "daily",
        "channels",
        "products",
        "launches",
        "incidents",
    ):
        empty.con.execute(f"delete from {name}")
    return empty


def ask(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return store.con.execute(sql).fetchall()


def test_runs_are_told_newest_first_and_only_those_that_were_lost_end(store: Store) -> None:
    """Of three kinds, one living, one ended; a pulled window of each."""
    runs = {"old": "nightly", "dead": "nightly", "live": "nightly", "hand": "backfill", "back": "backfill"}
    for n, (run_id, kind) in enumerate(runs.items()):
        start_run(store, run_id, kind, T0 + n * HOUR)
        note_pending(store, run_id, [("rd", "reddit", "orbit", span(n, n + 1))], T0 + n * HOUR)
    finish_run(store, "old", "ok", T0 + 9 * HOUR, "slow")
    assert last_runs(store, 2) == [
        StoredRun("back", "backfill", T0 + 4 * HOUR, None, "running", None),
        StoredRun("hand", "backfill", T0 + 3 * HOUR, None, "running", None),
    ]
    assert end_lost(store, ["nightly", "rescore"], ["live"]) == 1
    assert [(r.run_id, r.status, r.ended, r.error) for r in last_runs(store)] == [
        ("back", "running", None, None), ("hand", "running", None, None), ("live", "running", None, None),
        ("dead", "failed", None, LOST), ("old", "ok", T0 + 9 * HOUR, "slow"),
    ]  # fmt: skip
    assert ask(store, "select run_id, error from coverage where status = 'failed' order by all") == [
        (each, LOST) for each in ("back", "dead", "hand", "old")
    ], "whatever is being pulled is of a run that lives"
    assert ask(store, "select run_id from coverage where status = 'pending'") == [("live",)]
    start_run(store, "dead", "nightly", T0 + 7 * HOUR)
    again = last_runs(store)
    assert (again[0], len(again)) == (StoredRun("dead", "nightly", T0 + 7 * HOUR, None, "running", None), len(runs))


def test_two_hundred_runs_are_told(store: Store) -> None:
    store.con.execute(
        "insert into runs select n::varchar, 'nightly', $t0 + to_hours(n::int), null, 'ok', null from range(201) as r (n)",
        {"t0": T0.replace(tzinfo=None)},
    )
    assert [r.run_id for r in last_runs(store)] == [str(n) for n in range(200, 0, -1)]


def test_a_record_of_a_pull_goes_when_that_very_window_ends(store: Store) -> None:
    """Another run's, channel's or product's stay, and those of windows with another beginning or end."""
    mine = ("rd", "reddit", "orbit", span(0, 2))
    others = [
        ("shop", "reddit", "orbit", span(0, 2)), ("rd", "reddit", "luna", span(0, 2)), ("rd", "reddit", "orbit", span(1, 2)),
        ("rd", "reddit", "orbit", span(0, 3)),
    ]  # fmt: skip
    note_pending(store, "run-1", [mine, *others], NOW)
    note_pending(store, "run-2", [mine], NOW)
    land_failure(
        store, run_id="run-1", channel="rd", source="reddit", product="orbit", window=span(0, 2), error="503", now=NOW
    )
    columns = "run_id, channel, product, asked_from, asked_to"
    pending = ask(store, f"select {columns} from coverage where status = 'pending' order by rowid")
    naive = [(c, p, w.start.replace(tzinfo=None), w.end.replace(tzinfo=None)) for c, _, p, w in (*others, mine)]
    assert pending == [("run-1" if n < len(others) else "run-2", *each) for n, each in enumerate(naive)]
    assert ask(store, f"select {columns}, error from coverage where status = 'failed'") == [
        ("run-1", *naive[-1], "503")
    ]


#: (asked, reached, until, missing, now) in days, and what is noted: reached, until, missing, first and last day.
CLAIMS: list[tuple[tuple[float, float], tuple[float, float], list[tuple[float, float]], float, tuple[Any, ...]]] = [
    ((0, 4), (-1, 6), [(-1, 0.5), (3.5, 6)], 9, (0, 4, [(0, 0.5), (3.5, 4)], 0, 3)),
    ((0, 4), (1, 3.5), [(2, 2.5), (2.25, 3)], 9, (1, 3.5, [(2, 3)], 0, 3)),
    ((0, 4), (1, 4), [(2, 4)], 3, (1, 3, [(2, 3)], 0, 2)),
    ((0, 4), (1, 4), [], 2.5, (1, 2.5, [], 0, 1)),
    ((0, 4), (1, 4), [], 1, (None, None, [], 0, 0)),
    ((0.5, 4.5), (4.5, 4.5), [], 9, (None, None, [], 0, 3)),
]


@pytest.mark.parametrize(("asked", "came", "holes", "now", "noted"), CLAIMS)
def test_what_is_claimed_is_cut_to_what_was_asked_and_to_now(
    store: Store,
    asked: tuple[float, float],
    came: tuple[float, float],
    holes: list[tuple[float, float]],
    now: float,
    noted: tuple[Any, ...],
) -> None:
    first, last = came
    claimed = Coverage(T0 + first * DAY, T0 + last * DAY, missing=tuple(span(*hole) for hole in holes))
    put(store, window=span(*asked), coverage=claimed, now=T0 + now * DAY)
    ((reached, until, missing, day_from, day_to),) = ask(
        store, "select reached, until, missing, day_from, day_to from coverage"
    )

    def days(moment: datetime | None) -> float | None:
        return None if moment is None else (moment.replace(tzinfo=UTC) - T0) / DAY

    found = [(days(hole["start"]), days(hole["end"])) for hole in missing]
    days_of = ((day - T0.date()).days for day in (day_from, day_to))
    assert (days(reached), days(until), found, *days_of) == noted


def test_doubted_days_of_a_fortnight_are_asked_for_again(store: Store) -> None:
    """From the day on that has the moment 14 days ago; of this channel and product, while they are suspect."""
    days = {0: True, 1: True, 2: False, 14: True}
    for channel, product in (("rd", "orbit"), ("rd", "luna"), ("shop", "orbit")):
        for n, suspect in days.items():
            if (channel, product) == ("rd", "orbit") or n == 2:
                store.con.execute(
                    "insert into coverage_daily values ($day, $product, $channel, 's', true, 1, null, null, $suspect)",
                    {"day": (T0 + n * DAY).date(), "product": product, "channel": channel,
                     "suspect": suspect or channel != "rd" or product != "orbit"},
                )  # fmt: skip
    midnight = T0 + 15 * DAY
    found = {now: standing(store, "rd", "orbit", now).suspect for now in (midnight - HOUR, midnight, midnight + HOUR)}
    whole = {n: (T0 + n * DAY, T0 + (n + 1) * DAY) for n in days}
    assert found == {
        midnight - HOUR: (whole[0], whole[1], whole[14]), midnight: (whole[1], whole[14]),
        midnight + HOUR: (whole[1], whole[14]),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (TOLERANCE, ""),
        (TOLERANCE + timedelta(microseconds=1), "0.3 hours"),
        (47.9 * HOUR, "47.9 hours"),
        (2 * DAY, "2.0 days"),
        (2.5 * DAY, "2.5 days"),
    ],
)
def test_how_far_a_clock_was_ahead_is_said_in_hours_below_two_days(store: Store, ahead: timedelta, said: str) -> None:
    wrong = NOW + ahead
    start_run(store, "wrong", "nightly", wrong)
    put(
        store,
        row("a", T0),
        run_id="wrong",
        window=Window(T0, wrong),
        coverage=Coverage.whole(Window(T0, wrong)),
        now=wrong,
    )
    finish_run(store, "wrong", "ok", wrong)
    told = mend_clock(store, NOW, ["shop"])
    assert told.startswith(f"a run's clock was ahead by {said} or more: ") if said else told == ""


def test_what_is_configured_replaces_what_was_but_for_products_and_channels(store: Store) -> None:
    """Those that are not given any more keep their row, and their channel's last day, and are untracked."""
    day = T0.date()
    products, channels = (
        [("orbit", "Orbit", True), ("luna", "Luna", False)],
        [("rd", "reddit", "a"), ("shop", "app", "b")],
    )
    launches = [("orbit", day, "One", "1.0"), ("luna", day, "Two", None)]
    register(store, products, channels, [("login", "Login")], launches, [("orbit", day, "Down")])
    store.con.execute("update channels set last_day = $day", {"day": day})
    register(store, [("orbit", "Orbit 2", False)], [("shop", "store", "c")], [("login", "Sign in")], launches[:1])
    assert ask(store, "select product, name, own, tracked from products order by all") == [
        ("luna", "Luna", False, False), ("orbit", "Orbit 2", False, True),
    ]  # fmt: skip
    assert ask(store, "select channel, source, connector, tracked, last_day from channels order by all") == [
        ("rd", "reddit", "a", False, day), ("shop", "store", "c", True, day),
    ]  # fmt: skip
    assert ask(store, "select topic, title from topics") == [("login", "Sign in")]
    assert ask(store, "from launches") == launches[:1]
    assert ask(store, "from incidents") == []


@pytest.mark.parametrize(("stored", "kept"), [(3, True), (2, False)])
def test_few_posts_are_scored_again_rather_than_looked_up(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: int, kept: bool
) -> None:
    monkeypatch.setattr(known_scores, "LEAST", 3)
    put(store, *(row(f"p{n}", T0 + n * DAY) for n in range(stored)))
    path = tmp_path / "known.parquet"
    found = known_scores.write_known_scores(store, path, "rd", "orbit", span(0, stored - 1), "v1")
    assert (found is not None, path.exists()) == (kept, kept)
