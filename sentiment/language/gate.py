"""The language gate: which language a text is in, so that an English lexicon is only ever asked about English.

VADER knows English words only, and finds them in every language: the German article "die" counts as dying. A text
that is not English is therefore left unscored. What decides, from cheap to dear, over all texts at once:

- text without a single letter ("10/10!!!", "😂😂") has no language; a scorer may read its signs, so it is "en";
- letters decide what is possible: text in Latin letters is never taken for Arabic, nor Cyrillic for English; Hangul,
  kana, Thai and others name their language by themselves;
- English words count (english.toml, VADER's lexicon and the words of product feedback), words of many languages
  ("super", "app") and words that are spelt alike ("die", "war") do not: most words English, or four and two in five,
  and nobody needs to ask further; one or two such words alone ("fast", "hell") are English unless the source says else;
- py3langid (naive Bayes over byte n-grams, trained on longer texts than most reviews are) is asked about the rest;
- where it is unsure and the source states a language ("Reviewer Language"), that is taken.

Where neither words nor model can tell, the answer is "und" (ISO 639-2, undetermined), not a guess: "Netflix",
"BUFFALO BUFFALO", "Bien".
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.language.eldc import Eldc
from earful.sentiment.language.langid import Model, load
from earful.sentiment.language.scripts import NAMES, letters
from earful.sentiment.profile.overlay import product
from earful.sentiment.text.words import Numbered, Vocabulary, spell

#: Raised whenever an answer may change: words, thresholds, languages, or the model of py3langid.
GATE = "gate-3"
UNDETERMINED = "und"

#: Models that can be asked; see languages().
Guesser = Literal["py3langid", "eldc"]

# The languages of the App Store's localisations, and a few large ones that other sources bring. Every language left
# out (Latin, Esperanto, Luxembourgish, ...) is one that short English cannot be mistaken for.
_LATIN = [
    "en", "ca", "cs", "da", "de", "es", "fi", "fr", "hr", "hu", "id", "it", "ms", "nl", "no", "pl", "pt", "ro", "sk",
    "sv", "tl", "tr", "vi",
]  # fmt: skip
_BY_SCRIPT = {
    "greek": ["el"],
    "cyrillic": ["ru", "uk", "bg", "sr"],
    "hebrew": ["he"],
    "arabic": ["ar", "fa", "ur"],
    "devanagari": ["hi", "mr"],
    "tamil": ["ta"],
    "telugu": ["te"],
    "thai": ["th"],
    "hangul": ["ko"],
    "kana": ["ja"],
    "han": ["zh"],
}
_LANGUAGES = (*_LATIN, *(code for codes in _BY_SCRIPT.values() for code in codes))
_HAN, _KANA = NAMES.index("han"), NAMES.index("kana")

#: Characters read of a text. The first 400 name the same language as the first 1,000 for 99.9% of the Steam recordings.
_READ = 400
# Share of English words: from _PLAIN on nobody needs to ask the model, nor from _MOST on where there are _FEW of them;
# from _SOME on they outweigh an unsure one. On the Steam recordings no text that the model calls foreign has _MOST.
_PLAIN = 0.7
_MOST, _FEW = 0.4, 4
_SOME = 1 / 3
# Probability by the model, over the possible languages: below _SURE it is unsure, below _GUESS it says nothing.
_SURE = 0.5
_GUESS = 0.35
# Japanese has kana between its characters; Chinese now and then borrows one.
_KANA_SHARE = 0.1

_NOISE = re.compile(r"https?://\S+|www\.\S+|@\w+|\[/?\w+(?:=[^\]]*)?\]|</?[a-zA-Z]\w*[^>]*>|&\w+;")
_NOISE_HINT = r"https?://|www\.|[@\[<&]"
_STRETCH = re.compile(r"(.)\1{2,}")

_Flags = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]

_UNKNOWN, _ENGLISH, _INTERNATIONAL, _HOMOGRAPH, _LEANING, _BESIDE = range(6)
#: Words of a text that leans towards English by homographs alone.
_LEAN = 4


class Judged(NamedTuple):
    """By text: its language as a code, and whether that is open: a language that its source states is as good."""

    codes: npt.NDArray[np.object_]
    open: _Flags


class _Words(NamedTuple):
    vocabulary: Vocabulary
    kind: npt.NDArray[np.int8]  # by number in the vocabulary; the last, -1, is for all other words
    of: dict[str, int]  # kind by word


def languages(texts: pa.Array | Iterable[str], guesser: Guesser = "py3langid") -> list[str]:
    """The language of each text as an ISO 639-1 code, or "und"; in order, one answer a text.

    "en" means: an English lexicon may score it, which includes text without letters. The work is done once per call
    and distinct text. Null is not allowed (ValueError). ``guesser``: the model that is asked where letters and words do
    not decide; "eldc" needs the extra of that name (ImportError).
    """
    given = texts if isinstance(texts, (pa.Array, pa.ChunkedArray)) else pa.array(list(texts), pa.large_string())
    codes: list[str] = judged(given, guesser).codes.tolist()
    return codes


def judged(given: pa.Array | pa.ChunkedArray, guesser: Guesser = "py3langid") -> Judged:
    """As languages(), with what is open."""
    if isinstance(given, pa.ChunkedArray):
        given = given.combine_chunks()
    if given.null_count:
        raise ValueError("the language gate was given a null text; give it the empty string or leave it out")
    if not len(given):
        return Judged(np.empty(0, object), np.zeros(0, np.bool_))
    encoded = given.cast(pa.large_string()).dictionary_encode()
    answers = _judge(_cut(encoded.dictionary), guesser)
    return Judged(*(each[encoded.indices.to_numpy()] for each in answers))


def stated(hint: str | None) -> str | None:
    """The language that a source states ("en-GB", "pt_BR") as a code of the gate's; None where it knows no such."""
    code = re.split(r"[-_]", (hint or "").strip().lower(), maxsplit=1)[0]
    return code if code in _LANGUAGES else None


