"""What several listings (an app in a country, say) say together about a window: one coverage out of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from earful.connectors.base import Coverage, Outcome, Pull, SharedPages, Window
from earful.connectors.errors import Fatal, Retriable
from earful.connectors.limits import LONGEST_FIELD, SET_ASIDE


@dataclass(frozen=True, slots=True)
class ListingReach:
    """How far back one listing went.

    ``back_to`` (UTC): everything since then was listed; None: it listed nothing at all. ``capped``: the service has
    older ones that it does not list. ``note`` says in words what is to be known of it.
    """

    back_to: datetime | None
    capped: bool = False
    note: str = ""


def combined_coverage(window: Window, reaches: Iterable[ListingReach]) -> Coverage:
    """The coverage of a window that several listings share: as far back as the one that went back least.

    A listing without a single item claims nothing: where all are like that, nothing is covered. Beside others that
    did list something it does not take their coverage away (most apps have no reviews at all in some country); the
    note names it, and a fault that passes is healed by the nightly's overlap.
    """
    all_of_them = list(reaches)
    note = "; ".join(dict.fromkeys(r.note for r in all_of_them if r.note))
    backs = [r.back_to for r in all_of_them if r.back_to is not None]
    if not backs:
        return Coverage.none(window, note or "nothing was listed")
    reached = max(window.start, *backs)
    if reached > window.start and reached >= window.end:
        return Coverage.none(window, note)
    return Coverage(reached, window.end, capped=any(r.capped for r in all_of_them), note=note)


class ReadBack:
    """Back to when a list that has the newest first was read: ``at``, None before anything with a time.

    The last item tells, as long as the list is in order. From the first item out of order on, a page's newest does:
    one old item between new ones (pinned there, or with a wrong time) would else say that all was read back to its day.
    """

    def __init__(self) -> None:
        self.at: datetime | None = None
        self._in_order = True

    def page(self, times: Sequence[datetime]) -> None:
        """Take the times of a page's items, as listed."""
        if not times:
            return
        so_far = times if self.at is None else (self.at, *times)
        self._in_order = self._in_order and all(one >= other for one, other in pairwise(so_far))
        self.at = times[-1] if self._in_order else max(times)


def telling_of_cuts(pull: Pull, source: str) -> Pull:
    """The same pull; a coverage's note says how many titles and texts of its product were cut, where some were.

    Raises Retriable after over SET_ASIDE items that had to be set aside.
    """

    def pages() -> SharedPages:
        cut: Counter[str] = Counter()
        aside = 0
        for page in pull:
            cut.update(page.cut)
            aside += len({one.item for one in page.rejected})
            yield page
            if aside > SET_ASIDE:
                raise Retriable(f"{source}: over {SET_ASIDE:,} items that cannot be read; try again later")
        return {slug: _with_cuts(came, cut[slug]) for slug, came in pull.coverage.items()}

    return Pull(pages())


def _with_cuts(came: Outcome, cut: int) -> Outcome:
    if not cut or not isinstance(came, Coverage):
        return came
    longest = f"{LONGEST_FIELD['title']:,} and {LONGEST_FIELD['text']:,} characters"
    said = f"{cut:,} title{'s' * (cut != 1)} or text{'s' * (cut != 1)} cut at {longest}"
    return replace(came, note=f"{came.note}; {said}" if came.note else said)


def numeric(ids: Iterable[str], source: str, name: str) -> tuple[str, ...]:
    """The ids, if every one is a number. Raises Fatal naming the one that is not."""
    found = tuple(ids)
    for one in found:
        if not (one.isascii() and one.isdigit()):
            raise Fatal(f"{source}: {one!r} is no {name} (a number); correct the product's id in the configuration")
    return found
