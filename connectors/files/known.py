"""Files that were read before: what is remembered of them, and whether they are the same still.

What a channel's files gave for a product is remembered as text that the caller keeps (Coverage.remember) and hands back
the next night (Context.remembered). A file that is the same is not read again: its rows are in the store, and what it
covers and refuses is told as it was. How a file is known to be the same:

- Size, time of its last change (mtime), of the change of its entry (ctime) and inode are as they were, and both times
  lie well before the moment at which it was read. Nothing of it is read then.
- Else, where its size is as it was, its bytes decide, by their SHA-256: a copy put in its place, a touched file, and
  one that was written so shortly before it was read that another write could bear the same time (git calls it racy).
- Everything else that decides how rows are read stands in the fingerprint: the channel's parameters, the product, the
  secrets of pseudonyms, and the code of this package. Another fingerprint, and everything is read.

Read again is also what comes behind a new or changed file in the order of names, since of two equal versions of a row
the later counts; everything, when a file is gone; a file with a row of later than when it was read; and a file whose
rows reach out of the asked time, when that has another start.
"""

# Long because: one purpose, what is remembered of files and how they are known to be the same.

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any

from earful.connectors.base import Asked, Context, Options, Product, Window
from earful.connectors.files.report.asked import read_on
from earful.connectors.files.report.lost import lost
from earful.connectors.files.report.tally import FileSummary, rows_of
from earful.connectors.files.rows import FileRows
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.packed import on_disk
from earful.connectors.files.tables.read import Opened
from earful.connectors.post import Rejected
from earful.connectors.toolkit.stamps import Stamp, Taken, Takes

#: With more refused rows than this a file is read again each night: what is remembered stays small.
MOST_REFUSED = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """What one file gave for one product when it was read, at ``looked`` (nanoseconds since 1970).

    ``first`` and ``last``: as in FileRows. ``low``: the earliest creation, ``high``: the latest time of any row of the
    product, None where no row has one. ``start``: of the window that was asked for. ``posts``: rows in it.
    """

    path: str
    stamp: Stamp
    digest: str
    looked: int
    format: str
    encoding: Encoding | None
    delimiter: str | None
    first: datetime | None
    last: datetime | None
    low: datetime | None
    high: datetime | None
    start: datetime
    posts: int
    refused: tuple[Rejected, ...] = ()
    #: What else was told of it, see tally.Tally.summary.
    summary: FileSummary = field(default_factory=dict)
    #: Why it is no table and was left out; "" for one that was read.
    skipped: str = ""

    @property
    def read_at(self) -> datetime:
        """When it was read (UTC)."""
        return datetime.fromtimestamp(self.looked / 1e9, UTC)

    @property
    def opened(self) -> Opened:
        """How it was read."""
        return Opened(Path(self.path), self.format, self.encoding, self.delimiter)

    def answers(self, window: Window) -> bool:
        """Whether what it gave is what it would give for this window."""
        if self.high is not None and self.high >= window.end:
            return False
        return self.start == window.start or self.low is None or self.low >= max(self.start, window.start)


def unchanged(known: Sequence[Known], paths: Sequence[Path], window: Window, takes: Takes) -> list[Known]:
    """What need not be read again of ``paths``: its first files, as far as they are the same, with fresh stamps."""
    if not {each.path for each in known} <= {str(path) for path in paths}:
        return []
    same: list[Known] = []
    for path, before in zip(paths, known, strict=False):
        now = _same(before, path, takes) if before.path == str(path) and before.answers(window) else None
        if now is None:
            break
        same.append(now)
    return same


def _same(before: Known, path: Path, takes: Takes) -> Known | None:
    disk = on_disk(path)
    try:
        stamp = Stamp.of(disk)
    except OSError:
        return None  # reading it says what is wrong
    if stamp == before.stamp and stamp.settled(before.looked):
        return before
    if stamp.size != before.stamp.size:
        return None
    taken = takes.of(disk)
    if taken is None or taken.digest != before.digest or taken.moved(disk):
        return None
    return replace(before, stamp=taken.stamp, looked=taken.looked)


