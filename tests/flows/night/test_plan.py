from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from earful.connectors.base import Window
from earful.flows.config.settings import parse
from earful.flows.errors import UserError
from earful.flows.night.gaps import Gap, gap_jobs
from earful.flows.night.plan import Job, asked, backfill_jobs, headline, nightly_jobs
from earful.warehouse import Standing

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)


def settings(*channels):
    return parse(
        {
            "time_zone": "Europe/Berlin",
            "products": [
                {"slug": "acme", "name": "Acme", "ids": {"steam": "440"}},
                {"slug": "rival", "name": "Rival", "own": False},
            ],
            "channels": list(channels) or [{"name": "steam", "connector": "steam"}],
        },
        Path("earful.toml"),
    )


LONG_AGO = NOW - timedelta(days=3000)


def standing(mark, *holes, suspect=()):
    """Everything asked up to the watermark, but for the holes."""
    cuts = [LONG_AGO, *(edge for hole in holes for edge in hole), mark]
    return Standing(mark, tuple(zip(cuts[::2], cuts[1::2], strict=True)), suspect)


def test_the_first_night_asks_from_the_start_of_the_channel():
    jobs = nightly_jobs(
        settings({"name": "steam", "connector": "steam", "start": date(2026, 7, 1)}), lambda c, p: Standing(), NOW
    )
    assert jobs == [Job.of("steam", "acme", Window(datetime(2026, 6, 30, 22, tzinfo=UTC), NOW))]


def test_the_next_night_asks_from_the_watermark_less_the_overlap():
    from earful.connectors.stores.steam import SteamConnector

    mark = NOW - timedelta(days=1)
    (job,) = nightly_jobs(settings(), lambda c, p: standing(mark), NOW)
    assert SteamConnector.overlap is not None
    assert job.window == Window(mark - SteamConnector.overlap, NOW)


def test_files_are_read_whole_every_night():
    config = settings(
        {
            "name": "survey",
            "connector": "files",
            "preset": "nps",
            "paths": ["x.csv"],
            "products": ["acme"],
            "start": date(2026, 1, 1),
        }
    )
    (job,) = nightly_jobs(config, lambda c, p: standing(NOW - timedelta(days=1)), NOW)
    assert job.window.start == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_a_product_without_the_store_id_is_left_out_and_a_switched_off_channel_runs_only_by_name():
    config = settings({"name": "steam", "connector": "steam", "enabled": False})
    with pytest.raises(UserError, match=r"earful\.toml: no channel is enabled; .*steam.*--channel"):
        nightly_jobs(config, lambda c, p: Standing(), NOW)
    assert [j.products for j in nightly_jobs(config, lambda c, p: Standing(), NOW, channels=["steam"])] == [("acme",)]


@pytest.mark.parametrize(
    ("channels", "asked", "says"),
    [
        ([{"name": "apple", "connector": "app_store_rss"}], {}, r"no product has an id that apple .* app_store = "),
        (
            [{"name": "steam", "connector": "steam", "products": ["acme"]}],
            {"products": ["rival"]},
            r"none of the channels steam is for rival",
        ),
    ],
)
def test_a_run_that_would_ask_nobody_says_why(channels, asked, says):
    with pytest.raises(UserError, match=says):
        nightly_jobs(settings(*channels), lambda c, p: Standing(), NOW, **asked)


def test_a_backfill_takes_whole_reporting_days_with_the_last_included():
    (job,) = backfill_jobs(settings(), date(2026, 10, 25), date(2026, 10, 25), NOW)
    # the day the clocks go back has 25 hours
    assert job.window == Window(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))


def test_a_long_backfill_of_a_channel_that_can_seek_comes_in_pieces_that_join():
    config = settings({"name": "demo", "connector": "sample", "products": ["acme"]})
    jobs = backfill_jobs(config, date(2026, 1, 1), date(2026, 6, 30), NOW)
    assert len(jobs) == 6
    assert all(a.window.end == b.window.start for a, b in pairwise(jobs))
    assert (jobs[0].window.start, jobs[-1].window.end) == (
        datetime(2025, 12, 31, 23, tzinfo=UTC),
        datetime(2026, 6, 30, 22, tzinfo=UTC),
    )


def test_jobs_of_several_windows_are_said_from_the_first_day_to_the_last():
    config = settings({"name": "demo", "connector": "sample", "products": ["acme"]})
    jobs = backfill_jobs(config, date(2026, 1, 1), date(2026, 6, 30), NOW)
    assert asked(config, jobs[::-1]) == ["demo: acme; 2026-01-01 to 2026-06-30 (181 days); asked for just these days"]


def test_what_a_backfill_asks_is_said_by_channel_in_the_order_of_the_configuration():
    config = settings(
        {"name": "steam", "connector": "steam", "products": ["acme"]}, {"name": "demo", "connector": "sample"}
    )
    jobs = backfill_jobs(config, date(2026, 11, 18), date(2026, 12, 31), NOW)
    assert asked(config, jobs) == [
        (
            "steam: acme; 2026-11-18 to 2026-11-20 (3 days); listed back from now, as far as the service lists (`earful check` "
            "says how far); older posts cannot come"
        ),
        "demo: acme, rival; 2026-11-18 to 2026-11-20 (3 days); asked for just these days",
    ]
    assert headline(config, jobs) == "2 channels, 2 products, 2026-11-18 to 2026-11-20 (3 days), in 2 questions"
    one = backfill_jobs(config, date(2026, 1, 1), date(2026, 1, 1), NOW, ["rival"])
    assert asked(config, one) == ["demo: rival; 2026-01-01; asked for just these days"]
    assert headline(config, one) == "1 channel, 1 product, 2026-01-01, in 1 question"


