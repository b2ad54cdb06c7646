"""What the authors of the sample source write: sentences of sentences.toml, put together by a generator."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from earful.connectors.sample.story import SampleKind, Story

# What people write about, and about the competitor more often.
_TOPICS = [
    "crashes",
    "login",
    "ads",
    "price",
    "ui",
    "support",
    "notifications",
    "battery",
    "updates",
    "content",
    "general",
]
_WEIGHTS: dict[Story, list[float]] = {
    "bad_release": [1, 1, 0.6, 1, 1.3, 1, 1, 0.8, 1.2, 1, 2],
    "steady": [0.7, 0.8, 0.4, 1, 1.2, 1.4, 1, 0.7, 1, 1.5, 2],
    "competitor": [0.8, 0.7, 1.8, 1.8, 1, 1.1, 0.8, 0.9, 1, 1.2, 2],
}


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8"))


def write(
    rng: Random, language: str, rating: int, *, trouble: bool, kind: SampleKind, story: Story, name: str, version: str
) -> str:
    """A text in a language (en, de, fr, es, pt, ja) by somebody who would give ``rating`` stars (1..5).

    ``trouble``: it is about the bad release. ``name`` is the product's, ``version`` the author's.
    """
    if language != "en":
        own = _said()["other"][language]
        pool = own["release"] if trouble else own["praise"] if rating >= 4 else own["complaint"]
        chosen = rng.sample(pool, 2 if rng.random() < 0.3 else 1)
        return _fill(rng, ("" if language == "ja" else " ").join(chosen), name, version)
    english = _said()["english"]
    if trouble:
        sentences = rng.sample(english["release"]["complaint"], 2 if rng.random() < 0.35 else 1)
        if rng.random() < 0.3:
            sentences.append(rng.choice(english["general"]["complaint"]))
    else:
        sentences = _sentences(rng, rating, story)
    chat = kind in {"comment", "post"}
    if chat and not trouble:
        draw = rng.random()
        if draw < 0.10:
            sentences = [rng.choice(english["general"]["neutral"])]
        elif draw < 0.35:
            sentences.insert(rng.randrange(len(sentences) + 1), rng.choice(english["general"]["neutral"]))
    if chat and rng.random() < 0.6:
        sentences.insert(0, rng.choice(english["talk"]["opening"]))
    if kind == "survey":
        sentences = sentences[:1]
    return _voice(rng, _fill(rng, " ".join(sentences), name, version), rating)


def title(rng: Random, rating: int) -> str:
    """A review's English headline."""
    titles = _said()["titles"]
    pool: list[str] = titles["praise"] if rating >= 4 else titles["mixed"] if rating == 3 else titles["complaint"]
    return rng.choice(pool)


def relief(rng: Random, version: str) -> str:
    """What somebody adds once the bad release is mended."""
    sentence: str = rng.choice(_said()["english"]["release"]["praise"])
    return sentence.replace("{version}", version)


def echo(rng: Random, text: str) -> str:
    """A near duplicate: somebody repeats another's words with a word of their own."""
    return f"{rng.choice(_said()['english']['talk']['echo'])} {text}"


def _sentences(rng: Random, rating: int, story: Story) -> list[str]:
    if rating <= 2:
        chosen = _about(rng, "complaint", story, rng.choice([1, 1, 2, 2, 3]))
        if rating == 2 and rng.random() < 0.4:
            chosen += _about(rng, "praise", story, 1)
    elif rating == 3:
        chosen = _about(rng, "complaint", story, 1) + _about(rng, "praise", story, 1)
        rng.shuffle(chosen)
    else:
        chosen = _about(rng, "praise", story, rng.choice([1, 1, 2, 2, 3]))
        if rating == 4 and rng.random() < 0.35:
            chosen += _about(rng, "complaint", story, 1)
    return chosen


def _about(rng: Random, tone: str, story: Story, count: int) -> list[str]:
    english = _said()["english"]
    topics = list(dict.fromkeys(rng.choices(_TOPICS, _WEIGHTS[story], k=count)))
    return [rng.choice(english[topic][tone]) for topic in topics]


def _fill(rng: Random, text: str, name: str, version: str) -> str:
    if "{" not in text:
        return text
    device, system = rng.choice(_said()["devices"]["models"])
    for key, value in (("{version}", version), ("{device}", device), ("{os}", system), ("{product}", name)):
        text = text.replace(key, value)
    return text


def _voice(rng: Random, text: str, rating: int) -> str:
    """The same words as different people type them: small letters, capitals, exclamation marks, emoji."""
    draw = rng.random()
    if draw < 0.12:
        text = text.lower().rstrip(".")
    elif draw < 0.15 and rating == 1:
        text = text.upper()
    elif draw < 0.26:
        text = text.rstrip(".!") + "!" * rng.randint(1, 3)
    if rng.random() < 0.14 and rating != 3:
        pool = _said()["emoji"]["praise" if rating >= 4 else "complaint"]
        text += " " + rng.choice(pool) * rng.choice([1, 1, 2, 3])
    return text
