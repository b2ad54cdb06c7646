"""earful from Python: the published file as pandas frames, and the scorer of the night for texts of your own.

    import earful

    with earful.read("earful-data/earful.duckdb") as published:
        published.trend("acme")[["day", "posts", "mean_7d"]].tail(14)
    earful.score(["App crashes every time I open it", "Love it"])["compound"]

The five floors (``earful.connectors`` ... ``earful.flows``) are links to the folders of the checkout.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from earful.warehouse import Reading

__all__ = ["__version__", "read", "score"]

try:
    __version__ = version("earful")
except PackageNotFoundError:  # a checkout that nobody installed
    __version__ = "0+unknown"


def read(path: Path | str) -> Reading:
    """Open a published file (``earful.duckdb``) read-only: a context manager whose methods give pandas frames.

    ``daily``, ``trend``, ``verdicts`` and ``posts`` take ``product`` and ``first`` and ``last``, days of the reporting
    zone, both included; columns and units are in docs/frames.md. Raises ``earful.warehouse.WarehouseError`` in one
    line: no such file, or no DuckDB file.
    """
    from earful.warehouse import read as opened  # noqa: PLC0415 - DuckDB and pandas only for who asks

    return opened(path)


def score(texts: Iterable[str | None], profile: Literal["product", "vader"] = "product") -> pd.DataFrame:
    """Score texts as the nightly does: one row a text, in order.

    ``compound`` is in [-1, 1], four decimals; positive from 0.05, negative from -0.05 down. Where ``scored`` is false
    it is missing, and ``unscored_reason`` says why ("no text", "says nothing" as "N/A" does, "language": VADER knows
    English only). ``profile``: VADER with the words, phrases and repairs of product feedback, or vaderSentiment as it
    is (which the column ``vader_compound`` holds in either case). The columns are those of
    ``earful.sentiment.scorer.SCHEMA``. Raises TypeError for one text in place of several.
    """
    import pandas as pd  # noqa: PLC0415 - as above
    import pyarrow as pa  # noqa: PLC0415

    from earful.sentiment.columnar import ColumnarScorer  # noqa: PLC0415
    from earful.sentiment.profile.profile import Profile  # noqa: PLC0415

    if isinstance(texts, str):
        raise TypeError("texts: found one text; give a list of texts")
    given = pd.Series(list(texts), dtype="object")
    given = given.where(given.notna(), None)  # a missing text of a frame is NaN or NA
    words = pa.array(given, pa.large_string(), from_pandas=True)
    page = pa.table({"title": pa.array([""] * len(words), pa.string()), "text": words})
    frame: pd.DataFrame = ColumnarScorer(Profile.named(profile)).score(page).to_pandas(types_mapper=pd.ArrowDtype)
    return frame
