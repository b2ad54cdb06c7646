"""The identity texts notice every broken rule: one break at a time in the kernel, run as plain Python.

All breaks there are, by machine: ``python -m benchmarks.mutants``.
"""

from __future__ import annotations

import ast
import os

import pytest

pytest.importorskip("numba")
if not hasattr(os, "fork"):
    pytest.skip("each break is tried in a process that forks", allow_module_level=True)

from benchmarks.mutants import kernel as mutants

#: Texts that may notice a break. A break is known at the first that differs, most by the first hundred.
pytestmark = pytest.mark.process

TEXTS = 3_000

RULES, SUMS, TOKENS, WIDE, FIND = "rules", "sums", "tokens", "wide", "find"
BREAKS = [
    # The paper's constants.
    (RULES, "C_INCR = 0.733", "C_INCR = 0.734"),
    (RULES, "N_SCALAR = -0.74", "N_SCALAR = -0.75"),
    (RULES, "* 0.95", "* 0.96"),
    (RULES, "* 0.9\n", "* 0.91\n"),
    (RULES, "if n2 == NEVER and (n1 == SO or n1 == THIS):\n            valence *= 1.25", "if False:\n            pass"),
    (SUMS, "values[k] *= 0.5", "values[k] *= 0.51"),
    (SUMS, "values[k] *= 1.5", "values[k] *= 1.49"),
    (SUMS, "min(exclamations, 4) * 0.292", "min(exclamations, 4) * 0.293"),
    (SUMS, "min(exclamations, 4) * 0.292", "min(exclamations, 3) * 0.292"),
    (SUMS, "min(exclamations, 4) * 0.292", "exclamations * 0.292"),
    (SUMS, "emphasis + 0.96", "emphasis + 0.95"),
    (SUMS, "questions * 0.18", "questions * 0.19"),
    (SUMS, "if questions > 3", "if questions > 4"),
    (SUMS, "if questions > 1", "if questions > 2"),
    (SUMS, "total * total + 15", "total * total + 16"),
    # Distances.
    (RULES, "if n1 == NO or n2 == NO or", "if n1 == NO or"),
    (RULES, "if n1 == NO or n2 == NO or", "if n2 == NO or"),
    (RULES, " or (n3 == NO and (n1 == OR or n1 == NOR))", ""),
    (RULES, "(n1 == OR or n1 == NOR)", "(n1 == OR)"),
    (RULES, "        if one & NEGATION:\n            valence *= N_SCALAR\n", ""),
    (RULES, "elif two & NEGATION", "elif False"),
    (RULES, "elif three & NEGATION", "elif False"),
    (RULES, "i > 2 + BEFORE", "i > 1 + BEFORE"),
    (RULES, "i > 2 + BEFORE", "i > 3 + BEFORE"),
    (RULES, "if not one & LEXICON:", "if True:"),
    (RULES, "if not two & LEXICON:", "if True:"),
    (RULES, "and not three & LEXICON:", "and True:"),
    # Special rules.
    (RULES, "if code >> NUMBER == NO and codes[i + 1] & LEXICON", "if False"),
    (RULES, " and codes[i + 1] >> NUMBER == OF", ""),
    (RULES, "n2 == NEVER and (n1 == SO or n1 == THIS):", "n2 == NEVER and n1 == SO:"),
    (RULES, " or (n1 == SO or n1 == THIS):", ":"),
    (RULES, "n2 == WITHOUT and n1 == DOUBT", "False"),
    (RULES, "n3 == WITHOUT and (n2 == DOUBT or n1 == DOUBT)", "n3 == WITHOUT and n2 == DOUBT"),
    (RULES, "n3 == WITHOUT and (n2 == DOUBT or n1 == DOUBT)", "n3 == WITHOUT and n1 == DOUBT"),
    (RULES, "and n2 != AT and n2 != VERY", "and n2 != VERY"),
    (RULES, "and n2 != AT and n2 != VERY", "and n2 != AT"),
    (RULES, "if n1 == LEAST and", "if False and"),
    (RULES, "            scalar *= -1\n", "            pass\n"),
    (
        RULES,
        "if is_cap_diff and code & UPPER:\n        valence = valence + C_INCR if valence > 0",
        "if code & UPPER:\n        valence = valence + C_INCR if valence > 0",
    ),
    (RULES, "if is_cap_diff and code & UPPER:\n            scalar", "if code & UPPER:\n            scalar"),
    (
        RULES,
        "valence + C_INCR if valence > 0 else valence - C_INCR",
        "valence + C_INCR if valence >= 0 else valence - C_INCR",
    ),
    (RULES, "special = ahead if ahead >= 0 else special", "special = special if special >= 0 else ahead"),
    (RULES, "for last in (i + 1, i + 2)", "for last in (i + 1,)"),
    (RULES, "for last in (i + 1, i + 2)", "for last in (i + 2,)"),
    (RULES, "((i - 3, i - 1), (i - 3, i - 2), (i - 2, i - 1))", "((i - 3, i - 1), (i - 2, i - 1))"),
    (RULES, "((i - 3, i - 1), (i - 3, i - 2), (i - 2, i - 1))", "((i - 3, i - 1), (i - 3, i - 2))"),
    # Sums, "but" and rounding.
    (SUMS, "while values[first] != values[k]:", "while first < k:"),
    (SUMS, "if places[k] < but:", "if places[k] <= but:"),
    (SUMS, "nearest = below if below % 2 == 0 else below + 1.0", "nearest = below + 1.0"),
    (SUMS, "positive += values[k] + 1", "positive += values[k]"),
    (SUMS, "    elif total < 0:\n        total -= emphasis\n", ""),
    (SUMS, "elif positive < abs(negative)", "elif positive <= abs(negative)"),
    # Tokens.
    (TOKENS, "is_word = width > 2", "is_word = width > 1"),
    (TOKENS, "is_word = width > 2", "is_word = width > 3"),
    (TOKENS, "if inner & (inner + 1) != 0 and code == 0", "if False"),
    (TOKENS, "upper = (small == 0) & (letters != 0)", "upper = small == 0"),
    (TOKENS, "return (first, last) if characters > 2", "return (first, last) if characters > 1"),
    (
        TOKENS,
        'if described["tail_stop"] > described["tail"]:\n                past -= 1\n',
        "if True:\n                past -= 1\n",
    ),
    (WIDE, "small = np.int64(_FINAL_SIGMA)", "pass"),
    (WIDE, "seen |= UPPER_BYTE", "pass"),
    (WIDE, "if flags & SPACE:", "if False:"),
    (FIND, 'if word["size"] > 16 or word["next"] > 0', "if False"),
]


@pytest.fixture(scope="module", autouse=True)
def _the_kernel_as_it_is_differs_nowhere() -> None:
    assert not mutants.caught(None, TEXTS)


@pytest.mark.parametrize(
    ("file", "old", "new"), BREAKS, ids=[f"{b[0][7:]}: {b[1].strip()[:40]} > {b[2].strip()[:30]}" for b in BREAKS]
)
def test_a_broken_rule_is_noticed(file: str, old: str, new: str) -> None:
    mutant = mutants.replaced(file, old, new)
    ast.parse(mutant.source)  # a typing error would be "noticed" too
    assert mutants.caught(mutant, TEXTS), f"nothing notices {mutant.what}"


def test_breaks_by_machine_are_many_distinct_and_valid() -> None:
    found = {mutant.source: mutant.what for mutant in mutants.every("rules")}
    assert len(found) > 150
    for source in list(found)[::25]:
        ast.parse(source)
    with pytest.raises(ValueError, match="0 times, not once"):
        mutants.replaced("rules", "no such text", "")
