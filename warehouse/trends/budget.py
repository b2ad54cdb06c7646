"""The budget of a product: how many alarms a year each of its tests may raise by chance.

One number a product, shared: half of it by the metrics of the product as a whole, half by all that is narrower. So a
product with many topics and versions is not heard worse as a whole, and each of its hundred slices alone must be sure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules, limit, share_tested

#: Share of the budget that the metrics of the whole product have together.
WHOLE = 0.5
#: Of what each test raises by chance, about so much is told: changes for the better and what does not matter are not,
#: and tests of the same posts err together. Cautious: benchmarks.incidents' made products raise fewer than the budget.
TOLD = 0.4


def limits(tests: Sequence[tuple[Ints, Bools, Floats, Ints]], per_year: Floats, rules: Rules) -> list[Floats]:
    """The CUSUM's limit of each test, rows x days, for sets of tests of some products.

    Each set: of its rows the product's number and which are about the product as a whole, z (nan where there is no
    test), and the first day of what is tested (-1 without a test). A test counts on a day if it had a z in the past
    `window` days. ``per_year``: the budget of each product, by number.
    """
    days = tests[0][2].shape[1]
    whole, narrow = (np.zeros((len(per_year), days)) for _ in range(2))
    for product, of, z, _ in tests:
        lately = _recently(np.isfinite(z), rules.window)
        np.add.at(whole, product[of], lately[of])
        np.add.at(narrow, product[~of], lately[~of])
    out = []
    for product, of, _, start in tests:
        number = np.where(of[:, None], whole[product], narrow[product])
        share = np.where(of[:, None], WHOLE, 1 - WHOLE)
        budget = per_year[product][:, None] / TOLD
        out.append(limit(number / share, budget, share_tested(start, rules.window)))
    return out


def _recently(known: Bools, days: int) -> Bools:
    """True where it was on the day or one of the ``days`` - 1 before."""
    up = np.cumsum(np.pad(known, ((0, 0), (days, 0))), axis=1)
    return np.asarray(up[:, days:] > up[:, : known.shape[1]])
