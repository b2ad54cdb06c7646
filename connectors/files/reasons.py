"""Why rows of a batch are refused, or fields of them left out: by row, counted, with the line of the first."""

from __future__ import annotations

from collections import Counter

import numpy as np

from earful.connectors.files.records import Positions
from earful.connectors.files.values.cast import Mask


class Reasons:
    """One reason a row; its first counts."""

    def __init__(self, size: int) -> None:
        self._codes = np.zeros(size, dtype=np.int16)
        self._words: list[str] = [""]
        self._all: list[tuple[str, Mask]] = []

    def add(self, bad: Mask, why: str) -> None:
        """These rows, where they have no reason yet."""
        if bad.any():
            self._codes[bad & (self._codes == 0)] = len(self._words)
            self._words.append(why)
            self._all.append((why, bad))

    def given(self) -> Mask:
        """Which rows have one."""
        found: Mask = self._codes > 0
        return found

    def of(self, row: int) -> str:
        """A row's reason, or ""."""
        return self._words[int(self._codes[row])]

    def each(self) -> list[tuple[str, Mask]]:
        """Every reason with all of its rows, those among them that have an earlier one, too."""
        return self._all


class Unread:
    """Fields left out of rows that landed: how many by reason, and the line of the first."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.first: dict[str, int] = {}

    def plain(self) -> dict[str, list[int]]:
        """By reason: how many, and the line of the first."""
        return {why: [many, self.first[why]] for why, many in self.counts.items()}

    def add(self, reasons: Reasons, landed: Mask, lines: Positions) -> None:
        """Those of a batch."""
        for why, bad in reasons.each():
            rows = np.flatnonzero(bad & landed)
            if len(rows):
                self.counts[why] += len(rows)
                self.first[why] = min(self.first.get(why, int(lines[rows[0]])), int(lines[rows[0]]))
