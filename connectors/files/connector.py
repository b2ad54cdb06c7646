"""The connector ``files``: tables on disk (CSV, JSON, Excel, Parquet) as posts, by a column mapping or a preset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from earful.connectors.base import (
    Asked,
    Context,
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
from earful.connectors.files.covering import Covering
from earful.connectors.files.health import Gave, described, health
from earful.connectors.files.known import Shelves, settled
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.places import Places, Skipped, find, nothing_left, reason
from earful.connectors.files.reader import FileReader
from earful.connectors.files.report.asked import between_files, refuse_contradictions
from earful.connectors.files.report.messages import all_refused
from earful.connectors.files.report.names import Names
from earful.connectors.files.rows import FileRows
from earful.connectors.files.tables.packed import on_disk
from earful.connectors.files.tables.read import look
from earful.connectors.post import Page
from earful.connectors.post import page as make_page
from earful.connectors.toolkit.stamps import Taken, Takes

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
        self._options, self._context, self._spec = options, context, options.spec(context.zone)
        self._covering = Covering(options, self._spec, ZoneInfo(context.zone))
        self._takes = Takes()
        self._settled = settled(context.remembered.values())

    def pull(self, asked: Sequence[Asked]) -> Pull:
        """The products' rows created or edited in their windows, file by file; each file is read once.

        Coverage: what the files show, see _covered. Raises Fatal where a file is missing or is not the table that it
        should be.
        """
        return Pull(self._pages(asked))

    def _pages(self, asked: Sequence[Asked]) -> SharedPages:
        sharing, came = self._sharing(asked)
        # Where no product can be found in them, the files need not be there.
        places = self._places() if sharing else Places()
        paths, skipped = places.files, list(places.skipped)
        shelves = self._shelves([one for of_them, _ in sharing for one in of_them], paths)
        if refused := shelves.refused():
            yield make_page((), refused)
        read: list[FileReader] = []
        order: list[int | tuple[Taken | None, Path, str]] = []
        for path in paths[shelves.same :]:
            taken, came_of_it = self._takes.of(on_disk(path)), False
            try:
                file = self._reader(path, sharing, taken)
                for page in file.pages():
                    if len(page.posts) or page.rejected:
                        yield page
                        came_of_it = True
            except Fatal as error:
                if path not in places.loose or came_of_it:
                    raise
                skipped.append(Skipped(path.name, reason(path.name, error)))
                order.append((taken, path, skipped[-1].why))
                continue
            order.append(len(read))
            read.append(file)
        yield from self._again(sharing, shelves, read)
        for each in order:
            if not isinstance(each, int):
                shelves.skip(*each)
                continue
            file = read[each]
            for number, (of_them, _) in enumerate(sharing):
                slugs = [one.product.slug for one in of_them]
                shelves.add(slugs, file.taken, file.opened, file.rows[number], file.posts, file.refused)
        for number, (of_them, _) in enumerate(sharing):
            for one in of_them:
                slug = one.product.slug
                before = shelves.known(slug)
                aside = [*skipped, *(Skipped(Path(each.path).name, each.skipped) for each in before if each.skipped)]
                gave: Gave = [(known.opened, known) for known in before if not known.skipped]
                gave += [(file.opened, file.rows[number]) for file in read]
                if not gave:
                    raise nothing_left(self._options.paths, aside)
                summaries = [rows.summary for _, rows in gave]
                refuse_contradictions(summaries)
                if nothing := all_refused(summaries):
                    came[slug] = Fatal(f"{described(gave)}: {nothing}")
                    continue
                coverage = self._covering.coverage(one.product, one.window, gave, aside, shelves.lost(slug))
                came[slug] = replace(coverage, remember=shelves.text(slug), kept=shelves.kept(slug))
        return {one.product.slug: came[one.product.slug] for one in asked}

    def _again(self, sharing: Sequence[Sharing], shelves: Shelves, read: list[FileReader]) -> Iterator[Page]:
        """Once more, of ``read``, the posts of files of which others make a grade doubtful, now without it.

        The store keeps the later of two. Files are held against each other only when all are known: they are read once
        where nothing is amiss.
        """
        if not sharing:
            return
        known = [each.summary for each in shelves.known(sharing[0][0][0].product.slug) if not each.skipped]
        asked = between_files([*known, *(file.rows[0].summary for file in read)], shelves.scales())
        for number, doubts in enumerate(asked[len(known) :]):
            if doubts:
                before = read[number]
                read[number] = replace(self._reader(before.opened.path, sharing, before.taken), questions=doubts)
                for page in read[number].pages():
                    yield replace(page, rejected=())

    def unchanged(self, product: Product, window: Window) -> bool:
        """Whether all files are as they were when they were last read for the product, and none is new or gone."""
        paths = self._places().files
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

    def _reader(self, path: Path, sharing: Sequence[Sharing], taken: Taken | None = None) -> FileReader:
        options = self._options
        opened = look(path, options.format, options.encoding, options.delimiter, options.sheet, options.skip)
        return FileReader(opened, [FileRows(self._spec, self._context, *each, path.name) for each in sharing], taken)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Reads all rows as a pull does, and so says what a pull will say."""
        try:
            sharing, lacking = self._sharing([Asked(product, _ALL_TIME) for product in products])
            places = self._places() if sharing else Places()
            skipped = list(places.skipped)
            read: list[FileReader] = []
            for path in places.files:
                try:
                    file = self._reader(path, sharing)
                    for rows in file.rows if self._spec.match else ():
                        rows.names = Names()
                    for _ in file.pages():
                        continue
                except Fatal as error:
                    if path not in places.loose:
                        raise
                    skipped.append(Skipped(path.name, reason(path.name, error)))
                    continue
                read.append(file)
            if sharing and not read:
                raise nothing_left(self._options.paths, skipped)
            for number in range(len(sharing)):
                refuse_contradictions([file.rows[number].summary for file in read])
        except Fatal as error:
            return {product.slug: Health(False, str(error)) for product in products}
        found = {slug: Health(False, str(error)) for slug, error in lacking.items()}
        posts = sum((file.posts for file in read), Counter[str]())
        refused = Counter(each.product for file in read for each in file.refused)
        for number, (of_them, _) in enumerate(sharing):
            gave: Gave = [(file.opened, file.rows[number]) for file in read]
            asked = between_files([rows.summary for _, rows in gave], {})
            for slug in (one.product.slug for one in of_them):
                aside = refused[slug] + refused[""]
                zone, rule = self._spec.zone.key, self._covering.rule
                open_ = self._covering.says(next(o.product for o in of_them if o.product.slug == slug), gave)
                found[slug] = health(slug, gave, asked, posts[slug], aside, zone, rule, skipped, open_)
        return {product.slug: found[product.slug] for product in products}

    def _places(self) -> Places:
        return find(Path(self._context.root), self._options.paths, self._settled)
