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


def limits(tests: Sequence[tuple[Bools, Floats, Ints]], rules: Rules) -> list[Floats]:
    """The CUSUM's limit of each test, rows x days, for each set of tests of one product.

    Each set: which of its rows are about the product as a whole, z (nan where there is no test), and the first day of
    what is tested (-1 without a test). A test counts on a day if it had a z in the past `window` days.
    """
    lately = [_recently(np.isfinite(z), rules.window) for _, z, _ in tests]
    whole = sum(np.asarray(there[of].sum(axis=0)) for (of, _, _), there in zip(tests, lately, strict=True))
    narrow = sum(np.asarray(there[~of].sum(axis=0)) for (of, _, _), there in zip(tests, lately, strict=True))
    out = []
    for of, _, start in tests:
        number = np.where(of[:, None], whole, narrow).astype(np.float64)
        share = np.where(of[:, None], WHOLE, 1 - WHOLE)
        out.append(limit(number / share, rules.per_year / TOLD, share_tested(start, rules.window)))
    return out


def _recently(known: Bools, days: int) -> Bools:
    """True where it was on the day or one of the ``days`` - 1 before."""
    up = np.cumsum(np.pad(known, ((0, 0), (days, 0))), axis=1)
    return np.asarray(up[:, days:] > up[:, : known.shape[1]])
