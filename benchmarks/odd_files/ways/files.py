"""Ways to spread a table over files."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from benchmarks.odd_files.draft import ANY, CSV, SPLIT, TEXT_SHAPES, WRITING, Draft, File, Way, words

_FILES = words("files")


def _parts(draft: Draft, count: int) -> list[File]:
    """Draft.files, cut in ``count`` in order of time."""
    (whole,) = draft.files
    cuts = [len(whole.rows) * n // count for n in range(count + 1)]
    return [whole.copied(f"part{n + 1}", whole.rows[cuts[n] : cuts[n + 1]]) for n in range(count)]


def _split(name: str, change: Callable[[Draft, list[File]], object] | None = None, count: int = 2, touches: str = "",
           ground: str = "", shapes: frozenset[str] = ANY, stage: int = SPLIT) -> Way:  # fmt: skip
    def apply(draft: Draft) -> None:
        draft.files = _parts(draft, count)
        if change:
            change(draft, draft.files)

    return Way(f"files: {name}", stage, apply, _FILES | words(touches), shapes, ground=ground)


def _overlap(_draft: Draft, files: list[File]) -> None:
    """Each export begins with the last rows of the one before."""
    for one, other in pairwise(files):
        other.rows = [*one.rows[-min(8, len(one.rows)) :], *other.rows]


def _reversed(_draft: Draft, files: list[File]) -> None:
    for file in files:
        file.rows.reverse()


def _newer(draft: Draft, files: list[File]) -> None:
    """The second export has new words of an old post, under its id: the newer by time wins."""
    one, other = files[0], files[1]
    number = one.rows[1]
    draft.posts.append(draft.posts[number])
    old = len(draft.posts) - 1
    for name, cells in draft.cells.items():
        cells.append(
            "2023-05-05T10:00:00Z" if name == "created_at" else "old words" if name == "text" else cells[number]
        )
    for known in draft.known.values():
        known.append(known[number])
    for extra in draft.extras.values():
        extra.append(extra[number])
    draft.older.add(old)
    one.rows[1] = old
    other.rows.append(number)


def _columns_differ(draft: Draft, files: list[File]) -> None:
    files[1].columns = list(reversed(draft.columns))


def _one_lacks(draft: Draft, files: list[File]) -> None:
    if "app_version" in draft.columns:
        files[1].columns = [name for name in draft.columns if name != "app_version"]
        for number in files[1].rows:
            draft.known["app_version"][number] = None


def _one(field: str, value: object) -> Callable[[Draft, list[File]], None]:
    return lambda _draft, files: setattr(files[1], field, value)


def _header_only(_draft: Draft, files: list[File]) -> None:
    files.append(files[0].copied("part9", []))


def _marked(_draft: Draft, files: list[File]) -> None:
    files[1].codec, files[1].mark = "utf-16-le", b"\xff\xfe"


def _counting(draft: Draft, files: list[File]) -> None:
    """Each file counts its rows from 1: no ids at all."""
    from benchmarks.odd_files.ways.ids import no_ids

    at = {number: n + 1 for file in files for n, number in enumerate(file.rows)}
    no_ids(draft, lambda _d, number: at[number])


def _headless(_draft: Draft, files: list[File]) -> None:
    """A file cut by lines: only the first part has the header."""
    files[1].on_rows.append(lambda rows: rows[1:])


def _other_times(draft: Draft, files: list[File]) -> None:
    for number in files[1].rows:
        local = draft.posts[number].created_at.astimezone(draft.zone)
        draft.cells["created_at"][number] = f"{local:%d.%m.%Y %H:%M:%S}"


def _equal_answers(draft: Draft) -> None:
    """Rows without ids, some of them equal in all: two that said the same are two."""
    (whole,) = draft.files
    for number in range(4, draft.size, 9):
        for cells in (*draft.cells.values(), *draft.known.values()):
            cells[number] = cells[number - 1]
    draft.drop("post_id")
    draft.names.pop("post_id")
    draft.known["post_id"] = draft.known["post_id"][:]
    draft.ids = False
    draft.files = [whole, whole.copied("again", whole.rows)]


WAYS = (
    _split("two"),
    _split("five", count=5),
    _split("newest first", _reversed, 3),
    _split("overlapping", _overlap, 3, "rows"),
    _split("a newer version in the second", _newer, touches="rows created text id", shapes=TEXT_SHAPES),
    _split("other order of columns", _columns_differ, touches="order", stage=WRITING),
    _split("one lacks the versions", _one_lacks, touches="app_version columns order", stage=WRITING),
    _split("one packed", _one("pack", "gzip"), touches="pack", shapes=TEXT_SHAPES),
    _split("one with ;", _one("delimiter", ";"), touches="delimiter", shapes=CSV),
    _split(
        "one in JSON lines",
        _one("shape", "jsonl"),
        touches="delimiter quotes newline ends above headers suffix end shape codec",
        shapes=CSV,
    ),
    _split("one in UTF-16", _marked, touches="codec", shapes=CSV),
    _split("one holds the header alone", _header_only, touches="end ends newline headers above", shapes=CSV),
    _split("each counts its rows", _counting, 3, "id rows", "count the rows of each file", TEXT_SHAPES),
    _split("cut by lines", _headless, touches="headers above header", ground="no columns' names", shapes=CSV),
    _split("times in two forms", _other_times, touches="created", shapes=TEXT_SHAPES),
    Way(
        "files: the same again, without ids",
        SPLIT,
        _equal_answers,
        _FILES | words("id rows text created columns"),
        TEXT_SHAPES,
    ),
)