def test_a_backfill_never_asks_for_the_future():
    (job,) = backfill_jobs(settings(), date(2026, 11, 19), date(2026, 12, 31), NOW)
    assert job.window.end == NOW


@pytest.mark.parametrize(
    ("first", "last", "products", "says"),
    [
        (
            date(2026, 2, 2),
            date(2026, 2, 1),
            [],
            r"first day \(--from\), 2026-02-02, is after the last \(--to\), 2026-02-01",
        ),
        (date(2027, 1, 1), date(2027, 1, 2), [], "has not begun"),
        (date(2026, 1, 1), date(2026, 1, 2), ["acne"], "allowed: acme, rival"),
    ],
)
def test_what_cannot_be_backfilled_is_said(first, last, products, says):
    with pytest.raises(UserError, match=says):
        backfill_jobs(settings(), first, last, NOW, products)


def test_a_backfill_after_the_end_of_all_its_channels_names_each_once_in_order():
    config = settings(
        *(
            {"name": name, "connector": "sample", "end": date(2026, 3, day)}
            for name, day in (("b", 1), ("a", 2), ("c", 3))
        )
    )
    with pytest.raises(UserError, match=r"asked for \(a ended 2026-03-02, b ended 2026-03-01, c ended 2026-03-03\);"):
        backfill_jobs(config, date(2026, 5, 1), date(2026, 5, 2), NOW)


def test_history_that_nobody_asked_for_is_asked_for_once():
    """A store that a backfill filled first: the nightly still reaches the configured start."""
    day = timedelta(days=1)
    mark = NOW - 30 * day
    start = datetime(2026, 6, 30, 22, tzinfo=UTC)
    filled = Standing(mark, ((mark - 20 * day, mark),))
    listing = settings({"name": "steam", "connector": "steam", "start": date(2026, 7, 1)})
    (job,) = nightly_jobs(listing, lambda c, p: filled, NOW)
    assert job.window == Window(start, NOW), "a listing goes back all the way anyway: one window"

    seeking = settings({"name": "demo", "connector": "sample", "products": ["acme"], "start": date(2026, 7, 1)})
    jobs = nightly_jobs(seeking, lambda c, p: filled, NOW)
    assert jobs[0].window.start == start
    older = [j.window for j in jobs if j.window.end <= mark - 20 * day]
    assert older[-1].end == mark - 20 * day
    assert [j.window for j in jobs if j.window not in older] == [Window(mark - day, NOW)], "and the night as ever"

    asked = Standing(mark, ((start, mark),))
    (job,) = nightly_jobs(seeking, lambda c, p: asked, NOW)
    assert job.window == Window(mark - day, NOW), "asked for once"


def test_a_start_that_was_set_back_is_reached():
    config = settings({"name": "demo", "connector": "sample", "products": ["acme"], "start": date(2026, 11, 1)})
    first = Standing(NOW, ((datetime(2026, 11, 9, 23, tzinfo=UTC), NOW),))
    old, night = nightly_jobs(config, lambda c, p: first, NOW)
    assert old.window == Window(datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 9, 23, tzinfo=UTC))
    assert night.window == Window(NOW - timedelta(days=1), NOW)


def test_a_watermark_beyond_now_does_not_stop_the_nights():
    (job,) = nightly_jobs(settings(), lambda c, p: standing(NOW + timedelta(days=400)), NOW)
    assert job.window == Window(NOW - timedelta(days=2), NOW)


def test_a_suspect_day_is_asked_for_again():
    day = timedelta(days=1)
    thin = (datetime(2026, 11, 12, 23, tzinfo=UTC), datetime(2026, 11, 13, 23, tzinfo=UTC))
    mark = NOW - day
    (job,) = nightly_jobs(settings(), lambda c, p: standing(mark, suspect=(thin,)), NOW)
    assert job.window == Window(thin[0], NOW), "a listing goes back to it"
    config = settings({"name": "demo", "connector": "sample", "products": ["acme"]})
    again, night = nightly_jobs(config, lambda c, p: standing(mark, suspect=(thin,)), NOW)
    assert (again.window, night.window) == (Window(*thin), Window(mark - day, NOW))


def gap(channel, first, last, product="acme"):
    return Gap(channel, product, date.fromisoformat(first), date.fromisoformat(last), "failed: 503")


def test_gaps_become_windows():
    config = settings(
        {"name": "steam", "connector": "steam"}, {"name": "demo", "connector": "sample", "products": ["acme"]}
    )
    gaps = [
        gap("demo", "2026-10-01", "2026-10-02"),
        gap("demo", "2026-11-19", "2026-11-20"),
        gap("steam", "2026-10-01", "2026-10-02"),
        gap("steam", "2026-10-25", "2026-10-25"),
        gap("gone", "2026-10-01", "2026-10-02"),
        gap("demo", "2026-10-01", "2026-10-02", "no longer tracked"),
    ]
    found = [(j.channel, j.window) for j in gap_jobs(config, gaps, NOW)]
    assert found == [
        ("steam", Window(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))),
        ("demo", Window(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 2, 22, tzinfo=UTC))),
        ("demo", Window(datetime(2026, 11, 18, 23, tzinfo=UTC), NOW)),
    ]
    assert [j.channel for j in gap_jobs(config, gaps, NOW, channels=["demo"])] == ["demo", "demo"]
    assert gap_jobs(config, [], NOW) == []
