"""What people said of a text, read from a column: stars, labels or ratings, as three classes and a value to expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from earful.sentiment.evaluation.measures import Classes, Floats, classes
from earful.sentiment.scorer import COMPOUND_THRESHOLD

Kind = Literal["stars", "labels", "ratings"]

_SAID = {
    -1: "negative neg bad no false down thumbs_down unrecommended not_recommended very_negative -",
    0: "neutral neu none mixed ok",
    1: "positive pos good yes true up thumbs_up recommended very_positive +",
}
_WORDS = {word: label for label, words in _SAID.items() for word in words.split()}
#: Numbers as labels, by the set of those that the column has. (0, 2, 4: Sentiment140.)
_CODES: tuple[dict[float, int], ...] = (
    {0: -1, 1: 1},
    {-1: -1, 0: 0, 1: 1},
    {0: -1, 1: 0, 2: 1},
    {0: -1, 2: 0, 4: 1},
)


@dataclass(frozen=True, slots=True)
class Truth:
    """One entry a row of the column.

    ``values``: stars 1..5, labels -1, 0, 1, or ratings around zero; NaN where the row has none. ``classes``: -1, 0, 1
    (0 also where there is none: look at ``known``). ``expected``: the value on the scale of a compound, [-1, 1].
    ``said``: how values became classes, for a person.
    """

    kind: Kind
    values: Floats
    classes: Classes
    expected: Floats
    said: str

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether the row says anything."""
        return ~np.isnan(self.values)


def read(column: pa.Array | pa.ChunkedArray, kind: Kind | None = None) -> Truth:
    """The truth in a column of text or numbers; null and blank entries say nothing.

    Without ``kind``: whole numbers 1 to 5 are stars, words (and a few usual sets of codes, such as 0 and 1) are labels,
    other numbers are ratings. Raises ValueError, in words for a person, for a column that is none of these.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    written = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
    said = pc.and_(pc.is_valid(written), pc.not_equal(written, "")).fill_null(False)
    written = pc.if_else(said, written, None)
    if not pc.any(said).as_py():
        raise ValueError("the column of labels is empty")
    numbers = _numbers(written)
    kind = kind or _guess(numbers)
    if kind == "labels":
        return _labels(written, numbers)
    if numbers is None:
        raise ValueError(f"{kind} must be numbers; found {_some(written)}")
    return _stars(numbers) if kind == "stars" else _ratings(numbers)


def kinds() -> tuple[str, ...]:
    """The names of all kinds."""
    return get_args(Kind)


def _numbers(written: pa.Array) -> Floats | None:
    try:
        numbers = written.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    values: Floats = numbers.to_numpy(zero_copy_only=False)
    return None if np.isinf(values).any() else values


def _guess(numbers: Floats | None) -> Kind:
    if numbers is None:
        return "labels"
    seen = set(numbers[~np.isnan(numbers)].tolist())
    if _codes(seen):
        return "labels"
    return "stars" if seen <= {1.0, 2.0, 3.0, 4.0, 5.0} else "ratings"


def _codes(seen: set[float]) -> dict[float, int] | None:
    """What the numbers mean as labels; one number alone may mean anything, and numbers from 1 on are stars."""
    plain = len(seen) > 1 and min(seen) <= 0
    return next((codes for codes in _CODES if plain and seen <= set(codes)), None)


def _labels(written: pa.Array, numbers: Floats | None) -> Truth:
    if numbers is not None:
        seen = set(numbers[~np.isnan(numbers)].tolist())
        codes = _codes(seen)
        if codes is None:
            raise ValueError(f"found the numbers {_some(written)} as labels; give words, -1 0 1, 0 1, or 0 1 2")
        values = np.array([codes.get(v, np.nan) for v in numbers.tolist()])
        said = ", ".join(f"{v:g} {_name(codes[v])}" for v in sorted(seen))
    else:
        keys = pc.replace_substring_regex(pc.utf8_lower(written), r"[\s_-]+(\w)", r"_\1")
        known = sorted(set(keys.drop_null().to_pylist()))
        strange = [k for k in known if k not in _WORDS]
        if strange:
            raise ValueError(
                f"does not know the labels {', '.join(map(repr, strange[:5]))}; use positive, neutral, negative"
            )
        values = np.array([np.nan if k is None else _WORDS[k] for k in keys.to_pylist()])
        said = ", ".join(f"{k} {_name(_WORDS[k])}" for k in known if k != _name(_WORDS[k])) or ", ".join(known)
    return Truth("labels", values, _zero(values).astype(np.int8), values, said)


def _stars(numbers: Floats) -> Truth:
    known = numbers[~np.isnan(numbers)]
    if not ((known >= 1) & (known <= 5)).all():
        raise ValueError(f"stars go from 1 to 5; found {known.min():g} to {known.max():g} (other numbers are ratings)")
    expected = (numbers - 3) / 2
    # Half stars exist: 2.5 is neutral, as 3.5 is.
    return Truth("stars", numbers, classes(_zero(expected), 0.5), expected, "1-2 negative, 3 neutral, 4-5 positive")


def _ratings(numbers: Floats) -> Truth:
    known = numbers[~np.isnan(numbers)]
    if not ((known < 0).any() and (known > 0).any()):
        raise ValueError(
            f"ratings lie on both sides of zero; found {known.min():g} to {known.max():g} (1 to 5 are stars)"
        )
    said = f"up to -{COMPOUND_THRESHOLD:g} negative, from {COMPOUND_THRESHOLD:g} positive, as in the VADER paper"
    return Truth("ratings", numbers, classes(_zero(numbers)), numbers / np.abs(known).max(), said)


def _zero(values: Floats) -> Floats:
    return np.nan_to_num(values, nan=0.0)


def _name(label: float) -> str:
    return {-1: "negative", 0: "neutral", 1: "positive"}[int(label)]


def _some(written: pa.Array) -> str:
    return ", ".join(repr(v) for v in written.drop_null().unique().to_pylist()[:5])
