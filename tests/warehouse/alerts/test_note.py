"""What is noted of verdicts, spam, nights and channels: once a target, with updates, in the transaction that lands it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from earful.warehouse import Store, open_store, register
from earful.warehouse.alerts.note import KINDS, AlertTarget, note_alerts, set_targets
from earful.warehouse.alerts.outbox import Message, Room, delivered, next_message, not_delivered, undelivered
from earful.warehouse.answers import Episode, answer_alarm, take_back

TODAY = date(2026, 6, 10)
NOW = datetime(2026, 6, 10, 4, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        register(store, [("orbit", "Orbit", True), ("nova", "Nova", False)], [("shop", "app_store", "app_store_rss")])
        set_targets(store, [AlertTarget("ops", KINDS)])
        yield store


def verdict(
    store: Store, day: date, episode: str | None, *, alarm: bool = False, metric: str = "sentiment",
    kind: str = "product", channel: str = "", product: str = "orbit",
) -> None:  # fmt: skip
    """One row of verdicts; without an episode nothing happened."""
    names = (
        "day, product, slice_kind, channel, market, topic, app_version, metric, n, baseline_n, baseline_days, verdict"
    )
    store.con.execute(
        f"insert into verdicts ({names}, alarm, episode, reason) values (?, ?, ?, ?, '', '', '', ?, 9, 9, 9, ?, ?, ?, '')",
        [day, product, kind, channel, metric, "worse" if episode else "no real change", alarm, episode],
    )


def note(store: Store, days: int = 0) -> int:
    with store.transaction() as con:
        return note_alerts(con, NOW + days * DAY, TODAY + days * DAY)


def take(store: Store, target: str = "ops", most: int = 100, days: int = 0) -> list[Message]:
    """Every message that is due, each taken by the target."""
    out: list[Message] = []
    room = Room(most, datetime(2026, 6, 10, tzinfo=UTC) + days * DAY)
    while found := next_message(store, target, room, NOW + days * DAY, [m.message for m in out]):
        delivered(store, found, NOW + days * DAY, f"ts-{found.message[:4]}")
        out.append(found)
    return out


def said(messages: list[Message]) -> list[tuple[str, str, str]]:
    return [(m.what, t.kind, t.subject) for m in messages for t in m.told]


def test_an_episode_is_told_once_and_followed_to_its_end(store: Store) -> None:
    bad = "orbit 2026-06-09 worse"
    verdict(store, TODAY - DAY, bad, alarm=True)
    assert note(store) == 1
    assert note(store) == 0
    (first,) = take(store)
    assert said([first]) == [("new", "worse", bad)]
    assert take(store) == []
    verdict(store, TODAY, bad, metric="stars", alarm=True)
    assert note(store, 1) == 1
    assert note(store, 1) == 0
    (update,) = take(store, days=1)
    assert (update.what, update.told[0].alert) == ("grown", first.told[0].alert)
    assert update.told[0].thread == f"ts-{first.message[:4]}"
    assert update.message != first.message
    for later in (1, 2):
        verdict(store, TODAY + later * DAY, None)
        assert note(store, later + 1) == 0, "one good day is not the end"
    verdict(store, TODAY + 3 * DAY, None)
    assert note(store, 4) == 1
    assert said(take(store, days=4)) == [("ended", "worse", bad)]
    assert note(store, 5) == 0
    verdict(store, TODAY + 4 * DAY, bad)
    assert note(store, 5) == 1
    assert said(take(store, days=5)) == [("again", "worse", bad)]


def test_the_day_of_an_alarm_may_move_and_nobody_is_told_twice(store: Store) -> None:
    verdict(store, TODAY - DAY, "orbit 2026-06-09 worse", alarm=True)
    note(store)
    take(store)
    store.con.execute("delete from verdicts")
    verdict(store, TODAY - 2 * DAY, "orbit 2026-06-08 worse", alarm=True)
    verdict(store, TODAY - DAY, "orbit 2026-06-08 worse")
    assert note(store, 1) == 0
    assert store.con.execute("select subject from alerts").fetchall() == [("orbit 2026-06-08 worse",)]


def answer(store: Store, episode: str, metric: str = "sentiment", days: int = 0) -> None:
    product, day, kind = episode.split(" ")
    first = date.fromisoformat(day)
    answer_alarm(store, Episode(episode, product, metric, kind, first, first + days * DAY, True), "known", "ours", NOW)


@pytest.mark.parametrize(("metric", "told"), [("sentiment", 0), ("volume", 1)])
def test_an_answer_whose_episode_is_gone_is_to_what_took_its_place_and_to_no_other_metric(
    store: Store, metric: str, told: int
) -> None:
    answer(store, "orbit 2026-06-08 worse", metric, days=2)
    verdict(store, TODAY - DAY, "orbit 2026-06-09 worse", alarm=True)
    assert note(store) == told


def test_what_was_answered_is_news_to_nobody(store: Store) -> None:
    bad = "orbit 2026-06-09 worse"
    verdict(store, TODAY - DAY, bad, alarm=True)
    answer(store, "orbit 2026-06-08 worse")  # of a day before, by a name that is there no more
    assert note(store) == 1, "other days are another thing"
    take(store)
    answer(store, bad)
    verdict(store, TODAY, bad, metric="stars", alarm=True)
    assert note(store, 1) == 0, "it grows, and that is known"
    take_back(store, bad)
    verdict(store, TODAY + DAY, bad, metric="nps", alarm=True)
    assert note(store, 2) == 1


def test_an_answer_before_anybody_was_told_drops_the_message(store: Store) -> None:
    bad = "orbit 2026-06-09 worse"
    verdict(store, TODAY - DAY, bad, alarm=True)
    note(store)
    answer(store, bad)
    note(store)
    assert take(store) == []
    assert store.con.execute("select status, error from alert_outbox").fetchall() == [("dropped", "it was answered")]
    verdict(store, TODAY, "orbit 2026-06-10 flood", alarm=True)
    answer(store, "orbit 2026-06-10 flood")
    assert note(store, 1) == 0


def test_another_episode_beside_it_is_news(store: Store) -> None:
    verdict(store, TODAY - 5 * DAY, "orbit 2026-06-05 worse", alarm=True)
    verdict(store, TODAY - DAY, "orbit 2026-06-05 worse")
    note(store)
    take(store)
    verdict(store, TODAY - DAY, "orbit 2026-06-09 flood", alarm=True, metric="volume")
    assert note(store, 1) == 1
    assert said(take(store, days=1)) == [("new", "worse", "orbit 2026-06-09 flood")]


def test_what_no_longer_stands_is_taken_back_and_what_nobody_saw_is_dropped(store: Store) -> None:
    verdict(store, TODAY - DAY, "orbit 2026-06-09 worse", alarm=True)
    note(store)
    take(store)
    verdict(store, TODAY - DAY, "nova 2026-06-09 worse", alarm=True, product="nova")
    note(store)
    store.con.execute("delete from verdicts")
    assert note(store, 1) == 1
    assert said(take(store, days=1)) == [("withdrawn", "worse", "orbit 2026-06-09 worse")]
    rows = store.con.execute("select what, status, error from alert_outbox where status = 'dropped'").fetchall()
    assert rows == [("new", "dropped", "what came since no longer shows it")]
    assert note(store, 1) == 0
    verdict(store, TODAY - DAY, "nova 2026-06-09 worse", alarm=True, product="nova")
    assert note(store, 1) == 1
    assert said(take(store, days=1)) == [("new", "worse", "nova 2026-06-09 worse")]


@pytest.mark.parametrize(("age", "told"), [(13, 1), (14, 0), (200, 0)])
def test_history_is_not_told(store: Store, age: int, told: int) -> None:
    day = TODAY - age * DAY
    verdict(store, day, f"orbit {day} worse", alarm=True)
    assert note(store) == told


def test_what_raised_no_alarm_is_not_told_but_for_what_is_better(store: Store) -> None:
    verdict(store, TODAY - DAY, "orbit 2026-06-09 worse")
    verdict(store, TODAY - DAY, "orbit 2026-06-09 fewer", metric="volume")
    verdict(store, TODAY - DAY, "nova 2026-06-09 better", product="nova")
    note(store)
    assert said(take(store)) == [("new", "better", "nova 2026-06-09 better")]


def test_targets_are_told_of_what_they_asked_for(store: Store) -> None:
    set_targets(store, [AlertTarget("nova", ("worse",), ("nova",)), AlertTarget("good", ("better",))])
    verdict(store, TODAY - DAY, "orbit 2026-06-09 worse", alarm=True)
    verdict(store, TODAY - DAY, "nova 2026-06-09 worse", alarm=True, product="nova")
    assert note(store) == 1
    assert said(take(store, "nova")) == [("new", "worse", "nova 2026-06-09 worse")]
    assert take(store, "good") == []
    verdict(store, TODAY, "nova 2026-06-09 worse", product="nova", metric="stars", alarm=True)
    note(store, 1)
    set_targets(store, [])
    assert undelivered(store) == {}
    assert store.con.execute("select status, error from alert_outbox where what = 'grown'").fetchall() == [
        ("dropped", "the target is not configured any more")
    ]


def test_what_is_answered_is_no_news(store: Store) -> None:
    bad = "orbit 2026-06-09 worse"
    verdict(store, TODAY - DAY, bad, alarm=True)
    verdict(store, TODAY - DAY, "nova 2026-06-09 worse", alarm=True, product="nova")
    note(store)
    (first,) = [m for m in take(store, most=100) if m.told[0].product == "orbit"]
    verdict(store, TODAY - DAY, "orbit 2026-06-09 flood", alarm=True, metric="volume")
    note(store)
    for episode in (bad, "orbit 2026-06-09 flood"):
        store.con.execute(
            "insert into alarm_answers values (?, 'orbit', 'sentiment', ?, ?, ?, 'known', '', ?)",
            [episode, episode.rpartition(" ")[2], TODAY - DAY, TODAY - DAY, NOW.replace(tzinfo=None)],
        )
    verdict(store, TODAY, bad, metric="stars", alarm=True)
    assert note(store, 1) == 0
    assert take(store, days=1) == []
    assert store.con.execute("select reach from alerts where alert = ?", [first.told[0].alert]).fetchall() == [(2,)]
    store.con.execute("delete from verdicts where product = 'orbit'")
    verdict(store, TODAY - 2 * DAY, "orbit 2026-06-08 worse", alarm=True)
    verdict(store, TODAY - DAY, "orbit 2026-06-08 worse", metric="nps", kind="channel", channel="shop")
    assert note(store, 1) == 0, "its alarm has moved, and its answer with it"


def night(store: Store, number: int, status: str, error: str | None = None, failing: tuple[str, ...] = ()) -> None:
    at = NOW.replace(tzinfo=None) + number * DAY
    store.con.execute("insert into runs values (?, 'nightly', ?, ?, ?, ?)", [f"night-{number}", at, at, status, error])
    for channel in failing:
        store.con.execute(
            "insert into coverage by name select ? as run_id, ? as channel, 'x' as source, 'orbit' as product,"
            " ? as asked_from, ? as asked_to, false as capped, '' as note, 0 as posts, 0 as new, 0 as changed,"
            " 0 as unchanged, 0 as gone, 0 as rejected, 'failed' as status, 'shop answered 503' as error, ? as landed_at,"
            " ? as day_from, ? as day_to",
            [f"night-{number}", channel, at - DAY, at, at, at.date(), at.date()],
        )


def test_failed_nights_are_one_alert_until_one_is_well(store: Store) -> None:
    night(store, -3, "ok")
    night(store, -2, "failed", "stopped")
    assert note(store, -2) == 0, "somebody stopped it"
    night(store, -1, "failed", failing=("shop",))
    assert note(store, -1) == 1
    (first,) = take(store, days=-1)
    assert first.told[0].detail == "shop/orbit: shop answered 503"
    night(store, 0, "failed", failing=("shop",))
    assert note(store) == 0
    night(store, 1, "failed", "store is full", failing=("shop", "forum"))
    assert note(store, 1) == 1
    (grown,) = take(store, days=1)
    assert grown.what == "grown"
    assert grown.told[0].detail.startswith("3 nights; store is full; forum/orbit: ")
    night(store, 2, "ok")
    assert note(store, 2) == 1
    assert said(take(store, days=2)) == [("ended", "failed_night", "night--1")]
    night(store, 3, "failed", failing=("shop",))
    assert note(store, 3) == 1
    assert said(take(store, days=3)) == [("new", "failed_night", "night-3")]


def test_a_channel_behind_is_told_once_and_when_it_has_caught_up(store: Store) -> None:
    def whole(day: date) -> None:
        store.con.execute(
            "insert into coverage_daily by name select ? as day, 'orbit' as product, 'shop' as channel,"
            " 'app_store' as source, true as complete, 1.0 as covered_share, false as suspect",
            [day],
        )

    whole(TODAY - 3 * DAY)
    assert note(store) == 0
    assert note(store, 1) == 1
    (first,) = take(store, days=1)
    assert first.told[0].detail == "shop has no complete day since 2026-06-07: 3 days are missing"
    assert note(store, 2) == 0
    assert note(store, 4) == 1, "six days are worth a word"
    assert said(take(store, days=4)) == [("grown", "backlog", "orbit shop")]
    whole(TODAY + 4 * DAY)
    assert note(store, 5) == 1
    assert said(take(store, days=5)) == [("ended", "backlog", "orbit shop")]
    assert note(store, 9) == 1, "and behind once more"
    store.con.execute("update channels set last_day = ?", [TODAY])
    assert note(store, 9) == 0


def spam(store: Store, day: date, posts: int) -> None:
    columns = [
        c
        for (c,) in store.con.execute(
            "select column_name from duckdb_columns() where table_name = 'daily_spam'"
        ).fetchall()
    ]
    values = {"day": day, "product": "orbit", "channel": "shop", "market": "", "posts": posts}
    store.con.execute(
        f"insert into daily_spam values ({', '.join('?' for _ in columns)})", [values.get(c, 0) for c in columns]
    )


def test_a_wave_of_spam_is_told_and_each_doubling(store: Store) -> None:
    spam(store, TODAY - DAY, 4)
    assert note(store) == 0
    spam(store, TODAY, 1)
    assert note(store) == 1
    take(store)
    spam(store, TODAY, 4)
    assert note(store) == 0
    spam(store, TODAY + DAY, 1)
    assert note(store, 1) == 1
    assert said(take(store, days=1)) == [("grown", "spam", "orbit shop 2026-06-09")]
    assert note(store, 9) == 0


def note_and_fail(store: Store) -> int:
    queued = 0
    with suppress(ZeroDivisionError), store.transaction() as con:
        queued = note_alerts(con, NOW, TODAY)
        raise ZeroDivisionError
    return queued


def test_nothing_is_noted_where_the_landing_is_rolled_back(store: Store) -> None:
    verdict(store, TODAY - DAY, "orbit 2026-06-09 worse", alarm=True)
    assert note_and_fail(store) == 1
    assert undelivered(store) == {}
    assert note(store) == 1


def many(store: Store, number: int) -> None:
    for n in range(number):
        verdict(store, TODAY - DAY, f"p{n:02} 2026-06-09 worse", alarm=True, product=f"p{n:02}")


def test_the_day_has_a_limit_and_one_summary(store: Store) -> None:
    many(store, 9)
    note(store)
    first = take(store, most=3)
    assert [(m.what, len(m.told)) for m in first] == [("summary", 6), ("new", 1), ("new", 1), ("new", 1)]
    assert len({t.subject for m in first for t in m.told}) == 9
    verdict(store, TODAY - DAY, "late 2026-06-09 worse", alarm=True, product="late")
    note(store)
    assert take(store, most=3) == [], "the day is full, its summary sent"
    assert said(take(store, most=3, days=1)) == [("new", "worse", "late 2026-06-09 worse")]


def test_a_message_whose_answer_is_not_known_goes_again_with_its_id_and_in_no_summary(store: Store) -> None:
    many(store, 5)
    note(store)
    room = Room(2, datetime(2026, 6, 10, tzinfo=UTC))
    summed = next_message(store, "ops", room, NOW, [])
    assert summed is not None and summed.what == "summary"  # noqa: PT018
    one = next_message(store, "ops", room, NOW, [summed.message])
    assert one is not None and not one.unsure  # noqa: PT018
    # Killed: nothing was committed. The next run asks anew.
    again = {m.message: m for m in take(store, most=2)}
    assert again[one.message].unsure
    assert again[summed.message].unsure
    assert len(again) == 3
    assert again[summed.message].told == summed.told


def test_what_was_refused_waits_and_stays_unsure_where_it_was(store: Store) -> None:
    many(store, 1)
    note(store)
    room = Room(2, datetime(2026, 6, 10, tzinfo=UTC))
    first = next_message(store, "ops", room, NOW, [])
    assert first is not None
    not_delivered(store, first, "no whole answer", NOW + timedelta(hours=1), sure=False)
    assert next_message(store, "ops", room, NOW, []) is None
    second = next_message(store, "ops", room, NOW + timedelta(hours=1), [])
    assert second is not None
    assert (second.message, second.attempts, second.unsure) == (first.message, 2, True)
    not_delivered(store, second, "answered 503", NOW + timedelta(hours=2), sure=True)
    assert store.con.execute("select status, error from alert_outbox").fetchall() == [("sending", "answered 503")]
    assert undelivered(store) == {"ops": 1}


def test_what_was_erased_is_told_no_more(store: Store) -> None:
    many(store, 4)
    note(store)
    room = Room(2, datetime(2026, 6, 10, tzinfo=UTC))
    summed = next_message(store, "ops", room, NOW, [])
    assert summed is not None
    assert summed.what == "summary"
    for told in summed.told:
        store.con.execute("delete from alerts where alert = ?", [told.alert])
    store.con.execute("delete from alerts where product = (select min(product) from alerts)")
    assert len(take(store)) == 1
    assert undelivered(store) == {}
