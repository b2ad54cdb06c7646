"""Which days are told to be whole, against which are: for each kind of source and each number of rows a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.coverage.series import FIRST, KINDS, LEVELS, Source
from earful.connectors.files.report.inferred import inferred
from earful.warehouse.aggregates.coverage import by_day, union

_UTC = ZoneInfo("UTC")
_EPOCH, _DAY_0, _DAY = datetime(1970, 1, 1, tzinfo=UTC), date(1970, 1, 1), timedelta(days=1)


def judged(source: Source) -> Counter[str]:
    """Days between the first and the last row, by what is told of them and what is true."""
    numbers = [day for file in source.files for day in file]
    first, last = min(numbers) + 1, max(numbers)
    found = inferred(source.files, _UTC)
    solid = union((span.start, span.end) for span in found.spans)
    complete = {day.day for day in by_day(_UTC, solid, _EPOCH + first * _DAY, _EPOCH + last * _DAY) if day.complete}
    open_ = {one.first + n * _DAY for one in found.unknown for n in range((one.last - one.first).days + 1)}
    out: Counter[str] = Counter()
    for number in range(first, last):
        day, true = _DAY_0 + number * _DAY, "whole" if source.whole[number - FIRST] else "lacking"
        told = "complete" if day in complete else "not known" if {day - _DAY, day, day + _DAY} & open_ else "hole"
        out[f"{told}, {true}"] += 1
    return out


def shares(counted: Counter[str]) -> dict[str, float]:
    """What is wrong of what is told.

    Wrongly complete: of the days that are told to be complete. Wrongly incomplete: of the whole days of which the
    rhythm can tell, those in holes or at their edges. Missed: of the days that lack rows, those told to be complete.
    """
    complete, hole = (counted[f"{told}, whole"] + counted[f"{told}, lacking"] for told in ("complete", "hole"))
    told_of = counted["complete, whole"] + counted["hole, whole"]
    lacking = sum(count for name, count in counted.items() if name.endswith("lacking"))
    open_ = sum(counted.values()) - complete - hole
    return {
        "wrongly_complete": round(counted["complete, lacking"] / max(complete, 1), 5),
        "wrongly_incomplete": round(counted["hole, whole"] / max(told_of, 1), 5),
        "missed": round(counted["complete, lacking"] / max(lacking, 1), 4),
        "not_known": round(open_ / max(sum(counted.values()), 1), 4),
        "complete_days": complete,
    }


def measure(sources: int, seed: int, kinds: Iterable[str] = tuple(KINDS)) -> dict[str, Any]:
    """``sources``: of each kind and number of rows a day, drawn anew with each seed."""
    rng = np.random.default_rng(seed)
    by_kind: dict[str, Counter[str]] = {}
    by_level: dict[float, Counter[str]] = {}
    for kind in kinds:
        for level in LEVELS:
            for _ in range(sources):
                source = KINDS[kind](level, rng)
                if sum(map(len, source.files)) > 1:
                    counted = judged(source)
                    by_kind.setdefault(kind, Counter()).update(counted)
                    by_level.setdefault(level, Counter()).update(counted)
    rows = [{"kind": kind, **shares(counted)} for kind, counted in by_kind.items()]
    levels = [{"rows_a_day": level, **shares(counted)} for level, counted in by_level.items()]
    return {
        "sources_each": sources,
        **shares(sum(by_kind.values(), Counter())),
        # A share of a handful of days says nothing.
        "worst_wrongly_complete": max(row["wrongly_complete"] for row in levels if row["complete_days"] >= 1000),
        "worst_wrongly_incomplete": max(row["wrongly_incomplete"] for row in levels if row["complete_days"] >= 1000),
        "kinds": rows,
        "levels": levels,
    }
