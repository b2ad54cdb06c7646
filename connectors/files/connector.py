"""The connector ``files``: tables on disk (CSV, JSON lines, Parquet) as posts, by a column mapping or a preset."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

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
from earful.connectors.files.known import Shelves
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.read import Opened, batches, look
from earful.connectors.files.rows import AHEAD, FileRows, Read
from earful.connectors.files.said import (
    Gave,
    days_refused,
    days_with_rows,
    described,
    health,
    left_out,
    none_landed,
    of_ids,
)
from earful.connectors.files.spans import Span, common, joined, month_span, parts_in, shown
from earful.connectors.files.stamps import Takes
from earful.connectors.files.survey import earliest, survey
from earful.connectors.files.values.reading import Reading
from earful.connectors.files.values.scale import Survey
from earful.connectors.post import Rejected
from earful.connectors.post import page as make_page

#: ``check`` reads every row of files that together are not larger (bytes), else the first batch of each.
CHEAP = 32 << 20
#: Products that share rows, and what the product column holds in them (None: all rows are theirs).
Sharing = tuple[list[Asked], tuple[str, ...] | None]
_ALL_TIME = Window(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


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
        self._options, self._context, self._spec = options, context, options.spec(context.time_zone)
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
        surveys = [*shelves.surveys(), *(self._survey(path) for path in paths[shelves.same :])]
        reading = self._reading(surveys)
        if reading.ids.objection:
            raise Fatal(f"files: {reading.ids.objection}")
        shelves.read_as(reading.name)
        if refused := shelves.refused():
            yield make_page((), refused)
        told = list(refused)
        read: list[Read] = []
        for path, said in zip(paths[shelves.same :], surveys[shelves.same :], strict=True):
            taken = self._takes.of(path)
            file = Read(self._look(path), [self._rows(each, path.name, reading) for each in sharing])
            posts, refused = Counter[str](), list[Rejected]()
            for batch in batches(file.opened, file.choose):
                page = file.page(batch)
                if len(page.posts) or page.rejected:
                    yield page
                posts.update(page.posts["product"].to_pylist())
                refused += page.rejected
            for number, (of_them, _) in enumerate(sharing):
                slugs = [one.product.slug for one in of_them]
                shelves.add(slugs, taken, file.opened, file.rows[number], posts, refused, said)
            told += refused
            read.append(file)
        for number, (of_them, _) in enumerate(sharing):
            for one in of_them:
                slug = one.product.slug
                gave: Gave = [(known.opened, known) for known in shelves.known(slug)]
                gave += [(file.opened, file.rows[number]) for file in read]
                aside = [one for one in told if one.product in ("", slug)]
                # What lies in the future is due another night.
                aside = [one for one in aside if not one.reason.endswith(AHEAD)]
                if aside and not any(rows.first for _, rows in gave):
                    came[slug] = Fatal(f"files: {none_landed(slug, aside)}")
                    continue
                coverage = self._coverage(one.product, one.window, gave, reading)
                came[slug] = replace(coverage, remember=shelves.text(slug), kept=shelves.kept(slug))
        return {one.product.slug: came[one.product.slug] for one in asked}

    def unchanged(self, product: Product, window: Window) -> bool:
        """Whether all files are as they were when they were last read for the product, and none is new or gone."""
        paths = self._paths()
        return self._shelves([Asked(product, window)], paths).same == len(paths)

    def begins(self, product: Product) -> datetime | None:
        """The earliest time of any row; files that are as they were are not read."""
        paths = self._paths()
        shelves = self._shelves([Asked(product, _ALL_TIME)], paths)
        known = [each.low for each in shelves.known(product.slug)]
        return min(
            filter(None, [*known, *(earliest(self._spec, self._look, p) for p in paths[shelves.same :])]), default=None
        )

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

    def _rows(self, sharing: Sharing, name: str, reading: Reading) -> FileRows:
        return FileRows(self._spec, self._context, *sharing, name, reading=reading)

    def _survey(self, path: Path, *, whole: bool = True) -> Survey:
        return survey(self._spec, self._look, path, whole=whole)

    def _reading(self, surveys: Iterable[Survey]) -> Reading:
        return Reading.of(sum(surveys, Survey()), self._spec.scales, self._spec.words)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Opens every file once; reads all rows of small ones, else the first of each."""
        try:
            sharing, lacking = self._sharing([Asked(product, _ALL_TIME) for product in products])
            paths = self._paths() if sharing else []
            whole = sum(path.stat().st_size for path in paths) <= CHEAP
            posts: Counter[str] = Counter()
            refused: list[Rejected] = []
            read: list[Read] = []
            reading = self._reading(self._survey(path, whole=whole) for path in paths)
            if reading.ids.objection:
                raise Fatal(f"files: {reading.ids.objection}")
            for path in paths:
                file = Read(self._look(path), [self._rows(each, path.name, reading) for each in sharing])
                for batch in batches(file.opened, file.choose):
                    page = file.page(batch)
                    posts.update(page.posts["product"].to_pylist())
                    refused += page.rejected
                    if not whole:
                        break
                read.append(file)
        except Fatal as error:
            return {product.slug: Health(False, str(error)) for product in products}
        found = {slug: Health(False, str(error)) for slug, error in lacking.items()}
        for number, (of_them, _) in enumerate(sharing):
            rows: Gave = [(file.opened, file.rows[number]) for file in read]
            for slug in (one.product.slug for one in of_them):
                found[slug] = health(
                    slug,
                    rows,
                    posts[slug],
                    [one for one in refused if one.product in ("", slug)],
                    reading,
                    str(self._spec.zone),
                    whole=whole,
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

    def _coverage(self, product: Product, window: Window, read: Gave, reading: Reading) -> Coverage:
        says = "; ".join([described(read), *reading.says, *reading.asks, *of_ids(read), *left_out(read)])
        spans = self._covered(product, read)
        inside = parts_in(window, spans)
        if not inside:
            held = f"they cover {spans[0].start:%Y-%m-%d} to {spans[-1].end:%Y-%m-%d}" if spans else "no row in them"
            return Coverage.none(window, f"{says}: nothing of the asked time; {held}")
        reached, until = inside[0].start, inside[-1].end
        if reached > window.start:
            says += f"; nothing before {reached:%Y-%m-%d %H:%M} without a gap"
        if until < window.end:
            says += f"; nothing after {until:%Y-%m-%d %H:%M}"
        holes = [Window(one.end, other.start) for one, other in pairwise(inside)]
        says += "".join(f"; gap {hole.start:%Y-%m-%d} to {hole.end:%Y-%m-%d}" for hole in holes[-3:])
        says += f" and {len(holes) - 3} before" if len(holes) > 3 else ""
        # A day of which rows were refused is not whole.
        refused = sorted({day for _, rows in read for day in days_refused(rows)})
        missing = [Window(self._midnight(day), self._midnight(day + timedelta(days=1))) for day in refused]
        inside_it = tuple(each for each in missing if each.start < until and each.end > reached)
        if inside_it:
            says += f"; rows were refused of {len(inside_it)} days, which are not whole"
        return Coverage(reached, until, capped=reached > window.start, note=says, missing=(*holes, *inside_it))

    def _covered(self, product: Product, read: Gave) -> list[Span]:
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
                held = Span(rows.first, rows.last + timedelta(microseconds=1), loose=True)
                days = days_with_rows(rows)
                next(iter(spans.values())).extend(shown(held, days))
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
