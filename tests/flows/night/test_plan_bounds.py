"""Which windows a night asks for, on the bounds: ends of channels, overlaps, pieces of 31 days, gaps cut to days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from earful.connectors.base import Window
from earful.connectors.stores.steam import SteamConnector
from earful.flows.config.settings import Settings, parse
from earful.flows.night.gaps import Gap, gap_jobs, wanted, within
from earful.flows.night.plan import PIECE, Job, Share, nightly_jobs, pieces
from earful.warehouse import Standing

TICK, DAY = timedelta(microseconds=1), timedelta(days=1)


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def settings(**channel: Any) -> Settings:
    given = {"name": "steam", "connector": "steam", "start": date(2026, 1, 1), **channel}
    products = [{"slug": slug, "name": slug.title(), "ids": {"steam": "440"}} for slug in ("acme", "rival")]
    return parse({"time_zone": "UTC", "products": products, "channels": [given]}, Path("earful.toml"))


def asked(
    config: Settings, now: datetime, stands: Standing, *, changed: bool = False
) -> list[tuple[datetime, datetime]]:
    jobs = nightly_jobs(config, lambda *_: stands, now, products=["acme"], changed=lambda *_: changed)
    return [(job.window.start, job.window.end) for job in jobs]


def landed(mark: datetime, *suspect: tuple[datetime, datetime], since: datetime | None = None) -> Standing:
    return Standing(mark, ((since or at(1, 1), mark),), suspect)


OVER = SteamConnector.overlap or timedelta()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Its last day is under way, and over for less than late posts may come, to the last moment of that.
        (at(3, 9, 12), [(at(3, 9) - OVER, at(3, 9, 12))]),
        (at(3, 10), [(at(3, 9) - OVER, at(3, 10))]),
        (at(3, 10) + OVER - TICK, [(at(3, 9) - OVER, at(3, 10))]),
        (at(3, 10) + OVER, []),
        (at(3, 10) + OVER + DAY, []),
    ],
)
def test_a_channel_that_ended_is_asked_while_late_posts_may_come(
    now: datetime, expected: list[tuple[datetime, datetime]]
) -> None:
    config = settings(end=date(2026, 3, 9))
    assert asked(config, now, Standing(at(3, 9), ((at(1, 1), at(3, 10)),))) == expected


def test_of_a_channel_that_ended_only_what_is_left_is_asked_for() -> None:
    config, now = settings(end=date(2026, 3, 9)), at(6, 1)
    thin = (at(3, 2), at(3, 3))
    assert asked(config, now, landed(at(3, 10))) == []
    assert asked(config, now, landed(at(3, 10), thin)) == [thin]
    assert asked(config, now, landed(at(3, 10), thin, (at(3, 5), at(3, 6)))) == [(thin[0], at(3, 6))], (
        "a listing: one window"
    )
    assert asked(config, now, landed(at(3, 10), since=at(1, 5))) == [(at(1, 1), at(3, 10))], "never asked for"
    assert asked(config, now, landed(at(3, 10)), changed=True) == [], "what has an overlap does not change"


def test_files_of_a_channel_that_ended_are_read_where_something_changed() -> None:
    config, now = settings(connector="files", paths=["a.csv"], products=["acme"], end=date(2026, 3, 9)), at(3, 10)
    assert asked(config, now, landed(at(3, 10))) == []
    assert asked(config, now, landed(at(3, 10)), changed=True) == [(at(1, 1), at(3, 10))]
    assert asked(config, now - TICK, landed(at(3, 9))) == [(at(1, 1), at(3, 10) - TICK)]


@pytest.mark.parametrize(
    ("mark", "since", "start"),
    [
        (at(5, 1), at(1, 1), at(5, 1) - OVER),
        (at(1, 1) + OVER, at(1, 1), at(1, 1)),
        (at(1, 1) + OVER - TICK, at(1, 1), at(1, 1)),  # not before the channel's start
        (at(1, 1) + OVER + TICK, at(1, 1), at(1, 1) + TICK),
        (at(9, 1), at(1, 1), at(6, 1) - OVER),  # a watermark beyond now is none
        (at(5, 1), at(1, 1) + TICK, at(1, 1)),
    ],
)
def test_a_night_begins_its_overlap_before_what_is_there(mark: datetime, since: datetime, start: datetime) -> None:
    assert asked(settings(), at(6, 1), Standing(mark, ((since, at(9, 1)),))) == [(start, at(6, 1))]


def test_where_nothing_landed_all_is_asked_for() -> None:
    assert asked(settings(), at(6, 1), Standing()) == [(at(1, 1), at(6, 1))]
    suspect = Standing(None, ((at(1, 1), at(6, 1)),), ((at(3, 1), at(3, 2)),))
    assert asked(settings(), at(6, 1), suspect) == [(at(1, 1), at(6, 1))]


@pytest.mark.parametrize(
    ("length", "lengths"),
    [
        (timedelta(0), []), (TICK, [TICK]), (PIECE - TICK, [PIECE - TICK]), (PIECE, [PIECE]), (PIECE + TICK, [PIECE, TICK]),
        (2 * PIECE, [PIECE, PIECE]), (-DAY, []),
    ],
)  # fmt: skip
def test_a_span_in_pieces_of_31_days(length: timedelta, lengths: list[timedelta]) -> None:
    assert timedelta(days=31) == PIECE
    found = pieces([(at(3, 1), at(3, 1) + length)], seekable=True)
    assert [each.end - each.start for each in found] == lengths
    assert [each.start for each in found[:1]] == [at(3, 1)] * len(found[:1])
    whole = pieces([(at(3, 1), at(3, 1) + length)], seekable=False)
    assert whole == ([Window(at(3, 1), at(3, 1) + length)] if lengths else [])


def test_what_cannot_seek_is_one_window_to_the_latest_end() -> None:
    spans = [(at(1, 1), at(1, 1)), (at(2, 1), at(5, 1)), (at(3, 1), at(4, 1))]
    assert pieces(spans, seekable=False) == [Window(at(2, 1), at(5, 1))]
    assert [(each.start, each.end) for each in pieces(spans[2:] + spans[:1], seekable=True)] == [spans[2]]


def test_a_job_is_said_by_its_product_or_their_number() -> None:
    one, two = Window(at(3, 2), at(3, 9)), Window(at(3, 1), at(3, 12))
    assert str(Job.of("shop", "acme", one)) == "shop acme 2026-03-02"
    both = Job("shop", (Share("acme", one), Share("rival", two)))
    assert (str(both), both.window) == ("shop: 2 products 2026-03-01", Window(at(3, 1), at(3, 12)))


def gap(first: int, last: int, channel: str = "steam", product: str = "acme") -> Gap:
    return Gap(channel, product, date(2026, 3, first), date(2026, 3, last), "failed")


@pytest.mark.parametrize(
    ("first", "last", "left"),
    [
        (1, 9, [(3, 5)]), (3, 5, [(3, 5)]), (4, 5, [(4, 5)]), (3, 4, [(3, 4)]), (5, 9, [(5, 5)]), (1, 3, [(3, 3)]), (6, 9, []),
        (1, 2, []), (4, 4, [(4, 4)]),
    ],
)  # fmt: skip
def test_of_a_gap_the_days_that_are_asked_for(first: int, last: int, left: list[tuple[int, int]]) -> None:
    found = within([gap(3, 5)], date(2026, 3, first), date(2026, 3, last))
    assert found == [gap(*each) for each in left]


def test_gaps_in_words() -> None:
    assert str(gap(3, 3)) == "steam/acme  2026-03-03  failed"
    assert str(gap(3, 4)) == "steam/acme  2026-03-03 to 2026-03-04  failed"


def test_gaps_behind_the_end_of_a_channel_are_left() -> None:
    config, now = settings(end=date(2026, 3, 9)), at(6, 1)
    gaps = [gap(20, 21), gap(9, 12), gap(10, 12), gap(3, 4), gap(3, 4, product="gone"), gap(3, 4, channel="gone")]
    assert wanted(config, gaps, [], []) == [gap(9, 12), gap(3, 4)]
    assert wanted(config, [gap(3, 4), gap(3, 4, product="rival")], ["rival"], []) == [gap(3, 4, product="rival")]
    (job,) = gap_jobs(config, gaps, now)
    assert job == Job.of("steam", "acme", Window(at(3, 3), at(3, 10))), "up to the end of its last day"
    (open_job,) = gap_jobs(settings(), [gap(9, 12), gap(3, 4)], at(3, 12, 5))
    assert open_job.window == Window(at(3, 3), at(3, 12, 5)), "and no further than now"
