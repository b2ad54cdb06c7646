"""JSON as batches of columns: an object a line, or an array of objects; what is nested under dotted names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.json

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import wrapped
from earful.connectors.files.tables.batch import Batch, Choose
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.records import SAMPLE, Records, TooLong, blocks, records
from earful.connectors.files.values import turned
from earful.connectors.post import Rejected, clean

#: Elements of an array that are made a batch at a time.
ELEMENTS = 5_000
_NO_OBJECT = "not a JSON object"
_KEY = re.compile(rb'"((?:[^"\\\n]|\\.){1,100})"\s*:')


class _NoLines(Fatal):
    """The first line is no object, or holds lists of them: the rows may be inside objects, or be over many lines."""


class _Lists(_NoLines):
    """The one line holds a list in each of its columns."""


def objects(path: Path, encoding: Encoding, choose: Choose) -> Iterator[Batch]:
    """The objects of a file: one a line; else those of the arrays inside an object, or objects over many lines.

    Raises Fatal, with what the lines lack, where neither gives the columns asked for.
    """
    try:
        yield from _lines(path, encoding, choose, first=True)
        return
    except (_NoLines, TooLong) as error:
        # A line may be too long further down as well; then what is in it cannot be told.
        if isinstance(error, TooLong) and error.line > 1:
            raise
        if isinstance(error, _Lists):
            yield from _turned(path, encoding, choose, error)
            return
    try:
        found = wrapped.names(path, encoding)
    except Fatal:
        yield from _lines(path, encoding, choose, first=False)
        return
    # One object, over many lines: a row, or all of them in lists.
    alone = list(found) == [wrapped.TOP] and found[wrapped.TOP].objects == 1
    try:
        places, chosen, said = wrapped.pick(found, choose)
        if alone:
            with suppress(Fatal):
                yield from _turned(path, encoding, choose, Fatal(path.name))
                return
    except Fatal as error:
        yield from _turned(path, encoding, choose, error)
        return
    its = (each for place, each in wrapped.events(path, encoding) if place in places)
    yield Batch(pa.table({key: pa.array([], pa.string()) for key in chosen}), np.zeros(0, np.int64), said=said)
    yield from _counted(path.name, its, chosen)


def _lines(path: Path, encoding: Encoding, choose: Choose, *, first: bool) -> Iterator[Batch]:
    """The objects of a file, one a line. Raises Fatal where its first lines hold none.

    ``first``: where its very first line holds none, _NoLines.
    """
    schema: pa.Schema | None = None
    before: tuple[Rejected, ...] = ()  # refused ahead of the first readable line
    for part in records(path, encoding, None):
        if schema is None:
            before += part.refused
            if not len(part.lines):
                continue
            sample = [_object(line) for line in part.data.split(b"\n", SAMPLE)[:SAMPLE]]
            if first and (before or not isinstance(sample[0], dict)):
                raise _NoLines(f"{path.name}: its first line is no JSON object; expected one object a line")
            seen = [wrapped.flat(found) for found in sample if isinstance(found, dict)]
            if not seen:
                break
            names = dict.fromkeys(key for found in seen for key in found)
            if len(sample) == SAMPLE:
                nested = any(
                    isinstance(value, dict) for one in sample if isinstance(one, dict) for value in one.values()
                )
                names |= dict.fromkeys(_keys(path, encoding, nested=nested))
            try:
                chosen = choose(list(names))
                schema = _types(seen, chosen)
            except Fatal as error:
                # Of more than one line each has its names: other lines than the first tell no more.
                deep = any(isinstance(v, list) for one in seen for v in one.values())
                if first and (deep or (len(seen) == 1 and any("." in key for key in names))):
                    raise _NoLines(str(error)) from None
                raise
            if first and len(sample) == 1 and all(isinstance(seen[0].get(each), list) for each in chosen):
                raise _Lists(f"{path.name}: its columns hold lists; expected one object a line")
            part = replace(part, refused=before)  # noqa: PLW2901 - the same part with what came before it
        yield _json_batch(path.name, part, schema)
    if schema is None:
        raise Fatal(f"{path.name}: no JSON object in its first lines; expected one object a line")


def _keys(path: Path, encoding: Encoding, *, nested: bool) -> Iterator[str]:
    """Every name of the file: a key may come in its last line for the first time. Names may come twice.

    Of plain objects, what stands before a colon; where objects hold others, each line is read.
    """
    if nested:
        for part in records(path, encoding, None):
            for line in part.data.split(b"\n"):
                found = _object(line)
                yield from wrapped.flat(found) if isinstance(found, dict) else ()
        return
    known: set[bytes] = set()
    for block in blocks(path, encoding):
        for key in set(_KEY.findall(block)) - known:
            known.add(key)
            try:
                yield str(json.loads(b'"%b"' % key))
            except ValueError:
                continue  # half an escape, cut by the end of a block: the key stands elsewhere too


def array(path: Path, encoding: Encoding, choose: Choose) -> Iterator[Batch]:
    """A JSON array of objects, read twice; an object's number, from 1, stands for its line."""
    names: dict[str, None] = {}
    for found in wrapped.elements(path, encoding):
        if isinstance(found, dict):
            names |= dict.fromkeys(wrapped.flat(found))
    if not names:
        nothing = Fatal(f"{path.name}: no JSON object in its array; expected a list of objects")
        yield from _turned(path, encoding, choose, nothing)
        return
    chosen = list(choose(list(names)))
    yield from _counted(path.name, wrapped.elements(path, encoding), chosen)


