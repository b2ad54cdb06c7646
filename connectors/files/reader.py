"""One file on its way through: first what its columns are, from all of its rows; then its rows as pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from earful.connectors.files.report.whole import packed
from earful.connectors.files.rows import FileRows
from earful.connectors.files.tables.batch import Batch
from earful.connectors.files.tables.layout import LaterColumns
from earful.connectors.files.tables.read import Opened, batches
from earful.connectors.files.values.profile import ColumnFacts
from earful.connectors.post import SCHEMA, Page, Rejected
from earful.connectors.toolkit.stamps import Taken

#: Rows are held until all of a file is known, while they are no more than this in memory (bytes); a larger file is read
#: twice.
HELD = 64 << 20


@dataclass(slots=True)
class FileReader:
    """One file on its way through, once for all products: ``rows`` has one entry for each group that shares rows.

    ``questions``: by field (rating, nps) what other files of the channel make doubtful of it. ``taken``: what was taken
    of it before it was read. ``posts`` (by product) and ``refused``: what has come so far.
    """

    opened: Opened
    rows: Sequence[FileRows]
    taken: Taken | None = None
    questions: Mapping[str, str] = field(default_factory=dict)
    posts: Counter[str] = field(default_factory=Counter)
    refused: list[Rejected] = field(default_factory=list)
    #: Days with rows of products that nobody asked for.
    others: dict[int, list[int]] = field(default_factory=dict)

    def choose(self, found: Sequence[str]) -> list[str]:
        """The columns to read, of those that the file has. Raises Fatal when one is lacking."""
        for rows in self.rows:
            chosen = rows.choose(found)
        return chosen

    def pages(self) -> Iterator[Page]:
        """The file's rows that any of the products is asked for, once it is known what its columns are."""
        while True:
            try:
                found, held, size = self._learn()
                break
            except LaterColumns as later:
                # A header in mid-file names more of the columns asked for: from the top, with all of them.
                self.opened = replace(self.opened, columns=later.names)
        for rows in self.rows:
            rows.found = rows.tally.found = found
        if size > HELD:
            yield from map(self.page, self._batches())
        held.reverse()
        while held:
            yield self.page(held.pop())
        if self.rows[0].tally.own:
            tallies = [rows.tally for rows in self.rows]
            whole = packed([each for tally in tallies for each in (tally.days, tally.partial_days)] + [self.others])
            for rows in self.rows:
                rows.tally.whole = whole

    def _learn(self) -> tuple[ColumnFacts, list[Batch], int]:
        """What the columns are, the rows while they are few enough to be held, and their size in bytes."""
        profile = self.rows[0].profile()
        held: list[Batch] = []
        size = 0
        for batch in self._batches():
            self.rows[0].look(profile, batch)
            size += batch.table.nbytes
            if size <= HELD:
                held.append(batch)
            else:
                held.clear()
        found = profile.found()
        return found.asking(self.questions) if self.questions else found, held, size

    def _batches(self) -> Iterator[Batch]:
        """The rows, each day with its time of day where that is in another column."""
        for batch in batches(self.opened, self.choose):
            yield self.rows[0].with_clocks(batch)

    def page(self, batch: Batch) -> Page:
        """The batch's rows that any of the products is asked for, as one page."""
        named = self.rows[0].named(batch)
        tables, refused = [SCHEMA.empty_table()], list(batch.refused)
        if named is not None and len(batch.lines):
            others = ~np.logical_or.reduce([rows.are_mine(named) for rows in self.rows])
            if others.any():
                self.rows[0].of_nobody(batch, others, self.others)
        for rows in self.rows:
            rows.unread(batch)
            found, aside = rows.read(batch, named)
            tables += found
            refused += aside
        page = Page(pa.concat_tables(tables), tuple(refused))
        self.posts.update(page.posts["product"].to_pylist())
        self.refused.extend(refused)
        return page
