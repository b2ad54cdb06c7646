"""Trends: which slice of a product moved, by how much, and how sure that is; from the daily aggregates alone."""

from earful.warehouse.trends.replay import Happened, Outcome, Raised, Replay, Replayed, replay
from earful.warehouse.trends.update import forget_judged, set_budget, update_verdicts

__all__ = [
    "Happened",
    "Outcome",
    "Raised",
    "Replay",
    "Replayed",
    "forget_judged",
    "replay",
    "set_budget",
    "update_verdicts",
]
