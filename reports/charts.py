"""The trend chart: daily means and the 7-day mean above, posts a day below, on one time axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt
import vl_convert

from reports import svg, words

#: Arial first: Vega measures labels with Liberation Sans, whose letters are exactly as wide.
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"

# Stand-ins for the theme's colours: Vega wants real ones, the page puts CSS variables in their place.
_INK, _MUTED, _GRID, _ZERO, _LINE, _DOT, _BAR, _GAP, _PAPER = (f"#0{n}0{n}0{n}" for n in range(1, 10))
_COLOURS = {
    _INK: "var(--ink)",
    _MUTED: "var(--muted)",
    _GRID: "var(--grid)",
    _ZERO: "var(--zero)",
    _LINE: "var(--line)",
    _DOT: "var(--dot)",
    _BAR: "var(--bar)",
    _GAP: "var(--gap)",
    _PAPER: "var(--card)",
}

_FEWEST_DAYS = 14  # of the time axis: one day's bar must not fill the chart

Row = dict[str, Any]  # a row of sql/trend.sql
_Data = dict[str, list[Row]]  # the layers' rows by name; kept out of Altair, which copies what it holds at each step


@dataclass(frozen=True, slots=True)
class Frame:
    """What all charts of a page share, so that one look compares products: days (inclusive) and scores shown."""

    first: date
    last: date
    low: float
    high: float

    @property
    def days(self) -> int:
        """Number of days shown."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Drawing:
    """One SVG, without its outer tag: ``body``, ``width`` and ``height`` in its own units."""

    body: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Form:
    """Sizes in pixels of one variant of the chart."""

    width: int
    score_height: int
    posts_height: int
    text: int
    dot: int  # area of a daily mean's point, square pixels


WIDE = _Form(width=640, score_height=190, posts_height=64, text=12, dot=16)
NARROW = _Form(width=236, score_height=170, posts_height=54, text=12, dot=11)


def frame(rows: Iterable[Row], first: date, last: date) -> Frame:
    """The scores to show: zero, every 7-day mean, and every daily mean of enough posts, to the next tenth outward.

    A day with few posts may lie anywhere in [-1, 1]; it must not flatten the rest, so it is drawn at the edge.
    """
    seen = [0.0]
    for row in rows:
        if row["mean_7d"] is not None:
            seen.append(row["mean_7d"])
        if row["mean_compound"] is not None and row["scored"] >= words.FEW:
            seen.append(row["mean_compound"])
    low, high = math.floor(min(seen) * 10 - 0.3) / 10, math.ceil(max(seen) * 10 + 0.3) / 10
    return Frame(min(first, last - timedelta(days=_FEWEST_DAYS - 1)), last, max(low, -1.0), min(high, 1.0))


def draw(rows: Sequence[Row], shown: Frame, form: _Form) -> Drawing:
    """The chart of one product's days (rows of ``sql/trend.sql``, oldest first) in one variant."""
    data: _Data = {}
    # Altair checks each part as it is made; checking the whole again costs a third of the chart's time.
    spec = _chart(rows, shown, form, data).to_dict(validate=False)
    text = vl_convert.vegalite_to_svg({**spec, "datasets": data})
    width, height = svg.size(text)
    return Drawing(svg.slim(text, _COLOURS), width, height)


def describe(rows: Sequence[Row]) -> str:
    """The chart in two or three sentences, for those who do not see it."""
    means = [(row["mean_7d"], row["day"]) for row in rows if row["mean_7d"] is not None]
    incomplete = sum(not row["complete"] for row in rows)
    parts = [f"{words.plural(len(rows), 'day')}, {words.day(rows[0]['day'])} to {words.day(rows[-1]['day'])}."]
    if means:
        (low, low_day), (high, high_day), (last, last_day) = min(means), max(means), means[-1]
        parts.append(
            f"The 7-day mean ends at {words.signed(last)} on {words.day(last_day)}; "
            f"its lowest was {words.signed(low)} on {words.day(low_day)}, "
            f"its highest {words.signed(high)} on {words.day(high_day)}."
        )
    busiest = max(rows, key=lambda row: row["posts"])
    parts.append(f"The busiest day was {words.day(busiest['day'])} with {words.plural(busiest['posts'], 'post')}.")
    if incomplete:
        parts.append(f"{words.plural(incomplete, 'day')} incomplete.")
    return " ".join(parts)


def _chart(rows: Sequence[Row], shown: Frame, form: _Form, data: _Data) -> alt.VConcatChart:
    days = alt.Scale(type="utc", domain=[_at(shown.first, 0), _at(shown.last, 24)], nice=False)
    ticks = alt.Axis(
        title=None,
        values=[_at(day, 12) for day in _ticks(shown, form)],
        labelExpr="utcFormat(datum.value, '%-d %b')",
        labelOverlap=False,
        grid=False,
        domainColor=_ZERO,
        tickColor=_ZERO,
    )
    # All is given at once: each .properties() or .configure() would copy the whole chart.
    scores = alt.layer(*_scores(rows, shown, form, days, data), width=form.width, height=form.score_height)
    posts = alt.layer(*_posts(rows, days, ticks, data), width=form.width, height=form.posts_height)
    return alt.vconcat(
        scores,
        posts,
        spacing=26,
        background="transparent",
        padding={"left": 2, "right": 4, "top": 4, "bottom": 2},
        config=alt.Config(
            font=FONT,
            aria=False,
            view=alt.ViewConfig(stroke=None),
            axis=alt.AxisConfig(
                labelColor=_MUTED,
                titleColor=_MUTED,
                gridColor=_GRID,
                labelFontSize=form.text,
                titleFontSize=form.text,
                titleFontWeight="normal",
                labelPadding=4,
                tickSize=4,
            ),
        ),
    )