def settled(texts: Iterable[str]) -> Callable[[Path], bool]:
    """Whether a file is one that was read before, is as it was then, and is no archive: none of it need be read."""
    found: dict[str, tuple[Stamp, int]] = {}
    for text in texts:
        try:
            for each in json.loads(text)["files"] if text else ():
                found[each["path"]] = (Stamp(**each["stamp"]), each["looked"])
        except (ValueError, TypeError, KeyError):
            continue  # an earful of another day wrote it

    def same(path: Path) -> bool:
        stamp, looked = found.get(str(path), (None, 0))
        try:
            return stamp is not None and stamp == Stamp.of(path) and stamp.settled(looked)
        except OSError:
            return False

    return same


def recalled(text: str, fingerprint: str) -> list[Known]:
    """What ``remembered`` wrote; nothing where there is none, or where it was written under another fingerprint."""
    try:
        found = json.loads(text) if text else {}
        if not isinstance(found, dict) or found.get("fingerprint") != fingerprint:
            return []
        return [_known(each) for each in found["files"]]
    except (ValueError, TypeError, KeyError):
        return []  # an earful of another day wrote it: everything is read again


def remembered(known: Iterable[Known | None], fingerprint: str, rows: Mapping[str, int]) -> str:
    """Text for ``recalled``; with how many ``rows`` each file had, so that it can be said which had more."""
    files = [_plain(each) for each in known if each]
    return json.dumps({"fingerprint": fingerprint, "files": files, "rows": rows})


class Shelf:
    """The files of one pull for one product: which are as they were, and what is to be remembered of them all."""

    def __init__(self, options: Options, context: Context, asked: Asked, paths: Sequence[Path], takes: Takes) -> None:
        self._slug, self._window = asked.product.slug, asked.window
        self._fingerprint = fingerprint(options, context, asked.product)
        self._before = context.remembered.get(self._slug, "")
        before = recalled(self._before, self._fingerprint)
        #: By field the scales of files that were read before.
        self.scales = read_on([each.summary for each in before if not each.skipped])
        #: The first of ``paths``, as far as they need not be read again.
        self.same = unchanged(before, paths, asked.window, takes)
        self._read: list[Known | None] = []
        self._rows: dict[str, int] = {}

    @property
    def kept(self) -> int:
        """Posts that are not read again."""
        return sum(each.posts for each in self.same)

    @property
    def refused(self) -> list[Rejected]:
        """What was set aside in the files that are not read again, and still is."""
        return [replace(one, product=self._slug) for each in self.same for one in each.refused]

    def add(self, taken: Taken | None, file: Opened, rows: FileRows, posts: int, refused: Sequence[Rejected]) -> None:
        """The next file was read: how, what it gave, and what was ``taken`` of it before."""
        self._rows[str(file.path)] = rows_of(rows.summary)
        refused = [each for each in refused if each.product in ("", self._slug)]
        whole = taken is not None and not taken.moved(on_disk(file.path)) and len(refused) <= MOST_REFUSED
        # Rows from later than now, or than the asked time, are due another night.
        due = rows.high is not None and rows.high >= min(self._window.end, taken.at if taken else self._window.end)
        if not whole or due or taken is None:
            self._read.append(None)
            return
        self._read.append(
            Known(
                str(file.path), taken.stamp, taken.digest, taken.looked, file.format, file.encoding, file.delimiter,
                rows.first, rows.last, rows.low, rows.high, self._window.start, posts, tuple(refused), rows.summary,
            )
        )  # fmt: skip

    def skip(self, taken: Taken | None, path: Path, why: str) -> None:
        """The next file is no table."""
        if taken is None or taken.moved(on_disk(path)):
            self._read.append(None)
            return
        none = (None,) * 6
        self._read.append(
            Known(str(path), taken.stamp, taken.digest, taken.looked, "", *none, self._window.start, 0, skipped=why)
        )

    def text(self) -> str:
        """For Coverage.remember: of the first files, as far as they can be known again."""
        known: list[Known | None] = [*self.same, *self._read]
        return remembered(list(takewhile(lambda each: each is not None, known)), self._fingerprint, self._all_rows())

    def lost(self) -> list[str]:
        """What is to be said of files that are gone, or have fewer rows than before."""
        try:
            before = json.loads(self._before) if self._before else {}
            rows = before["rows"] if before.get("fingerprint") == self._fingerprint else {}
        except (ValueError, TypeError, KeyError, AttributeError):
            return []  # an earful of another day wrote it
        return lost(rows, self._all_rows())

    def _all_rows(self) -> dict[str, int]:
        return {each.path: rows_of(each.summary) for each in self.same if not each.skipped} | self._rows


