"""Ids that stand in a file more than once: which rows are versions of one post, and which a later row stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.values.arrays import Mask, Positions, mask

#: Why a row with the id and the time of a later row is set aside: of both the later stands, in one file as in many.
SAME = "its id and time are those of a later row of this file"
OTHER_WORDS = f"{SAME}, which has other words"

#: Bytes of a title and a text that are kept to compare them.
_BEGINNING = 40


@dataclass(frozen=True, slots=True)
class Superseded:
    """Rows for which a later row stands: of the batch just added, and of earlier ones.

    ``before``: their lines, each with the place in the batch of the row that stands for it. ``now_other`` and
    ``before_other``: those of them whose words differ from the later row's.
    """

    now: Mask
    now_other: Mask
    before: Mapping[int, int] = field(default_factory=dict)
    before_other: frozenset[int] = frozenset()


class Repeats:
    """Goes over the rows of one file that land, batch by batch.

    Rows of one id and different times are versions, of which the store keeps the newest by time. Of long words length
    and beginning are compared, so as many have other words as are said, or more.
    """

    def __init__(self) -> None:
        self._batches: list[pa.Table] = []
        self._plain = True
        self._merged: tuple[int, int, int] | None = None

    def add(self, columns: Mapping[str, pa.Array], good: Mask, lines: Positions) -> Superseded:
        """The next rows; ``good``: which of them land."""
        at = np.flatnonzero(good)
        where = pa.array(at)
        ids = columns["post_id"].take(where)
        moment = pc.coalesce(columns["edited_at"], columns["created_at"]).cast(pa.int64()).take(where)
        words = _marks(columns["title"].take(where), columns["text"].take(where))
        batch = pa.table({"id": ids, "at": moment, "words": words, "line": lines[at]})
        none = np.zeros(len(good), dtype=np.bool_)
        if self._plain:
            # Nearly every file names each id once; only where one comes again are times and words looked at.
            codes = ids.dictionary_encode().dictionary
            if len(codes) == len(ids) and not any(
                pc.any(pc.is_in(earlier["id"], value_set=codes)).as_py() for earlier in self._batches
            ):
                self._batches.append(batch)
                return Superseded(none, none)
            self._plain = False
            self._batches = [_versioned(each) for each in self._batches]
        return self._again(_versioned(batch), at, none)

    def _again(self, batch: pa.Table, at: Positions, none: Mask) -> Superseded:
        words = batch["words"].combine_chunks()
        versions = batch["version"].combine_chunks().dictionary_encode()
        codes = versions.indices.to_numpy()
        last = np.zeros(len(versions.dictionary), dtype=np.int64)
        last[codes] = np.arange(len(codes))  # of equal places the last is written last
        again = last[codes] != np.arange(len(codes))
        now, now_other = none.copy(), none.copy()
        now[at[again]] = True
        now_other[at[again & mask(pc.not_equal(words, words.take(pa.array(last[codes]))))]] = True
        before: dict[int, int] = {}
        other: set[int] = set()
        for number, earlier in enumerate(self._batches):
            # The other way round, the table that is searched in would grow with the file.
            hits = mask(pc.is_in(earlier["version"].combine_chunks(), value_set=versions.dictionary))
            if hits.any():
                old = earlier.filter(pa.array(hits))
                which = pc.index_in(old["version"].combine_chunks(), value_set=versions.dictionary).to_numpy()
                held = old["line"].to_numpy()
                before.update(zip(held.tolist(), at[last[which]].tolist(), strict=True))
                differ = pc.not_equal(old["words"].combine_chunks(), words.take(pa.array(last[which])))
                other.update(held[mask(differ)].tolist())
                self._batches[number] = earlier.filter(pa.array(~hits))
        self._batches.append(batch.filter(pa.array(~again)))
        self._merged = None
        return Superseded(now, now_other, before, frozenset(other))

    def merged(self) -> tuple[int, int, int]:
        """Of all rows so far that land: see the class.

        How many have the id of a row above them, how many of those other words than the first of their id, and the
        line of the first of them; zeros where each id stands once.
        """
        if self._plain:
            return 0, 0, 0
        if self._merged is None:
            rows = pa.concat_tables(self._batches).sort_by("line").combine_chunks()
            words = rows["words"].combine_chunks()
            ids = rows["id"].combine_chunks().dictionary_encode()
            first = np.unique(ids.indices.to_numpy(), return_index=True)[1][ids.indices.to_numpy()]
            again = first != np.arange(len(first))
            differ = mask(pc.not_equal(words, words.take(pa.array(first))))
            line = int(rows["line"][int(np.argmax(again))].as_py()) if again.any() else 0
            self._merged = int(again.sum()), int((again & differ).sum()), line
        return self._merged


def _marks(titles: pa.Array, texts: pa.Array) -> pa.Array:
    """What words are compared by: the first bytes and the length of each."""
    parts = []
    for words in (titles, texts):
        raw = words.cast(pa.binary())
        parts += [pc.binary_slice(raw, 0, _BEGINNING), pc.binary_length(words).cast(pa.string()).cast(pa.binary())]
    return pc.binary_join_element_wise(*parts, b"\x1f")


def _versioned(batch: pa.Table) -> pa.Table:
    moment = pc.fill_null(batch["at"].cast(pa.string()), "")
    return batch.append_column("version", pc.binary_join_element_wise(batch["id"], moment, "\x1f"))