def _scores(rows: Sequence[Row], shown: Frame, form: _Form, days: alt.Scale, data: _Data) -> list[alt.Chart]:
    low, high = round(10 * shown.low), round(10 * shown.high)  # tenths: 0.6 / 0.2 is not quite 3
    step = next(step for step in (1, 2, 5) if (high - low) / step <= 6 or step == 5)
    axis = alt.Axis(
        title="score, −1 to +1",
        values=[tenths / 10 for tenths in range(low, high + 1) if tenths % step == 0],
        labelExpr="datum.value == 0 ? 'neutral 0' : replace(format(datum.value, '+.1f'), '-', '−')",
        domain=False,
        ticks=False,
        **_title_above(),
    )
    x = alt.X("at:T", scale=days, axis=None)
    y = alt.Y("score:Q", scale=alt.Scale(domain=[shown.low, shown.high], nice=False), axis=axis)
    few = [row for row in rows if row["complete"] and row["scored"] < words.FEW]
    enough = [row for row in rows if row["complete"] and row["scored"] >= words.FEW]
    part = [row for row in rows if not row["complete"]]
    dot = {"type": "circle", "color": _DOT, "opacity": 1, "size": form.dot}
    line = [{"at": _at(row["day"], 12), "score": row["mean_7d"]} for row in rows]
    end = [{**point, "text": words.signed(point["score"])} for point in line if point["score"] is not None][-1:]
    # A path breaks where the 7-day mean is unknown: a line across would claim what nobody measured.
    path = {"type": "line", "color": _LINE, "strokeWidth": 2.5, "strokeCap": "round", "strokeJoin": "round"}
    text = {"type": "text", "align": "left", "baseline": "middle", "dx": 7, "color": _LINE, "fontWeight": "bold"}
    data |= {
        "gaps": _gaps(rows),
        "zero": [{"score": 0}],
        "few": _dots(few, shown),
        "enough": _dots(enough, shown),
        "part": _dots(part, shown),
        "line": line,
        "end": end,
    }
    return [
        _gap_layer(days, None),
        _layer("zero", {"type": "rule", "color": _ZERO, "strokeWidth": 1}, y=y),
        _layer("few", {**dot, "size": form.dot / 2}, x=x, y=y),
        _layer("enough", dot, x=x, y=y),
        _layer("part", {**dot, "filled": False, "strokeWidth": 1.2}, x=x, y=y),
        _layer("line", {**path, "invalid": "break-paths-show-path-domains"}, x=x, y=y),
        _layer("end", {**text, "fontSize": form.text + 1}, x=x, y=y, text=alt.Text("text:N")),
    ]


def _dots(rows: Iterable[Row], shown: Frame) -> list[Row]:
    """Points of daily means; those beyond the scale at its edge."""
    return [
        {"at": _at(row["day"], 12), "score": min(max(row["mean_compound"], shown.low), shown.high)}
        for row in rows
        if row["mean_compound"] is not None
    ]


def _posts(rows: Sequence[Row], days: alt.Scale, ticks: alt.Axis, data: _Data) -> list[alt.Chart]:
    most = max((row["posts"] for row in rows), default=0) or 1
    axis = alt.Axis(title="posts a day", values=[0, most], format=",d", domain=False, ticks=False, **_title_above())
    x = alt.X("from:T", scale=days, axis=ticks)
    y = alt.Y("posts:Q", scale=alt.Scale(domain=[0, most], nice=False), axis=axis)
    data |= {"bars": [], "part bars": []}
    for row in rows:
        if row["posts"]:
            bar = {"from": _at(row["day"], 3), "to": _at(row["day"], 21), "posts": row["posts"]}
            data["bars" if row["complete"] else "part bars"].append(bar)
    reach = {"x": x, "x2": alt.X2("to:T"), "y": y, "y2": alt.datum(0)}
    return [
        _gap_layer(days, ticks),
        _layer("bars", {"type": "rect", "color": _BAR}, **reach),
        _layer("part bars", {"type": "rect", "color": _PAPER, "stroke": _BAR, "strokeWidth": 1}, **reach),
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
    return [{"from": _at(first, 0), "to": _at(last, 24)} for first, last in runs]


def _gap_layer(days: alt.Scale, ticks: alt.Axis | None) -> alt.Chart:
    x = alt.X("from:T", scale=days, axis=ticks)
    return _layer("gaps", {"type": "rect", "color": _GAP}, x=x, x2=alt.X2("to:T"))


def _layer(data: str, mark: dict[str, Any], **channels: Any) -> alt.Chart:  # noqa: ANN401 - Altair's own union
    chart: alt.Chart = alt.Chart(alt.NamedData(data), mark=alt.MarkDef(aria=False, **mark)).encode(**channels)
    return chart


def _ticks(shown: Frame, form: _Form) -> list[date]:
    """Days to name on the time axis: the first of each month; Mondays, or every day, where there are few."""
    days = [shown.first + timedelta(days=n) for n in range(shown.days)]
    room = form.width // (4 * form.text)  # a label such as "23 Nov" and air
    firsts = [day for day in days if day.day == 1]
    mondays = [day for day in days if day.weekday() == 0]
    named = days if len(days) <= room else mondays if len(mondays) <= room else firsts
    return named[:: math.ceil(len(named) / room)] if named else days[:1]


def _title_above() -> dict[str, Any]:
    """An axis title written level above the axis: read without turning the head, and no width lost on a phone."""
    return {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleBaseline": "bottom",
        "titleX": 0,
        "titleY": -8,
    }


def _at(day: date, hour: int) -> int:
    """Milliseconds since 1970 of an hour of a day. Days have no zone here: the chart's scale is UTC throughout."""
    return (day - date(1970, 1, 1)).days * 86_400_000 + hour * 3_600_000
