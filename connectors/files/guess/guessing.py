"""The parameters of a ``files`` channel that read a table, guessed from the table itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from earful.connectors.errors import Fatal
from earful.connectors.files.guess.by_columns import by_columns
from earful.connectors.files.guess.by_preset import by_preset, presets_of
from earful.connectors.files.guess.found import Found
from earful.connectors.files.guess.products import from_file
from earful.connectors.files.guess.result import Guess
from earful.connectors.files.guess.table import ROWS, Table, read, with_rows_of
from earful.connectors.files.guess.trial import Trial, trial
from earful.connectors.files.places import Skipped, find, nothing_left, reason

#: Of the rows so many may be set aside before another reading is tried.
_MANY = 0.3


def guess(paths: Sequence[Path], zone: str) -> Guess:
    """What reads these tables of one kind (files, folders, archives).

    ``zone``: of the reporting days (IANA), and of times that name none. The first table is looked at column by column,
    then all are read as the channel would. Raises Fatal, in one line, where they hold no column of dates, or none of
    words, stars or answers, with the columns that were looked at.
    """
    files = find(Path("/"), [str(path.absolute()) for path in paths], lambda _: False).files
    table = _together(files, paths)
    ways = _ways(table, zone, [path.name for path in files])
    found = ways[0]
    named = from_file(files[0]) or from_file(Path(paths[0]))
    names = found.products or [named or "My product"]
    best, came = found, trial(paths, found.options, zone, names)
    for other in (*ways[1:], *ways[-1].otherwise()):
        if came.landed and came.landed >= (1 - _MANY) * came.rows:
            break
        again = trial(paths, other.options, zone, names)
        if again.landed > came.landed:
            best, came = other, again
    if not came.landed:
        raise Fatal(came.why or f"{table.opened.path.name}: no row of it can be read")
    return _said(best, came, names, named)


def _ways(table: Table, zone: str, names: Sequence[str]) -> list[Found]:
    """What the table may be: a preset's, and what its columns look like. Raises Fatal where neither can be."""
    plain: Found | None = None
    none: Fatal | None = None
    try:
        plain = by_columns(table, zone, names)
    except Fatal as error:
        none = error
    known = by_preset(table, zone, plain)
    several = presets_of(list(table.columns))
    if plain is not None and len(several) > 1:
        plain.doubts.append(f"the header is that of {' and of '.join(several)}: preset names one")
    ways = [each for each in (known, plain) if each is not None]
    if not ways and none is not None:
        raise none
    return ways


def _together(files: Sequence[Path], paths: Sequence[Path]) -> Table:
    """The first of the files that is a table, with the rows of the others that are of its kind, until they are ROWS.

    Raises Fatal where none is a table.
    """
    skipped: list[Skipped] = []
    tables: list[Table] = []
    for path in files:
        if sum(table.rows for table in tables) >= ROWS:
            break
        try:
            tables.append(read(path, presets_of))
        except Fatal as error:
            if len(files) == 1:
                raise
            skipped.append(Skipped(path.name, reason(path.name, error)))
    if not tables:
        raise nothing_left([str(path) for path in paths], skipped)
    # A note that lies beside the tables may look like one: names that are known come first.
    first = next((table for table in tables if table.named), tables[0])
    return reduce(with_rows_of, (table for table in tables if table is not first), first)


def _said(found: Found, came: Trial, names: Sequence[str], named: str) -> Guess:
    said = list(found.said)
    asked = " ".join(why for one in came.details for why in one.get("questions", ()))
    scales = {name: says for one in came.details for name, says in one.get("scales", {}).items() if says not in asked}
    for at, line in enumerate(said):
        if (scale := scales.get(line.partition(":")[0])) and "scale" not in line:
            said[at] = f"{line}; scale {scale}"
    said += came.found()
    if not found.products:
        said.append(f"the product is called {names[0]!r}, {'after the file' if named else 'as no name was found'}")
    return Guess(dict(found.options), names[0], tuple(said), (*found.doubts, *came.doubts()), tuple(names))
