"""Ways of JSON, Parquet, Excel and of packed files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from benchmarks.odd_files.draft import SHAPE, TEXT_SHAPES, WRITING, Draft, File, Way, words

_ALL_OF_IT = "shape delimiter quotes newline end ends above headers suffix"
_PARQUET = frozenset({"parquet"})


def _shape(name: str, shape: str, change: Callable[[File], object] | None = None, suffix: str = "", ground: str = "",
           touches: str = _ALL_OF_IT) -> Way:  # fmt: skip
    def apply(draft: Draft) -> None:
        for file in draft.files:
            file.shape, file.suffix = shape, suffix
            if change:
                change(file)

    more = " codec pack" if shape in ("parquet", "xlsx") else ""
    return Way(f"shape: {name}", SHAPE, apply, words(touches + more), frozenset({shape}), ground=ground)


def _objects(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[File], None]:
    return lambda file: file.on_objects.append(change)


def _text(change: Callable[[str], str]) -> Callable[[File], None]:
    return lambda file: file.on_text.append(change)


def _how(**values: Any) -> Callable[[File], None]:  # noqa: ANN401 - of the writer
    return lambda file: file.how.update(values)


def _columns(change: Callable[[str, list[Any]], Any]) -> Callable[[File], None]:
    def each(columns: dict[str, Any]) -> dict[str, Any]:
        return {name: change(name, values) for name, values in columns.items()}

    return lambda file: file.on_columns.append(each)


def _late(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is empty has no key."""
    return [{key: value for key, value in one.items() if value != ""} for one in objects]


