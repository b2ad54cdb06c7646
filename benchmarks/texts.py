"""Texts to measure on: the recordings where they are, else texts of the sample source; any number, each distinct.

A corpus is made as long as asked by shuffling the words of its texts, again and again, from a fixed seed. So length,
words and punctuation stay those of real texts, and no text comes twice.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from earful.sentiment.language.gate import languages

ROOT = Path(__file__).parent.parent.parent / "shared" / "recordings"
STEAM = ROOT / "steam" / "steam_reviews.jsonl.gz"
TWEETS = ROOT / "vader_ground_truth" / "tweets_GroundTruth.txt"
#: Words of the long texts, about: an app review that tells a story.
LONG = 110


@dataclass(frozen=True, slots=True)
class Corpus:
    """Distinct texts under a name, and how many of them somebody really wrote."""

    name: str
    texts: list[str]
    written: int

    @property
    def words(self) -> int:
        """Tokens as VADER counts them: what white space separates."""
        return sum(len(t.split()) for t in self.texts)

    def sample(self, n: int) -> list[int]:
        """Indices of about n texts, evenly over the lengths: short and long ones in their true proportion."""
        order = sorted(range(len(self.texts)), key=lambda i: len(self.texts[i]))
        step = max(1, len(order) // n)
        return order[step // 2 :: step]


def tweets(n: int) -> Corpus:
    """So many tweets of the VADER paper's set."""
    if not TWEETS.exists():
        return _grown("tweets", _sample_texts(Random(1), 4_000), n)
    return _grown("tweets", [line.split("\t")[2] for line in TWEETS.read_text("utf-8").splitlines()], n)


def reviews(n: int) -> Corpus:
    """So many reviews in English from Steam (VADER knows no other language, and would find few words to score)."""
    written = list(dict.fromkeys(all_reviews()))
    english = [t for t, code in zip(written, languages(written), strict=True) if code == "en"]
    return _grown("reviews", english, n)


def long_reviews(n: int) -> Corpus:
    """So many texts of about LONG words, each put together from whole reviews (the last one cut)."""
    written = [t for t in dict.fromkeys(all_reviews()) if t.isascii() and t.strip()]
    Random(7).shuffle(written)
    texts, words = [], []
    for text in written:
        words += text.split()
        while len(words) >= LONG:
            texts.append(" ".join(words[:LONG]))
            words = []
    return _grown("long texts", texts, n)


def all_reviews() -> list[str]:
    """Every recorded Steam review as it is, in all languages, repeats included."""
    if not STEAM.exists():
        return _sample_texts(Random(2), 12_000)
    with gzip.open(STEAM, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["review"] for line in lines]


def _grown(name: str, written: Sequence[str], n: int) -> Corpus:
    distinct = [t for t in dict.fromkeys(written) if t.strip()]
    found = dict.fromkeys(distinct[:n])
    rng, fruitless = Random(3), 0
    while len(found) < n:
        before = len(found)
        for text in distinct:
            words = text.split(" ")
            rng.shuffle(words)
            found[" ".join(words)] = None
            if len(found) == n:
                break
        fruitless = 0 if len(found) > before else fruitless + 1
        if fruitless == 10:
            raise ValueError(f"{name}: {len(distinct)} texts are too few and too short for {n}")
    return Corpus(name, list(found), min(len(distinct), n))


def _sample_texts(rng: Random, n: int) -> list[str]:
    """What the people of the sample source write, in English."""
    from earful.connectors.sample.sentences import write

    def one(kind: str) -> str:
        rating = rng.choice([1, 1, 2, 3, 4, 5, 5])
        text: Callable[..., str] = write
        return text(
            rng, "en", rating, trouble=rng.random() < 0.1, kind=kind, story="steady", name="Acme", version="2.7.1"
        )

    return [one("review" if rng.random() < 0.5 else "comment") for _ in range(n)]
