"""What the published file says of nights and channels; nobody waits for it, and it waits for nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from earful.warehouse import query


@dataclass(frozen=True, slots=True)
class Run:
    """A run as published. Times are aware UTC."""

    kind: str
    began: datetime
    ended: datetime | None
    status: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel and product: its last success (aware UTC), and what it waits for (``error``, None: nothing)."""

    channel: str
    product: str
    landed: datetime | None
    covered_to: datetime | None
    complete_to: date | None
    error: str | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Published:
    """``gap_days`` could be fetched by `earful backfill --gaps`."""

    runs: dict[str, Run] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    gap_days: int = 0
    lost_days: int = 0
    posts: int = 0
    posts_28d: int = 0


def look(path: Path) -> Published:
    """Read it. Raises WarehouseError in one line."""
    newest = query(path, _sql("newest_runs")).rows
    fresh = query(path, _sql("channels")).rows
    gaps = query(path, _sql("gaps")).rows
    posts = query(path, _sql("posts")).rows
    fetchable, all_of_them = (int(str(n)) for n in gaps[0])
    return Published(
        {
            str(kind): Run(str(kind), _began(began), _aware(ended), str(status), _text(error))
            for kind, began, ended, status, error in newest
        },
        tuple(
            Channel(str(channel), str(product), _aware(landed), _aware(to), _day(day), _text(error), _day(end))
            for channel, product, landed, to, day, error, end in fresh
        ),
        fetchable,
        all_of_them - fetchable,
        int(str(posts[0][0])),
        int(str(posts[0][1])),
    )


def _sql(name: str) -> str:
    return files("earful.flows").joinpath("sql", "state", f"{name}.sql").read_text("utf-8")


def _aware(at: object) -> datetime | None:
    return at.replace(tzinfo=UTC) if isinstance(at, datetime) else None


def _began(at: object) -> datetime:
    assert isinstance(at, datetime)
    return at.replace(tzinfo=UTC)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
