"""Sparks, weeks and the chart in words, to the number, with days on each edge and ties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from earful.reports.charts import spark, trend, weeks
from earful.reports.charts.marks import Marks
from earful.reports.charts.paint import Form, Frame, Row
from earful.warehouse.constants import ENOUGH_POSTS

FIRST = date(2026, 3, 2)  # a Monday
FORM = Form(width=300, score_height=100, posts_height=50, text=10, dot=16)


def day(n: int) -> date:
    return FIRST + timedelta(n)


def ms(n: float) -> int:
    """Milliseconds of so many days after the first, at midnight."""
    return int((datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=n)).timestamp() * 1000)


def row(n: int, mean: float | None, posts: int = 30, *, complete: bool = True) -> Row:
    return {
        "day": day(n),
        "posts": posts,
        "scored": posts,
        "mean_compound": mean,
        "mean_7d": mean,
        "complete": complete,
    }


def drawn(rows: list[Row], marked: Marks, shown: Frame) -> dict[str, Any]:
    """The rows of each layer, by name."""
    data: dict[str, Any] = {}
    trend._chart(rows, shown, FORM, marked, data)
    return data


def test_a_chart_in_words() -> None:
    rows = [
        row(0, 0.1), row(1, -0.2, 40), row(2, 0.3, 40), row(3, None, 9), row(4, 0.2, 5), row(5, -0.9, 50, complete=False),
        row(6, None, complete=False),
    ]  # fmt: skip
    said = (
        "7 days, 2 Mar 2026 to 8 Mar 2026. The 7-day mean ends at +0.20 on 6 Mar 2026; its lowest was −0.20 on 3 Mar 2026, its "
        "highest +0.30 on 4 Mar 2026. The busiest day was 7 Mar 2026 with 50 posts. 2 days incomplete."
    )
    assert trend.describe(rows) == trend.describe(rows, Marks()) == said
    episodes: list[Row] = [
        {"verdict": verdict, "told": told, "answer": answer, "first_day": day(n), "alarm_day": day(n + 1)}
        for n, (verdict, told, answer) in enumerate(
            [("worse", True, None), ("flood", True, "known"), ("fewer", False, None)]
        )
    ]
    incidents = [{"name": "outage", "day": day(2)}, {"name": "fire", "day": day(1)}]
    releases = [{"release": "2.0", "day": day(3)}, {"release": "1.0", "day": day(0)}]
    marked = Marks(
        episodes=episodes, incidents=incidents, releases=releases, weeks=[week(0, 0.1), week(1, -0.3), week(2, 0.0)]
    )
    assert trend.describe(rows, marked).split(". ", 1)[1] == (
        "The mean of a week ends at 0.00 in the week of 16 Mar 2026; its lowest was −0.30 in the week of 9 Mar 2026, its "
        "highest +0.10 in the week of 2 Mar 2026. The busiest day was 7 Mar 2026 with 50 posts. 2 days incomplete. "
        "No alarm, from 4 Mar 2026: fewer posts. Answered (known), from 3 Mar 2026: a flood of posts. Alarm on 3 Mar 2026: worse. "
        "Incidents: fire on 3 Mar 2026, outage on 4 Mar 2026. Few posts a day: drawn by week. "
        "Releases: 1.0 on 2 Mar 2026, 2.0 on 5 Mar 2026."
    )
    assert (
        trend.describe([row(0, None, 1)])
        == "1 day, 2 Mar 2026 to 2 Mar 2026. The busiest day was 2 Mar 2026 with 1 post."
    )


def week(n: int, mean: float, scored: int = 10, spread: float | None = 0.3) -> Row:
    return {"week": day(7 * n), "mean_compound": mean, "scored": scored, "spread": spread}


def test_weeks_stand_in_their_middle_and_are_joined_where_they_follow_each_other() -> None:
    shown = Frame(day(5), day(29), -0.5, 0.5)
    rows = [week(0, 0.1), week(1, 0.2, weeks.FEWEST), week(2, 0.9, weeks.FEWEST - 1), week(4, -0.4, spread=None)]
    data = drawn([row(5, 0.1)], Marks(weeks=rows), shown)
    points = [(5.5, 0.1), (10.5, 0.2), (17.5, 0.5), (29.5, -0.4)]
    assert [(each["at"], each["score"]) for each in data["weeks"]] == [(ms(n), score) for n, score in points]
    assert [(each["at"], each["score"]) for each in data["week line"]] == [
        *((ms(n), score) for n, score in points[:3]), (ms(24.5), None), (ms(29.5), -0.4),
    ]  # fmt: skip
    margins = [weeks.half(10, 0.3), weeks.half(weeks.FEWEST, 0.3)]
    assert [each["at"] for each in data["week reach"]] == [ms(5.5), ms(10.5)]
    for each, mean, margin in zip(data["week reach"], (0.1, 0.2), margins, strict=True):
        assert margin is not None
        assert (each["low"], each["high"]) == (pytest.approx(mean - margin), pytest.approx(min(mean + margin, 0.5)))


@pytest.mark.parametrize(
    ("freedom", "table", "off"), [(4, 2.776445, 0.02), (9, 2.262157, 0.002), (29, 2.045230, 1e-4), (99, 1.984217, 1e-5)]
)
def test_the_interval_is_students(freedom: int, table: float, off: float) -> None:
    """Against a printed table; the expansion is the closer the more there is."""
    assert weeks.quantile(freedom) == pytest.approx(table, rel=off)
    assert weeks.half(freedom + 1, 0.4) == pytest.approx(table * 0.4 / (freedom + 1) ** 0.5, rel=off)


def test_a_product_is_thin_by_its_complete_days_alone() -> None:
    full, none = {"complete": True, "posts": ENOUGH_POSTS}, {"complete": False, "posts": 0}
    less = {"complete": True, "posts": ENOUGH_POSTS - 1}
    assert [weeks.thin(days) for days in ([], [none], [full], [full, none], [less, full], [less])] == [False] * 4 + [
        True
    ] * 2


LINE = spark.Span(day(0), day(9), 0.0, 1.0)


def test_a_spark_is_broken_where_days_lack_and_ends_with_a_dot() -> None:
    assert [LINE.x(day(n)) for n in (0, 9)] == [6, 114]
    assert [LINE.y(value) for value in (-1, 0, 0.5, 1, 2)] == [27, 27, 15, 3, 3]
    values = [
        (day(-1), 0.5),
        (day(0), 0.0),
        (day(1), 1.0),
        (day(2), None),
        (day(3), 0.5),
        (day(9), 2.0),
        (day(10), 0.5),
    ]
    line = 'fill="none" stroke="var(--line)" stroke-width="1.6"/>'
    body = spark.draw(values, LINE, "words").body
    assert body == (
        f'<path d="M6 27L18 3" {line}<path d="M42 15" {line}<path d="M114 3" {line}'
        '<circle cx="114" cy="3" r="2.5" fill="var(--line)"/>'
    )
    weekly = spark.draw([(day(0), 0.0), (day(7), 1.0)], LINE, "", step=7).body
    assert weekly.startswith(f'<path d="M6 27L90 3" {line}')
    filled = spark.draw([(day(0), 0.0), (day(1), 1.0)], LINE, "", filled=True).body
    assert filled.startswith('<path d="M6 30L6 27L18 3L18 30Z" fill="var(--band)"/>')
    assert spark.draw([], LINE, "").body == ""


def test_a_spark_marks_zero_gaps_and_alarms_inside_its_edges() -> None:
    def has(zero: float) -> bool:
        return "dasharray" in spark.draw([], spark.Span(day(0), day(9), -1.0, 1.0), "", zero=zero).body

    assert [has(zero) for zero in (-1.0, -0.9, 0.9, 1.0)] == [False, True, True, False]
    assert spark.draw([], spark.Span(day(0), day(9), -1.0, 1.0), "", zero=0.0).body.startswith('<path d="M0 15H120"')
    shaded = spark.draw([], LINE, "", gaps=[day(n) for n in (-1, 0, 9, 10)]).body
    assert shaded == '<path d="M0 0h12.2V30h-12.2ZM108 0h12.2V30h-12.2Z" fill="var(--gap)"/>'
    bad = [(day(-5), day(-1)), (day(-5), day(0)), (day(2), day(3)), (day(9), day(20)), (day(10), day(20))]
    under = spark.draw([], LINE, "", bad=bad).body
    ends = [(5.3, 6.7), (29.3, 42.7), (113.3, 114.7)]
    stroke = 'stroke="var(--worse)" stroke-width="3"/>'
    assert under == "".join(f'<path d="M{a} 28.5H{b}" {stroke}' for a, b in ends)