def _turned(path: Path, encoding: Encoding, choose: Choose, error: Fatal) -> Iterator[Batch]:
    """The rows of a file whose one value holds them otherwise than as objects. Raises ``error`` where it holds none."""
    try:
        made, chosen, said = turned.rows(wrapped.whole(path, encoding), choose)
    except Fatal:
        raise error from None
    empty = pa.table({key: pa.array([], pa.string()) for key in chosen})
    yield Batch(empty, np.zeros(0, np.int64), said=(said,))
    yield from _counted(path.name, iter(made), chosen)


def _counted(name: str, found: Iterator[object], chosen: Sequence[str]) -> Iterator[Batch]:
    """Objects as batches; their number, from 1, stands for their line."""
    numbered = enumerate(found, 1)
    while some := list(islice(numbered, ELEMENTS)):
        yield _by_object(name, [(n, e if isinstance(e, dict) else _NO_OBJECT) for n, e in some], chosen, ())


def _by_object(
    name: str,
    rows: Iterable[tuple[int, Mapping[str, object] | str]],
    chosen: Sequence[str],
    refused: tuple[Rejected, ...],
) -> Batch:
    """Objects, or why one is none, as a batch: one by one."""
    columns: dict[str, list[str | None]] = {key: [] for key in chosen}
    lines, aside = [], list(refused)
    for line, one in rows:
        found = one if isinstance(one, str) else wrapped.flat(one)
        # Of the object as it is, too: what lies in a chosen value has other names in the flat one.
        why = (
            found
            if isinstance(found, str)
            else _nested(found, chosen) or _nested(_but_words(cast("Mapping[str, object]", one), found), chosen)
        )
        if why or isinstance(found, str):
            aside.append(Rejected(f"{name}:{line}", why))
            continue
        lines.append(line)
        for key, values in columns.items():
            values.append(_cell_text(found.get(key)))
    table = pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})
    return Batch(table, np.array(lines, dtype=np.int64), tuple(aside))


def _object(line: bytes) -> dict[str, object] | str:
    """A line's object, or why it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON"
    return found if isinstance(found, dict) else _NO_OBJECT


def _types(sample: list[dict[str, object]], names: Sequence[str]) -> pa.Schema:
    """Arrow types for the chosen columns: what the sample has. A later row of another type is read on its own."""
    fields = []
    for name in names:
        kinds = {type(found[name]) for found in sample if found.get(name) is not None}
        only = kinds.pop() if len(kinds) == 1 else str
        fields.append(pa.field(name, {int: pa.int64(), float: pa.float64(), bool: pa.bool_()}.get(only, pa.string())))
    return pa.schema(fields)


def _json_batch(name: str, part: Records, schema: pa.Schema) -> Batch:
    if not len(part.lines):
        return Batch(schema.empty_table(), part.lines, part.refused)
    dotted = any("." in key for key in schema.names)
    try:
        if dotted:
            raise pa.ArrowInvalid("names that reach into objects are read line by line")
        table = pa.json.read_json(
            pa.BufferReader(part.data),
            read_options=pa.json.ReadOptions(use_threads=False, block_size=len(part.data) + 1),
            parse_options=pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        if table.num_rows == len(part.lines):
            return Batch(table.select(schema.names), part.lines, part.refused)
    except pa.ArrowInvalid:
        # Some line is broken, has another type, or half a surrogate pair: Arrow refuses the block, so line by line.
        table = None
    rows = ((int(line), _object(raw)) for line, raw in zip(part.lines, part.data.split(b"\n"), strict=False))
    return _by_object(name, rows, schema.names, part.refused)


def _nested(found: Mapping[str, object], names: Sequence[str]) -> str:
    return next((f"{key} holds a list or an object" for key in names if isinstance(found.get(key), list | dict)), "")


def _but_words(one: Mapping[str, object], found: Mapping[str, object]) -> Mapping[str, object]:
    """An object without what is a text in its flat form: words in pieces."""
    return {key: value for key, value in one.items() if not isinstance(found.get(key), str)}


def _cell_text(value: object) -> str | None:
    if value is None:
        return None
    return clean(value) if isinstance(value, str) else json.dumps(value)
