"""Topics by another way, for proofs: a plain loop over words, phrase by phrase. Rules and sentences are data here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import pyarrow as pa

from earful.sentiment.text.phrases import GAP, Slot, parse
from earful.sentiment.text.sentences import split
from earful.sentiment.topics.topics import Topics

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class PlainTopics:
    """Which topics a sentence names, and what a text says about each."""

    def __init__(self, topics: Topics) -> None:
        self._opening: dict[str, list[tuple[str, bool, Sequence[Slot]]]] = defaultdict(list)
        for name, rule in topics.rules.items():
            for exclude, phrases in ((False, rule.include), (True, rule.exclude)):
                for phrase in phrases:
                    slots = parse(phrase)
                    for word in slots[0].words:
                        self._opening[word].append((name, exclude, slots))

    def of_sentence(self, sentence: str) -> set[str]:
        """The topics that a sentence names: an include phrase that no exclude phrase of the topic touches."""
        words = [re.sub("['’]", "", word) for word in _WORD.findall(sentence.lower())]
        found: dict[bool, list[tuple[str, set[int]]]] = {False: [], True: []}
        for start, word in enumerate(words):
            for name, exclude, slots in self._opening.get(word, ()):
                found[exclude] += [(name, set(range(start, end + 1))) for end in _ends(words, start, slots[1:])]
        return {n for n, span in found[False] if not any(n == other and span & bad for other, bad in found[True])}

    def of_texts(self, texts: Sequence[str], score: Callable[[str], float]) -> list[dict[str, tuple[float, int]]]:
        """For each text by topic: the mean score (four decimals, half to even) of the sentences that name it, and how
        many do."""
        said: list[dict[str, list[float]]] = [defaultdict(list) for _ in texts]
        sentences, parents = split(pa.array(texts, pa.large_string()))
        for sentence, parent in zip(sentences.to_pylist(), parents.tolist(), strict=True):
            named = self.of_sentence(sentence)
            value = score(sentence) if named else 0.0
            for name in named:
                said[parent][name].append(value)
        return [{name: (_mean(values), len(values)) for name, values in each.items()} for each in said]


def _mean(scores: list[float]) -> float:
    return round(sum(Fraction(round(score * 10_000)) for score in scores) / len(scores)) / 10_000


def _ends(words: list[str], at: int, slots: Sequence[Slot]) -> Iterator[int]:
    """Where a phrase may end whose last word so far is at ``at`` and whose ``slots`` are still to come."""
    if not slots:
        yield at
        return
    for place in range(at + 1, min(at + 2 + (GAP if slots[0].gap else 0), len(words))):
        if words[place] in slots[0].words:
            yield from _ends(words, place, slots[1:])
