"""What lies over the trend chart: the band of chance, releases, and what really changed, marked once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from earful.reports.charts.paint import Data, Form, Frame, Row, Spec, at, colour, layer, name_of, other_end

#: Verdicts of episodes that are good news; all others are not.
GOOD = frozenset({"better"})
#: An encoding of a field on the chart's own scale and axis.
Channel = Callable[[str], Spec]
_LETTER = 0.6  # width of a letter or digit by its height, a little generous


@dataclass(frozen=True, slots=True)
class Marks:
    """Rows of judged.sql, releases.sql, episodes.sql and incidents.sql that belong to one chart.

    ``weeks``: rows of weeks.sql, where the product is thin and is drawn by week; else none.
    """

    judged: Sequence[Row] = ()
    releases: Sequence[Row] = ()
    episodes: Sequence[Row] = ()
    incidents: Sequence[Row] = ()
    weeks: Sequence[Row] = ()

    @property
    def alarms(self) -> list[Row]:
        """The episodes that are news: an alarm was raised, and nobody has answered it."""
        return [row for row in self.episodes if row["told"] and row["answer"] is None]


def below(marks: Marks, shown: Frame, x: Channel, y: Channel, data: Data) -> list[Spec]:
    """What is painted before dots and line: the band, and a thin rule for each release and each incident."""
    data["band"] = _band(marks.judged, shown)
    data["releases"] = [
        {"at": at(row["day"], 0), "from": shown.floor, "to": shown.high}
        for row in marks.releases
        if shown.holds(row["day"])
    ]
    data["incidents"] = [
        {"at": at(row["day"], 0), "from": shown.floor, "to": shown.high}
        for row in marks.incidents
        if shown.holds(row["day"])
    ]
    band = {"type": "area", "color": colour("band"), "opacity": 1}
    rule = {"type": "rule", "color": colour("release"), "strokeWidth": 1, "strokeDash": [3, 3]}
    known = {"type": "rule", "color": colour("ink"), "strokeWidth": 1.5}
    return [
        layer("band", band, x=x("at"), y=y("low"), y2=other_end("high"), detail=name_of("run")),
        layer("releases", rule, x=x("at"), y=y("from"), y2=other_end("to")),
        layer("incidents", known, x=x("at"), y=y("from"), y2=other_end("to")),
    ]


def above(marks: Marks, shown: Frame, form: Form, x: Channel, y: Channel, data: Data) -> list[Spec]:
    """What is painted last: the releases' names where there is room, and episodes with their alarm."""
    data["release names"] = _names(marks, shown, form)
    text = {"type": "text", "align": "left", "baseline": "top", "dx": -1, "dy": 1, "color": colour("ink")}
    layers = [layer("release names", {**text, "fontSize": form.text}, x=x("at"), y=y("score"), text=name_of("text"))]
    for name, good in (("worse", False), ("better", True), ("answered", False)):
        mine = [row for row in marks.episodes if kind_of(row) == name]
        data[f"{name} spans"] = _spans(mine, shown)
        data[f"{name} alarms"] = [
            {"at": at(row["alarm_day"], 12), "score": shown.floor + 0.055 * (shown.high - shown.low)}
            for row in mine
            if row["told"] and row["answer"] is None and shown.holds(row["alarm_day"])
        ]
        span = {
            "type": "rule",
            "color": colour("zero" if name == "answered" else name),
            "strokeWidth": 4,
            "strokeCap": "butt",
        }
        point = {
            "type": "point", "shape": "triangle-up" if good else "triangle-down", "filled": True, "opacity": 1,
            "color": colour("zero" if name == "answered" else name), "size": 70,
        }  # fmt: skip
        layers += [
            layer(f"{name} spans", span, x=x("from"), x2=other_end("to"), y=y("score")),
            layer(f"{name} alarms", point, x=x("at"), y=y("score")),
        ]
    return layers


def kind_of(episode: Row) -> str:
    """How an episode is drawn: "worse" (bad news of any kind), "better", or "answered"."""
    if episode["answer"] is not None:
        return "answered"
    return "better" if episode["verdict"] in GOOD else "worse"


def _band(judged: Iterable[Row], shown: Frame) -> list[Row]:
    """Where a day's mean lies 19 times of 20 if nothing has changed. Days apart are not joined."""
    rows: list[Row] = []
    known = [
        row for row in judged if row["baseline"] is not None and row["margin"] is not None and shown.holds(row["day"])
    ]
    for run, days in groupby(enumerate(known), key=lambda pair: pair[1]["day"].toordinal() - pair[0]):
        rows += [
            {
                "at": at(row["day"], 12),
                "low": shown.clamp(row["baseline"] - row["margin"]),
                "high": shown.clamp(row["baseline"] + row["margin"]),
                "run": run,
            }
            for _, row in days
        ]
    return rows


def _spans(episodes: Iterable[Row], shown: Frame) -> list[Row]:
    return [
        {
            # It may have been detected in a narrower slice before.
            "from": at(max(min(row["first_day"], row["alarm_day"]), shown.first), 0),
            "to": at(min(row["last_day"], shown.last), 24),
            "score": shown.floor,
        }
        for row in episodes
        if row["last_day"] >= shown.first and row["first_day"] <= shown.last
    ]


def _urgency(release: Row) -> tuple[int, int]:
    order = ("incident", "worse", "better")
    verdict = release["verdict"]
    return order.index(verdict) if verdict in order else len(order), -release["day"].toordinal()


def _names(marks: Marks, shown: Frame, form: Form) -> list[Row]:
    """Names that fit beside each other: incidents, then releases after which something changed, then the newest."""
    a_day = form.width / shown.days
    taken: list[tuple[float, float]] = []
    rows: list[Row] = []
    known = [{"day": row["day"], "release": row["name"], "verdict": "incident"} for row in marks.incidents]
    for release in sorted([*known, *marks.releases], key=_urgency):
        if not shown.holds(release["day"]):
            continue
        name = release["release"] if len(release["release"]) <= 14 else release["release"][:13] + "…"
        left = (release["day"] - shown.first).days * a_day
        right = left + 5 + _LETTER * form.text * len(name)
        if right > form.width or any(left < end and begin < right for begin, end in taken):
            continue
        taken.append((left, right))
        rows.append({"at": at(release["day"], 0), "score": shown.roof, "text": name})
    return rows
