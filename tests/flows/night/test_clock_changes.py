"""Weeks in which clocks change, in five zones: a night a day, none lost or doubled; each day's numbers as counted by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from landing import put, row

from earful.connectors.base import Coverage, Window
from earful.flows.config.due import last_due
from earful.flows.config.settings import Settings, parse
from earful.warehouse import open_store

#: Forward and back of each: by an hour at two, at midnight, and by half an hour.
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
    "America/Santiago": (date(2026, 9, 6), date(2026, 4, 5)),
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),
}
WEEKS = [(zone, day) for zone, days in CHANGES.items() for day in days]
#: The usual one, and those that fall into the change in one zone or another.
CRONS = ("15 4 * * *", "30 2 * * *", "0 2 * * *", "45 1 * * *", "30 0 * * *", "0 0 * * *")


def settings(zone: str, root: Path, cron: str = CRONS[0]) -> Settings:
    raw = {
        "time_zone": zone,
        "schedule": {"nightly": cron},
        "products": [{"slug": "orbit", "name": "Orbit"}],
        "channels": [{"name": "reviews", "connector": "sample"}],
    }
    return parse(raw, root / "earful.toml")


def scheduled(cron: str, zone: str, start: datetime, count: int) -> list[datetime]:
    """When Prefect's scheduler begins the nights."""
    from prefect.server.schemas.schedules import CronSchedule

    dates = asyncio.run(CronSchedule(cron=cron, timezone=zone).get_dates(n=count, start=start))
    return [datetime.fromisoformat(each.isoformat()).astimezone(UTC) for each in dates]


@pytest.mark.parametrize(("zone", "day"), WEEKS)
def test_there_is_one_night_a_day_and_it_is_never_thought_missing(zone: str, day: date, tmp_path: Path) -> None:
    """Were one thought missing that has begun, `earful up` would run it a second time at its next start."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) - timedelta(days=3)
    for cron in CRONS:
        nights = scheduled(cron, zone, start, 7)
        gaps = {(after - before) for before, after in pairwise(nights)}
        assert all(timedelta(hours=22, minutes=59) <= gap <= timedelta(hours=25) for gap in gaps), cron
        found = settings(zone, tmp_path, cron)
        at = nights[0] + timedelta(minutes=5)
        while at < nights[-1]:
            begun = max(night for night in nights if night <= at)
            assert last_due(found, cron, at) <= begun, (cron, at)
            # And one that did not begin is missed, an hour later at the latest.
            assert last_due(found, cron, at + timedelta(hours=1)) > begun - timedelta(hours=2), (cron, at)
            at += timedelta(minutes=15)


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "day"), WEEKS)
def test_each_days_numbers_are_those_counted_by_hand(zone: str, day: date, tmp_path: Path) -> None:
    """A post every 20 minutes, landed night by night, each from where the one before had seen."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(days=4)
    nights = scheduled(CRONS[0], zone, start, 8)
    times = [start + timedelta(minutes=20 * n) for n in range(8 * 72)]
    with open_store(tmp_path / "store.duckdb", time_zone=zone) as store:
        seen = start
        for night in nights:
            # With an overlap, as a real night asks: what comes again is no second post.
            window = Window(seen - timedelta(hours=6) if seen > start else seen, night)
            posts = [row(f"p{at:%d%H%M}", at, 0.5) for at in times if window.start <= at < night]
            put(store, *posts, window=window, coverage=Coverage.whole(window), now=night)
            seen = night
        found = store.con.execute("select day, sum(posts) from daily group by day order by day").fetchall()
    by_hand = Counter(at.astimezone(ZoneInfo(zone)).date() for at in times if at < nights[-1])
    assert {each: int(posts) for each, posts in found} == by_hand
    lengths = {by_hand[day + timedelta(days=n)] for n in (-1, 0, 1)}
    assert len(lengths) == 2  # the day itself is longer or shorter, or the test is of no such week


def test_the_leap_day_is_a_day(tmp_path: Path) -> None:
    nights = scheduled(CRONS[0], "Asia/Kolkata", datetime(2028, 2, 27, tzinfo=UTC), 4)
    local = [night.astimezone(ZoneInfo("Asia/Kolkata")).date() for night in nights]
    assert local == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 2)]
    with open_store(tmp_path / "store.duckdb", time_zone="Asia/Kolkata") as store:
        window = Window(datetime(2028, 2, 27, tzinfo=UTC), datetime(2028, 3, 2, tzinfo=UTC))
        posts = [row(f"p{n}", window.start + timedelta(hours=n), 0.5) for n in range(96)]
        put(store, *posts, window=window, coverage=Coverage.whole(window), now=window.end)
        found = dict(store.con.execute("select day, sum(posts) from daily group by day").fetchall())
    assert found[date(2028, 2, 29)] == 24


def test_another_time_zone_has_the_days_computed_anew_once(tmp_path: Path) -> None:
    store_file = tmp_path / "store.duckdb"
    start = datetime(2026, 3, 27, tzinfo=UTC)
    times = [start + timedelta(minutes=20 * n) for n in range(4 * 72)]
    with open_store(store_file, time_zone="Europe/Berlin") as store:
        window = Window(start, start + timedelta(days=4))
        put(store, *(row(f"p{n}", at, 0.5) for n, at in enumerate(times)), window=window,
            coverage=Coverage.whole(window), now=window.end)  # fmt: skip
    for zone in ("Australia/Lord_Howe", "Australia/Lord_Howe", "Europe/Berlin"):
        with open_store(store_file, time_zone=zone) as store:
            found = store.con.execute("select day, sum(posts) from daily group by day").fetchall()
        by_hand = Counter(at.astimezone(ZoneInfo(zone)).date() for at in times)
        assert {day: int(posts) for day, posts in found} == by_hand
