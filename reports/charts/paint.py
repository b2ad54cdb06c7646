"""What the chart's parts share: colours, sizes, the time axis, and one kind of layer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

#: Arial first: Vega measures labels with Liberation Sans, whose letters are exactly as wide.
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"

# Stand-ins for the theme's colours: Vega wants real ones, the page puts CSS variables in their place.
_NAMES = (
    "ink", "muted", "grid", "zero", "line", "dot", "bar", "gap", "card", "band", "release", "worse", "better", "other",
)  # fmt: skip
_STAND_INS = {name: f"#0{n:x}0{n:x}0{n:x}" for n, name in enumerate(_NAMES, 1)}
#: Stand-in -> the CSS value that the page puts there.
COLOURS = {stand_in: f"var(--{name})" for name, stand_in in _STAND_INS.items()}


@cache
def light() -> dict[str, str]:
    """Stand-in -> the colour that the page has by daylight: what stands first in its style."""
    style = files("earful.reports").joinpath("templates", "style.css").read_text("utf-8").partition("}")[0]
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    return {stand_in: named[name] for name, stand_in in _STAND_INS.items() if name in named}


Row = dict[str, Any]
Data = dict[str, list[Row]]  # the layers' rows by name
#: A part of a chart's specification in Vega-Lite, as JSON has it. Written by hand: the import of Altair and its checks
#: of each part take longer than all drawing.
Spec = dict[str, Any]


def colour(name: str) -> str:
    """The stand-in for a colour of the theme (style.css)."""
    return _STAND_INS[name]


@dataclass(frozen=True, slots=True)
class Form:
    """Sizes in pixels of one variant of the chart."""

    width: int
    score_height: int
    posts_height: int
    text: int
    dot: int  # area of a daily mean's point, square pixels


WIDE = Form(width=640, score_height=210, posts_height=64, text=12, dot=16)
NARROW = Form(width=236, score_height=190, posts_height=54, text=12, dot=11)


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

    def holds(self, day: date) -> bool:
        """Whether the day is shown."""
        return self.first <= day <= self.last

    def clamp(self, score: float) -> float:
        """A score beyond the scale at its edge."""
        return min(max(score, self.low), self.high)

    # Releases are named above the scores, alarms stand below them: no dot is ever in the way.
    @property
    def roof(self) -> float:
        """Upper end of the drawn scale, above ``high``: room for one line of names."""
        return self.high + 0.13 * (self.high - self.low)

    @property
    def floor(self) -> float:
        """Lower end of the drawn scale, below ``low``: room for the alarms."""
        return self.low - 0.09 * (self.high - self.low)


def layer(data: str, mark: Spec, **channels: Spec) -> Spec:
    """One layer over the named rows, without a voice of its own."""
    return {"data": {"name": data}, "mark": {"aria": False, **mark}, "encoding": channels}


def time(name: str, **how: Any) -> Spec:  # noqa: ANN401 - JSON
    """An encoding of a field of milliseconds, on the time axis."""
    return {"field": name, "type": "temporal", **how}


def number(name: str, **how: Any) -> Spec:  # noqa: ANN401 - JSON
    """An encoding of a field of numbers."""
    return {"field": name, "type": "quantitative", **how}


def name_of(name: str) -> Spec:
    """An encoding of a field of names."""
    return {"field": name, "type": "nominal"}


def other_end(name: str) -> Spec:
    """The second encoding of what reaches from one value to another: its kind is the first one's."""
    return {"field": name}


def at(day: date, hour: int) -> int:
    """Milliseconds since 1970 of an hour of a day. Days have no zone here: the chart's scale is UTC throughout."""
    return (day - date(1970, 1, 1)).days * 86_400_000 + hour * 3_600_000
