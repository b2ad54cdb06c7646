"""py3langid for many texts at once: its model, its rules, its answers, without a Python step a byte.

py3langid is naive Bayes over byte n-grams: an automaton reads a text's bytes and names features; a language's score is
its prior plus log(1 + count) times the feature's weight, over all features. Here all texts take their next byte
together. Probabilities agree with the package's to about five digits: it sums in single precision and in another order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]

#: (text, feature) pairs that are weighed together: 42 languages of each are 20 MB.
_ROUND = 1 << 16


@dataclass(frozen=True)
class Model:
    """py3langid's tables, restricted to some languages. ``codes``: ISO 639-1, by column of probabilities."""

    codes: tuple[str, ...]
    _next: npt.NDArray[np.uint32]  # row of a state + byte -> state
    _row: npt.NDArray[np.int32]  # by state
    _feature: npt.NDArray[np.int32]  # by state; -1: none
    _weight: npt.NDArray[np.float32]  # feature, column of the model
    _prior: npt.NDArray[np.float32]
    _label: _Ints  # by column of the model: its place in codes (Serbian has one for each script)

    def probabilities(self, texts: list[str], possible: _Flags) -> _Floats:
        """Probability of each code (column) for each text (row), among those that are ``possible`` (same shape).

        Texts in NFC. A text that says nothing to the model gives all its possible codes the same.
        """
        raw = [(text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass") for text in texts]
        scores = self._scores(raw)
        # The temperature of the package: the root of the number of bytes.
        length = np.array([len(text) or 1 for text in raw], np.float64)
        scores /= np.sqrt(length)[:, None]
        scores[~possible[:, self._label]] = -np.inf
        shares = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-1e300))
        merged = np.zeros((len(texts), len(self.codes)))
        for column, label in enumerate(self._label):
            merged[:, label] += shares[:, column]
        total: _Floats = merged.sum(axis=1, keepdims=True)
        return np.divide(merged, total, out=np.zeros_like(merged), where=total > 0)

    def _scores(self, raw: list[bytes]) -> _Floats:
        text, feature = self._visits(raw)
        keys, count = np.unique(text * len(self._weight) + feature, return_counts=True)
        text, feature = np.divmod(keys, len(self._weight))
        weight = np.log1p(count.astype(np.float32))
        scores = np.tile(self._prior.astype(np.float64), (len(raw), 1))
        edges = np.concatenate(([0], np.flatnonzero(np.diff(text)) + 1, [len(text)])) if len(text) else np.zeros(1, int)
        first = 0
        while first < len(edges) - 1:
            last = max(int(np.searchsorted(edges, edges[first] + _ROUND, "right")) - 1, first + 1)
            part = slice(edges[first], edges[last])
            weighed = self._weight[feature[part]] * weight[part, None]
            scores[text[edges[first:last]]] += np.add.reduceat(weighed, edges[first:last] - edges[first], axis=0)
            first = last
        seen = np.zeros(len(raw), np.bool_)
        seen[text] = True
        scores[~seen] = 0.0
        return scores

    def _visits(self, raw: list[bytes]) -> tuple[_Ints, _Ints]:
        """Text and feature of every feature that the automaton names."""
        size = np.array([len(text) for text in raw], np.int64)
        # The longest first: those that still have a byte are always the first so many.
        order = np.argsort(-size, kind="stable")
        data = np.frombuffer(b"".join(raw), np.uint8)
        start = (np.cumsum(size) - size)[order]
        left = np.searchsorted(-size[order], -np.arange(int(size.max(initial=0))), "left")
        state = np.zeros(len(raw), np.int64)
        texts, features = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for step, active in enumerate(left.tolist()):
            state = self._next[self._row[state[:active]] + data[start[:active] + step]]
            feature = self._feature[state]
            named = np.flatnonzero(feature >= 0)
            texts.append(order[named])
            features.append(feature[named])
        return np.concatenate(texts), np.concatenate(features)


@cache
def load(languages: Collection[str]) -> Model:
    """The package's model for some languages: about a second, once a process."""
    package = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    package.set_languages(languages)
    codes = tuple(dict.fromkeys(package.nb_classes))
    return Model(
        codes,
        np.asarray(package.tk_nextmove, np.uint32),
        np.asarray(package.tk_row, np.int32) << 8,
        np.asarray(package.tk_output, np.int32),
        np.ascontiguousarray(package.nb_ptc, np.float32),
        np.asarray(package.nb_pc, np.float32),
        np.array([codes.index(code) for code in package.nb_classes], np.int64),
    )
