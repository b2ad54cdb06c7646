"""What files without a statement cover together, by the rhythm of their rows, and which days that leaves open."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from earful.connectors.files.report.rhythm import Stretch, stretches
from earful.connectors.files.report.spans import Span
from earful.connectors.files.report.whole import midnight

#: By day (counted from 1970): rows, first and last moment (microseconds since 1970).
Days = Mapping[int, list[int]]
_EPOCH, _FIRST = datetime(1970, 1, 1, tzinfo=UTC), date(1970, 1, 1)
_US = timedelta(microseconds=1)
#: So many holes that are longer together than what lies between them are the rhythm of rows that come in waves.
_WAVES = 3


@dataclass(frozen=True, slots=True)
class Unknown:
    """Days [first, last] of which nobody knows whether they are whole: too few rows, or waves of them."""

    first: date
    last: date
    rows: int
    waves: bool = False


@dataclass(frozen=True, slots=True)
class Inferred:
    """The spans that are whole, and the days of which that is not known, both in order. Between two spans: a hole."""

    spans: list[Span]
    unknown: list[Unknown]


def inferred(files: Sequence[Days], zone: ZoneInfo, since: int | None = None) -> Inferred:
    """What files cover together. ``zone``: of the days. ``since``: nothing is claimed before this day.

    Files with the same rows on most of the days that both have are exports of the same: each row counts once.
    """
    days = _together(files)
    found = _stretches(tuple(sorted((day, held[0]) for day, held in days.items())), tuple(sorted(_edges(files))))
    holes = [other.first - one.last - 1 for one, other in pairwise(found) if other.after_hole]
    waves = len(holes) >= _WAVES and 2 * sum(holes) > found[-1].last - found[0].first

    spans, unknown = [], []
    for at, one in enumerate(found):
        # A silence beside too few rows, or between waves, is none that anybody could call a hole.
        if one.after_hole and (waves or not (one.known and found[at - 1].known)):
            unknown.append(Unknown(_date(found[at - 1].last + 1), _date(one.first - 1), 0, waves))
        if not one.known:
            rows = sum(held[0] for day, held in days.items() if one.first <= day <= one.last)
            unknown.append(Unknown(_date(one.first), _date(one.last), rows))
            continue
        follows = at > 0 and not one.after_hole
        start = midnight(one.first, zone) if follows else _EPOCH + (days[one.first][1] + one.after_hole) * _US
        ends = at + 1 == len(found) or found[at + 1].after_hole
        end = _EPOCH + (days[one.last][2] + 1) * _US if ends else midnight(one.last + 1, zone)
        spans.append(Span(start if since is None else max(start, midnight(since, zone)), end))
    return Inferred([span for span in spans if span.start < span.end], _runs(unknown, found))


@lru_cache(maxsize=64)
def _stretches(days: tuple[tuple[int, int], ...], edges: tuple[int, ...]) -> list[Stretch]:
    """The same for all products of a file."""
    return stretches(dict(days), edges)


def _together(files: Sequence[Days]) -> dict[int, list[int]]:
    merged: dict[int, list[int]] = {}
    for days in files:
        both = range(max(min(merged), min(days)), min(max(merged), max(days)) + 1) if merged and days else ()
        pairs = [(merged.get(day), days.get(day)) for day in both]
        pairs = [(one, other) for one, other in pairs if one or other]
        same = 2 * sum(one == other for one, other in pairs) > len(pairs)
        for day, (rows, first, last) in days.items():
            if (before := merged.get(day)) is None:
                merged[day] = [rows, first, last]
                continue
            count = max(before[0], rows) if same else before[0] + rows
            merged[day] = [count, min(before[1], first), max(before[2], last)]
    return merged


def _edges(files: Sequence[Days]) -> set[int]:
    """Days in which a file begins or ends and no other goes on."""
    ends = sorted((min(days), max(days)) for days in files if days)
    firsts = [first for first, _ in ends]
    reach = [-1, *accumulate((last for _, last in ends), max)]  # of the files that begin before
    return {day for pair in ends for day in pair if reach[bisect_left(firsts, day)] <= day}


def _runs(unknown: Sequence[Unknown], found: Sequence[Stretch]) -> list[Unknown]:
    """Those with nothing known between them, made one: a silence between too few rows tells nothing either."""
    known = [_date(one.first) for one in found if one.known]
    out: list[Unknown] = []
    for one in unknown:
        before = out[-1] if out else None
        if before and before.waves == one.waves and not any(before.last < day < one.first for day in known):
            out[-1] = Unknown(before.first, one.last, before.rows + one.rows, one.waves)
        else:
            out.append(one)
    return out


def _date(day: int) -> date:
    return _FIRST + timedelta(days=day)


NOT_KNOWN = "not known whether whole"
_SHOWN = 2


def says_unknown(unknown: Sequence[Unknown]) -> str:
    """In a line: of which days it is not known whether they are whole, why, and what to do; "" where all are known."""
    if not unknown:
        return ""
    if all(one.waves for one in unknown):
        return (
            f"{NOT_KNOWN}: {len(unknown)} silences between waves of rows, the newest {_days(unknown[-1])} "
            f'(covers = [".."] if the files lack nothing)'
        )
    thin = [one for one in unknown if not one.waves]
    rows = sum(one.rows for one in thin)
    span = sum((one.last - one.first).days + 1 for one in thin)
    which = ", ".join(_days(one) for one in thin[-_SHOWN:])
    which += f" and {len(thin) - _SHOWN} stretches before" if len(thin) > _SHOWN else ""
    return (
        f"{NOT_KNOWN}: {which}: {rows} {'row' if rows == 1 else 'rows'} in {span} {'day' if span == 1 else 'days'} "
        f'cannot tell (covers = [".."] if the files lack nothing)'
    )


def _days(one: Unknown) -> str:
    return f"{one.first}" if one.first == one.last else f"{one.first} to {one.last}"
