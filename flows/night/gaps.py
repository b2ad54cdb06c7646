"""What is missing and can be fetched: the gaps of the published file, as windows to ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.night.plan import Job, Spans, jobs_of, pairs
from earful.warehouse import query

_SQL = (
    "select channel, product, gap_from, gap_to, reason from coverage_gaps where fetchable"
    " order by channel, product, gap_from"
)
#: What is asked where none of the gaps can be fetched.
NOTHING = "nothing: no gap that could be filled; `select * from coverage_gaps` shows those that cannot"


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of reporting days, both ends included, that a channel is missing of a product, and why."""

    channel: str
    product: str
    first: date
    last: date
    reason: str

    def __str__(self) -> str:
        """For a person."""
        days = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return f"{self.channel}/{self.product}  {days}  {self.reason}"


def read_gaps(published: Path) -> list[Gap]:
    """The gaps that asking again may fill. Raises WarehouseError where nothing was published yet."""
    rows = query(published, _SQL).rows
    return [Gap(*row) for row in rows]  # type: ignore[arg-type]


def wanted(settings: Settings, gaps: Iterable[Gap], products: Iterable[str], channels: Iterable[str]) -> list[Gap]:
    """Those of products and channels that are configured, switched on and asked for, and not after a channel's end."""
    served = {(channel.name, product.slug) for channel, product in pairs(settings, products, channels)}
    ends = {channel.name: channel.end or date.max for channel in settings.channels}
    return [gap for gap in gaps if (gap.channel, gap.product) in served and gap.first <= ends[gap.channel]]


def within(gaps: Iterable[Gap], first: date, last: date) -> list[Gap]:
    """What of the gaps lies in the days first..last, both included."""
    cut = (replace(gap, first=max(gap.first, first), last=min(gap.last, last)) for gap in gaps)
    return [gap for gap in cut if gap.first <= gap.last]


def gap_jobs(
    settings: Settings, gaps: Iterable[Gap], now: datetime, products: Iterable[str] = (), channels: Iterable[str] = ()
) -> list[Job]:
    """One window a gap, in pieces where a channel can seek; where it cannot, one over a product's gaps."""
    asked = wanted(settings, gaps, products, channels)
    spans: list[Spans] = []
    for channel, product in pairs(settings, products, channels):
        theirs = [
            (
                settings.midnight(gap.first),
                min(settings.midnight(gap.last + timedelta(days=1)), settings.until(channel, now)),
            )
            for gap in asked
            if (gap.channel, gap.product) == (channel.name, product.slug)
        ]
        spans.append((channel, product, sorted(theirs)))
    return jobs_of(spans)
