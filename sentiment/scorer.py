"""What a scorer gives, as protocol and tables: a row a post in the page's order, and its topics. See columnar.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

#: VADER's own threshold on the compound (vaderSentiment's README): positive from here, negative from its opposite.
COMPOUND_THRESHOLD = 0.05

#: Columns of the table of scores, in order. Where ``scored`` is false the scores are null and
#: ``unscored_reason`` says why.
SCHEMA = pa.schema(
    [
        pa.field("language", pa.string()),  # ISO 639-1 by the gate; null where there was no text
        pa.field("scored", pa.bool_(), nullable=False),
        pa.field("unscored_reason", pa.string()),  # "no text", "says nothing" (No, N/A, -), "language", or null
        pa.field("compound", pa.float64()),  # [-1, 1], four decimals, VADER's rounding
        pa.field("positive", pa.float64()),  # shares of the text, three decimals
        pa.field("neutral", pa.float64()),
        pa.field("negative", pa.float64()),
        pa.field("vader_compound", pa.float64()),  # bare vaderSentiment 3.3.2 on the same (capped) text
        pa.field("capped", pa.bool_(), nullable=False),  # text was longer than the cap; the rest was not scored
    ]
)

#: Columns of the table of topics, in order; a row for each topic that a scored post speaks of.
TOPICS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),  # of the page, from 0
        pa.field("topic", pa.string(), nullable=False),
        pa.field("compound", pa.float64(), nullable=False),  # mean over the sentences naming it, [-1, 1], four decimals
        pa.field("sentences", pa.int32(), nullable=False),  # so many
    ]
)


@dataclass(frozen=True, slots=True)
class Scored:
    """All that is said about a page: ``scores``, a table of SCHEMA, and ``topics``, one of TOPICS.

    ``topics`` is None where the scorer does not look for any.
    """

    scores: pa.Table
    topics: pa.Table | None


class Scorer(Protocol):
    """Anything that scores pages. ``version`` names package, profile and lexicon; it is stored with every score."""

    @property
    def version(self) -> str:
        """Package, profile and lexicon, short enough for a column."""
        ...

    def score(self, page: pa.Table) -> pa.Table:
        """Scores of a page (needs its columns title, text), a table of SCHEMA in the same order."""
        ...

    def score_page(self, page: pa.Table) -> Scored:
        """The scores of a page and its topics, in one pass."""
        ...
