"""The connector ``files``: tables on disk (CSV, JSON lines, Parquet) as posts, by a column mapping or a preset."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from earful.connectors.base import (
    Asked,
    Context,
    Coverage,
    Health,
    Options,
    Outcome,
    Product,
    Pull,
    Reads,
    SharedPages,
    Window,
)
from earful.connectors.errors import Fatal
from earful.connectors.files.columns import values_of
from earful.connectors.files.known import Known, Shelves
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.read import Opened, look
from earful.connectors.files.reader import FileReader
from earful.connectors.files.report.messages import all_refused, lines, notes, refuse_contradictions, report
from earful.connectors.files.report.names import Names
from earful.connectors.files.report.spans import Span, add_days, common, dense_stretches, joined, month_span, parts_in
from earful.connectors.files.report.tally import FileSummary
from earful.connectors.files.rows import FileRows
from earful.connectors.post import Rejected
from earful.connectors.post import page as make_page
from earful.connectors.toolkit.stamps import Takes

#: Products that share rows, and what the product column holds in them (None: all rows are theirs).
Sharing = tuple[list[Asked], tuple[str, ...] | None]
_ALL_TIME = Window(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


#: Gaps that are named one by one.
_GAPS = 3

#: Files with what they gave a product, now or when they were read.
Gave = list[tuple[Opened, FileRows | Known]]


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
        self._options, self._context, self._spec = options, context, options.spec(context.zone)
        self._takes = Takes()

    def pull(self, asked: Sequence[Asked]) -> Pull:
        """The products' rows created or edited in their windows, file by file; each file is read once.

        Coverage: what the files show, see _covered. Raises Fatal where a file is missing or is not the table that it
        should be.
        """
        return Pull(self._pages(asked))

    def _pages(self, asked: Sequence[Asked]) -> SharedPages:
        sharing, came = self._sharing(asked)
        # Where no product can be found in them, the files need not be there.
        paths = self._paths() if sharing else []
        shelves = self._shelves([one for of_them, _ in sharing for one in of_them], paths)
        if refused := shelves.refused():
            yield make_page((), refused)
        read: list[FileReader] = []
        for path in paths[shelves.same :]:
            taken = self._takes.of(path)
            file = FileReader(self._look(path), [self._rows(each, path.name) for each in sharing])
            posts, refused = Counter[str](), list[Rejected]()
            for page in file.pages():
                if len(page.posts) or page.rejected:
                    yield page
                posts.update(page.posts["product"].to_pylist())
                refused += page.rejected
            for number, (of_them, _) in enumerate(sharing):
                slugs = [one.product.slug for one in of_them]
                shelves.add(slugs, taken, file.opened, file.rows[number], posts, refused)
            read.append(file)
        for number, (of_them, _) in enumerate(sharing):
            for one in of_them:
                slug = one.product.slug
                gave: Gave = [(known.opened, known) for known in shelves.known(slug)]
                gave += [(file.opened, file.rows[number]) for file in read]
                summaries = [rows.summary for _, rows in gave]
                refuse_contradictions(summaries)
                if nothing := all_refused(summaries):
                    came[slug] = Fatal(f"{_described(gave)}: {nothing}")
                    continue
                coverage = self._coverage(one.product, one.window, gave)
                came[slug] = replace(coverage, remember=shelves.text(slug), kept=shelves.kept(slug))
        return {one.product.slug: came[one.product.slug] for one in asked}

    def unchanged(self, product: Product, window: Window) -> bool:
        """Whether all files are as they were when they were last read for the product, and none is new or gone."""
        paths = self._paths()
        return self._shelves([Asked(product, window)], paths).same == len(paths)

    def _shelves(self, asked: Sequence[Asked], paths: Sequence[Path]) -> Shelves:
        return Shelves(self._options, self._context, asked, paths, self._takes)

    def _sharing(self, asked: Sequence[Asked]) -> tuple[list[Sharing], dict[str, Outcome]]:
        """The products by the rows that they share, and those that have none to be found by, with the reason.

        Raises Fatal where that is the only one.
        """
        found: dict[tuple[str, ...] | None, list[Asked]] = {}
        lacking: dict[str, Outcome] = {}
        for one in asked:
            try:
                values = values_of(self._spec, one.product)
            except Fatal as error:
                if len(asked) == 1:
                    raise
                lacking[one.product.slug] = error
                continue
            found.setdefault(None if values is None else tuple(values), []).append(one)
        return [(each, values) for values, each in found.items()], lacking

    def _rows(self, sharing: Sharing, name: str) -> FileRows:
        return FileRows(self._spec, self._context, *sharing, name)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Reads all rows as a pull does, and so says what a pull will say."""
        try:
            sharing, lacking = self._sharing([Asked(product, _ALL_TIME) for product in products])
            paths = self._paths() if sharing else []
            posts: Counter[str] = Counter()
            refused: Counter[str] = Counter()
            read: list[FileReader] = []
            for path in paths:
                file = FileReader(self._look(path), [self._rows(each, path.name) for each in sharing])
                for rows in file.rows if self._spec.match else ():
                    rows.names = Names()
                for page in file.pages():
                    posts.update(page.posts["product"].to_pylist())
                    refused.update(one.product for one in page.rejected)
                read.append(file)
            for number in range(len(sharing)):
                refuse_contradictions([file.rows[number].summary for file in read])
        except Fatal as error:
            return {product.slug: Health(False, str(error)) for product in products}
        found = {slug: Health(False, str(error)) for slug, error in lacking.items()}
        for number, (of_them, _) in enumerate(sharing):
            gave: Gave = [(file.opened, file.rows[number]) for file in read]
            for slug in (one.product.slug for one in of_them):
                found[slug] = _health(
                    slug, gave, posts[slug], refused[slug] + refused[""], self._spec.zone.key, self._rule
                )
        return {product.slug: found[product.slug] for product in products}

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

    def _coverage(self, product: Product, window: Window, read: Gave) -> Coverage:
        says = _described(read)
        summaries = [rows.summary for _, rows in read]
        spans = self._covered(product, read)
        inside = parts_in(window, spans)
        if not inside:
            held = f"they cover {spans[0].start:%Y-%m-%d} to {spans[-1].end:%Y-%m-%d}" if spans else "no row in them"
            return Coverage.none(window, f"{says}: nothing of the asked time; {held}{notes(summaries)}")
        reached, until = inside[0].start, inside[-1].end
        if reached > window.start:
            says += f"; nothing before {reached:%Y-%m-%d %H:%M} without a gap"
        if until < window.end:
            says += f"; nothing after {until:%Y-%m-%d %H:%M}"
        gaps = [Window(one.end, other.start) for one, other in pairwise(inside)]
        says += "".join(f"; gap {gap.start:%Y-%m-%d} to {gap.end:%Y-%m-%d}" for gap in gaps[-_GAPS:])
        says += f" and {len(gaps) - _GAPS} gaps before" if len(gaps) > _GAPS else ""
        begins = min((rows.first for _, rows in read if rows.first), default=None)
        return Coverage(
            reached,
            until,
            capped=reached > window.start,
            note=says + notes(summaries),
            missing=(*gaps, *self._partial_days(summaries, Span(reached, until))),
            begins=min(begins, reached) if begins else None,
        )

    def _partial_days(self, summaries: Sequence[FileSummary], span: Span) -> tuple[Window, ...]:
        """The reporting days of which a row was refused: nobody can call them whole."""
        zone = ZoneInfo(self._context.zone)
        found = []
        for number in sorted({day for summary in summaries for day in summary["partial_days"]}):
            first = date(1970, 1, 1) + timedelta(days=number)
            ends = [datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, first + timedelta(days=1))]
            if ends[0] < span.end and ends[1] > span.start:
                found.append(Window(max(ends[0], span.start), min(ends[1], span.end)))
        return tuple(found)

    def _covered(self, product: Product, read: Gave) -> list[Span]:
        """The spans of which the files hold everything, as far as they can tell.

        covers_from and covers_to where given. A month's export named as Play Console names it: that month, for its app;
        a product with several apps is covered while all of them are. All other files: where their rows are dense.
        """
        options, preset = self._options, self._spec.preset
        apps = [value.lower() for value in values_of(self._spec, product) or ()] if preset and preset.months else []
        spans: dict[str, list[Span]] = {app: [] for app in apps or [""]}
        days: dict[int, list[int]] = {}
        for file, rows in read:
            named = re.fullmatch(preset.months, file.path.name) if preset and preset.months else None
            if named and named["package"].lower() in spans:
                written = datetime.fromtimestamp(file.path.stat().st_mtime, UTC)
                month = month_span(named["month"], written, rows.last)
                spans[named["package"].lower()] += [month] if month else []
            elif not named and rows.first and rows.last and len(spans) == 1:
                add_days(days, rows.summary["days"], rows.last)
        next(iter(spans.values())).extend(dense_stretches(days))
        first, *others = [joined(found) for found in spans.values()]
        for other in others:
            first = common(first, other)
        if not (options.covers_from or options.covers_to):
            return first
        start = self._midnight(options.covers_from) if options.covers_from else first[0].start if first else None
        last_day = options.covers_to
        end = self._midnight(last_day + timedelta(days=1)) if last_day else first[-1].end if first else None
        return [Span(start, end)] if start and end and start < end else []

    @property
    def _rule(self) -> str:
        """By what rule days count as covered, in words."""
        options, preset = self._options, self._spec.preset
        if options.covers_from or options.covers_to:
            return f"{options.covers_from or 'the first row'} to {options.covers_to or 'the last row'} (as configured)"
        return "the month that the file is named by" if preset and preset.months else "where rows are dense"

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self._spec.zone).astimezone(UTC)


