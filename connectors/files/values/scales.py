"""What a column of stars or of survey answers runs to, from all of its values; or the question where that is open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Of more answers than this one is above 5, or the column is asked about: 1..5 filed as 0..10 is an NPS of -100.
HANDFUL = 5
#: Values out of the scale that are slips, not another scale: this share at most.
SLIPS = 0.02
_SPAN = re.compile(r"^(-?\d+)\.\.(\d+)$")


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest value. ``ask``: why it cannot be told, in one line; no value is read then."""

    low: int
    high: int
    ask: str = ""

    def stars(self, value: float) -> float | None:
        """A value as stars, 1 to 5 to four decimals; None for one out of the scale."""
        low = 0.5 if (self.low, self.high) == (1, 5) else self.low  # half a star is a star
        if self.ask or not low <= value <= self.high:
            return None
        return max(1.0, round(1 + (value - self.low) * 4 / (self.high - self.low), 4))

    @property
    def says(self) -> str:
        """For a person."""
        if self.ask or (self.low, self.high) == (1, 5):
            return self.ask or "1..5"
        return f"{self.low}..{self.high}, stars by (r-{self.low})*4/{self.high - self.low}+1".replace("r-0", "r")


STARS, ANSWERS = Scale(1, 5), Scale(0, 10)


def parsed(written: str) -> Scale:
    """A scale from "1..10". Raises ValueError."""
    found = _SPAN.match(written.replace(" ", ""))
    if not found or int(found[1]) >= int(found[2]):
        raise ValueError(f'{written!r} is no scale; allowed: its lowest and highest value, such as "1..10"')
    return Scale(int(found[1]), int(found[2]))


def of_rating(counts: Mapping[float, int], wanted: Scale | None) -> Scale:
    """Of stars, from how often each value stands in the whole column."""
    if wanted:
        return wanted
    total, high = sum(counts.values()), max(counts, default=0)
    above = sum(n for value, n in counts.items() if value > 5)
    stars = Scale(1, 5)
    if not above or above <= total * SLIPS:
        if total > HANDFUL and high <= 1 and min(counts) <= 0:
            return Scale(1, 5, 'rating holds nothing above 1: name it in columns.recommended, or set scale = "0..1"')
        return stars
    if high == 10 and above * 2 >= total and min(counts) >= 1:
        return Scale(1, 10)
    low = min(counts)
    why = f"rating runs from {low:g} to {high:g}, {above} of {total} values above 5"
    return Scale(1, 5, f'{why}: say on what scale with scale = "1..10", "0..100" or the like')


def of_nps(counts: Mapping[float, int], wanted: Scale | None) -> Scale:
    """Of answers to "would you recommend", which is asked with 0..10."""
    if wanted:
        return wanted
    total, high = sum(counts.values()), max(counts, default=0)
    outside = sum(n for value, n in counts.items() if not 0 <= value <= 10)
    if outside > max(1, total * SLIPS):
        return Scale(0, 10, f"nps runs from {min(counts):g} to {high:g}, expected 0..10: it may be another column")
    if total > HANDFUL and high <= 5:
        why = f"nps has no answer above {high:g} in {total}"
        return Scale(0, 10, f'{why}: set scale = "0..10" if it is 0..10, or name it in columns.rating if it is stars')
    return Scale(0, 10)
