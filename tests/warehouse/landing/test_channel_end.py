"""A channel's last day: no window that lands after it was set, whatever became of it, reaches beyond."""

from __future__ import annotations

from datetime import date, timedelta

from landing import DAY, NOW, T0, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import Store, land_failure, register
from earful.warehouse.landing.channel_end import set_ends

END = T0.date() + timedelta(3)


def days(store: Store) -> list[tuple[date, date]]:
    return store.con.execute("select day_from, day_to from coverage order by rowid").fetchall()


def test_windows_of_a_channel_that_has_ended_reach_to_its_last_day(store: Store) -> None:
    register(store, [("orbit", "Orbit", True)], [("rd", "reddit", "reddit")])
    set_ends(store, {"rd": END}, NOW)
    put(store, row("a", T0 + DAY), window=span(0, 7), coverage=Coverage.whole(span(0, 7)))
    land_failure(
        store, run_id="run-2", channel="rd", source="reddit", product="orbit", window=span(1, 6), error="503", now=NOW
    )
    put(store, window=span(0, 2), coverage=Coverage.whole(span(0, 2)), now=NOW + DAY)
    first = T0.date()
    assert days(store) == [(first, END), (first + timedelta(1), END), (first, first + timedelta(1))]
    assert store.con.execute("select max(day) from coverage_daily").fetchall() == [(END,)]
