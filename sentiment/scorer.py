"""The scoring step: a page of posts in, a frame of scores out, one row a post, in the same order."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
import pyarrow as pa

#: Columns of the frame of scores, in order. Where ``scored`` is false the scores are null and
#: ``unscored_reason`` says why.
SCHEMA = pa.schema(
    [
        pa.field("language", pa.string()),  # ISO 639-1 by the gate; null where there was no text
        pa.field("scored", pa.bool_(), nullable=False),
        pa.field("unscored_reason", pa.string()),  # "no text", "language", or null
        pa.field("compound", pa.float64()),  # [-1, 1], four decimals, VADER's rounding
        pa.field("positive", pa.float64()),  # shares of the text, three decimals
        pa.field("neutral", pa.float64()),
        pa.field("negative", pa.float64()),
        pa.field("vader_compound", pa.float64()),  # bare vaderSentiment 3.3.2 on the same (capped) text
        pa.field("capped", pa.bool_(), nullable=False),  # text was longer than the cap; the rest was not scored
    ]
)


class Scorer(Protocol):
    """Anything that scores pages. ``version`` names package, profile and lexicon; it is stored with every score."""

    @property
    def version(self) -> str:
        """Package, profile and lexicon, short enough for a column."""
        ...

    def score(self, page: pd.DataFrame) -> pd.DataFrame:
        """Scores of a page (needs its columns title, text), columns and types of SCHEMA, Arrow-backed, same order."""
        ...
