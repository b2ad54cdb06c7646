"""The trend chart: daily means and the 7-day mean above, posts a day below, on one time axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from earful.reports import wording
from earful.reports.charts import svg, weeks
from earful.reports.charts.kept import Drawing, Kept, key
from earful.reports.charts.marks import Marks, above, below
from earful.reports.charts.paint import (
    COLOURS,
    FONT,
    Data,
    Form,
    Frame,
    Row,
    Spec,
    at,
    colour,
    layer,
    light,
    name_of,
    number,
    other_end,
    time,
)
from earful.warehouse.constants import ENOUGH_POSTS

_FEWEST_DAYS = 14  # of the time axis: one day's bar must not fill the chart


def frame(rows: Iterable[Row], first: date, last: date) -> Frame:
    """The scores to show: zero, every 7-day mean, and every daily mean of enough posts, to the next tenth outward.

    A day with few posts may lie anywhere in [-1, 1]; it must not flatten the rest, so it is drawn at the edge.
    """
    seen = [0.0]
    for row in rows:
        if row["mean_7d"] is not None:
            seen.append(row["mean_7d"])
        if row["mean_compound"] is not None and row["scored"] >= ENOUGH_POSTS:
            seen.append(row["mean_compound"])
    low, high = math.floor(min(seen) * 10 - 0.3) / 10, math.ceil(max(seen) * 10 + 0.3) / 10
    return Frame(min(first, last - timedelta(days=_FEWEST_DAYS - 1)), last, max(low, -1.0), min(high, 1.0))


def draw(
    rows: Sequence[Row], shown: Frame, form: Form, marks: Marks | None = None, kept: Kept = MappingProxyType({})
) -> Drawing:
    """The chart of one product's days (rows of ``sql/chart/trend.sql``, oldest first) in one variant.

    That of ``kept`` where it is there.
    """
    data: Data = {}
    whole = svg.drawable({**_chart(rows, shown, form, marks or Marks(), data), "datasets": data})
    if (its := key(whole)) in kept:
        return kept[its]
    import vl_convert  # noqa: PLC0415 - Vega's compiler: 200 MB that a page of kept charts needs none of

    text = vl_convert.vegalite_to_svg(whole)
    width, height = svg.size(text)
    return Drawing(svg.slim(text, COLOURS), width, height, its)


def png(rows: Sequence[Row], shown: Frame, form: Form, marks: Marks, title: str, under_it: Sequence[str]) -> bytes:
    """The same chart as a PNG of twice as many pixels, in the page's light colours on white, under a title."""
    import vl_convert  # noqa: PLC0415 - as above

    data: Data = {}
    head = {
        "text": title, "anchor": "start", "color": colour("ink"), "fontSize": form.text + 3, "offset": 12,
        "subtitle": list(under_it), "subtitleColor": colour("muted"), "subtitleFontSize": form.text,
    }  # fmt: skip
    chart = {**_chart(rows, shown, form, marks, data), "title": head, "background": "#ffffff", "padding": 14}
    whole = svg.coloured(svg.drawable({**chart, "datasets": data}), light())
    drawn: bytes = vl_convert.vegalite_to_png(whole, scale=2)
    return drawn


def describe(rows: Sequence[Row], marks: Marks | None = None) -> str:
    """The chart in a few sentences, for those who do not see it."""
    by_week = marks.weeks if marks else ()
    means = [(row["mean_7d"], row["day"]) for row in rows if row["complete"] and row["mean_7d"] is not None]
    line, on = "7-day mean", "on"
    if by_week:
        means = [(row["mean_compound"], row["week"]) for row in by_week]
        line, on = "mean of a week", "in the week of"
    incomplete = sum(not row["complete"] for row in rows)
    parts = [f"{wording.plural(len(rows), 'day')}, {wording.day(rows[0]['day'])} to {wording.day(rows[-1]['day'])}."]
    if means:
        (low, low_day), (high, high_day), (last, last_day) = min(means), max(means), means[-1]
        parts.append(
            f"The {line} ends at {wording.signed(last)} {on} {wording.day(last_day)}; "
            f"its lowest was {wording.signed(low)} {on} {wording.day(low_day)}, "
            f"its highest {wording.signed(high)} {on} {wording.day(high_day)}."
        )
    busiest = max(rows, key=lambda row: row["posts"])
    parts.append(f"The busiest day was {wording.day(busiest['day'])} with {wording.plural(busiest['posts'], 'post')}.")
    if incomplete:
        parts.append(f"{wording.plural(incomplete, 'day')} incomplete.")
    parts += [f"{_when(row)}: {wording.verdict(row['verdict'])}." for row in reversed(marks.episodes if marks else ())]
    if marks and marks.incidents:
        known = [f"{row['name']} on {wording.day(row['day'])}" for row in reversed(marks.incidents)]
        parts.append(f"Incidents: {', '.join(known)}.")
    if by_week:
        parts.append("Few posts a day: drawn by week.")
    releases = [f"{row['release']} on {wording.day(row['day'])}" for row in reversed(marks.releases if marks else ())]
    if releases:
        parts.append(f"Releases: {', '.join(releases)}.")
    return " ".join(parts)


