"""The past judged again under other budgets: which alarms would have been raised, and which incidents they found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from earful.warehouse.errors import WarehouseError, explained
from earful.warehouse.reading.opening import open_published
from earful.warehouse.statements import one, text
from earful.warehouse.trends.blocks import Block, block_of, find_asked_days, measured
from earful.warehouse.trends.drafts import VERDICTS
from earful.warehouse.trends.metrics import METRICS
from earful.warehouse.trends.rules import Rules, Ruling
from earful.warehouse.trends.verdicts import Draft, judge

#: An alarm up to so many days after an incident has found it; the day before counts too, since zones differ.
FOUND_WITHIN = 14

#: A block, and the products as they were measured for it, some together.
Measured = tuple[Block, list[Draft]]


@dataclass(frozen=True, slots=True)
class Raised:
    """One alarm. ``z``: the day's distance in standard errors, None for silence."""

    product: str
    day: date
    verdict: str
    metric: str
    slice_kind: str
    slice: str
    n: int
    change: float | None
    z: float | None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something known to have happened."""

    product: str
    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an incident: the alarm that found it and after how many days, or why it could not be found."""

    incident: Happened
    alarm: Raised | None
    delay: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """One set of rules: the alarms of the days replayed, oldest first, and the incidents.

    ``per_year``: alarms a year of a product; ``matters``: what is worth an alarm, in parts of what is configured.
    """

    per_year: float
    matters: float
    alarms: tuple[Raised, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def others(self) -> int:
        """Alarms that found none of the incidents."""
        matched = {(o.alarm.product, o.alarm.day) for o in self.outcomes if o.alarm}
        return sum((a.product, a.day) not in matched for a in self.alarms)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The days [first_day, last_day] replayed, the slices judged on the last of them, and one Replay a budget."""

    first_day: date
    last_day: date
    slices: int
    replays: tuple[Replay, ...]


def other_rules(configured: Ruling, per_year: float | None, matters: float) -> Ruling:
    """The configured rules under another budget (None: their own), and with that part of what is worth an alarm."""

    def other(rules: Rules) -> Rules:
        least = {
            name: getattr(rules, name) * matters for name in ("score", "stars", "one_star", "nps", "people", "posts")
        }
        return replace(rules, per_year=per_year or rules.per_year, times=1 + (rules.times - 1) * matters, **least)

    return Ruling(other(configured.usual), {product: other(own) for product, own in configured.own.items()})


def replay(
    published: Path, rulings: Sequence[tuple[Ruling, float]], incidents: Sequence[Happened], days: int
) -> Replayed:
    """Judge the last ``days`` days of the published file under each set of rules; nothing is written.

    With each set of rules goes what it is shown as: the part of the configured materiality.

    Every day is judged by the days before it alone, so these are the alarms that would have been raised, had the posts
    been there by then. Raises WarehouseError for a file that is not there or has no posts.
    """
    if not published.is_file():
        raise WarehouseError(f"{published} is not there yet: run `earful run` (or `earful demo`) first")
    with explained(published), open_published(published) as con:
        if not one(con, "select count(*) from duckdb_tables() where table_name = 'daily_spam'")[0]:
            raise WarehouseError(f"{published} was written by an older earful: `earful run` writes it anew")
        find_asked_days(con)
        oldest, last = one(con, text("trends/span"))
        if not isinstance(oldest, date) or not isinstance(last, date):
            raise WarehouseError(f"{published} has no posts: nothing to replay")
        first = max(last - timedelta(days=days - 1), oldest)
        blocks = [Block(no) for no in range(block_of(first).no, block_of(last).no + 1)]
        by_block = [(block, measured(con, block, Rules())) for block in blocks]
    slices = sum(d.tested_lately(Rules().window) for d in by_block[-1][1])
    return Replayed(first, last, slices, tuple(_replay(by_block, r, incidents, first) for r in rulings))


def _replay(
    by_block: Sequence[Measured], asked: tuple[Ruling, float], incidents: Sequence[Happened], first: date
) -> Replay:
    rules, matters = asked
    found = (
        alarm
        for block, drafts in by_block
        for each in drafts
        for alarm in _alarms(each, rules)
        if alarm.day >= max(first, block.first)
    )
    alarms = sorted(found, key=lambda a: (a.day, a.product, a.metric))
    outcomes = tuple(_outcome(i, alarms, by_block) for i in sorted(incidents, key=lambda i: (i.day, i.product)))
    return Replay(rules.usual.per_year, matters, tuple(alarms), outcomes)


def _alarms(d: Draft, rules: Ruling) -> Iterator[Raised]:
    c = judge(d, rules)
    for row in np.nonzero(c["alarm"])[0].tolist():
        s = d.loaded.slices[int(c["slice_no"][row])]
        change, z = float(c["change"][row]), float(c["z"][row])
        yield Raised(
            product=s.product,
            day=d.first_day + timedelta(days=int(c["day"][row])),
            verdict=VERDICTS[int(c["verdict"][row])],
            metric=METRICS[int(c["metric"][row])],
            slice_kind=s.kind,
            slice=" ".join(x for x in (s.channel, s.market, s.topic, s.app_version) if x),
            n=int(c["n"][row]),
            change=change if np.isfinite(change) else None,
            z=z if np.isfinite(z) else None,
        )


def _outcome(incident: Happened, alarms: Sequence[Raised], by_block: Sequence[Measured]) -> Outcome:
    for alarm in alarms:
        delay = (alarm.day - incident.day).days
        if alarm.product == incident.product and -1 <= delay <= FOUND_WITHIN:
            return Outcome(incident, alarm, delay)
    return Outcome(incident, None, None, _why_not(incident, by_block))


def _why_not(incident: Happened, by_block: Sequence[Measured]) -> str:
    """Whether the days after the incident could be judged at all."""
    own = [
        (block, d, product)
        for block, drafts in by_block
        for d in drafts
        for product in d.loaded.products
        if product.name == incident.product
    ]
    if not own:
        return "the product has no posts"
    there = judged = False
    for block, each, product in own:
        tested = each.judged(product)
        for n in range(FOUND_WITHIN + 1):
            day = incident.day + timedelta(days=n)
            if block.first <= day and product.first_day <= day <= product.last_day:
                there |= n == 0
                judged |= bool(tested[(day - each.first_day).days])
    if not there:
        return "outside of the days that are there"
    return "" if judged else "not enough history or posts to judge these days"
