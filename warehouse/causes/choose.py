"""Which parts differ from chance, over all that are tested together."""

from __future__ import annotations

from collections.abc import Sequence

from earful.warehouse.causes.mixes import Mix
from earful.warehouse.causes.model import EVEN, Model

#: Chance that anything of a family is named where nothing differs, over all its parts together (Holm 1979); one-sided,
#: since only what went the way of the change is a cause of it.
ALPHA = 0.05
#: A part must make so much of the change to be named.
MATERIAL = 0.1
#: No more parts are named.
MOST = 6
#: How large a change of all posts alike usually is where parts were found to have changed: the wander of a day or two.
EVEN_FOUND = 0.05


def choose(model: Model, change: float, mixes: Sequence[Mix]) -> tuple[list[int], list[float]]:
    """The candidates that differ from chance, beside each other; and the corrected p of every candidate and mix.

    What surges is one family, everything else another, each with half of ALPHA: how often a part is named says
    nothing of how its posts sound where nothing happened: what surges may be tried against few (Bourgon et al. 2010).
    Topics that surge are tested as one: who writes of one often writes of both, and no data tells them apart for sure.
    """
    found = model.found
    topics = [i for i, each in enumerate(found) if each.surges and each.dimension == "topic"]
    # How many tests there are beside each: of its family.
    few = bool(topics) + sum(c.surges and c.dimension != "topic" for c in found) + sum(m.surges for m in mixes)
    many = max(sum(not c.surges for c in found) + sum(not m.surges for m in mixes), 1)
    # Where there are both families each has half the chance, so that together they have ALPHA.
    families = 1 + bool(few)
    few, many = few * families, many * families
    p_of = [1.0] * (len(found) + len(mixes))
    for surges, tests in ((True, few), (False, many)):
        family = [k for k, mix in enumerate(mixes) if mix.surges == surges]
        for k, p in zip(family, holm([mixes[k].estimate.p(model.sign) for k in family], tests), strict=True):
            p_of[len(found) + k] = p
    chosen = _surging(model, change, topics, few, p_of)
    left = [i for i in range(len(found)) if i not in topics]

    def corrected(i: int, p: float) -> float:
        came = sum(found[j].surges == found[i].surges for j in chosen if j not in topics and j != i)
        return min(1.0, p * max((few if found[i].surges else many) - came * families, families))

    while len(chosen) < MOST:
        tried = {i: model.estimate(i, chosen, EVEN) for i in left if i not in chosen}
        p_of = [corrected(i, tried[i].p(model.sign)) if i in tried else p for i, p in enumerate(p_of)]
        passed = [i for i, e in tried.items() if p_of[i] <= ALPHA and e.contribution / change >= MATERIAL]
        if not passed:
            break
        chosen.append(min(passed, key=lambda i: (tried[i].misfit, p_of[i])))
    # What another explains better, once it is there, goes.
    for i in list(chosen):
        again = model.estimate(i, [j for j in chosen if j != i], EVEN_FOUND if i in topics else EVEN)
        if i not in topics:
            p_of[i] = max(p_of[i], corrected(i, again.p(model.sign)))
        if p_of[i] > ALPHA or again.contribution / change < MATERIAL:
            chosen.remove(i)
    return chosen, p_of


def _surging(model: Model, change: float, topics: Sequence[int], tests: int, p_of: list[float]) -> list[int]:
    """Of the topics that surge those that pull, if together they differ from chance."""
    left = list(topics)
    while left:
        each = {i: model.estimate(i, [j for j in left if j != i], EVEN_FOUND) for i in left}
        weakest = min(left, key=lambda i: each[i].contribution / change)
        if each[weakest].contribution / change >= MATERIAL:
            break
        left.remove(weakest)
    if not left:
        return []
    p = min(1.0, model.any_of(left).p(model.sign) * tests)
    for i in left:
        p_of[i] = p
    return left if p <= ALPHA else []


def holm(p: Sequence[float], tests: int) -> list[float]:
    """The p values, each times the tests that are left when it is its turn."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    out, most = [1.0] * len(p), 0.0
    for turn, i in enumerate(order):
        most = max(most, min(1.0, p[i] * max(tests - turn, 1)))
        out[i] = most
    return out
