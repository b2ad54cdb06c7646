"""The trend chart: what it shows, in which colours, and that its labels fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import pytest
from published_file import LAST, Day, _trend, steady

from earful.reports import wording
from earful.reports.charts import marks, paint, svg, trend, weeks
from earful.reports.charts.kept import Drawing
from earful.reports.charts.marks import Marks

FORMS = [paint.WIDE, paint.NARROW]


MARKS = Marks(
    judged=[
        {"day": LAST - timedelta(days=n), "baseline": 0.1, "margin": 0.08, "verdict": "no real change"}
        for n in range(6)
    ],
    releases=[
        {"day": LAST - timedelta(days=4), "release": "7.1", "verdict": "worse"},
        {"day": LAST - timedelta(days=3), "release": "7.1.1-a-long-one", "verdict": "no real change"},
    ],
    episodes=[
        {
            "verdict": "worse",
            "first_day": LAST - timedelta(days=4),
            "last_day": LAST,
            "alarm_day": LAST - timedelta(days=2),
            "told": True,
            "answer": None,
        }
    ],
)


def _rows(days: Sequence[Day]) -> list[dict[str, Any]]:
    return list(_trend(days))


def _draw(days: Sequence[Day], form: Any) -> tuple[ET.Element, Drawing]:
    rows = _rows(days)
    drawing = trend.draw(rows, trend.frame(rows, days[0].day, days[-1].day), form)
    return ET.fromstring(f"<svg>{drawing.body}</svg>"), drawing


def _texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter("text")]


def _paths(root: ET.Element, name: str, colour: str) -> list[str]:
    return [element.get("d", "") for element in root.iter("path") if element.get(name) == f"var(--{colour})"]


def test_a_day_with_few_posts_does_not_flatten_the_chart() -> None:
    rows = _rows([*steady(40), Day(LAST + timedelta(days=1), posts=1, scored=1, mean=-0.98)])
    frame = trend.frame(rows, rows[0]["day"], rows[-1]["day"])
    assert (frame.low, frame.high) == (-0.1, 0.2)


def test_zero_is_always_in_sight() -> None:
    rows = _rows(steady(10, mean=0.7))
    frame = trend.frame(rows, rows[0]["day"], rows[-1]["day"])
    assert frame.low <= 0
    assert frame.high > 0.7


@pytest.mark.parametrize("form", FORMS)
def test_days_are_dots_and_bars_and_the_mean_is_a_line(form: Any) -> None:
    days = steady(30)
    days[10] = Day(days[10].day, 12, 9, 0.05, complete=False)
    days[20] = Day(days[20].day, 4, 3, 0.3)
    root, _ = _draw(days, form)
    dots = {
        float(path.get("stroke-width", "0")): path.get("d", "").count("h0")
        for path in root.iter("path")
        if path.get("stroke") == "var(--dot)" and path.get("stroke-linecap") == "round"
    }
    assert sorted(dots.values()) == [1, 28]
    assert dots[min(dots)] == 1, "the day with few posts is smaller"
    rings = [path for path in _paths(root, "stroke", "dot") if "a" in path]
    assert [path.count("M") for path in rings] == [1]  # the incomplete day is a ring
    assert [path.count("M") for path in _paths(root, "fill", "bar")] == [29]
    assert [path.count("M") for path in _paths(root, "stroke", "bar")] == [1]
    assert [path.count("M") for path in _paths(root, "fill", "gap")] == [1, 1]  # in both parts
    assert len(_paths(root, "stroke", "line")) == 1
    assert {"neutral 0", "score, −1 to +1", "posts a day", "0", "40", "+0.10"} <= set(_texts(root))


def test_the_line_breaks_where_nothing_was_complete() -> None:
    days = steady(30)
    days[8:18] = [Day(day.day, 5, 5, 0.1, complete=False) for day in days[8:18]]
    root, _ = _draw(days, paint.WIDE)
    assert _paths(root, "stroke", "line")[0].count("M") == 2


def _above(found: Marks, form: paint.Form = paint.WIDE, days: int = 30) -> tuple[paint.Data, paint.Frame]:
    rows, data = _rows(steady(days)), dict[str, Any]()
    shown = trend.frame(rows, LAST - timedelta(days=days - 1), LAST)
    marks.above(found, shown, form, paint.time, paint.number, data)
    return data, shown


def test_an_alarm_stands_low_in_the_chart_on_its_day() -> None:
    data, shown = _above(MARKS)
    assert data["better alarms"] == []
    (alarm,) = data["worse alarms"]
    assert alarm["at"] == paint.at(LAST - timedelta(days=2), 12)
    assert 1 / 30 < (alarm["score"] - shown.floor) / (shown.high - shown.low) < 1 / 10
    assert f"Alarm on {wording.day(LAST - timedelta(days=2))}: " in trend.describe(_rows(steady(40)), MARKS)


def test_what_raised_no_alarm_has_no_alarm_in_the_chart() -> None:
    listed = replace(MARKS, episodes=[{**e, "told": False, "verdict": "better"} for e in MARKS.episodes])
    data, _ = _above(listed, paint.NARROW)
    assert data["better alarms"] == data["worse alarms"] == []
    assert len(data["better spans"]) == 1
    said = trend.describe(_rows(steady(40)), listed)
    assert f"No alarm, from {wording.day(listed.episodes[0]['first_day'])}: " in said
    assert "Alarm on" not in said


def test_an_alarm_that_was_answered_is_a_note() -> None:
    answered = replace(MARKS, episodes=[{**e, "answer": "known"} for e in MARKS.episodes])
    data, _ = _above(answered)
    assert data["worse spans"] == data["worse alarms"] == data["answered alarms"] == []
    assert len(data["answered spans"]) == 1
    assert answered.alarms == []
    assert MARKS.alarms == MARKS.episodes
    said = trend.describe(_rows(steady(40)), answered)
    assert f"Answered (known), from {wording.day(MARKS.episodes[0]['first_day'])}: " in said


def test_an_incident_has_its_rule_and_its_name_before_releases() -> None:
    known = replace(MARKS, incidents=[{"day": LAST - timedelta(days=4), "name": "Outage"}])
    data, shown = _above(known)
    assert [row["text"] for row in data["release names"]] == ["Outage"]  # a release of the same day has no room
    below: dict[str, Any] = {}
    marks.below(known, shown, paint.time, paint.number, below)
    assert [row["at"] for row in below["incidents"]] == [paint.at(LAST - timedelta(days=4), 0)]
    assert f"Incidents: Outage on {wording.day(LAST - timedelta(days=4))}." in trend.describe(_rows(steady(40)), known)


def _week(back: int, scored: int, mean: float, spread: float | None) -> dict[str, Any]:
    return {
        "week": date(2026, 11, 16) - timedelta(weeks=back),
        "scored": scored,
        "mean_compound": mean,
        "spread": spread,
    }


def test_a_thin_product_is_drawn_by_week_with_its_interval() -> None:
    found = [_week(4, 20, 0.2, 0.5), _week(3, 4, -0.1, 0.5), _week(1, 9, 0.1, 0.3)]
    rows = _rows(steady(40, posts=2))
    shown = trend.frame(rows, rows[0]["day"], LAST)
    data: dict[str, Any] = {}
    weeks.layers(found, shown, paint.WIDE, paint.time, paint.number, data)
    assert [row["score"] for row in data["weeks"]] == [0.2, -0.1, 0.1]
    assert len(data["week reach"]) == 2  # four posts have no interval
    assert [row["score"] for row in data["week line"]] == [0.2, -0.1, None, 0.1]  # broken where a week is missing
    drawing = trend.draw(rows, shown, paint.WIDE, Marks(weeks=found))
    root = ET.fromstring(f"<svg>{drawing.body}</svg>")
    assert not _paths(root, "stroke", "dot")
    assert "Few posts a day: drawn by week." in trend.describe(rows, Marks(weeks=found))


@pytest.mark.parametrize(("freedom", "quantile"), [(4, 2.776), (9, 2.262), (29, 2.045), (200, 1.972)])
def test_the_interval_of_few_is_students(freedom: int, quantile: float) -> None:
    assert weeks.quantile(freedom) == pytest.approx(quantile, rel=0.02)
    assert weeks.half(freedom + 1, 0.4) == pytest.approx(quantile * 0.4 / (freedom + 1) ** 0.5, rel=0.02)
    assert weeks.half(4, 0.4) is None
    assert weeks.half(9, None) is None


def test_a_product_is_thin_by_its_complete_days() -> None:
    many = steady(9, posts=15)
    assert not weeks.thin(_rows(many))
    assert weeks.thin(_rows(steady(9, posts=14)))
    assert weeks.thin(_rows([*steady(2, posts=3), *[replace(day, complete=False) for day in many]]))
    assert not weeks.thin(_rows(steady(9, posts=3, complete=False)))


def test_of_releases_without_room_those_that_changed_something_are_named_then_the_newest() -> None:
    """Six on days that follow each other: no two names fit. One far off has room, whatever it is."""
    names = {"1": "no real change", "2": "better", "3": "worse", "4": "worse", "5": "better", "6": "no real change"}

    def named(*left_out: str) -> list[str]:
        releases = [
            {"day": LAST - timedelta(days=20 - int(name)), "release": f"release {name}", "verdict": verdict}
            for name, verdict in names.items()
            if name not in left_out
        ]
        far = {"day": LAST - timedelta(days=28), "release": "far", "verdict": "not enough posts"}
        data, _ = _above(Marks(judged=[], releases=[far, *releases], episodes=[]), paint.NARROW)
        return sorted(row["text"] for row in data["release names"])

    for gone, first in (("", "4"), ("4", "3"), ("34", "5"), ("345", "2"), ("2345", "6"), ("23456", "1")):
        assert named(*gone) == ["far", f"release {first}"]


@pytest.mark.parametrize("form", FORMS)
def test_the_chart_is_vega_lite_by_its_schema(form: paint.Form) -> None:
    rows = _rows(steady(9))
    chart = trend._chart(rows, trend.frame(rows, rows[0]["day"], LAST), form, MARKS, {})
    alt.Chart.from_dict(chart, validate=True)
    chart["vconcat"][0]["layer"][0]["encoding"]["x"]["type"] = "no type"
    with pytest.raises(Exception, match="is not one of"):
        alt.Chart.from_dict(chart, validate=True)


@pytest.mark.parametrize("form", FORMS)
def test_colours_follow_the_theme(form: Any) -> None:
    _, drawing = _draw(steady(60), form)
    assert not re.search(r"#[0-9a-fA-F]{3}", drawing.body)
    painted = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawing.body))
    assert all(value == "none" or value.startswith("var(--") for value in painted)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [1, 2, 5, 9, 14, 28, 45, 62, 90, 120])
def test_day_labels_have_room(form: paint.Form, count: int) -> None:
    frame = trend.frame([], LAST - timedelta(days=count - 1), LAST)
    ticks = trend._ticks(frame, form)
    assert ticks
    apart = min(((b - a).days for a, b in pairwise(ticks)), default=frame.days)
    assert apart * form.width / frame.days >= 3.4 * form.text, "a label such as 23 Nov is about 3 letters' heights wide"


def test_the_narrow_chart_fits_a_phone() -> None:
    _, drawing = _draw(steady(120, posts=123456), paint.NARROW)
    assert drawing.width <= 360


def test_a_chart_is_small() -> None:
    for form in FORMS:
        _, drawing = _draw(steady(120), form)
        assert len(drawing.body.encode()) < 20_000


def test_description_tells_range_extremes_and_gaps() -> None:
    days = [
        *steady(9, last=LAST - timedelta(days=1)),
        Day(LAST, 40, 36, 0.8),
        Day(LAST + timedelta(days=1), 90, 80, -0.4, complete=False),
    ]
    assert trend.describe(_rows(days)) == (
        "11 days, 13 Nov 2026 to 23 Nov 2026. The 7-day mean ends at +0.20 on 22 Nov 2026; its lowest was +0.10 on "
        "13 Nov 2026, its highest +0.20 on 22 Nov 2026. "
        "The busiest day was 23 Nov 2026 with 90 posts. 1 day incomplete."
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_name_with_control_characters_does_not_end_the_process(form: Any) -> None:
    """Was: a panic of the renderer, exit code 134, in the middle of a night."""
    marks = Marks(
        releases=[{"day": LAST - timedelta(days=4), "release": "7\x1b[31m\x00\ufffe\x07", "verdict": "worse"}]
    )
    rows = _rows(steady(30))
    drawing = trend.draw(rows, trend.frame(rows, rows[0]["day"], rows[-1]["day"]), form, marks)
    assert form is paint.NARROW or any(
        text.startswith("7 [31m") for text in _texts(ET.fromstring(f"<svg>{drawing.body}</svg>"))
    )
    assert svg.drawable({"a": ["tab\tline\n\ue000\N{GRINNING FACE}", "\x0b\ud800", 1.5, None, True]}) == {
        "a": ["tab\tline\n\ue000\N{GRINNING FACE}", "  ", 1.5, None, True]
    }


def test_slim_keeps_what_is_seen() -> None:
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg"><g class="a" aria-hidden="true"><g>'
        '<path d="M0,0h1.23456v1h-1Z" fill="#010101"/><path d="M5,0h1v1h-1Z" fill="#010101"/>'
        '<path transform="translate(10,20)" d="M2,0A2,2,0,1,1,-2,0A2,2,0,1,1,2,0" fill="#020202"/>'
        '<path d="M0,0h9v9h-9Z"/><path d="M1,1h1" fill="red" display="none"/><text opacity="0">x</text>'
        '<text opacity="1" transform="translate(-0.001,2.0)">y</text></g></g></svg>'
    )
    assert svg.slim(drawn, {"#010101": "var(--a)"}) == (
        '<path d="M0,0h1.2v1h-1ZM5,0h1v1h-1Z" fill="var(--a)" />'
        '<path d="M10,20h0" fill="none" stroke="#020202" stroke-width="4" stroke-linecap="round" />'
        '<text transform="translate(0,2)">y</text>'
    )