def version(guesser: Guesser = "py3langid") -> str:
    """GATE and the model that is asked where it is not the usual one: part of scorer_version."""
    return GATE if guesser == "py3langid" else f"{GATE}-{guesser}"


def _cut(texts: pa.Array) -> pa.Array:
    """What is read of each text: its beginning, without addresses, names and markup."""
    texts = pc.utf8_slice_codeunits(texts, 0, 2 * _READ)
    # Few texts have any: those are looked at by Python, whose expressions know all of Unicode.
    noisy = pc.match_substring_regex(texts, _NOISE_HINT)
    if noisy.true_count:
        clean = [_NOISE.sub(" ", text) for text in texts.filter(noisy).to_pylist()]
        texts = pc.replace_with_mask(texts, noisy, pa.array(clean, pa.large_string()))
    texts = pc.utf8_slice_codeunits(texts, 0, _READ)
    wide = pc.invert(pc.string_is_ascii(texts))
    if wide.true_count:
        # 𝓣𝓻𝓾𝓵𝔂 and ｆｕｌｌｗｉｄｔｈ are Latin letters in fancy dress.
        plain = [unicodedata.normalize("NFKC", text) for text in texts.filter(wide).to_pylist()]
        texts = pc.replace_with_mask(texts, wide, pa.array(plain, pa.large_string()))
    return texts


def _judge(texts: pa.Array, guesser: Guesser) -> Judged:
    """The language of each text, as it was cut."""
    mute, script, latin = _scripts(texts)
    english, many, leans = _english(texts)
    certain = mute | ((script < 0) & ((english >= _PLAIN) | (latin & many & (english >= _MOST))))
    answers = np.full(len(texts), "en", dtype=object)
    asked = ~certain
    for place, name in enumerate(_BY_SCRIPT):
        codes = _BY_SCRIPT[name]
        here = script == place
        if len(codes) == 1:
            answers[here] = codes[0]
            asked &= ~here
    unknown = script == len(_BY_SCRIPT)
    answers[unknown] = UNDETERMINED
    rows = np.flatnonzero(asked & ~unknown)
    is_open = leans & ~mute & (script < 0)
    if rows.size:
        hard = texts.take(pa.array(rows)).to_pylist()
        answers[rows], unsure = _guess(_model(guesser), hard, script[rows], latin[rows], english[rows])
        is_open[rows] = unsure & (script[rows] < 0)
    return Judged(answers, is_open)


def _scripts(texts: pa.Array) -> tuple[_Flags, npt.NDArray[np.int64], _Flags]:
    """By text: whether it has no letter; its script; whether it is Latin.

    A script is its place in _BY_SCRIPT, past the end for one that is not there, -1 for Latin and mixed text.
    """
    mute = np.zeros(len(texts), np.bool_)
    script = np.full(len(texts), -1, np.int64)
    latin = np.ones(len(texts), np.bool_)
    narrow = pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
    mute[narrow] = ~pc.match_substring_regex(texts.filter(pa.array(narrow)), "[A-Za-z]").to_numpy(zero_copy_only=False)
    wide = np.flatnonzero(~narrow)
    if not wide.size:
        return mute, script, latin
    counts = letters(texts.take(pa.array(wide)).to_pylist())
    of_latin, others = counts[:, NAMES.index("latin")], counts[:, NAMES.index("other") :].copy()
    of_other = others.sum(axis=1)
    mute[wide] = (of_latin + of_other) == 0
    # A few letters of the other script (a kaomoji, a product name) are decoration.
    latin[wide] = 4 * of_other < of_latin
    foreign = 4 * of_latin < of_other
    # Han and kana are one script, and kana says which.
    kana, han = counts[:, _KANA], counts[:, _HAN]
    japanese = kana >= _KANA_SHARE * (kana + han)
    others[:, _KANA - 2] = np.where(japanese, kana + han, 0)
    others[:, _HAN - 2] = np.where(japanese, 0, kana + han)
    largest = others.argmax(axis=1)
    script[wide[foreign]] = np.where(largest == 0, len(_BY_SCRIPT), largest - 1)[foreign]
    return mute, script, latin


