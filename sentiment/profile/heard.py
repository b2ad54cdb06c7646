"""What a text is heard to say by phrases rather than by single words: "no longer crashes", "could be better".

Where a phrase of an overlay list stands, its words are replaced by one made-up word that has the phrase's valence in
the profile's lexicon. So VADER's rules go on around it ("hardly a black screen" is negated, "BLACK SCREEN" is louder),
both of its engines read the same, and bare VADER knows nothing of it. A misspelt word is replaced by the right one.

Phrases do not reach over the end of a sentence. Where two overlap, the one that begins first counts, of two that begin
together the longer, of two as long the one that stands later in the lists. The time is linear in the text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.phrase_table import BAD, GOOD, WALL, PhraseEntry, coined
from earful.sentiment.text.phrases import Phrases, Slot, parse, spelling
from earful.sentiment.text.words import Bytes, Engine, Ints, raw

#: Raised whenever the same phrases may be heard otherwise; part of every profile's version.
REVISION = "heard-2"

#: From this valence on (and from its opposite down) a word of the lexicon is one of the lists GOOD and BAD.
CHARGED = 1.0

#: Words before a phrase that stands alone: VADER looks back over three tokens for a negation.
_SHIELD = f"{coined(0)} " * 3

_STOPS = np.zeros(256, np.bool_)
_STOPS[list(b".!?;\n")] = True


@dataclass(frozen=True)
class Heard:
    """The phrases of some lists. ``lists``: the words behind the names in capitals, GOOD and BAD among them."""

    entries: tuple[PhraseEntry, ...]
    misspelt: tuple[tuple[str, str], ...]  # as people write it, and what they mean
    lists: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    @lru_cache(maxsize=16)
    def of(
        cls,
        entries: tuple[PhraseEntry, ...],
        misspelt: tuple[tuple[str, str], ...],
        lists: tuple[tuple[str, tuple[str, ...]], ...],
        lexicon: Lexicon,
    ) -> Heard:
        """From what the lists say; GOOD and BAD are the charged words of the lexicon they are laid over.

        The same object for the same lists: its tables take a tenth of a second to build.
        """
        # A slip that is a word of the lexicon is that word.
        misspelt = tuple((wrong, right) for wrong, right in misspelt if wrong not in lexicon.words)
        charged = {w: v for w, v in lexicon.words.items() if abs(v) >= CHARGED and w.isascii() and w.isalpha()}
        good = {w for w, v in charged.items() if v > 0}
        return cls(
            entries,
            misspelt,
            (
                (GOOD, frozenset(good)),
                (BAD, frozenset(charged.keys() - good)),
                *((name, frozenset(chain.from_iterable(map(spelling, words)))) for name, words in lists),
            ),
        )

    def hear(self, texts: pa.Array, engine: Engine = "auto") -> pa.Array:
        """The texts with phrases and misspelt words replaced: same length and type, null stays null."""
        if not self._replacements or not len(texts):
            return texts
        words = self._phrases.vocabulary.number(texts, engine)
        first, last, phrase = self._phrases.follow(words.id, words.row, engine)
        start, end = words.start[first], words.end[last]
        at = np.flatnonzero(~_stopped(words.data, start, end))
        if not len(at):
            return texts
        at = at[_chosen(start[at], end[at], phrase[at])]
        return self._replaced(texts, start[at], end[at], phrase[at])

    def _replaced(self, texts: pa.Array, start: Ints, end: Ints, phrase: Ints) -> pa.Array:
        """The texts with other words in these places, which are in order and apart."""
        data, bounds = raw(texts)
        said = memoryview(data)  # type: ignore[arg-type]  # NumPy arrays are buffers
        pieces: list[bytes | memoryview] = []
        grown = np.empty(len(start), np.int64)
        done = 0
        for i, (a, b, p) in enumerate(zip(start.tolist(), end.tolist(), phrase.tolist(), strict=True)):
            small, capital = self._replacements[p]
            put = capital if bytes(said[a:b]).isupper() else small
            # Of "a total rip-off" only "total rip" may be a phrase: the rest is a word by itself, not part of it.
            if bytes(said[b : b + 1]) == b"-":
                put += b" "
            pieces += (said[done:a], put)
            grown[i] = len(put) - (b - a)
            done = b
        pieces.append(said[done:])
        ends = bounds + np.concatenate(([0], np.cumsum(grown)))[np.searchsorted(end, bounds, "right")]
        new = pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(pieces)))
        new = new.cast(texts.type)
        return pc.if_else(pc.is_valid(texts), new, pa.scalar(None, texts.type)) if texts.null_count else new

    @cached_property
    def hash(self) -> str:
        """Ten hex digits of phrases, valences and misspelt words; GOOD and BAD are in the lexicon's own hash."""
        said = [(entry.phrases, entry.valence, entry.alone) for entry in self.entries]
        lists = [(name, sorted(words)) for name, words in self.lists if name not in {GOOD, BAD}]
        return hashlib.sha256(repr((REVISION, said, self.misspelt, lists)).encode()).hexdigest()[:10]

    @cached_property
    def _replacements(self) -> list[tuple[bytes, bytes]]:
        """By phrase: what takes its place, in small letters and in capitals."""
        said = [
            (_SHIELD if entry.alone else "") + coined(entry.valence) for entry in self.entries for _ in entry.phrases
        ]
        said += [right for _, right in self.misspelt]
        return [(each.encode(), each.upper().encode()) for each in said]

    @cached_property
    def _phrases(self) -> Phrases:
        names = frozenset(name for name, _ in self.lists)
        slots = [parse(phrase, names) for entry in self.entries for phrase in entry.phrases]
        wrong: dict[str, list[str]] = {}
        for word, right in self.misspelt:
            wrong.setdefault("".join(spelling(right)), []).append("".join(spelling(word)))

        def with_slips(words: frozenset[str]) -> frozenset[str]:
            return words | {w for word in words & wrong.keys() for w in wrong[word]}

        # A phrase is also found in the words that people misspell.
        slots = [tuple(Slot(with_slips(slot.words), slot.gap) for slot in each) for each in slots]
        lists = {name: with_slips(words) for name, words in self.lists}
        slots += [parse(word) for word, _ in self.misspelt]
        return Phrases.of([(i, False, each) for i, each in enumerate(slots)], lists, WALL)


def _stopped(data: Bytes, start: Ints, end: Ints) -> npt.NDArray[np.bool_]:
    """Whether a sentence ends between the first and the last byte of each match."""
    if not len(start):
        return np.zeros(0, np.bool_)
    length = end - start
    ends = np.cumsum(length)
    inside = np.repeat(start - (ends - length), length) + np.arange(ends[-1])
    found: npt.NDArray[np.bool_] = np.logical_or.reduceat(_STOPS[data[inside]], ends - length)
    return found


def _chosen(start: Ints, end: Ints, phrase: Ints) -> Ints:
    """Places of the matches that count, in order and without overlap."""
    order = np.lexsort((-phrase, -end, start))
    starts = start[order]
    order = order[np.concatenate(([True], starts[1:] != starts[:-1]))]
    start, end = start[order], end[order]
    # Nearly all stand apart from what is before them; the others are looked at in turn.
    reach = np.maximum.accumulate(end)
    apart = np.concatenate(([True], start[1:] >= reach[:-1]))
    kept = apart.copy()
    last = 0
    for i in np.flatnonzero(~apart | np.append(~apart[1:], False)).tolist():
        if apart[i] or start[i] >= last:
            kept[i] = True
            last = end[i]
    return order[kept]
