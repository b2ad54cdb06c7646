"""A small overlay list learned from a team's own rated reviews, and what it brings on reviews it has not seen.

Candidates are words over-represented in low or in high ratings (log-odds with a prior: Monroe, Colaresi and Quinn,
"Fightin' Words", Political Analysis 2008). Their valences come from a class-balanced ridge regression with the present
lexicon's sum as offset, so that a word only gets what the lexicon does not say yet. The gain is measured by k folds in
which everything, the choice of words included, is learned without the fold. A list learned on one product does not
carry over to another.
"""

from __future__ import annotations

import string
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from vaderSentiment.vaderSentiment import BOOSTER_DICT, N_SCALAR, NEGATE

from earful.sentiment.evaluation import measures
from earful.sentiment.lexicon import Lexicon
from earful.sentiment.profile.overlay import HIGH, LOW, Entry, Overlay
from earful.sentiment.profile.profile import Profile
from earful.sentiment.vader.polarity import polarity

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: A word must be in so many reviews, and stand out by so many standard errors.
MIN_REVIEWS = 10
MIN_Z = 2.5
#: So many words at most: a person must be able to read them all.
MOST_WORDS = 40
#: Reviews needed of either kind.
MIN_OF_A_KIND = 50
FOLDS = 5

# A text is right when its sum of valences is at least this far on its side (a compound of 0.46); VADER's own constant.
_TARGET = 2.0
_ALPHA = 15.0
# Ridge: as strong as so many reviews of the rarer kind that say "no change".
_RIDGE = 10.0
# Below this a change is not worth a line in the list.
_LEAST = 0.3

# Words of grammar say nothing by themselves, however much more often angry people use them.
_WORDS = """
a about after again all also am an and any are as at be because been before being both but by can could did do does
doing done down each even ever every for from get gets getting go goes going gone got had has have having he her here
hers him his how i if in into is it its just let like made make makes many may me might more most much must my no now
of off on once one only or other our out over own put rather really said same say see she should since so some still
such than that the their them then there these they thing things this those though through time times to too two under
until up upon us use used user users using very was way we well went were what when where which while who whom whose
why will with would yes yet you your yours im ive id youre its dont didnt doesnt cant wont isnt wasnt app game apps
games phone
"""
_GRAMMAR = frozenset(_WORDS.split())


class FitError(ValueError):
    """The reviews cannot teach a list: one line that says what is missing."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A word: its valence now and as learned, and the low and high reviews that have it."""

    word: str
    now: float
    valence: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Over low and high reviews; a neutral score is a miss. ``macro_f1`` counts both kinds alike."""

    accuracy: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The learned words, most changed first, and the quality on reviews that were held out, without and with them."""

    words: tuple[Learned, ...]
    low: int
    high: int
    before: Quality
    after: Quality

    @property
    def gain(self) -> float:
        """Points of macro-F1 on held-out reviews, as a fraction."""
        return self.after.macro_f1 - self.before.macro_f1

    @property
    def overlay(self) -> Overlay:
        """The words as an overlay list."""
        return Overlay(
            tuple(
                Entry(
                    (each.word,),
                    each.valence,
                    f"learned: in {each.low} of {self.low} low and {each.high} of {self.high} high reviews",
                    "learned",
                )
                for each in self.words
            )
        )


def fit(texts: pa.Array, stars: Sequence[float | None], profile: Profile | None = None, folds: int = FOLDS) -> Fit:
    """Learn from reviews in English: 1 and 2 stars are low, 4 and 5 high, others are left out.

    texts: as they will be scored (capped), null is left out; they are repaired here. Deterministic. Raises FitError
    where there are fewer than MIN_OF_A_KIND low or high reviews.
    """
    profile = profile or Profile.product()
    rated = np.array([np.nan if s is None else float(s) for s in stars])
    said = np.where(rated <= 2, -1, np.where(rated >= 4, 1, 0))
    said[np.isnan(rated) | texts.is_null().to_numpy(zero_copy_only=False)] = 0
    kept = np.flatnonzero(said)
    side = said[kept].astype(np.int8)
    low, high = int((side < 0).sum()), int((side > 0).sum())
    if min(low, high) < MIN_OF_A_KIND:
        raise FitError(
            f"{low} low (1-2 stars) and {high} high (4-5) reviews in English; "
            f"at least {MIN_OF_A_KIND} of each are needed"
        )
    repaired = profile.apply(texts.take(pa.array(kept)))
    reviews = _Reviews(repaired, side, profile.lexicon())
    # The same text is always in the same fold: spam must not teach what it is tested with.
    fold = np.array([zlib.crc32(text.encode()) % folds for text in repaired.to_pylist()])
    compound = reviews.compound.copy()
    for each in range(folds):
        test = fold == each
        if test.any() and not test.all():
            words = reviews.learn(~test)
            compound[test] = reviews.scored(test, words)
    return Fit(
        words=tuple(reviews.learn(np.ones(len(side), np.bool_))),
        low=low,
        high=high,
        before=_quality(side, reviews.compound),
        after=_quality(side, compound),
    )