def _when(episode: Row) -> str:
    if episode["answer"] is not None:
        return f"Answered ({episode['answer']}), from {wording.day(episode['first_day'])}"
    if episode["told"]:
        return f"Alarm on {wording.day(episode['alarm_day'])}"
    return f"No alarm, from {wording.day(episode['first_day'])}"


def _chart(rows: Sequence[Row], shown: Frame, form: Form, marks: Marks, data: Data) -> Spec:
    days = {"type": "utc", "domain": [at(shown.first, 0), at(shown.last, 24)], "nice": False}
    ticks = {
        "title": None,
        "values": [at(day, 12) for day in _ticks(shown, form)],
        "labelExpr": "utcFormat(datum.value, '%-d %b')",
        "labelOverlap": False,
        "grid": False,
        "domainColor": colour("zero"),
        "tickColor": colour("zero"),
    }
    scores, posts = _scores(rows, shown, form, marks, days, data), _posts(rows, days, ticks, data)
    return {
        "vconcat": [
            {"layer": scores, "width": form.width, "height": form.score_height},
            {"layer": posts, "width": form.width, "height": form.posts_height},
        ],
        "spacing": 26,
        "background": "transparent",
        "padding": {"left": 2, "right": 4, "top": 4, "bottom": 2},
        "config": {
            "font": FONT,
            "aria": False,
            "view": {"stroke": None},
            "axis": {
                "labelColor": colour("muted"),
                "titleColor": colour("muted"),
                "gridColor": colour("grid"),
                "labelFontSize": form.text,
                "titleFontSize": form.text,
                "titleFontWeight": "normal",
                "labelPadding": 4,
                "tickSize": 4,
            },
        },
    }


def _scores(rows: Sequence[Row], shown: Frame, form: Form, marks: Marks, days: Spec, data: Data) -> list[Spec]:
    low, high = round(10 * shown.low), round(10 * shown.high)  # tenths: 0.6 / 0.2 is not quite 3
    step = next(step for step in (1, 2, 5) if (high - low) / step <= 6 or step == 5)
    axis = {
        "title": "score, −1 to +1",
        "values": [tenths / 10 for tenths in range(low, high + 1) if tenths % step == 0],
        "labelExpr": "datum.value == 0 ? 'neutral 0' : replace(format(datum.value, '+.1f'), '-', '−')",
        "domain": False,
        "ticks": False,
        **_title_above(),
    }
    scale = {"domain": [shown.floor, shown.roof], "nice": False}

    def x_of(field: str) -> Spec:
        return time(field, scale=days, axis=None)

    def y_of(field: str) -> Spec:
        return number(field, scale=scale, axis=axis)

    x, y = x_of("at"), y_of("score")
    few = [row for row in rows if row["complete"] and row["scored"] < ENOUGH_POSTS]
    enough = [row for row in rows if row["complete"] and row["scored"] >= ENOUGH_POSTS]
    part = [row for row in rows if not row["complete"]]
    dot = {"type": "circle", "color": colour("dot"), "opacity": 1, "size": form.dot}
    # Up to the newest complete day, as every number of the page: later weeks have lost days and gained none.
    whole = max((row["day"] for row in rows if row["complete"]), default=date.min)
    line = [{"at": at(row["day"], 12), "score": row["mean_7d"]} for row in rows if row["day"] <= whole]
    end = [{**point, "text": wording.signed(point["score"])} for point in line if point["score"] is not None][-1:]
    # A path breaks where the 7-day mean is unknown: a line across would claim what nobody measured.
    path = {"type": "line", "color": colour("line"), "strokeWidth": 2.5, "strokeCap": "round", "strokeJoin": "round"}
    text = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "dx": 7,
        "color": colour("line"),
        "fontWeight": "bold",
    }
    data |= {
        "gaps": _gaps(rows),
        "zero": [{"score": 0}],
        "few": _dots(few, shown),
        "enough": _dots(enough, shown),
        "part": _dots(part, shown),
        "line": line,
        "end": end,
    }
    by_day = [
        layer("few", {**dot, "size": form.dot / 2}, x=x, y=y),
        layer("enough", dot, x=x, y=y),
        layer("part", {**dot, "filled": False, "strokeWidth": 1.2}, x=x, y=y),
        layer("line", {**path, "invalid": "break-paths-show-path-domains"}, x=x, y=y),
        layer("end", {**text, "fontSize": form.text + 1}, x=x, y=y, text=name_of("text")),
    ]
    return [
        _gap_layer(days, None),
        *below(marks, shown, x_of, y_of, data),
        layer("zero", {"type": "rule", "color": colour("zero"), "strokeWidth": 1}, y=y),
        *(weeks.layers(marks.weeks, shown, form, x_of, y_of, data) if marks.weeks else by_day),
        *above(marks, shown, form, x_of, y_of, data),
    ]


