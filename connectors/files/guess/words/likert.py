"""Steps of a scale in words, as surveys and shops offer them, as the stars that they are."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


def _plain(word: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", word).casefold().strip(" .!").split())


@cache
def _scales() -> tuple[dict[str, float], ...]:
    found = tomllib.loads(files("earful.connectors.files.guess.words").joinpath("scales.toml").read_text("utf-8"))
    return tuple(
        {_plain(way): 5.0 - at for at, step in enumerate(scale.split("|")) for way in step.split("/")}
        for scale in found["scales"]
    )


def steps(words: Iterable[str]) -> dict[str, float]:
    """The stars (5 to 1) of each word, where all of them are steps of one scale; else nothing.

    Two scales that both hold all words and do not agree on their stars say nothing.
    """
    said = [each for each in words if each]
    if not 2 <= len(said) <= 7:
        return {}
    found = [
        {each: scale[_plain(each)] for each in said} for scale in _scales() if all(_plain(e) in scale for e in said)
    ]
    return found[0] if found and all(each == found[0] for each in found) else {}
