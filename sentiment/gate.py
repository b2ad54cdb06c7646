"""The language gate: which language a text is in, so that an English lexicon is only ever asked about English.

VADER knows English words only, and finds them in every language: the German article "die" counts as dying. A text
that is not English is therefore left unscored. The gate is py3langid (naive Bayes over byte n-grams, trained on longer
texts than most reviews are) with three additions:

- text without a single letter ("10/10!!!", "😂😂") has no language; a scorer may read its signs, so it is "en";
- letters decide what is possible: text in Latin letters is never taken for Arabic, nor Cyrillic for English;
- English words count (english.toml and VADER's lexicon), words of many languages ("super", "app") and words that are
  spelt alike ("die", "war") do not. Where neither words nor model can tell, the answer is "und" (ISO 639-2,
  undetermined), not a guess: "Netflix", "BUFFALO BUFFALO", "Bien".
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: Raised whenever an answer may change: words, thresholds, languages, or the model of py3langid.
GATE = "gate-1"
UNDETERMINED = "und"

# The languages of the App Store's localisations, and a few large ones that other sources bring. Every language left
# out (Latin, Esperanto, Luxembourgish, ...) is one that short English cannot be mistaken for. First
# line: those in Latin letters.
_CODES = """
en ca cs da de es fi fr hr hu id it ms nl no pl pt ro sk sv tl tr vi
ar bg bn el fa he hi ja ko mr ru sr ta te th uk ur zh
"""
_LATIN, _OTHER = (frozenset(line.split()) for line in _CODES.strip().splitlines())

#: Characters read of a text. The first 400 name the same language as the first 1,000 for 99.9% of the Steam recordings.
_READ = 400
# Share of English words: from _PLAIN on nobody needs to ask the model, from _SOME on they outweigh an unsure one.
_PLAIN = 0.7
_SOME = 1 / 3
# Probability by the model, over the possible languages: below _SURE it is unsure, below _GUESS it says nothing.
_SURE = 0.5
_GUESS = 0.35

_NOISE = re.compile(r"https?://\S+|www\.\S+|@\w+|\[/?\w+(?:=[^\]]*)?\]|</?[a-zA-Z]\w*[^>]*>|&\w+;")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LATIN_LETTER = re.compile(r"[A-Za-zªºÀ-ÖØ-öø-\u02b8\u1e00-\u1eff]")
_LETTER = re.compile(r"[^\W\d_]")
_STRETCH = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class _Words:
    english: frozenset[str]
    international: frozenset[str]
    homographs: frozenset[str]


@cache
def _words() -> _Words:
    lists = tomllib.loads(Path(__file__).with_name("english.toml").read_text("utf-8"))
    international, homographs = (frozenset(lists[name].split()) for name in ("international", "homographs"))
    lexicon = files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8")
    charged = (line.split("\t", 1)[0] for line in lexicon.splitlines())
    english = {w for w in charged if len(w) > 2 and w.isalpha()} | set(lists["words"].split())
    return _Words(frozenset(english - international - homographs), international, homographs)


@cache
def _model() -> LanguageIdentifier:
    # About a second: the model is unpacked once a process, and only when a text needs it.
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(_LATIN | _OTHER)
    return model


def languages(texts: pa.Array | Iterable[str]) -> list[str]:
    """The language of each text as an ISO 639-1 code, or "und"; in order, one answer a text.

    "en" means: an English lexicon may score it, which includes text without letters. The work is done once per call
    and text: give it distinct texts. Null is not allowed (ValueError).
    """
    given = texts.to_pylist() if isinstance(texts, (pa.Array, pa.ChunkedArray)) else list(texts)
    if any(text is None for text in given):
        raise ValueError("the language gate was given a null text; give it the empty string or leave it out")
    return [language(text) for text in given]


def language(text: str) -> str:
    """The language of one text, as languages() says it."""
    text = _NOISE.sub(" ", text[: 2 * _READ])[:_READ]
    if not text.isascii():
        # 𝓣𝓻𝓾𝓵𝔂 and ｆｕｌｌｗｉｄｔｈ are Latin letters in fancy dress.
        text = unicodedata.normalize("NFKC", text)
    letters, latin = len(_LETTER.findall(text)), len(_LATIN_LETTER.findall(text))
    if not letters:
        return "en"
    other = letters - latin
    possible = _LATIN | _OTHER
    # A few letters of the other script (a kaomoji, a product name) are decoration.
    if 4 * other < latin:
        possible = _LATIN
    elif 4 * latin < other:
        possible = _OTHER
    english = _english(text) if possible is not _OTHER else None
    if english is not None and english >= _PLAIN:
        return "en"
    best, probability = _guess(text, possible)
    if english is not None and english > 0 and (best == "en" or (english >= _SOME and probability < _SURE)):
        return "en"
    return best if probability >= _GUESS else UNDETERMINED


def _english(text: str) -> float | None:
    """Share of English words among those that say anything; None where none does. International words alone: 1.0."""
    known = _words()
    yes = said = mute = 0
    words = _WORD.findall(text.lower().replace("’", "'"))
    for word in words:
        if word in known.english:
            yes += 1
            said += 1
        elif word in known.homographs or len(word) == 1:
            mute += 1
        elif word in known.international:
            continue
        else:
            # "goooood" is good, "looool" is lol.
            forms = {_STRETCH.sub(r"\1\1", word), _STRETCH.sub(r"\1", word)} - {word}
            yes += bool(forms & known.english)
            said += not forms & known.international
    if said:
        return yes / said
    return None if mute or not words else 1.0


def _guess(text: str, possible: frozenset[str]) -> tuple[str, float]:
    ranked = [(code, p) for code, p in _model().rank(text) if code in possible]
    total = sum(p for _, p in ranked)
    best, p = ranked[0]
    return best, p / total if total > 0 else 0.0