class Shelves:
    """The files of one pull for all of its products: read again are those that any of them needs read."""

    def __init__(
        self, options: Options, context: Context, asked: Sequence[Asked], paths: Sequence[Path], takes: Takes
    ) -> None:
        self._shelves = {one.product.slug: Shelf(options, context, one, paths, takes) for one in asked}
        #: So many of the first of ``paths`` need not be read again.
        self.same = min((len(shelf.same) for shelf in self._shelves.values()), default=0)
        for shelf in self._shelves.values():
            del shelf.same[self.same :]

    def refused(self) -> list[Rejected]:
        """What was set aside in the files that are not read again, of each product."""
        return [one for shelf in self._shelves.values() for one in shelf.refused]

    def known(self, slug: str) -> Sequence[Known]:
        """The files that are not read again, as they were for a product."""
        return self._shelves[slug].same

    def kept(self, slug: str) -> int:
        """Posts of a product that are not read again."""
        return self._shelves[slug].kept

    def scales(self) -> Mapping[str, set[tuple[int, int]]]:
        """By field the scales of files that were read before, for any of the products."""
        found: dict[str, set[tuple[int, int]]] = {}
        for shelf in self._shelves.values():
            for name, scales in shelf.scales.items():
                found.setdefault(name, set()).update(scales)
        return found

    def lost(self, slug: str) -> list[str]:
        """What is to be said of a product's files that are gone, or have fewer rows than before."""
        return self._shelves[slug].lost()

    def add(
        self,
        slugs: Iterable[str],
        taken: Taken | None,
        file: Opened,
        rows: FileRows,
        posts: Mapping[str, int],
        refused: Sequence[Rejected],
    ) -> None:
        """The next file was read, for products that share its ``rows``; ``posts`` by product, ``refused`` of all."""
        for slug in slugs:
            self._shelves[slug].add(taken, file, rows, posts.get(slug, 0), refused)

    def skip(self, taken: Taken | None, path: Path, why: str) -> None:
        """The next file is no table."""
        for shelf in self._shelves.values():
            shelf.skip(taken, path, why)

    def text(self, slug: str) -> str:
        """For Coverage.remember of a product."""
        return self._shelves[slug].text()


def fingerprint(options: Options, context: Context, product: Product) -> str:
    """Of everything besides the files that decides which rows they give a product, and how."""
    secrets = [hashlib.sha256(b"earful files\x00" + each).hexdigest() for each in (context.secret, *context.former)]
    rules = [context.channel, context.zone, context.masking]
    parts = [options.model_dump(mode="json"), *rules, asdict(product), secrets, _code()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@cache
def _code() -> str:
    """Of the code that reads: another earful may read otherwise."""
    found = hashlib.sha256()
    rooms = [files("earful.connectors")]
    while rooms:
        room = rooms.pop()
        for each in sorted(room.iterdir(), key=lambda each: each.name):
            if each.name.endswith(".py"):
                found.update(f"{room.name}/{each.name}".encode() + b"\x00" + each.read_bytes())
            elif each.is_dir() and (room.name != "connectors" or each.name in {"files", "toolkit"}):
                rooms.append(each)
    return found.hexdigest()


def _plain(known: Known) -> dict[str, Any]:
    found = {each.name: getattr(known, each.name) for each in fields(known)}
    times = {name: value.isoformat() for name, value in found.items() if isinstance(value, datetime)}
    return (
        found
        | times
        | {
            "stamp": asdict(known.stamp),
            "encoding": asdict(known.encoding) if known.encoding else None,
            "refused": [[each.item, each.reason] for each in known.refused],
        }
    )


def _known(found: Mapping[str, Any]) -> Known:
    times = {name: found[name] and datetime.fromisoformat(found[name]) for name in ("first", "last", "low", "high")}
    return Known(
        **{
            **found,
            **times,
            "start": datetime.fromisoformat(found["start"]),
            "stamp": Stamp(**found["stamp"]),
            "encoding": Encoding(**found["encoding"]) if found["encoding"] else None,
            "refused": tuple(Rejected(*each) for each in found["refused"]),
        }
    )