def _health(slug: str, read: Gave, posts: int, refused: int, zone: str, rule: str) -> Health:
    first = min((rows.first for _, rows in read if rows.first), default=None)
    last = max((rows.last for _, rows in read if rows.last), default=None)
    says = _described(read)
    summaries = [rows.summary for _, rows in read]
    details = tuple(report(_how(file), summary, zone, rule) for (file, _), summary in zip(read, summaries, strict=True))
    shown = tuple(line for each in details for line in lines(each))
    if nothing := all_refused(summaries):
        return Health(False, f"{says}: {nothing}", lines=shown, details=details)
    if first is None or last is None or not posts:
        return Health(False, f"{says}: no row of {slug}; check product_column, match or paths", lines=shown)
    says += f": {posts} rows of {slug}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    says += f"; {refused} set aside" if refused else ""
    asked = list(dict.fromkeys(why for summary in summaries for why in summary["questions"].values()))
    says += "".join(f"; {why}" for why in asked)
    return Health(True, says, f"{first:%Y-%m-%d}", shown, details, (first, last))


def _how(file: Opened) -> dict[str, str | None]:
    encoding = file.encoding.says if file.encoding else None
    return {"format": file.format, "encoding": encoding, "delimiter": file.delimiter}


def _described(read: Gave) -> str:
    """How many files of which format and encoding."""
    forms = sorted({f"{f.format}, {f.encoding.says}" if f.encoding else f.format for f, _ in read})
    return f"{len(read)} {'file' if len(read) == 1 else 'files'} ({'; '.join(forms)})"
