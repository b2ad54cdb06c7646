"""What came of a table against what is known of it: what is wrong, what is lost unsaid, what is refused and why."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.odd_files.draft import LOST, Draft, Way
from benchmarks.odd_files.reading import Reading, Row
from benchmarks.odd_files.truth import FIELDS

_WORDS = ("title", "text")


@dataclass(slots=True)
class Verdict:
    """Lines for a person, by kind. ``told``: losses that were said with their number."""

    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    unreasoned: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """All came that could be known."""
        return not (self.wrong or self.silent or self.told or self.unreasoned)


def judge(draft: Draft, reading: Reading, ways: Sequence[Way], *, ids: bool) -> Verdict:
    """``ids``: rows are told apart by ids of the file, not by ids that the reader makes."""
    found = Verdict()
    grounds = [way.ground for way in ways if way.ground]
    if reading.refused:
        kind = found.told if _grounded(reading.refused, grounds) else found.unreasoned
        kind.append(f"refused: {reading.refused}")
        return found
    truth = [number for number in range(draft.size) if number not in draft.older and _stands(draft, number)]
    pairs, lost, invented = _matched(draft, truth, reading.rows, ids=ids)
    found.wrong += [f"a row that is none: {_shown(row)}" for row in invented]
    if reading.differ:
        found.wrong.append(reading.differ)
    aside = sum(reading.aside.values()) + reading.left_out
    if len(lost) > aside:
        found.silent.append(f"{len(lost)} rows lost, {aside} said to be set aside (first: row {lost[0]})")
    elif set(lost) - draft.spoilt:
        found.told.append(f"{len(lost)} rows set aside: {'; '.join(reading.aside)}")
    found.unreasoned += [f"set aside: {why}" for why in reading.aside if not _grounded(why, grounds)]
    _fields(draft, reading, pairs, found, ids=ids)
    return found


def _stands(draft: Draft, number: int) -> bool:
    return any(number in file.rows for file in draft.files)


def _grounded(reason: str, grounds: Iterable[str]) -> bool:
    return any(re.search(ground, reason) for ground in grounds)


def _matched(
    draft: Draft, truth: Sequence[int], rows: Sequence[Row], *, ids: bool
) -> tuple[list[tuple[int, Row]], list[int], list[Row]]:
    """Rows of truth with what landed of them; those that did not; what landed and is none of them."""
    left, landed = list(truth), list(rows)
    pairs: list[tuple[int, Row]] = []

    def take(of_truth: Any, of_row: Any) -> None:  # noqa: ANN401 - two functions of one row
        held: dict[object, list[Row]] = defaultdict(list)
        for row in landed:
            held[of_row(row)].append(row)
        for number in list(left):
            same = held.get(of_truth(number))
            if same:
                row = same.pop(0)
                pairs.append((number, row))
                left.remove(number)
                landed[:] = [one for one in landed if one is not row]

    known = draft.known
    if ids:
        take(lambda n: known["post_id"][n], lambda row: row["post_id"])
        if not draft.spoilt:
            return pairs, left, landed
    take(
        lambda n: (known["created_at"][n], _composed(known["text"][n])),
        lambda row: (row["created_at"], row["text"]),
    )
    take(lambda n: _composed(known["text"][n]), lambda row: row["text"])
    take(lambda n: known["created_at"][n], lambda row: row["created_at"])
    take(lambda _n: 0, lambda _row: 0)
    return pairs, left, landed


def _composed(said: object) -> object:
    return unicodedata.normalize("NFC", said) if isinstance(said, str) else said


def _fields(draft: Draft, reading: Reading, pairs: Sequence[tuple[int, Row]], found: Verdict, *, ids: bool) -> None:
    for name in FIELDS:
        lost: list[int] = []
        excused = 0
        for number, row in pairs:
            want, got = draft.known[name][number], row[name]
            if name == "post_id":
                # An id that the reader made is its own affair; one that is known to be none must not stand.
                cell = str(draft.cells[name][number]).strip() if name in draft.cells else None
                same = got != cell if want is LOST or not ids else got == want
                if not same:
                    found.wrong.append(_line(number, name, want, got))
                continue
            empty = got is None or (name in _WORDS and got == "")
            if want is LOST:
                if not empty:
                    found.wrong.append(_line(number, name, want, got))
                excused += empty
            elif not _same(name, want, got):
                if empty:
                    lost.append(number)
                else:
                    found.wrong.append(_line(number, name, want, got))
        said = reading.not_read.get(name, 0)
        if name in reading.absent:
            excused = 0
            said = len(lost)
        if len(lost) + excused > said:
            found.silent.append(f"{name} lost in {len(lost) + excused} rows, {said} said (first: {lost[:1]})")
        elif lost:
            found.told.append(f"{name} not read in {len(lost)} rows")


def _same(name: str, want: object, got: object) -> bool:
    if name in _WORDS:
        # Blanks around words are no words.
        return str(_composed(want or "")).strip() == str(got or "").strip()
    if isinstance(want, float) and isinstance(got, float | int):
        return abs(want - got) < 1e-3
    return want == got


def _line(number: int, name: str, want: object, got: object) -> str:
    return f"row {number}: {name} is {_short(got)}, was {_short(want)}"


def _short(value: object) -> str:
    said = repr(value) if not hasattr(value, "isoformat") else value.isoformat()
    return said if len(said) <= 160 else f"{said[:80]} ... {said[-70:]}"


def _shown(row: Row) -> str:
    return _short({name: row[name] for name in ("post_id", "created_at", "text")})
