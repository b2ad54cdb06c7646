"""VADER's numbers by the package's rules, without the work that it does again for every word.

The package looks all words of a text through for each word that its lexicon holds. What it makes of a word depends on
the three before it and the two behind, on whether some words are in capitals, and on nothing else of the text. Most
words have nothing around them that a rule concerns, and so the valence of the lexicon. The others are taken through the
rules in the package's order, so that every number is rounded as there: bit for bit the same
(tests/sentiment/vader/test_vader.py), in a quarter of the time for reviews and in far less for long texts.
"""

from __future__ import annotations

from string import punctuation

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

#: Words before and behind one that the rules look at.
_BEFORE, _BEHIND = 3, 2

_NEGATE = frozenset(NEGATE)
#: Of each idiom its longest word: where none of these stands, there is no idiom.
_IDIOMS = frozenset(max(idiom.split(), key=len) for idiom in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in idiom)
#: Words that may do something to one behind them; so may all that hold "n't".
_ACTING = _NEGATE | _IDIOMS | BOOSTER_DICT.keys() | {"no", "so", "this", "least"}
#: How much of a booster is left one, two and three words on.
_WEIGHTS = (1.0, 0.95, 0.9)


class LightAnalyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]
    """The package's analyzer; ``emojis`` holds no single ASCII character (earful.sentiment.lexicon sees to that)."""

    def polarity_scores(self, text: str) -> dict[str, float]:
        """neg, neu, pos and compound, as the package gives them."""
        if not (text.isascii() or self.emojis.keys().isdisjoint(text)):
            text = self._in_words(text)
        text = text.strip()
        # What is left of two letters or fewer was an emoticon: it keeps its marks.
        words = [said if len(said := word.strip(punctuation)) > 2 else word for word in text.split()]
        small = [word.lower() for word in words]
        capitals = 0 < sum(map(str.isupper, words)) < len(words)
        refused = "n't" in " ".join(small)
        valences: list[float] = [0] * len(words)
        for i, word in enumerate(small):
            if word not in self.lexicon or word in BOOSTER_DICT or (word == "kind" and small[i + 1 : i + 2] == ["of"]):
                continue
            valence: float = self.lexicon[word]
            if word == "no" and i + 1 < len(small) and small[i + 1] in self.lexicon:
                valence = 0.0
            before = small[max(0, i - _BEFORE) : i]
            if "no" in before and _after_no(before):
                valence = self.lexicon[word] * N_SCALAR
            if capitals and words[i].isupper():
                valence = valence + C_INCR if valence > 0 else valence - C_INCR
            if refused or not (_ACTING.isdisjoint(before) and _IDIOMS.isdisjoint(small[i : i + _BEHIND + 1])):
                valence = self._moved(valence, words, small, i, capitals=capitals)
            valences[i] = valence
        if "but" in small:
            valences = self._but_check(words, valences)
        scores: dict[str, float] = self.score_valence(valences, text)
        return scores

    def _moved(self, valence: float, words: list[str], small: list[str], i: int, *, capitals: bool) -> float:
        """The valence of word ``i`` after boosters, negations and idioms before it, and "least"."""
        for away in range(min(_BEFORE, i)):
            at = i - away - 1
            if small[at] in self.lexicon:
                continue
            if small[at] in BOOSTER_DICT:
                boost: float = BOOSTER_DICT[small[at]] * (-1 if valence < 0 else 1)
                if capitals and words[at].isupper():
                    boost = boost + C_INCR if valence > 0 else boost - C_INCR
                valence += boost * _WEIGHTS[away]
            valence = _denied(valence, small[at:i])
            if away == _BEFORE - 1:
                valence = self._special_idioms_check(valence, small[at : i + _BEHIND + 1], _BEFORE)
        if i and small[i - 1] == "least" and "least" not in self.lexicon and small[max(0, i - 2)] not in {"at", "very"}:
            valence *= N_SCALAR
        return valence

    @staticmethod
    def _sift_sentiment_scores(sentiments: list[float]) -> tuple[float, float, int]:
        """Sums of the positive and the negative valences, each one further from 0 than it is, and how many are 0."""
        good = bad = 0.0
        said = [valence for valence in sentiments if valence]
        for valence in said:
            if valence > 0:
                good += valence + 1
            else:
                bad += valence - 1
        return good, bad, len(sentiments) - len(said)

    def _in_words(self, text: str) -> str:
        """The text with each emoji in words, parted by blanks as the package does."""
        parts: list[str] = []
        after_blank = True
        for character in text:
            described = self.emojis.get(character)
            if described is None:
                parts.append(character)
                after_blank = character == " "
                continue
            parts.append(described if after_blank else f" {described}")
            after_blank = False
        return "".join(parts)


def _after_no(before: list[str]) -> bool:
    """Whether a "no" among the words before one makes it the opposite: three before only with "or" next to it."""
    return "no" in before[-2:] or before[-1] in {"or", "nor"}


def _denied(valence: float, near: list[str]) -> float:
    """The valence after a negation so many words before it; ``near``: those words, the negation first."""
    first, *between = near
    if first == "never" and between and between[0] in {"so", "this"}:
        return valence * 1.25
    if len(near) == _BEFORE and between[-1] in {"so", "this"}:
        return valence * 1.25
    if first == "without" and "doubt" in between:
        return valence
    return valence * N_SCALAR if first in _NEGATE or "n't" in first else valence
