"""A backfill's end in words and bounded tables: what came on which day, whose mean changed, what did not come.

For the pages of Prefect (Markdown) and for the terminal. No words of posts and no authors: days, counts and means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from earful.flows.night.summary import Brought, Summary
from earful.warehouse import DayMean, MeanChange
from earful.warehouse.days import days_touched

#: So many rows of each table, and lines of what could not come, at most.
MOST = 60


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows and a line on those that are left out, or "". ``head`` has the columns' names."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: str = ""

    def markdown(self) -> list[str]:
        """Its lines, numbers to the right."""
        ruled = ["---" if name in {"channel", "product", "day"} else "---:" for name in self.head]
        lines = [f"| {' | '.join(row)} |" for row in (self.head, ruled, *self.rows)]
        return [*lines, "", self.left_out] if self.left_out else lines


def markdown(summary: Summary) -> str:
    """The whole report as Prefect's pages show it."""
    lines = [f"**{summary.kind}**: {summary.headline()}.", ""]
    lines += [f"- {note}" for note in (*summary.notes, *summary.untold)]
    came, means = came_by_day(summary, MOST), changed_means(summary, MOST)
    lines += ["", "### What came, by channel and day", "", *(came.markdown() if came.rows else ["Nothing came."])]
    lines += ["", "### Whose mean changed", ""]
    if means.rows:
        lines += [f"{MEANS} From when this run began to when it ended.", "", *means.markdown()]
    else:
        lines += ["No product's mean changed on a day that was asked for."]
    lines += ["", *(f"- {line}" for line in beside(summary))]
    lines += ["", "### What did not come, and why", ""]
    lines += [f"- {line}" for line in did_not_come(summary, MOST)] or [WHOLE]
    if noted := notes(summary, MOST):
        lines += ["", "### What was noted besides", "", *(f"- {line}" for line in noted)]
    lines += ["", f"Published: `{summary.published}`", f"Page: `{summary.page}`"]
    return "\n".join(lines)


MEANS = "Mean score (-1 to 1) of all scored posts of a product's day, over all channels (`daily_sentiment`)."
UNASKED = "Days not asked for have posts that were edited on days that were, or that a service lists beside them."
WHOLE = "Nothing: every channel answered for all days that it was asked for."


def came_by_day(summary: Summary, most: int) -> Table:
    """Posts by channel and day, over all products; the newest days where there are more than ``most`` rows."""
    order = {name: place for place, name in enumerate(dict.fromkeys(line.channel for line in summary.brought))}
    sums: dict[tuple[str, object], list[int]] = {}
    for line in summary.brought:
        for of_day in line.by_day:
            found = sums.setdefault((line.channel, of_day.day), [0, 0, 0])
            for place, number in enumerate((of_day.posts, of_day.new, of_day.changed)):
                found[place] += number
    newest = sorted(sums, key=lambda key: str(key[1]), reverse=True)
    shown = sorted(newest[:most], key=lambda key: (order[key[0]], str(key[1])))
    rest = [sums[key] for key in newest[most:]]
    left_out = ""
    if rest:
        posts, new, changed = (sum(numbers) for numbers in zip(*rest, strict=True))
        left_out = f"Left out, of earlier days: {_rows(rest)} with {posts:,} posts, {new:,} new, {changed:,} changed."
    rows = tuple((channel, str(day), *(f"{n:,}" for n in sums[channel, day])) for channel, day in shown)
    asked = _asked(summary)
    if any(day not in asked[channel] for channel, day in shown):
        left_out = f"{left_out} {UNASKED}".strip()
    return Table(("channel", "day", "posts", "new", "changed"), rows, left_out)


def _asked(summary: Summary) -> dict[str, set[object]]:
    """By channel the days that it was asked for."""
    zone = ZoneInfo(summary.days.time_zone if summary.days else "UTC")
    found: dict[str, set[object]] = {}
    for line in summary.brought:
        found.setdefault(line.channel, set()).update(days_touched(zone, line.asked_from, line.asked_to))
    return found


