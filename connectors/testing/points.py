"""The suite as a list: every point that concerns a connector, each to be run by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from earful.connectors.testing.any_connector import ANY
from earful.connectors.testing.describe import StandIn, Subject
from earful.connectors.testing.faults import FAULTS
from earful.connectors.testing.lists import LISTS, edit


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that every connector must do. ``says`` is it in a sentence; ``run`` raises Nonconformant."""

    name: str
    says: str
    run: Callable[[], None]

    def __str__(self) -> str:
        """Its name in a test's id."""
        return self.name


def points(subject: Subject) -> list[Point]:
    """Every point that concerns the subject: those of any connector, and those of a list over HTTP for a StandIn."""
    made = [Point(check.__name__, check.__doc__ or "", partial(check, subject)) for check in ANY]
    if isinstance(subject, StandIn):
        over_http = [one for one in (*LISTS, *FAULTS) if one is not edit or subject.edits]
        made += [Point(check.__name__, check.__doc__ or "", partial(check, subject)) for check in over_http]
    return made