def _dots(rows: Iterable[Row], shown: Frame) -> list[Row]:
    """Points of daily means; those beyond the scale at its edge."""
    return [
        {"at": at(row["day"], 12), "score": shown.clamp(row["mean_compound"])}
        for row in rows
        if row["mean_compound"] is not None
    ]


def _posts(rows: Sequence[Row], days: Spec, ticks: Spec, data: Data) -> list[Spec]:
    most = max((row["posts"] for row in rows), default=0) or 1
    axis = {
        "title": "posts a day", "values": [0, most], "format": ",d", "domain": False, "ticks": False, **_title_above()
    }  # fmt: skip
    x = time("from", scale=days, axis=ticks)
    y = number("posts", scale={"domain": [0, most], "nice": False}, axis=axis)
    data |= {"bars": [], "part bars": []}
    for row in rows:
        if row["posts"]:
            bar = {"from": at(row["day"], 3), "to": at(row["day"], 21), "posts": row["posts"]}
            data["bars" if row["complete"] else "part bars"].append(bar)
    reach = {"x": x, "x2": other_end("to"), "y": y, "y2": {"datum": 0}}
    return [
        _gap_layer(days, ticks),
        layer("bars", {"type": "rect", "color": colour("bar")}, **reach),
        layer(
            "part bars", {"type": "rect", "color": colour("card"), "stroke": colour("bar"), "strokeWidth": 1}, **reach
        ),
    ]


def _gaps(rows: Sequence[Row]) -> list[Row]:
    """Runs of incomplete days."""
    runs: list[list[date]] = []
    for row in rows:
        if row["complete"]:
            continue
        if runs and row["day"] - runs[-1][1] == timedelta(days=1):
            runs[-1][1] = row["day"]
        else:
            runs.append([row["day"], row["day"]])
    return [{"from": at(first, 0), "to": at(last, 24)} for first, last in runs]


def _gap_layer(days: Spec, ticks: Spec | None) -> Spec:
    x = time("from", scale=days, axis=ticks)
    return layer("gaps", {"type": "rect", "color": colour("gap")}, x=x, x2=other_end("to"))


def _ticks(shown: Frame, form: Form) -> list[date]:
    """Days to name on the time axis: the first of each month; Mondays, or every day, where there are few."""
    days = [shown.first + timedelta(days=n) for n in range(shown.days)]
    room = form.width // (4 * form.text)  # a label such as "23 Nov" and air
    firsts = [day for day in days if day.day == 1]
    mondays = [day for day in days if day.weekday() == 0]
    named = days if len(days) <= room else mondays if len(mondays) <= room else firsts
    return named[:: math.ceil(len(named) / room)] if named else days[:1]


def _title_above() -> Spec:
    """An axis title written level above the axis: read without turning the head, and no width lost on a phone."""
    return {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleBaseline": "bottom",
        "titleX": 0,
        "titleY": -8,
    }
