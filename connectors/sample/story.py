"""What happens to the products of the sample source: releases, trouble, slow change. Numbers of a day, no text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

Story = Literal["bad_release", "steady", "competitor"]
SampleKind = Literal["review", "comment", "post", "survey"]

#: The bad release comes out this many days before the anchor and is mended FIX days before it.
RELEASE, FIX = 21, 16

# Day of the bad release -> (share of posts about it, volume as a multiple of a usual day). It lingers after the fix.
_TROUBLE = {
    -21: (0.40, 1.6),
    -20: (0.70, 2.4),
    -19: (0.70, 2.2),
    -18: (0.65, 1.9),
    -17: (0.60, 1.7),
    -16: (0.25, 1.3),
    -15: (0.12, 1.1),
    -14: (0.05, 1.0),
}

# (days from the anchor, version): what is in the stores from that day on.
_VERSIONS: dict[Story, list[tuple[int, str]]] = {
    "bad_release": [(-98, "4.1.0"), (-70, "4.1.1"), (-45, "4.1.2"), (-RELEASE, "4.2.0"), (-FIX, "4.2.1")],
    "steady": [(-105, "2.7.0"), (-77, "2.7.1"), (-40, "2.8.0"), (-9, "2.8.1")],
    "competitor": [(-110, "11.3"), (-84, "11.4"), (-56, "11.5"), (-28, "11.6")],
}
_BEFORE: dict[Story, str] = {"bad_release": "4.0.2", "steady": "2.6.4", "competitor": "11.2"}

# Posts on a usual day. A competitor's customers cannot be surveyed by us.
_VOLUME: dict[SampleKind, dict[Story, float]] = {
    "review": {"bad_release": 24, "steady": 15, "competitor": 26},
    "comment": {"bad_release": 12, "steady": 6, "competitor": 13},
    "post": {"bad_release": 4, "steady": 2, "competitor": 4},
    "survey": {"bad_release": 9, "steady": 7, "competitor": 0},
}

# Monday to Sunday. Stores are busy at the weekend, forums during the week; surveys go out on working days.
_WEEK: dict[SampleKind, tuple[float, ...]] = {
    "review": (0.95, 0.90, 0.92, 0.95, 1.00, 1.15, 1.20),
    "comment": (1.10, 1.12, 1.10, 1.05, 0.98, 0.80, 0.85),
    "post": (1.15, 1.12, 1.10, 1.05, 0.98, 0.80, 0.80),
    "survey": (1.40, 1.35, 1.30, 1.25, 1.20, 0.25, 0.25),
}


@dataclass(frozen=True, slots=True)
class Mood:
    """One day of one product: posts to expect, share of contented authors, share that the bad release makes write."""

    expected: float
    contented: float
    trouble: float
    version: str
    previous: str


def mood(story: Story, kind: SampleKind, day: date, anchor: date, volume: float | None) -> Mood:
    """The day's numbers. ``volume`` is a usual day's number of posts, None for the built-in one."""
    offset = (day - anchor).days
    share, factor = _TROUBLE.get(offset, (0.0, 1.0)) if story == "bad_release" else (0.0, 1.0)
    usual = _VOLUME[kind][story] if volume is None else volume
    version, previous = versions(story, offset)
    return Mood(usual * factor * _WEEK[kind][day.weekday()], _contented(story, offset), share, version, previous)


def versions(story: Story, offset: int) -> tuple[str, str]:
    """The newest version on the day ``offset`` days after the anchor, and the one before it."""
    newest = previous = _BEFORE[story]
    for since, version in _VERSIONS[story]:
        if offset >= since:
            newest, previous = version, newest
    return newest, previous


def _contented(story: Story, offset: int) -> float:
    # A slow wave of 90 days and a slower trend: ours get a little better, the competitor a little worse.
    base, slope, phase = {
        "bad_release": (0.64, 0.0002, 0.0),
        "steady": (0.72, 0.0004, 1.5),
        "competitor": (0.60, -0.0006, 3.0),
    }[story]
    trend = slope * max(-180, min(60, offset))
    return base + trend + 0.03 * math.sin(2 * math.pi * offset / 90 + phase)
