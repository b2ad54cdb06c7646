"""Holds why rows are set aside; the reasons themselves are given in files/rows.py, dates.py and values/ids.py."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earful.connectors.files.values.arrays import Mask


class Reasons:
    """Why rows are refused; a row's first reason counts."""

    def __init__(self, size: int) -> None:
        self._codes = np.zeros(size, dtype=np.int8)
        self._words: list[str] = [""]

    def add(self, bad: Mask, why: str) -> None:
        """A reason for those of the rows that have none yet."""
        self._codes[bad & (self._codes == 0)] = len(self._words)
        self._words.append(why)

    def given(self) -> Mask:
        """Which rows have a reason."""
        found: Mask = self._codes > 0
        return found

    def of(self, row: int) -> str:
        """The reason of one row, "" where there is none."""
        return self._words[int(self._codes[row])]

    def each(self) -> Iterator[tuple[str, Mask]]:
        """Every reason that was given, and which rows have it."""
        for code in np.unique(self._codes[self._codes > 0]):
            yield self._words[int(code)], self._codes == code
