"""What the columns of a file say that are decided by all that they say: a pass over them before any row is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.columns import Spec
from earful.connectors.files.read import Opened, batches
from earful.connectors.files.values.cast import first_of, moments
from earful.connectors.files.values.missing import without_marks
from earful.connectors.files.values.reading import SURVEYED, Surveying, plain_ratings
from earful.connectors.files.values.scale import Seen, Survey


def survey(spec: Spec, look: Callable[[Path], Opened], path: Path, *, whole: bool = True) -> Survey:
    """Of one file; of its first batch only where not ``whole``. Raises Fatal as reading it does.

    A file without such columns is not read.
    """
    found = Surveying(spec.words)
    if not set(SURVEYED) & set(spec.columns):
        return found.survey()
    wanted = [field for field in SURVEYED if not (field == "post_id" and spec.row_ids)]
    plan: dict[str, tuple[str, ...]] = {}

    def choose(names: Sequence[str]) -> list[str]:
        planned = spec.plan(path.name, names)
        plan.update({field: planned[field] for field in wanted if field in planned})
        return list(dict.fromkeys(name for each in plan.values() for name in each)) or list(names)[:1]

    for batch in batches(look(path), choose):
        if not plan:
            break
        for field, names in plan.items():
            columns = [batch.table[name].combine_chunks() for name in names]
            if not any(pa.types.is_nested(column.type) for column in columns):
                found.add(field, first_of([without_marks(column, field)[0] for column in columns]))
        if not whole:
            break
    seen = found.survey()
    ratings = seen.seen.get("rating", Seen())
    if ratings.above and "rating" not in spec.scales:
        seen.cells = _by_day(spec, look, path, whole=whole)
    elif ratings.rows:
        seen.cells = [(ratings.rows, 0)]
    return seen


def _by_day(spec: Spec, look: Callable[[Path], Opened], path: Path, *, whole: bool) -> list[tuple[int, int]]:
    """Of each day, the plain ratings and those over 5."""
    plan: dict[str, tuple[str, ...]] = {}

    def choose(names: Sequence[str]) -> list[str]:
        planned = spec.plan(path.name, names)
        plan.update({field: planned.get(field, ()) for field in ("rating", "created_at")})
        return list(dict.fromkeys(name for each in plan.values() for name in each))

    rows, above = Counter[int](), Counter[int]()
    for batch in batches(look(path), choose):
        column = {
            field: first_of([without_marks(batch.table[name].combine_chunks(), field)[0] for name in names])
            for field, names in plan.items()
            if names
        }
        if "created_at" not in column:
            return []
        days = pc.divide(moments(column["created_at"], spec.form, spec.zone).cast(pa.int64()), 86_400_000_000)
        ratings = plain_ratings(column["rating"])
        for day, rating in zip(days.to_pylist(), ratings.to_pylist(), strict=True):
            if day is not None and rating is not None:
                rows[day] += 1
                above[day] += rating > 5
        if not whole:
            break
    return sorted((rows[day], above[day]) for day in rows)


def earliest(spec: Spec, look: Callable[[Path], Opened], path: Path) -> datetime | None:
    """The earliest time in the file's column of created_at. Raises Fatal as reading it does."""
    names: tuple[str, ...] = ()

    def choose(found: Sequence[str]) -> Sequence[str]:
        nonlocal names
        names = spec.plan(path.name, found).get("created_at", ())
        return names or list(found)[:1]

    lows = []
    for batch in batches(look(path), choose):
        if names:
            times = first_of([without_marks(batch.table[each].combine_chunks(), "created_at")[0] for each in names])
            lows.append(pc.min(moments(times, spec.form, spec.zone)).as_py())
    return min(filter(None, lows), default=None)
