"""Answers that say nothing: "No", "None", "N/A", "-". Surveys and review forms that want a text get them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

#: Signs around an answer, and those that alone are none.
_AROUND = " \t\r\n.,;!\"'`*_~-\u2013\u2014\u2026\u00a0"
_ALONE = r"^[\s.,?*_~/\\\-\x{2013}\x{2014}\x{2026}\x{00b7}\x{2022}]+$"


def says_nothing(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """By text: whether it is an answer that says nothing (english.toml), or only dots, dashes and the like.

    ``texts``: string or large_string without null. A blank text is none.
    """
    found = np.zeros(len(texts), np.bool_)
    short = np.flatnonzero(pc.binary_length(texts).to_numpy(zero_copy_only=False) <= _longest())
    if not len(short):
        return found
    some = texts.take(pa.array(short)).cast(pa.large_string())
    words = pc.utf8_lower(pc.utf8_trim(some, characters=_AROUND))
    words = pc.replace_substring_regex(pc.replace_substring(words, "\u2019", "'"), r"[\s,]+", " ")
    found[short] = pc.or_(pc.is_in(words, value_set=_answers()), pc.match_substring_regex(some, _ALONE)).to_numpy(
        zero_copy_only=False
    )
    blank = pc.equal(pc.utf8_trim_whitespace(some), "").to_numpy(zero_copy_only=False)
    found[short[blank]] = False
    return found


@cache
def _answers() -> pa.Array:
    listed = tomllib.loads(Path(__file__).with_name("english.toml").read_text("utf-8"))
    names = {name: phrases.split("\n") for name, phrases in listed["nothing_names"].items()}
    names = {name: [phrase for phrase in phrases if phrase] for name, phrases in names.items()}
    lines = [line for line in listed["nothing"].splitlines() if line]
    return pa.array(sorted({answer for line in lines for answer in spelt_out(line, names)}), pa.large_string())


def spelt_out(line: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Every answer that one line stands for: a name in capitals for each of its phrases, ``a|b`` for either word."""
    slots = [names[word] if word.isupper() else word.split("|") for word in line.split()]
    return [" ".join(chosen) for chosen in product(*slots)]


@cache
def _longest() -> int:
    """Bytes of the longest answer, with some for what stands around it."""
    return int(pc.max(pc.binary_length(_answers())).as_py()) + 12