class _Reviews:
    """Repaired texts of two kinds, with their words and their present sums."""

    def __init__(self, texts: pa.Array, side: npt.NDArray[np.int8], lexicon: Lexicon) -> None:
        self.texts, self.side, self.lexicon = texts, side, lexicon
        self.compound: Floats = polarity(texts, lexicon).compound
        c = np.clip(self.compound, -0.999, 0.999)
        self._sums: Floats = c * np.sqrt(_ALPHA / (1 - c * c))
        self._words = [_signed(text) for text in texts.to_pylist()]

    def learn(self, rows: Mask) -> list[Learned]:
        """Words and valences from some of the reviews, most changed first."""
        chosen = self._candidates(rows)
        if not chosen:
            return []
        at = np.flatnonzero(rows)
        place = {word: i for i, (word, _, _) in enumerate(chosen)}
        x = np.zeros((len(at), len(chosen)))
        for i, row in enumerate(at.tolist()):
            for word, weight in self._words[row].items():
                if word in place:
                    x[i, place[word]] = weight
        side, sums = self.side[at], self._sums[at]
        # Who is right already asks for no change.
        short = np.where(side * sums < _TARGET, side * _TARGET - sums, 0.0)
        low = int((side < 0).sum())
        balance: Floats = np.where(side < 0, len(at) / (2 * low), len(at) / (2 * (len(at) - low)))
        change = _ridge(x, short, balance)
        # A word of low reviews that would be lifted only makes up for its neighbours: they are fitted without it.
        sound = np.array(
            [(a / low < b / (len(at) - low)) == (d > 0) for (_, a, b), d in zip(chosen, change, strict=True)]
        )
        change = np.zeros(len(chosen))
        change[sound] = _ridge(x[:, sound], short, balance)
        found = []
        for (word, n_low, n_high), delta in zip(chosen, change.tolist(), strict=True):
            now = self.lexicon.words.get(word, 0.0)
            valence = round(min(max(now + delta, LOW), HIGH), 1)
            if abs(valence - now) >= _LEAST and (n_low / low < n_high / (len(at) - low)) == (delta > 0):
                found.append(Learned(word, now, valence, n_low, n_high))
        return sorted(found, key=lambda each: (-abs(each.valence - each.now), each.word))

    def scored(self, rows: Mask, words: Sequence[Learned]) -> Floats:
        """Compounds of some of the reviews with the words laid over the lexicon."""
        overlay = Overlay(tuple(Entry((each.word,), each.valence, "learned") for each in words))
        return polarity(self.texts.filter(pa.array(rows)), overlay.over(self.lexicon, "fit")).compound

    def _candidates(self, rows: Mask) -> list[tuple[str, int, int]]:
        """Word, low reviews and high reviews that have it; the MOST_WORDS that stand out furthest."""
        counts: dict[int, Counter[str]] = {-1: Counter(), 1: Counter()}
        for row in np.flatnonzero(rows).tolist():
            counts[int(self.side[row])].update(self._words[row].keys())
        low, high = counts[-1], counts[1]
        n_low, n_high = max(sum(low.values()), 1), max(sum(high.values()), 1)
        ranked = []
        for word in low.keys() | high.keys():
            a, b = low[word], high[word]
            if a + b < MIN_REVIEWS:
                continue
            # The prior: as if each kind had used the word once more, in proportion to the whole.
            prior = (a + b) / (n_low + n_high)
            pa_, pb_ = prior * n_low / (a + b), prior * n_high / (a + b)
            delta = np.log((a + pa_) / (n_low + 1 - a - pa_)) - np.log((b + pb_) / (n_high + 1 - b - pb_))
            z = abs(delta) / np.sqrt(1 / (a + pa_) + 1 / (b + pb_))
            if z >= MIN_Z:
                ranked.append((-z, word, a, b))
        return [(word, a, b) for _, word, a, b in sorted(ranked)[:MOST_WORDS]]


def _signed(text: str) -> dict[str, float]:
    """Each word as VADER looks it up, with how its valence counts here: 1 each time, N_SCALAR after a negation."""
    tokens = []
    for token in text.split():
        bare = token.strip(string.punctuation)
        tokens.append((token if len(bare) <= 2 else bare).lower())
    negated = [token in NEGATE or "n't" in token for token in tokens]
    found: dict[str, float] = {}
    for i, token in enumerate(tokens):
        if len(token) < 3 or token in _GRAMMAR or token in BOOSTER_DICT or negated[i] or not token.isalpha():
            continue
        found[token] = found.get(token, 0.0) + (N_SCALAR if any(negated[max(0, i - 3) : i]) else 1.0)
    return found


def _ridge(x: Floats, wanted: Floats, weight: Floats) -> Floats:
    xw = x * weight[:, None]
    solved: Floats = np.linalg.solve(xw.T @ x + _RIDGE * weight.max() * np.eye(x.shape[1]), xw.T @ wanted)
    return solved


def _quality(side: npt.NDArray[np.int8], compound: Floats) -> Quality:
    matrix = measures.confusion(side, measures.classes(compound))
    return Quality(measures.accuracy(matrix), measures.macro_f1(matrix))
