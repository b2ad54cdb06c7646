"""Rows of a file, as every reader of tables gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from earful.connectors.files.values.arrays import Positions
from earful.connectors.post import Rejected

#: Given the columns that a file has, names those to read; raises Fatal when it lacks one that is needed.
Choose = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one file: the chosen columns under the file's names, each row's line (Parquet: its number, from 1)."""

    table: pa.Table
    lines: Positions
    refused: tuple[Rejected, ...] = ()
    #: What is in the file and is no row of it, such as a line above the header: counted by reason.
    left_out: tuple[Rejected, ...] = ()
    #: What was found out about the file, a line each.
    said: tuple[str, ...] = ()
    #: CSV's, with the first batch of a file.
    delimiter: str | None = None
