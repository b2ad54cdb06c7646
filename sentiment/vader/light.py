"""VADER's numbers by the package's own arithmetic, without the work that it does again for every word.

The package looks all words of a text through for each word that its lexicon holds. What it makes of a word depends on
the three before it and the two behind, on whether some words are in capitals, and on nothing else of the text: so it
is asked about those six. Bit for bit the same (tests/sentiment/vader/test_vader.py), in half the time for reviews and
in far less for long texts.
"""

from __future__ import annotations

from types import SimpleNamespace

from vaderSentiment.vaderSentiment import BOOSTER_DICT, SentimentIntensityAnalyzer, SentiText

#: Words before and behind one that sentiment_valence looks at.
_BEFORE, _BEHIND = 3, 2


class LightAnalyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]
    """The package's analyzer; ``emojis`` holds no single ASCII character (earful.sentiment.lexicon sees to that)."""

    def polarity_scores(self, text: str) -> dict[str, float]:
        """neg, neu, pos and compound, as the package gives them."""
        if not (text.isascii() or self.emojis.keys().isdisjoint(text)):
            text = self._in_words(text)
        text = text.strip()
        said = SentiText(text)
        words: list[str] = said.words_and_emoticons
        small = [word.lower() for word in words]
        valences: list[float] = []
        last = len(words) - 1
        for i, word in enumerate(small):
            if (
                word not in self.lexicon
                or word in BOOSTER_DICT
                or (word == "kind" and i < last and small[i + 1] == "of")
            ):
                valences.append(0)
                continue
            first = max(0, i - _BEFORE)
            around = SimpleNamespace(words_and_emoticons=words[first : i + _BEHIND + 1], is_cap_diff=said.is_cap_diff)
            self.sentiment_valence(0, around, words[i], i - first, valences)
        if "but" in small:
            valences = self._but_check(words, valences)
        scores: dict[str, float] = self.score_valence(valences, text)
        return scores

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
