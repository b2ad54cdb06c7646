"""What is judged of a product: six metrics, one budget. Names, units, and which way is worse."""

from __future__ import annotations

from dataclasses import dataclass

#: In the order in which an episode that several of them tell of takes its name.
METRICS = ("sentiment", "stars", "one_star", "nps", "silence", "volume", "negative")

SLICES = ("product", "channel", "market", "topic", "version")
#: 'versioned' (posts that name a version) is the baseline of versions and is never shown.
_STARS = ("product", "channel", "market", "version", "versioned")


@dataclass(frozen=True, slots=True)
class Mean:
    """A metric that is a mean of values, one a post: from sums of whole ten-thousandths in the aggregates.

    ``worse``: the sign of a change for the worse. ``tau``: how far a day's mean wanders when nothing happens, in the
    metric's unit. ``kinds``: the slices that are judged by it. ``range``: from its worst value to its best.
    """

    name: str
    worse: int
    tau: float
    kinds: tuple[str, ...]
    range: float


#: Compound in [-1, 1]; stars 1 to 5; share of one star; NPS in points, -100 to 100. The wander of stars, of their
#: share and of NPS is as much of their own spread as that of the compound is (0.04, measured on Steam's days;
#: docs/trends.md). level.sql reckons with the same 0.04 and 0.08.
MEANS = (
    Mean("sentiment", -1, 0.04, (*SLICES, "versioned"), 2.0),
    Mean("stars", -1, 0.08, _STARS, 4.0),
    Mean("one_star", 1, 0.03, ("product", "channel"), 1.0),
    Mean("nps", -1, 6.0, ("product", "channel"), 200.0),
)
COUNTS = ("volume", "negative")
