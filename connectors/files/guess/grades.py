"""Which columns hold stars, answers to whether one recommends, and yes or no; on what scale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from earful.connectors.files.guess.looks import Look
from earful.connectors.files.guess.scores import named
from earful.connectors.files.guess.words.likert import steps
from earful.connectors.files.guess.words.names import strength, words_of
from earful.connectors.files.values.scales import HANDFUL, of_rating

_SPAN = re.compile(r"\(?\b(?P<low>[01])\s*(?:-|–|—|\.\.|to|bis|a|à|al|до|から|~|～)\s*(?P<high>5|7|10|100)\b")
#: A name that says that the lowest mark is the best: "Zufriedenheit (1 = sehr zufrieden, 5 = sehr unzufrieden)".
_BEST_FIRST = re.compile(
    r"\b1\s*[=:]\s*(?:sehr (?:gut|zufrieden)|very (?:good|satisfied|happy)|excellent|best|très (?:bien|bon|satisfait)|"
    r"muy (?:bueno|bien|satisfech)|ottimo|molto soddisfatt|muito (?:bom|satisfeit)|zeer (?:goed|tevreden)|bardzo|"
    r"отлично)",
    re.IGNORECASE,
)
_TOP = re.compile(r"(?:/|out of|von|sur|de|su|van|из)\s*(?P<high>5|7|10|100)\b")


@dataclass(slots=True)
class Grades:
    """The columns by field, further options, and what is said and doubted."""

    columns: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def grades_of(chosen: dict[str, Look], looks: Sequence[Look], *, survey: bool) -> Grades:
    """What the grades are; ``chosen`` loses and gains columns where the values say otherwise than the names.

    ``survey``: names say that the table holds a survey's answers.
    """
    found = Grades()
    _by_values(chosen, found, survey=survey)
    values: dict[str, dict[str, Any]] = {}
    if look := chosen.get("rating"):
        found.columns["rating"] = look.name
        words = steps(look.counts)
        if strength(look.name, "best_first") >= 0.6 and look.whole and 1 <= look.low < look.high <= 6:
            # 1 is the best of six: spread over the stars, the other way round.
            values["rating"] = _turned(6)
            found.said.append(f"rating: {look.name!r}, school marks of which 1 is the best")
            found.doubts.append(f"rating: {look.name!r} is read with 1 as the best of six (values)")
        elif _BEST_FIRST.search(look.name) and look.whole and 1 <= look.low < look.high <= 7:
            values["rating"] = _turned(int(look.high))
            found.said.append(f"rating: {look.name!r}, of which 1 is the best by its name")
            found.doubts.append(f"rating: {look.name!r} is read with 1 as the best of {look.high:g} (values)")
        elif words:
            values["rating"] = {word: int(stars) for word, stars in words.items()}
            found.said.append(f"rating: {look.name!r}, steps in words ({', '.join(list(words)[:3])}, ...)")
        else:
            scale, sure = _scale(look)
            if scale:
                found.options["scale"] = {"rating": scale}
            if scale and not sure:
                found.doubts.append(
                    f"rating: {look.name!r} runs from {look.low:g} to {look.high:g}: read on {scale} (scale)"
                )
            by = "by its name" if named(look, "rating") >= 0.4 else "by its values"
            found.said.append(f"rating: {look.name!r}, {by}, {look.low:g} to {look.high:g}")
        if named(look, "rating") < 0.4:
            holds = "steps in words" if words else f"{look.low:g} to {look.high:g}"
            found.doubts.append(
                f"rating: {look.name!r} holds {holds} and is called otherwise; taken as stars (columns.rating)"
            )
    if look := chosen.get("nps"):
        found.columns["nps"] = look.name
        by = "by its name" if named(look, "nps") >= 0.4 else "by its values"
        found.said.append(f"nps: {look.name!r}, {by}, {look.low:g} to {look.high:g}")
        if by == "by its values" and not found.doubts:
            found.doubts.append(
                f"nps: {look.name!r} holds 0 to 10 and is called otherwise; taken as answers to whether one recommends "
                "(columns.nps, or columns.rating)"
            )
    if look := chosen.get("recommended"):
        found.columns["recommended"] = look.name
        found.said.append(f"recommended: {look.name!r}, yes and no")
        if look.answered < 0.9:
            known = [word for word in look.counts if word.casefold() in ("good", "bad")]
            values["recommended"] = {word: word.casefold() == "good" for word in known}
    if values:
        found.options["values"] = values
    _unread(chosen, looks, found)
    return found


def _by_values(chosen: dict[str, Look], found: Grades, *, survey: bool) -> None:
    """An answer 0..10 is no number of stars, and stars are no answer, whatever the column is called."""
    stars, answers = chosen.get("rating"), chosen.get("nps")
    if stars is not None and answers is None and stars.whole and stars.high <= 10 and not steps(stars.counts):
        told = _SPAN.search(stars.name)
        zero_to_ten = stars.high > 5 and (stars.low == 0 or (told is not None and told["low"] + told["high"] == "010"))
        unclear = stars.high > 5 and survey and named(stars, "rating") < 1.0
        if zero_to_ten or unclear or (stars.high > 5 and survey):
            chosen["nps"] = chosen.pop("rating")
            found.doubts.append(
                f"nps: {stars.name!r} runs from {stars.low:g} to {stars.high:g}: read as answers 0..10 to whether one "
                'recommends; if it is a rating, name it in columns.rating with scale = "0..10"'
            )
        elif stars.high == 10 and not _scale(stars)[0]:
            found.doubts.append(
                f"rating: {stars.name!r} runs from {stars.low:g} to 10: read as 1..10; if it asks whether one "
                "recommends, name it in columns.nps"
            )
    if stars is not None and answers is None and survey and stars.high <= 5 and _vague(stars):
        found.doubts.append(
            f"rating: {stars.name!r} has no value above {stars.high:g}: read as 1..5; if it was asked with 0..10, "
            'name it in columns.nps with scale = { nps = "0..10" }'
        )
    if answers is not None and stars is None and answers.high <= 5 and answers.low >= 1 and answers.filled > HANDFUL:
        chosen["rating"] = chosen.pop("nps")
        found.doubts.append(
            f"rating: {answers.name!r} has no answer above {answers.high:g}: read as 1..5; if it was asked with 0..10, "
            'name it in columns.nps with scale = { nps = "0..10" }'
        )


def _vague(look: Look) -> bool:
    """Whether the name says a number and not of what: an answer 0..10 is called score as stars are."""
    return words_of(look.name)[-1:] in (("score",), ("points",), ("answer",), ("value",)) and not steps(look.counts)


def _turned(worst: int) -> dict[str, float]:
    """Marks of which 1 is the best, spread over 5..1 stars."""
    return {str(mark): round(1 + (worst - mark) * 4 / (worst - 1), 2) for mark in range(1, worst + 1)}


def _scale(look: Look) -> tuple[str, bool]:
    """A scale, and whether the column's name says it; "" where the reader finds it by itself, or asks."""
    found = of_rating(look.numbers, None)
    usual = not found.ask and found.high == 5
    if told := _SPAN.search(look.name):
        low, high = int(told["low"]), int(told["high"])
        if look.high <= high and not (usual and high == 5):
            return f"{low}..{high}", True
    told = _TOP.search(look.name)
    if told and look.high <= int(told["high"]) and not (usual and told["high"] == "5"):
        return f"{0 if told['high'] == '100' or look.low < 1 else 1}..{told['high']}", True
    if found.ask and look.high == 100:
        return "0..100", "percent" in look.name.casefold() or "%" in look.name
    if found.ask and 5 < look.high <= 10 and look.low >= 1 and (look.high == 10 or not look.whole):
        return "1..10", False
    return "", False


def _unread(chosen: dict[str, Look], looks: Sequence[Look], found: Grades) -> None:
    """Columns called a rating whose words are no steps that are known: they are asked about."""
    used = {look.name for look in chosen.values()}
    for look in looks:
        if look.name in used or not 2 <= look.distinct <= 7 or look.filled <= HANDFUL or look.graded > 0.1:
            continue
        if strength(look.name, "rating") >= 0.8 and "rating" not in chosen and look.answered < 0.9 and look.wordy < 5:
            found.doubts.append(
                f"rating: {look.name!r} holds {look.distinct} different words and no number, and is not read; "
                f'columns.rating = "{look.name}" with values = {{ rating = {{ ... }} }} says what they mean'
            )
