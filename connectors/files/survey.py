"""What the columns of a file say that are decided by all that they say: a pass over them before any row is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from earful.connectors.files.cast import first_of
from earful.connectors.files.columns import Spec
from earful.connectors.files.read import Opened, batches
from earful.connectors.files.values.missing import without_marks
from earful.connectors.files.values.reading import SURVEYED, Surveying
from earful.connectors.files.values.scale import Survey


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
    return found.survey()