def changed_means(summary: Summary, most: int) -> Table:
    """Days whose mean changed; of more than ``most`` those that moved furthest, then the new ones."""
    changed = summary.days.changed if summary.days else ()
    kept = sorted(changed, key=lambda each: each.size, reverse=True)[:most]
    rows = tuple(_row(each) for each in sorted(kept, key=lambda each: (each.product, each.day)))
    rest = len(changed) - len(rows)
    left_out = f"Left out: {_rows(range(rest))}, of means that moved less far or were not there before." if rest else ""
    return Table(("product", "day", "mean before", "mean after", "scored before", "scored after"), rows, left_out)


def _rows(these: Sized) -> str:
    return f"{len(these):,} {'row' if len(these) == 1 else 'rows'}"


def _row(change: MeanChange) -> tuple[str, ...]:
    before, after = change.before, change.after
    return (
        change.product, str(change.day), _mean(before), _mean(after), f"{before.scored:,}", f"{after.scored:,}"
    )  # fmt: skip


def _mean(of_day: DayMean) -> str:
    return "-" if of_day.mean is None else f"{of_day.mean:+.4f}"


def beside(summary: Summary) -> list[str]:
    """A line for each other run that was at work meanwhile: the changes may be its."""
    if summary.days is None:
        return []
    zone = ZoneInfo(summary.days.time_zone)
    return [
        f"Another run was at work meanwhile ({kind}, since {began.astimezone(zone):%Y-%m-%d %H:%M}):"
        " what it landed is in these means too."
        for kind, began in summary.days.beside
    ]


def did_not_come(summary: Summary, most: int) -> list[str]:
    """A line for each channel and reason, with products and days; ``most`` of them, and how many there are besides."""
    return _grouped(summary, _missing, most)


def notes(summary: Summary, most: int) -> list[str]:
    """So of what channels of which all came said of it."""
    return _grouped(summary, _noted, most)


def _grouped(summary: Summary, says: Callable[[Brought, ZoneInfo], Iterable[tuple[str, str]]], most: int) -> list[str]:
    zone = ZoneInfo(summary.days.time_zone if summary.days else "UTC")
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for line in summary.brought:
        for days, why in says(line, zone):
            reasons.setdefault((line.channel, days, why), []).append(line.product)
    lines = [f"{channel} ({_named(products)}), {days}: {why}" for (channel, days, why), products in reasons.items()]
    rest = len(lines) - most
    return lines if rest <= 0 else [*lines[:most], f"and {rest:,} more, which the table of channels names"]


def _missing(line: Brought, zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    """(days, why) of what a line lacks of what it was asked for."""
    if line.status == "failed":
        kept = f"; {line.posts:,} posts came before, {line.new:,} of them new" if line.posts else ""
        yield _days(zone, line.asked_from, line.asked_to), f"{line.error}{kept}"
        return
    for hole in line.holes:
        if line.reached is None:
            why = "the service did not say what it has of these days"
        elif hole.start < line.reached:
            why = "the service lists no older posts" if line.capped else "the answer does not reach back further"
        else:
            why = "these did not come with the rest"
        yield _days(zone, hole.start, hole.end), line.note or why


def _noted(line: Brought, zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    if line.status == "ok" and line.note and not line.holes:
        yield _days(zone, line.asked_from, line.asked_to), line.note


def _days(zone: ZoneInfo, start: datetime, end: datetime) -> str:
    """The days that [start, end) touches, as a person says it."""
    first = start.astimezone(zone).date()
    last = max((end - timedelta(microseconds=1)).astimezone(zone).date(), first)
    return f"{first}" if first == last else f"{first} to {last}"


def _named(products: Sequence[str]) -> str:
    names = list(dict.fromkeys(products))
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} products"