def _by_column(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """As pandas writes a frame."""
    return {key: {str(n): one[key] for n, one in enumerate(objects)} for key in objects[0]}


def _lists(objects: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {key: [one[key] for one in objects] for key in objects[0]}


def _rows(objects: list[dict[str, Any]]) -> list[list[Any]]:
    return [list(objects[0]), *(list(one.values()) for one in objects)]


def _split(objects: list[dict[str, Any]]) -> dict[str, Any]:
    names = list(objects[0])
    return {"columns": names, "index": list(range(len(objects))), "data": [[one[n] for n in names] for one in objects]}


def _nan(text: str) -> str:
    return text.replace(': ""', ": NaN")


def _texts(kind: pa.DataType) -> Callable[[str, list[Any]], Any]:
    """Columns of words in another type of Parquet."""

    def change(_name: str, values: list[Any]) -> Any:  # noqa: ANN401 - an array or what becomes one
        if all(isinstance(value, str) for value in values):
            return pa.array(values).dictionary_encode() if kind is None else pa.array(values, pa.string()).cast(kind)
        return values

    return change


def _numbers(kind: Callable[[Any], Any]) -> Callable[[str, list[Any]], Any]:
    def change(_name: str, values: list[Any]) -> Any:  # noqa: ANN401 - an array or what becomes one
        whole = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
        return kind(values) if whole else values

    return change


def _times(kind: pa.DataType) -> Way:
    """Times as Parquet's own, in that unit and zone."""

    def apply(draft: Draft) -> None:
        zone = kind.tz
        cells: list[datetime] = [post.created_at for post in draft.posts]
        if not zone:
            cells = [at.astimezone(draft.zone).replace(tzinfo=None) for at in cells]
        draft.cells["created_at"] = cells
        name = draft.names["created_at"]
        for file in draft.files:
            file.shape = "parquet"
            file.on_columns.append(
                lambda columns: {n: pa.array(v, kind) if n == name else v for n, v in columns.items()}
            )

    return Way(f"shape: Parquet, {kind}", SHAPE, apply, words(_ALL_OF_IT + " codec pack created header"), _PARQUET)


def _packed(name: str, pack: str, ground: str = "", **how: Any) -> Way:  # noqa: ANN401 - of the writer
    def apply(draft: Draft) -> None:
        for file in draft.files:
            file.pack = pack
            file.how.update(how)

    return Way(f"pack: {name}", WRITING, apply, words("pack"), TEXT_SHAPES, ground=ground)


WAYS = (
    _shape("JSON lines", "jsonl"),
    _shape("JSON lines, line ends of Windows", "jsonl", lambda file: setattr(file, "newline", "\r\n")),
    _shape("JSON lines, blank lines between", "jsonl", lambda file: setattr(file, "newline", "\n\n")),
    _shape("JSON lines, ASCII only", "jsonl", _how(ensure_ascii=True)),
    _shape("JSON lines, empty keys left out", "jsonl", _objects(_late)),
    _shape("JSON lines, NaN", "jsonl", _text(_nan)),
    _shape("JSON lines called .json", "jsonl", suffix=".json"),
    _shape("JSON lines called .ndjson", "jsonl", suffix=".ndjson"),
    _shape("JSON lines called .txt", "jsonl", suffix=".txt", ground="has no column|first line"),
    _shape("JSON lines without an ending", "jsonl", suffix=" "),
    _shape("JSON lines with commas", "jsonl", lambda file: setattr(file, "newline", ",\n"), ground="not JSON"),
    _shape(
        "JSON lines, one is cut",
        "jsonl",
        _text(lambda t: t + t.splitlines()[1][: len(t.splitlines()[1]) // 2]),
        ground="not JSON",
    ),
    _shape(
        "JSON text sequence",
        "jsonl",
        _text(lambda t: "".join(f"\x1e{line}\n" for line in t.split("\n") if line)),
        ground="JSON",
    ),
    _shape("JSON of columns with lists", "json", _objects(_lists), ground="JSON"),
    _shape("JSON of rows without names", "json", _objects(_rows), ground="JSON"),
    _shape("objects one behind the other", "jsonl", lambda file: setattr(file, "newline", ""), ground="JSON"),
    _shape(
        "pretty objects one behind the other",
        "jsonl",
        _text(
            lambda t: "\n".join(
                json.dumps(json.loads(line), indent=2, ensure_ascii=False) for line in t.split("\n") if line
            )
        ),
        ground="JSON",
    ),
    _shape("JSON array", "json"),
    _shape("JSON array, pretty", "json", _how(indent=2)),
    _shape("JSON array, ASCII only", "json", _how(ensure_ascii=True)),
    _shape("JSON array called .jsonl", "json", suffix=".jsonl"),
    _shape("JSON array called .txt", "json", suffix=".txt", ground="has no column|first line"),
    _shape("JSON array, empty keys left out", "json", _objects(_late)),
    _shape("JSON array under a key", "json", _objects(lambda found: {"reviews": found}), ground="JSON"),
    _shape(
        "JSON array under a key, beside others",
        "json",
        _objects(lambda found: {"count": len(found), "next": None, "results": found}),
        ground="JSON",
    ),
    _shape(
        "JSON array under two keys",
        "json",
        _objects(lambda found: {"data": {"items": found}, "ok": True}),
        ground="JSON",
    ),
    _shape(
        "JSON object by id",
        "json",
        _objects(lambda found: {f"r{n}": one for n, one in enumerate(found)}),
        ground="JSON",
    ),
    _shape("JSON by column, as pandas writes it", "json", _objects(_by_column), ground="JSON"),
    _shape("JSON with rows apart from names", "json", _objects(_split), ground="JSON"),
    _shape("Parquet", "parquet"),
    _shape("Parquet, zstd", "parquet", _how(compression="zstd")),
    _shape("Parquet, gzip", "parquet", _how(compression="gzip")),
    _shape("Parquet, small groups", "parquet", _how(row_group_size=7)),
    _shape("Parquet without an ending", "parquet", suffix=" "),
    _shape("Parquet, categories", "parquet", _columns(_texts(None))),
    _shape("Parquet, large strings", "parquet", _columns(_texts(pa.large_string()))),
    _shape("Parquet, string views", "parquet", _columns(_texts(pa.string_view()))),
    _shape("Parquet, bytes", "parquet", _columns(_texts(pa.binary()))),
    _shape(
        "Parquet, numbers with gaps as pandas has them",
        "parquet",
        _columns(_numbers(lambda v: pa.array(v).cast(pa.float64()))),
    ),
    _shape(
        "Parquet, small numbers",
        "parquet",
        _columns(_numbers(lambda v: pa.array(v, pa.int64()).cast(pa.int32(), safe=False) if max(v) < 2**31 else v)),
    ),
    _shape(
        "Parquet, decimals",
        "parquet",
        _columns(_numbers(lambda v: pa.array([Decimal(n) for n in v], pa.decimal128(38, 2)))),
    ),
    _shape(
        "Parquet, unsigned numbers",
        "parquet",
        _columns(_numbers(lambda v: pa.array(v, pa.uint64()) if min(v) >= 0 else v)),
    ),
    _shape(
        "Parquet, lists beside",
        "parquet",
        lambda file: file.on_columns.append(lambda c: {**c, "tags": [["a"]] * len(next(iter(c.values())))}),
    ),
    *(
        _times(pa.timestamp(unit, tz))
        for unit, tz in (("us", "UTC"), ("ms", None), ("ns", "UTC"), ("us", "Asia/Tokyo"), ("ns", None))
    ),
    _shape("Excel", "xlsx", ground="Excel"),
    _packed("gzip", "gzip"),
    _packed("gzip in two members", "gzip", members=True),
    _packed("zip", "zip", "ZIP"),
    _packed("zip with a note beside", "zip", "ZIP", beside={"README.txt": "Exported."}),
    _packed("zst", "zst", "first line cannot be read|binary"),
)
