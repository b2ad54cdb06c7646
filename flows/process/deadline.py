"""Deadlines of pulls and runs, on the clock that nobody sets: a wrong or corrected time of day moves none of them."""

from __future__ import annotations

import time
from dataclasses import dataclass

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of ``time.monotonic()`` in seconds (it stands still while a laptop sleeps), and whose it is in words."""

    at: float
    whose: str
    ends_run: bool = False

    @classmethod
    def of_pull(cls, minutes: float) -> Deadline:
        """So many minutes from now, for one channel's pull."""
        return cls(time.monotonic() + minutes * MINUTE, f"past its deadline of {_count(minutes, 'minute')}")

    @classmethod
    def of_run(cls, hours: float) -> Deadline:
        """So many hours from now, for a whole run."""
        return cls(time.monotonic() + hours * HOUR, f"the run is past its deadline of {_count(hours, 'hour')}", True)

    @property
    def left(self) -> float:
        """Seconds until then; 0 where it is over."""
        return max(self.at - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return self.left <= 0


#: For those who wait as long as it takes.
NEVER = Deadline(float("inf"), "never")


def _count(number: float, unit: str) -> str:
    return f"{number:g} {unit}{'' if number == 1 else 's'}"
