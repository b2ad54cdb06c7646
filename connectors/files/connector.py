"""The connector ``files``: tables on disk (CSV, JSON lines, Parquet) as posts, by a column mapping or a preset."""

from __future__ import annotations

import glob
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from earful.connectors.base import Context, Coverage, Health, Options, Pages, Product, Reads, Window
from earful.connectors.errors import Fatal
from earful.connectors.files.columns import Spec, values_of
from earful.connectors.files.known import Known, Shelf, Takes
from earful.connectors.files.presets import PRESETS
from earful.connectors.files.read import Opened, batches, look
from earful.connectors.files.rows import FileRows, unfit
from earful.connectors.files.spans import Span, common, joined, latest_in, month_span
from earful.connectors.post import Kind, Rejected
from earful.connectors.post import page as make_page

#: The fields of a post that a column or a constant may fill.
PostField = Literal[
    "post_id", "created_at", "edited_at", "kind", "market", "author", "title", "text", "rating", "nps", "recommended",
    "app_version", "likes", "url", "language_hint", "reply_count",
]  # fmt: skip
FIELDS: tuple[str, ...] = PostField.__args__  # type: ignore[attr-defined]

#: ``check`` reads every row of files that together are not larger (bytes), else the first batch of each.
CHEAP = 32 << 20
_ALL_TIME = Window(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # "not there" is a KeyError; "" and folders are the others
        raise ValueError(f"{name!r} is not a time zone; use an IANA name such as Europe/Berlin") from None
    return name


class FilesOptions(Options):
    """Parameters of a ``files`` channel."""

    allowed: ClassVar[Mapping[str, str]] = {
        "delimiter": '"auto", or one character such as ";"',
        "time_format": '"auto", or a format such as "%d/%m/%Y %H:%M"',
    }

    #: File names or globs (** for any depth), seen from the configuration's folder.
    paths: list[str] = Field(min_length=1)
    format: Literal["auto", "csv", "jsonl", "parquet"] = "auto"
    #: A table whose columns are known: monthly review exports of Play Console, or an NPS survey.
    preset: Literal["play_console", "nps"] | None = None
    source: str | None = Field(default=None, min_length=1)
    kind: Kind | None = None
    #: Field of a post -> name of the file's column. Without it and a preset, columns have the names of the fields.
    columns: dict[PostField, str] = Field(default_factory=dict)
    #: Field of a post -> the value that it has in every row.
    constants: dict[PostField, str | int | float | bool] = Field(default_factory=dict)
    encoding: Literal["auto", "utf-8", "utf-16", "cp1252"] = "auto"
    delimiter: str = Field(default="auto", pattern=r"^(auto|[\x01-\x09\x0b\x0c\x0e-!#-\x7e])$")
    #: "auto": ISO 8601, or seconds or milliseconds since 1970; else a format of strptime, such as "%d/%m/%Y %H:%M".
    time_format: str = Field(default="auto", pattern="^auto$|%")
    #: Zone of times that name none.
    time_zone: Annotated[str, AfterValidator(_zone_name)] = "UTC"
    #: The column that says whose a row is. Without it, and without match, every row is about every product asked for.
    product_column: str | None = None
    #: What that column holds: "slug", the name of an id ("google_play"), or the values by product; default: any of
    #: slug, name and ids.
    product_values: str | dict[str, list[str]] | None = None
    #: A row belongs to each product that its title or text mentions.
    match: bool = False
    #: First and last day (whole days in time_zone) that the files hold everything of; default: first and last row.
    covers_from: date | None = None
    covers_to: date | None = None

    @model_validator(mode="after")
    def _fits(self) -> FilesOptions:
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(f"{both[0]} is both in columns and in constants; keep one")
        if "post_id" in self.constants:
            raise ValueError("post_id cannot be a constant: every row needs its own")
        if self.columns and not self.preset:
            for field in ("post_id", "created_at"):
                if field not in self.columns and field not in self.constants:
                    raise ValueError(f"columns lacks {field}; say which column holds it")
        if self.product_values is not None and self.product_column is None and self.preset != "play_console":
            raise ValueError("product_values needs product_column")
        if self.match and (self.product_column or self.preset == "play_console"):
            raise ValueError("match and product_column exclude each other: rows are found by one of them")
        if self.covers_from and self.covers_to and self.covers_from > self.covers_to:
            raise ValueError("covers_from is after covers_to")
        for field, value in self.constants.items():
            why = unfit(field, str(value), self.time_format, ZoneInfo(self.time_zone))
            if why:
                raise ValueError(f"constants.{field}: {why}")
        return self

    def source_of(self, usual: str) -> str:  # noqa: ARG002 - a preset's source, or the one configured
        """The preset's source, or the one that is configured."""
        return self.spec().source

    def needs_of(self, usual: str | None) -> str | None:
        """Play Console's exports tell the apps by package name."""
        return "google_play" if self.preset == "play_console" and not isinstance(self.product_values, dict) else usual

    def objection(self, products: int) -> str:
        """Rows that say nothing of their product cannot be shared out among several."""
        if products < 2 or self.match or self.spec().product_column:
            return ""
        return "several products, but nothing says whose a row is; name one product, or set product_column or match"

    def spec(self) -> Spec:
        """How the files are read, with the preset's answers filled in."""
        preset = PRESETS[self.preset] if self.preset else None
        columns: dict[str, tuple[str, ...]] = {field: (name,) for field, name in self.columns.items()}
        required = set(columns) or {"post_id", "created_at"}
        if preset:
            required = set(columns) | preset.required
            columns = {**preset.columns, **columns}
        elif not columns:
            columns = {field: (field,) for field in FIELDS}
        return Spec(
            source=self.source or (preset.source if preset else "files"),
            kind=self.kind or (preset.kind if preset else "post"),
            columns={field: names for field, names in columns.items() if field not in self.constants},
            required=frozenset(required - set(self.constants)),
            constants={field: str(value) for field, value in self.constants.items()},
            form=self.time_format,
            zone=ZoneInfo(self.time_zone),
            preset=preset,
            product_column=self.product_column or (preset.product_column if preset else None),
            product_values=self.product_values or (preset.product_values if preset else None),
            match=self.match,
        )


#: Files with what they gave, now or when they were read.
Read = list[tuple[Opened, FileRows | Known]]


class FilesConnector:
    """Posts from files. Every night looks at all of them, since parts may be added late, and reads what has changed.

    Rows of one id recur (edited reviews in a later month's export): each version is yielded with its edited_at, and the
    warehouse keeps the newest. The ids of one file are compared, those of several files are not.
    """

    source: ClassVar[str] = "files"
    options_model: ClassVar[type[Options]] = FilesOptions
    overlap: ClassVar[timedelta | None] = None
    seekable: ClassVar[bool] = False  # a piece would read all files again
    needs: ClassVar[str | None] = None
    id_keys: ClassVar[tuple[str, ...]] = ()  # product_values may name any
    reads: ClassVar[Reads] = "whole"
    text_days: ClassVar[int | None] = None
    spacing: ClassVar[float] = 0.0

    def __init__(self, options: FilesOptions, context: Context) -> None:
        self._options, self._context, self._spec = options, context, options.spec()
        self._takes = Takes()

    def pages(self, product: Product, window: Window) -> Pages:
        """The product's rows created or edited in the window, file by file.

        Coverage: what the files show, see _covered. Raises Fatal where a file is missing or is not the table that it
        should be.
        """
        paths = self._paths()
        shelf = self._shelf(product, window, paths)
        read: Read = [(each.opened, each) for each in shelf.same]
        if shelf.refused:
            yield make_page((), shelf.refused)
        for path in paths[len(shelf.same) :]:
            taken = self._takes.of(path)
            file = self._look(path)
            rows = FileRows(self._spec, self._context, product, path.name)
            posts, refused = 0, list[Rejected]()
            for batch in batches(file, rows.choose):
                page = rows.page(batch, window)
                if len(page.posts) or page.rejected:
                    yield page
                posts += len(page.posts)
                refused += page.rejected
            shelf.add(taken, file, rows, posts, refused)
            read.append((file, rows))
        return replace(self._coverage(product, window, read), remember=shelf.text(), kept=shelf.kept)

    def unchanged(self, product: Product, window: Window) -> bool:
        """Whether all files are as they were when they were last read for the product, and none is new or gone."""
        paths = self._paths()
        return len(self._shelf(product, window, paths).same) == len(paths)

    def _shelf(self, product: Product, window: Window, paths: list[Path]) -> Shelf:
        return Shelf(self._options, self._context, product, window, paths, self._takes)

    def check(self, product: Product) -> Health:
        """Opens every file; reads all rows of small ones, else the first of each."""
        try:
            paths = self._paths()
            whole = sum(path.stat().st_size for path in paths) <= CHEAP
            posts = refused = 0
            read: Read = []
            for path in paths:
                file = self._look(path)
                rows = FileRows(self._spec, self._context, product, path.name)
                for batch in batches(file, rows.choose):
                    page = rows.page(batch, _ALL_TIME)
                    posts += len(page.posts)
                    refused += len(page.rejected)
                    if not whole:
                        break
                read.append((file, rows))
        except Fatal as error:
            return Health(False, str(error))
        first = min((rows.first for _, rows in read if rows.first), default=None)
        last = max((rows.last for _, rows in read if rows.last), default=None)
        says = _described(read)
        if first is None or last is None or not posts:
            return Health(False, f"{says}: no row of {product.slug}; check product_column, match or paths")
        says += f": {posts} rows of {product.slug}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        says += "" if whole else " (in the first rows of each)"
        return Health(True, says + (f"; {refused} set aside" if refused else ""), f"{first:%Y-%m-%d}")

    def _paths(self) -> list[Path]:
        found: list[Path] = []
        root = Path(self._context.root)
        for pattern in self._options.paths:
            names = [pattern]
            if not (root / pattern).is_file():  # a plain name may hold brackets
                # Not Path.glob, which refuses absolute patterns.
                names = sorted(glob.glob(pattern, root_dir=root, recursive=True))  # noqa: PTH207
            files = [root / name for name in names if (root / name).is_file()]
            if not files:
                raise Fatal(f"files: {pattern!r} matches no file (seen from {root}); put it there, or mend paths")
            found += files
        return list(dict.fromkeys(found))

    def _look(self, path: Path) -> Opened:
        return look(path, self._options.format, self._options.encoding, self._options.delimiter)

    def _coverage(self, product: Product, window: Window, read: Read) -> Coverage:
        says = _described(read)
        spans = self._covered(product, read)
        inside = latest_in(window, spans)
        if inside is None:
            held = f"they cover {spans[0].start:%Y-%m-%d} to {spans[-1].end:%Y-%m-%d}" if spans else "no row in them"
            return Coverage.none(window, f"{says}: nothing of the asked time; {held}")
        reached, until = inside.start, inside.end
        if reached > window.start:
            says += f"; nothing before {reached:%Y-%m-%d %H:%M} without a gap"
        if until < window.end:
            says += f"; nothing after {until:%Y-%m-%d %H:%M}"
        if len(spans) > 1:
            says += f"; gap {spans[-2].end:%Y-%m-%d} to {spans[-1].start:%Y-%m-%d}"
        return Coverage(reached, until, capped=reached > window.start, note=says)

    def _covered(self, product: Product, read: Read) -> list[Span]:
        """The spans of which the files hold everything, as far as they can tell.

        covers_from and covers_to where given. A month's export named as Play Console names it: that month, for its app;
        a product with several apps is covered while all of them are. Any other file: from its first row to its last.
        """
        options, preset = self._options, self._spec.preset
        apps = [value.lower() for value in values_of(self._spec, product) or ()] if preset and preset.months else []
        spans: dict[str, list[Span]] = {app: [] for app in apps or [""]}
        for file, rows in read:
            named = re.fullmatch(preset.months, file.path.name) if preset and preset.months else None
            if named and named["package"].lower() in spans:
                written = datetime.fromtimestamp(file.path.stat().st_mtime, UTC)
                month = month_span(named["month"], written, rows.last)
                spans[named["package"].lower()] += [month] if month else []
            elif not named and rows.first and rows.last and len(spans) == 1:
                next(iter(spans.values())).append(Span(rows.first, rows.last + timedelta(microseconds=1), loose=True))
        first, *others = [joined(found) for found in spans.values()]
        for other in others:
            first = common(first, other)
        if not (options.covers_from or options.covers_to):
            return first
        start = self._midnight(options.covers_from) if options.covers_from else first[0].start if first else None
        last_day = options.covers_to
        end = self._midnight(last_day + timedelta(days=1)) if last_day else first[-1].end if first else None
        return [Span(start, end)] if start and end and start < end else []

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self._spec.zone).astimezone(UTC)


def _described(read: Read) -> str:
    """How many files of which format and encoding."""
    forms = sorted({f"{f.format}, {f.encoding.says}" if f.encoding else f.format for f, _ in read})
    return f"{len(read)} {'file' if len(read) == 1 else 'files'} ({'; '.join(forms)})"