def _english(texts: pa.Array) -> tuple[_Floats, _Flags, _Flags]:
    """By text: the share of English words among those that say anything, whether there are _FEW, whether it leans.

    The share is NaN where no word says anything, and 1.0 where all are international or the text leans to English.
    """
    known = _words()
    found = known.vocabulary.number(texts)
    kind = known.kind[found.id]
    _unstretch(found, kind)
    first = found.data[found.start]
    # Numbers are no words; a single letter (of one to three bytes) says nothing.
    digit = (first >= ord("0")) & (first <= ord("9"))
    single = found.end - found.start == 1 + (first >= 0xC0).astype(np.int64) + (first >= 0xE0)
    silent = (kind == _HOMOGRAPH) | ((kind == _UNKNOWN) & single)
    lean, beside = kind == _LEANING, kind == _BESIDE
    speaks = (kind == _ENGLISH) | ((kind == _UNKNOWN) & ~single & ~digit)

    def count(flags: _Flags) -> npt.NDArray[np.int64]:
        return np.bincount(found.row[flags], minlength=len(texts))

    yes, said, words = count(kind == _ENGLISH), count(speaks), count(~digit)
    mute = count(silent & ~digit)
    shared = (kind == _INTERNATIONAL) | lean
    leans = (count(shared) > 0) & (count(lean | beside) > 0) & (said == 0) & (mute == 0) & (words <= _LEAN)
    share = np.where(((mute + count(lean | beside) > 0) | (words == 0)) & ~leans, np.nan, 1.0)
    return np.divide(yes, said, out=share, where=said > 0), yes >= _FEW, leans


def _unstretch(found: Numbered, kind: npt.NDArray[np.int8]) -> None:
    """Give stretched words their kind: "goooood" is good, "looool" is lol."""
    data = found.data | 0x20
    same = data[1:] == data[:-1]
    places = np.flatnonzero(same[1:] & same[:-1] & (data[2:] >= ord("a")) & (data[2:] <= ord("z")))
    words = np.unique(np.searchsorted(found.start, places, "right") - 1)
    for word in words[kind[words] == _UNKNOWN].tolist() if words.size else ():
        text = spell([found.between(word, word)])[0][0]
        kinds = {_words().of.get(form, _UNKNOWN) for form in (_STRETCH.sub(r"\1\1", text), _STRETCH.sub(r"\1", text))}
        kind[word] = next((k for k in (_ENGLISH, _INTERNATIONAL) if k in kinds), _UNKNOWN)


def _guess(
    model: Model | Eldc, texts: list[str], script: npt.NDArray[np.int64], latin: _Flags, english: _Floats
) -> tuple[npt.NDArray[np.object_], _Flags]:
    """The model's answers, weighed against English words; and whether it is unsure."""
    codes = np.array(model.codes, dtype=object)
    possible = np.where(latin[:, None], np.isin(codes, _LATIN)[None, :], np.True_)
    for place, name in enumerate(_BY_SCRIPT):
        possible[script == place] = np.isin(codes, _BY_SCRIPT[name])
    chances = model.probabilities(texts, possible)
    best, chance = codes[chances.argmax(axis=1)], chances.max(axis=1)
    some = np.nan_to_num(english) > 0
    in_english = some & (script < 0) & ((best == "en") | ((english >= _SOME) & (chance < _SURE)))
    return np.where(in_english, "en", np.where(chance >= _GUESS, best, UNDETERMINED)), chance < _SURE


@cache
def _model(guesser: Guesser) -> Model | Eldc:
    return Eldc(_LANGUAGES) if guesser == "eldc" else load(_LANGUAGES)


@cache
def _words() -> _Words:
    lists = tomllib.loads(Path(__file__).with_name("english.toml").read_text("utf-8"))
    international, homographs, leaning, beside = (
        {w for (w,) in spell(lists[name].split())} for name in ("international", "homographs", "leaning", "beside")
    )
    lexicon = files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8")
    charged = (line.split("\t", 1)[0] for line in lexicon.splitlines())
    english = {w for w in charged if len(w) > 2 and w.isalpha()} | set(lists["words"].split())
    ours = product()
    english |= {w for each in (ours.words, ours.heard.words) for w in each if len(w) > 2 and w.isalpha()}
    of = dict.fromkeys((w for (w,) in spell(sorted(english))), _ENGLISH)
    # "of" is set in this order: a homograph is never evidence.
    of |= dict.fromkeys(international, _INTERNATIONAL) | dict.fromkeys(homographs, _HOMOGRAPH)
    of |= dict.fromkeys(leaning, _LEANING) | dict.fromkeys(beside, _BESIDE)
    return _Words(Vocabulary(tuple(of)), np.array([*of.values(), _UNKNOWN], np.int8), of)
