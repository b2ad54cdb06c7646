"""Whether what is sure also matters: by how much it moved, of how many posts, since it began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from earful.warehouse.trends.drafts import Places
from earful.warehouse.trends.episodes import Evidence
from earful.warehouse.trends.metrics import COUNTS, MEANS
from earful.warehouse.trends.rules import Bools, Floats, Ints, Rules


@dataclass(frozen=True, slots=True)
class Moved:
    """Slices x days. Of a mean: ``moved`` is its change times the posts, ``weight`` the posts, ``posts`` all there are.

    Of a count: ``moved`` and ``posts`` are the count, ``weight`` the usual one. ``whole``: of each slice, which of them
    is its product as a whole.
    """

    moved: Floats
    weight: Floats
    posts: Floats
    whole: Ints


def matters(metric: str, m: Moved, found: Evidence, at: Places, rules_of: Sequence[Rules]) -> Bools:
    """For each row ``at``: whether its signal is of a change that matters. Never without a signal.

    A mean must have moved since the onset by what the rules say of the metric; of a narrower slice, by half as much of
    the product's own mean: its change times its share of the posts. Or, however little each moved, as far in all as if
    `people` posts a day had gone from one end to the other. A count must be `times` the usual (or less than the usual
    by as much), and `posts` away from it on an average day. ``rules_of``: the rules of each slice's product.
    """
    out = np.zeros(len(at[0]), np.bool_)
    rows = np.nonzero(found.signal[at])[0].tolist()
    if not rows:
        return out
    moved, weight, posts = (np.pad(np.cumsum(x, axis=1), ((0, 0), (1, 0))) for x in (m.moved, m.weight, m.posts))
    for row in rows:
        slice_no, day = int(at[0][row]), int(at[1][row])
        since = max(int(found.since[slice_no, day]), 0)
        a = float(moved[slice_no, day + 1] - moved[slice_no, since])
        b = float(weight[slice_no, day + 1] - weight[slice_no, since])
        whole, rules = int(m.whole[slice_no]), rules_of[slice_no]
        of = float(posts[whole, day + 1] - posts[whole, since])
        if metric in COUNTS:
            out[row] = _count(a, b, day - since + 1, rules)
        else:
            days = day - since + 1
            out[row] = b > 0 and _mean(metric, a / b, b / days, 1.0 if slice_no == whole else b / max(of, b), rules)
    return out


def _count(count: float, usual: float, days: int, rules: Rules) -> bool:
    far = abs(count - usual) >= rules.posts * days
    return far and (count >= rules.times * usual or count * rules.times <= usual)


_RANGE = {mean.name: mean.range for mean in MEANS}


def _mean(metric: str, change: float, posts: float, share: float, rules: Rules) -> bool:
    least = {"sentiment": rules.score, "stars": rules.stars, "one_star": rules.one_star, "nps": rules.nps}[metric]
    if abs(change) * posts / _RANGE[metric] >= rules.people:
        return True
    return abs(change) >= least and abs(change) * share >= (least if share == 1.0 else least / 2)
