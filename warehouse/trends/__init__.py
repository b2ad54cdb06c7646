"""Trends: which slice of a product moved, by how much, and how sure that is; from the daily aggregates alone."""

from earful.warehouse.trends.replay import Happened, Outcome, Raised, Replay, Replayed, other_rules, replay
from earful.warehouse.trends.rules import ruling
from earful.warehouse.trends.update import forget_judged, set_alarms, update_verdicts

__all__ = [
    "Happened",
    "Outcome",
    "Raised",
    "Replay",
    "Replayed",
    "forget_judged",
    "other_rules",
    "replay",
    "ruling",
    "set_alarms",
    "update_verdicts",
]
