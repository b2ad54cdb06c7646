"""JSON whose rows are not objects: columns under their names, objects under their ids, rows apart from their names.

As pandas writes a frame by default and with its orients list, index and split, or as services give a sheet's values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from earful.connectors.errors import Fatal

Objects = list[dict[str, object]]


def rows(found: object, choose: Callable[[Sequence[str]], Sequence[str]]) -> tuple[Objects, list[str], str]:
    """The rows in a file's one value as objects, the columns asked for, and how they lay there.

    Raises Fatal, with what the last of the ways lacks, where there are none.
    """
    refused: Fatal | None = None
    for made, said in _ways(found):
        if not made:
            continue
        try:
            return made, list(choose(list(dict.fromkeys(key for one in made for key in one)))), said
        except Fatal as error:
            refused = error
    raise refused or Fatal("no rows in it")


def _ways(found: object) -> Iterator[tuple[Objects, str]]:
    if isinstance(found, Mapping):
        yield from _of_object(found)
    elif isinstance(found, list) and len(found) > 1 and all(isinstance(row, list) for row in found):
        yield _named(found[0], found[1:]), "rows below a row of names"


def _of_object(found: Mapping[str, object]) -> Iterator[tuple[Objects, str]]:
    values = list(found.values())
    if all(isinstance(each, dict) for each in values):
        yield _columns(found), "columns under their names"
        yield [each for each in values if isinstance(each, dict)], "objects under their ids"
    if all(isinstance(each, list) for each in values):
        lists = {key: each for key, each in found.items() if isinstance(each, list)}
        if len({len(each) for each in lists.values()}) == 1:
            yield [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)], "lists under names"
    names, data = found.get("columns"), found.get("data")
    if isinstance(names, list) and isinstance(data, list):
        yield _named(names, data), "rows apart from their names"


def _columns(found: Mapping[str, object]) -> Objects:
    """Of {"text": {"0": "Great", "1": "Slow"}}: row by row."""
    made: dict[str, dict[str, object]] = {}
    for name, column in found.items():
        for row, value in column.items() if isinstance(column, dict) else ():
            made.setdefault(row, {})[name] = value
    return list(made.values())


def _named(names: Sequence[object], data: Sequence[object]) -> Objects:
    """A row of another length is none: it has no cell that could be told."""
    said = [str(name) for name in names]
    return [
        dict(zip(said, row, strict=True)) if isinstance(row, list) and len(row) == len(said) else {} for row in data
    ]
