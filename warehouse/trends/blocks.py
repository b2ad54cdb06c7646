"""Days are judged in blocks of a quarter, each from its own days and those of 40 weeks before it.

So a verdict is a function of a bounded past: a night judges the block that its days lie in, not the age of the store; a
change far back is judged again up to where it can still be seen; and whatever came in whatever order, the rows are
those of judging everything at once, to the bit. What a verdict sees is a baseline (59 days) of days that are measured
against baselines of their own, twice (see verdicts.assess), and the days over which evidence gathers. On simulated
series with episodes of up to 90 days, so many days before a block gave the verdicts and alarms of the whole series, all
of them; 196 did not (tests/warehouse/test_trends_blocks.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from earful.warehouse.statements import run, run_text, text
from earful.warehouse.trends.rules import Rules
from earful.warehouse.trends.series import load
from earful.warehouse.trends.verdicts import Draft, draft

#: Days of a block: thirteen weeks, counted from the first Monday of 1970. Longer, and a night reads more that it does
#: not judge; shorter, and a whole store takes longer to judge from nothing.
BLOCK = 91
#: Days before a block that its verdicts depend on; a whole number of weeks.
LEAD = 280

_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """The days [first, last] that are judged together, from the days [reads, last]."""

    no: int

    @property
    def first(self) -> date:
        """First day that is judged."""
        return _MONDAY + timedelta(days=self.no * BLOCK)

    @property
    def last(self) -> date:
        """Last day that is judged."""
        return self.first + timedelta(days=BLOCK - 1)

    @property
    def reads(self) -> date:
        """First day that is read."""
        return self.first - timedelta(days=LEAD)


def block_of(day: date) -> Block:
    """The block that a day is judged in."""
    return Block((day - _MONDAY).days // BLOCK)


def touched(changed: Iterable[date], newest: date) -> list[Block]:
    """The blocks, oldest first, whose verdicts depend on one of the changed days; none begins after ``newest``."""
    last = block_of(newest).no
    found: set[int] = set()
    for day in changed:
        found.update(range(block_of(day).no, min(block_of(day + timedelta(days=LEAD)).no, last) + 1))
    return [Block(no) for no in sorted(found)]


def find_asked_days(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table trend_channel_days and the temporary views of what is judged (trend_daily and its like).

    The days are by the rule of the published view asked_days.
    """
    run_text(con, asked_days().replace("create view", "create or replace temp view", 1))
    run(con, "trends/channel_days")
    run(con, "trends/genuine")


def asked_days() -> str:
    """The statement that makes the view asked_days of published files."""
    return text("publishing/views/quality/asked_days").split(";\n", 1)[0]


def measured(con: duckdb.DuckDBPyConnection, block: Block, rules: Rules) -> list[Draft]:
    """The products measured for one block, some together; their rows begin with the lead.

    The temporary tables trend_* are about it.
    Reads the temporary table trend_channel_days (find_asked_days) beside the aggregates.
    """
    return [draft(each, rules) for each in load(con, block.reads, block.last, rules)]
