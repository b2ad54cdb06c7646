"""The chart in a message: a PNG of the page's chart, with a key that says what is drawn, and nothing that is not."""

from __future__ import annotations

import struct
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from earful.reports.charts import paint
from earful.reports.charts.marks import Marks
from earful.reports.charts.paint import Row
from earful.reports.data import Published
from earful.reports.picture import key, picture
from earful.warehouse.constants import ENOUGH_POSTS

DAY = date(2026, 3, 2)


def days(**values: Any) -> list[Row]:
    each = {"complete": True, "scored": 30, "mean_compound": 0.2, "mean_7d": 0.2, "posts": 31}
    return [{"day": DAY + timedelta(n), **each, **values} for n in range(9)]


def episode(**values: Any) -> Row:
    return {"told": True, "answer": None, "verdict": "worse", "metric": "sentiment", **values}


def test_a_product_has_one_and_who_is_not_there_has_none(published: Path) -> None:
    with Published(published) as file:
        (product, *_) = (row["product"] for row in file.ask("today", until=date(2100, 1, 1)).rows)
        drawn = picture(file, product)
        assert drawn is not None
        assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", drawn[16:24])
        assert 1_200 < width < 1_800
        assert 700 < height < 1_200
        assert picture(file, "nobody") is None


def test_the_key_names_what_is_drawn_and_nothing_else() -> None:
    assert key(days(), Marks()) == ["line: 7-day mean, complete days only; dots: mean of one day"]
    thin = days(scored=2)
    assert key(thin, Marks())[0].endswith("dots: mean of one day (small: few posts)")
    band = [{"day": DAY, "baseline": 0.1, "margin": 0.2}]
    assert key(days(), Marks(judged=band))[1:] == ["blue band: where 19 of 20 daily means lie if nothing changed"]
    assert "daily means (of up to 7 days where one has few posts) lie" in key(thin, Marks(judged=band))[1]
    assert key(days(), Marks(judged=[{"day": DAY, "baseline": None, "margin": None}]))[1:] == []

    def signs(rows: list[Row], **marks: Any) -> str:
        return key(rows, Marks(**marks))[-1]

    assert signs(days(), episodes=[episode()]) == "red bar: a change, bad news; triangle: alarm"
    assert signs(days(), episodes=[episode(told=False)]) == "red bar: a change, bad news"
    assert signs(days(), episodes=[episode(verdict="better", told=False)]) == "green bar: a change, good news"
    assert signs(days(), episodes=[episode(answer="known")]) == "grey bar: an alarm that was answered"
    assert signs(days(), releases=[{"day": DAY, "release": "1.2"}]) == "dashed: release"
    assert signs(days(), incidents=[{"day": DAY, "name": "outage"}]) == "black line: incident"
    assert signs(days(complete=False)) == "orange: incomplete day"
    by_week = [{"week": DAY, "mean_compound": 0.1}]
    assert key(days(), Marks(weeks=by_week, judged=band)) == [
        "line: mean of a week with its 95% interval, complete days only (too few posts a day to draw days)",
        "blue band: where 19 of 20 means of up to 7 days lie if nothing changed",
    ]


def test_every_colour_that_a_chart_names_is_one_of_daylight() -> None:
    """A stand-in that stayed would be drawn as nearly black."""
    assert paint.light().keys() >= {paint.colour(name) for name in set(paint._NAMES) - {"other"}}
    assert paint.light()[paint.colour("line")] == "#0b57a4"


def test_the_key_on_the_bounds_of_few_posts_and_of_each_sign() -> None:
    def one(**values: Any) -> Row:
        return days(**values)[0]

    full, few, none, part = one(), one(scored=1), one(scored=0), one(complete=False)
    line = "line: 7-day mean, complete days only; dots: mean of one day"
    assert key([full, none], Marks()) == [line]
    assert key([one(scored=ENOUGH_POSTS)], Marks()) == [line]
    assert key([few, part], Marks()) == [f"{line} (small: few posts)", "orange: incomplete day"]
    assert key([one(complete=False, scored=1)], Marks()) == [line, "orange: incomplete day"]
    band: list[Row] = [{"baseline": None}, {"baseline": 0.1}]
    said = "blue band: where 19 of 20 {} lie if nothing changed"
    assert key([full], Marks(judged=band)) == [line, said.format("daily means")]
    assert key([few], Marks(judged=band))[1] == said.format("daily means (of up to 7 days where one has few posts)")
    assert key([few], Marks(judged=band, weeks=[{}]))[1] == said.format("means of up to 7 days")
    assert key([full], Marks(judged=band[:1])) == [line]
    bars = [
        {"verdict": verdict, "answer": answered, "told": told}
        for verdict, answered, told in (("worse", None, True), ("better", None, False), ("worse", "known", True))
    ]
    assert key([full], Marks(episodes=bars, incidents=[{}], releases=[{}]))[1] == (
        "red bar: a change, bad news; green bar: a change, good news; grey bar: an alarm that was answered; triangle: alarm; "
        "black line: incident; dashed: release"
    )
    assert key([full], Marks(episodes=bars[1:2]))[1] == "green bar: a change, good news"
    assert key([full], Marks(episodes=bars[2:]))[1] == "grey bar: an alarm that was answered"
