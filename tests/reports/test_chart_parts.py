"""What a chart is made of, to the number: frames, bars, gaps, bands, spans, names and lines, with days on each edge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from earful.reports.charts import marks, paint, trend
from earful.reports.charts.marks import Marks
from earful.reports.charts.paint import Form, Frame, Row
from earful.warehouse.constants import ENOUGH_POSTS

FIRST = date(2026, 3, 2)  # a Monday
SHOWN = Frame(FIRST, FIRST + timedelta(29), -0.5, 0.5)
FORM = Form(width=300, score_height=100, posts_height=50, text=10, dot=16)


def day(n: int) -> date:
    return FIRST + timedelta(n)


def ms(n: float) -> int:
    """Milliseconds of so many days after the first, at midnight."""
    return int((datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=n)).timestamp() * 1000)


def channel(name: str) -> Row:
    return {"field": name}


def row(
    n: int,
    mean: float | None = 0.1,
    *,
    complete: bool = True,
    scored: int = ENOUGH_POSTS,
    posts: int = 30,
    week: float | None = 0.0,
) -> Row:
    return {
        "day": day(n),
        "posts": posts,
        "scored": scored,
        "mean_compound": mean,
        "mean_7d": week,
        "complete": complete,
    }


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ([], -0.1, 0.1),
        # A tenth further out, where less than a third of a tenth is left.
        ([row(0, 0.17), row(1, -0.17)], -0.2, 0.2),
        ([row(0, 0.171), row(1, -0.171)], -0.3, 0.3),
        ([row(0, 0.99), row(1, -0.99)], -1.0, 1.0),
        ([row(0, 0.4, scored=ENOUGH_POSTS - 1)], -0.1, 0.1),
        ([row(0, None, week=0.4)], -0.1, 0.5),
        ([row(0, 0.4, week=None)], -0.1, 0.5),
        ([row(0, None, week=None)], -0.1, 0.1),
    ],
)
def test_the_scores_that_are_shown(rows: list[Row], low: float, high: float) -> None:
    found = trend.frame(rows, day(0), day(20))
    assert [found.low, found.high] == pytest.approx([low, high])
    assert (found.first, found.last) == (day(0), day(20))


def test_a_chart_has_14_days_at_least() -> None:
    assert trend.frame([], day(0), day(13)).first == day(0)
    assert trend.frame([], day(1), day(13)).first == day(0)
    assert trend.frame([], day(13), day(13)).days == 14


def test_a_frame_holds_its_first_and_last_day_and_its_ends() -> None:
    assert [SHOWN.holds(day(n)) for n in (-1, 0, 29, 30)] == [False, True, True, False]
    assert [SHOWN.clamp(score) for score in (-0.6, -0.5, 0.2, 0.6)] == [-0.5, -0.5, 0.2, 0.5]
    assert [SHOWN.days, SHOWN.floor, SHOWN.roof] == pytest.approx([30, -0.59, 0.63])
    assert Frame(FIRST, FIRST, 0.2, 0.4).floor == pytest.approx(0.182)
    assert [paint.at(day(0), hour) for hour in (0, 12, 24)] == [ms(0), ms(0.5), ms(1)]


def drawn(rows: list[Row], marked: Marks | None = None, shown: Frame = SHOWN) -> dict[str, Any]:
    """The rows of each layer, by name."""
    data: dict[str, Any] = {}
    trend._chart(rows, shown, FORM, marked or Marks(), data)
    return data


def test_days_of_few_posts_of_enough_and_those_that_lack_something_are_apart() -> None:
    rows = [
        row(0, 0.2), row(1, 0.3, scored=ENOUGH_POSTS - 1), row(2, 0.9, complete=False, posts=0), row(3, None), row(4, -0.9, week=0.1),
        row(5, 0.1, complete=False, posts=7), row(6, 0.1, complete=False), row(8, 0.1, complete=False),
    ]  # fmt: skip
    data = drawn(rows)
    assert data["enough"] == [{"at": ms(0.5), "score": 0.2}, {"at": ms(4.5), "score": -0.5}]
    assert data["few"] == [{"at": ms(1.5), "score": 0.3}]
    assert [each["at"] for each in data["part"]] == [ms(n + 0.5) for n in (2, 5, 6, 8)]
    assert data["part"][0]["score"] == 0.5
    # The line ends with the newest complete day, and is named with its last value.
    assert [each["at"] for each in data["line"]] == [ms(n + 0.5) for n in range(5)]
    assert data["end"] == [{"at": ms(4.5), "score": 0.1, "text": "+0.10"}]
    assert data["gaps"] == [{"from": ms(a), "to": ms(b)} for a, b in ((2, 3), (5, 7), (8, 9))]
    bars = {name: [(each["from"], each["to"], each["posts"]) for each in data[name]] for name in ("bars", "part bars")}
    hour = 3_600_000
    assert bars["bars"] == [(ms(n) + 3 * hour, ms(n) + 21 * hour, 30) for n in (0, 1, 3, 4)]
    assert bars["part bars"] == [
        (ms(n) + 3 * hour, ms(n) + 21 * hour, posts) for n, posts in ((5, 7), (6, 30), (8, 30))
    ]
    unknown = drawn([row(0, week=0.2), row(1, week=None)])
    assert unknown["end"] == [{"at": ms(0.5), "score": 0.2, "text": "+0.20"}]
    nothing = drawn([row(0, complete=False, week=0.2)])
    assert (nothing["line"], nothing["end"]) == ([], [])


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-0.1, 0.2, [-0.1, 0.0, 0.1, 0.2]), (-0.3, 0.3, [n / 10 for n in range(-3, 4)]), (-0.3, 0.4, [-0.2, 0.0, 0.2, 0.4]),
        (-0.6, 0.6, [-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6]), (-0.6, 0.7, [-0.5, 0.0, 0.5]), (-1.0, 1.0, [-1.0, -0.5, 0.0, 0.5, 1.0]),
    ],
)  # fmt: skip
def test_at_most_seven_scores_stand_at_the_axis(low: float, high: float, labels: list[float]) -> None:
    chart = trend._chart([row(0)], Frame(FIRST, day(29), low, high), FORM, Marks(), {})
    (axis,) = {
        str(part["encoding"]["y"]["axis"]["values"])
        for part in chart["vconcat"][0]["layer"]
        if part["data"]["name"] == "line"
    }
    assert axis == str(labels)


@pytest.mark.parametrize(
    ("days", "named"),
    [
        (7, range(7)),  # room for seven
        (8, (0, 7)),
        (43, range(0, 43, 7)),
        (49, range(0, 49, 7)),
        (50, (30,)),  # eight Mondays: the first of April
        (92, (30, 60, 91)),
    ],
)
def test_days_mondays_or_months_are_named_as_there_is_room(days: int, named: Any) -> None:
    assert trend._ticks(Frame(FIRST, day(days - 1), 0, 1), FORM) == [day(n) for n in named]


def test_of_too_many_months_every_second_is_named_and_one_day_always() -> None:
    firsts = trend._ticks(Frame(FIRST, date(2026, 10, 20), 0, 1), FORM)
    assert firsts == [date(2026, month, 1) for month in range(4, 11)]
    assert trend._ticks(Frame(FIRST, date(2026, 11, 20), 0, 1), FORM) == [
        date(2026, month, 1) for month in (4, 6, 8, 10)
    ]
    narrow = Form(width=40, score_height=1, posts_height=1, text=10, dot=1)
    assert trend._ticks(Frame(date(2026, 3, 3), date(2026, 3, 5), 0, 1), narrow) == [date(2026, 3, 3)]


def episode(first: int, last: int, alarm: int, **more: Any) -> Row:
    return {
        "first_day": day(first), "last_day": day(last), "alarm_day": day(alarm), "verdict": "worse", "told": True, "answer": None, **more
    }  # fmt: skip


def test_an_episode_is_marked_on_the_days_of_it_that_are_shown() -> None:
    episodes = [
        episode(3, 5, 4), episode(-5, 0, -3), episode(-5, -1, -3), episode(29, 40, 35), episode(30, 40, 35),
        episode(6, 9, 5),  # in a narrower slice before
        episode(10, 12, 11, verdict="better"), episode(14, 15, 14, told=False), episode(17, 18, 17, answer="known"),
    ]  # fmt: skip
    data = drawn([row(0)], Marks(episodes=episodes))
    assert [(each["from"], each["to"]) for each in data["worse spans"]] == [
        (ms(a), ms(b)) for a, b in ((3, 6), (0, 1), (29, 30), (5, 10), (14, 16))
    ]
    assert [(each["from"], each["to"]) for each in data["better spans"]] == [(ms(10), ms(13))]
    assert [(each["from"], each["to"]) for each in data["answered spans"]] == [(ms(17), ms(19))]
    assert [each["at"] for each in data["worse alarms"]] == [ms(4.5), ms(5.5)]
    assert [each["at"] for each in data["better alarms"]] == [ms(11.5)]
    assert data["answered alarms"] == []
    assert data["worse alarms"][0]["score"] == pytest.approx(SHOWN.floor + 0.055)
    assert {each["score"] for each in data["worse spans"]} == {SHOWN.floor}
    assert Marks(episodes=episodes).alarms == [*episodes[:7]]
    assert [marks.kind_of(each) for each in episodes[-3:]] == ["better", "worse", "answered"]


def test_the_band_breaks_where_days_lack() -> None:
    judged = [
        {"day": day(n), "baseline": base, "margin": margin}
        for n, base, margin in ((-1, 0.1, 0.1), (0, 0.1, 0.1), (1, 0.2, 0.4), (2, None, 0.1), (3, -0.4, 0.2), (4, 0.0, None), (29, 0.0, 0.1), (30, 0.0, 0.1))
    ]  # fmt: skip
    data = drawn([row(0)], Marks(judged=judged))
    got = [(each["at"], round(each["low"], 9), round(each["high"], 9)) for each in data["band"]]
    assert got == [(ms(0.5), 0.0, 0.2), (ms(1.5), -0.2, 0.5), (ms(3.5), -0.5, -0.2), (ms(29.5), -0.1, 0.1)]
    runs = [each["run"] for each in data["band"]]
    assert runs[0] == runs[1]
    assert len(set(runs)) == 3


def release(n: int, name: str, verdict: str | None = None) -> Row:
    return {"day": day(n), "release": name, "verdict": verdict}


def test_rules_and_names_of_releases_and_incidents_as_there_is_room() -> None:
    """A day is 10 pixels wide, a letter 6 and 5 of air: a name of three letters takes 23."""
    incidents = [{"day": day(n), "name": name} for n, name in ((2, "out"), (-1, "was"), (30, "yet"))]
    releases = [
        release(4, "4.0"), release(5, "5.0"), release(0, "0.0"), release(-1, "old"), release(30, "new"), release(29, "end"),
        release(10, "worse one", "worse"), release(12, "12"), release(27, "27"),
    ]  # fmt: skip
    data = drawn([row(0)], Marks(releases=releases, incidents=incidents))
    assert [each["at"] for each in data["incidents"]] == [ms(2)]
    assert [each["at"] for each in data["releases"]] == [ms(n) for n in (4, 5, 0, 29, 10, 12, 27)]
    assert {(each["from"], each["to"]) for each in data["releases"] + data["incidents"]} == {(SHOWN.floor, SHOWN.high)}
    # The incident first, then what is worse, then the newest: 29 and 27.x do not fit before the edge, 4 and 0 not beside 2.
    assert [(each["at"], each["text"]) for each in data["release names"]] == [
        (ms(2), "out"), (ms(10), "worse one"), (ms(27), "27"), (ms(5), "5.0"),
    ]  # fmt: skip
    assert {each["score"] for each in data["release names"]} == {SHOWN.roof}


@pytest.mark.parametrize(
    ("apart", "both"),
    [(2, False), (3, True)],  # 20 and 30 pixels, where 23 are taken
)
def test_names_stand_beside_each_other_or_the_newer_alone(apart: int, both: bool) -> None:
    data = drawn([row(0)], Marks(releases=[release(3, "1.0"), release(3 + apart, "2.0")]))
    assert [each["text"] for each in data["release names"]] == (["2.0", "1.0"] if both else ["2.0"])


@pytest.mark.parametrize(("name", "text"), [("x" * 14, "x" * 14), ("x" * 15, "x" * 13 + "…"), ("x" * 13, "x" * 13)])
def test_long_names_of_releases_are_cut(name: str, text: str) -> None:
    data = drawn([row(0)], Marks(releases=[release(3, name)]))
    assert [each["text"] for each in data["release names"]] == [text]
