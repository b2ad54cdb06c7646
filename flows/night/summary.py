"""What a run brought, for a person, for the UI's artifacts and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from earful.connectors.base import Window
from earful.warehouse import CameOn, MeanChange


@dataclass(frozen=True, slots=True)
class Brought:
    """One line of a run: what one channel brought for one product in one window. Times UTC."""

    channel: str
    product: str
    asked_from: datetime
    asked_to: datetime
    status: Literal["ok", "failed"]
    posts: int = 0  # rows the channel yielded, doubles counted once
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    rejected: int = 0
    unscored: int = 0
    reached: datetime | None = None
    capped: bool = False
    note: str = ""
    error: str = ""  # a failed line may have brought posts: what came before it was cut short is kept
    late: bool = False  # it, or the run, was past its deadline
    questions: tuple[str, ...] = ()  # what cannot be told and costs a field until it is answered
    by_day: tuple[CameOn, ...] = ()
    holes: tuple[Window, ...] = ()  # of an ok line: what was asked for and is not covered by what came


@dataclass(frozen=True, slots=True)
class Days:
    """What a backfill did to the days that it asked for.

    ``changed``: products' days whose mean at its end is not what it was at its beginning; ``beside``: other runs that
    were at work meanwhile (kind and beginning, UTC), whose landings are in these means.
    """

    time_zone: str
    changed: tuple[MeanChange, ...]
    beside: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole run. ``published`` and ``page`` are the paths of what POMs open.

    ``cut``: how the run's own deadline ended it, or ""; ``notes``: what else a person should know, a line each;
    ``untold``: targets that did not take an alert, a line each; ``days``: of a backfill alone.
    """

    run_id: str
    kind: str
    started_at: datetime
    ended_at: datetime
    brought: tuple[Brought, ...]
    published: str
    page: str
    cut: str = ""
    notes: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    days: Days | None = None

    @property
    def failed(self) -> tuple[Brought, ...]:
        """The lines that failed."""
        return tuple(b for b in self.brought if b.status == "failed")

    @property
    def ok(self) -> bool:
        """Whether every channel came and landed, and every alert that was sent was taken."""
        return not self.failed and not self.untold

    def headline(self) -> str:
        """One line for a person."""
        new = sum(b.new for b in self.brought)
        changed = sum(b.changed for b in self.brought)
        # One that failed brought nothing, or what came before it was cut short.
        brought = len({b.channel for b in self.brought if b.status == "ok" or b.posts})
        said = f"{new:,} new and {changed:,} changed posts from {brought} {'channel' if brought == 1 else 'channels'}"
        if self.failed:
            names = sorted({f"{b.channel}/{b.product}" for b in self.failed})
            said += f"; failed: {', '.join(names)}"
        asked = sorted({f"{b.channel}/{b.product}" for b in self.brought if b.questions})
        said += f"; a question is open: {', '.join(asked)}" if asked else ""
        late = sorted({f"{b.channel}/{b.product}" for b in self.brought if b.late})
        if self.cut:
            said += f"; cut short: {self.cut}"
        elif late:
            said += f"; past their deadline: {', '.join(late)}"
        return said + ("; not every alert was taken" if self.untold else "")

    def json(self) -> dict[str, Any]:
        """One object of plain values; times as ISO 8601 UTC, days as dates in the reporting time zone."""
        values = asdict(self, dict_factory=_json_values)
        if self.days is None:  # of a first night they are thousands
            values["brought"] = [{k: v for k, v in line.items() if k != "by_day"} for line in values["brought"]]
        return {**values, "ok": self.ok, "headline": self.headline()}

    def rows(self) -> list[dict[str, Any]]:
        """A table for the UI: one row a line, short values."""
        return [
            {
                "channel": b.channel, "product": b.product, "status": b.status, "posts": b.posts, "new": b.new,
                "changed": b.changed, "unscored": b.unscored, "set aside": b.rejected, "gone": b.gone,
                "asked from": f"{b.asked_from:%Y-%m-%d %H:%M}", "asked to": f"{b.asked_to:%Y-%m-%d %H:%M}",
                "reached": f"{b.reached:%Y-%m-%d %H:%M}" if b.reached else "-", "note": b.error or b.note,
            }
            for b in self.brought
        ]  # fmt: skip

    def markdown(self) -> str:
        """The summary as the UI shows it."""
        lines = [f"**{self.kind}**: {self.headline()}.", ""]
        lines += [f"- {note}" for note in (*self.notes, *self.untold)]
        lines += [f"- `{b.channel}` / `{b.product}` failed: {b.error}{_kept(b)}" for b in self.failed]
        lines += [f"- `{b.channel}` / `{b.product}`: {b.note}" for b in self.brought if b.note and b.status == "ok"]
        lines += ["", f"Published: `{self.published}`", f"Page: `{self.page}`"]
        return "\n".join(lines)


def in_order(brought: Iterable[Brought], channels: Sequence[str], products: Sequence[str]) -> list[Brought]:
    """Lines in the order of channels (which may be named twice) and products, each earliest first."""
    first = {name: place for place, name in enumerate(dict.fromkeys(channels))}
    return sorted(brought, key=lambda b: (first[b.channel], products.index(b.product), b.asked_from))


def _kept(line: Brought) -> str:
    return f" ({line.posts:,} posts came, {line.new:,} of them new)" if line.posts else ""


def _json_values(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in items}
