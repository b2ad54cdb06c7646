"""When a flow of the schedule was due last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from earful.flows.config.settings import Settings

#: Clocks are set forward by an hour at most. An offset that changed within that time before is such a change.
_CHANGE = timedelta(hours=3)


def last_due(settings: Settings, cron: str, now: datetime) -> datetime:
    """The last time before ``now`` at which a run should have begun, in UTC.

    On the day on which clocks go forward it is as much earlier as they do: of a time that does not exist Prefect takes
    the moment before the change, cron the one after it, and a run that began at either was the day's.
    """
    due = next(CronSim(cron, now.astimezone(settings.zone), reverse=True)).astimezone(UTC)
    later, before = (at.astimezone(settings.zone).utcoffset() for at in (due, due - _CHANGE))
    assert later is not None
    assert before is not None
    return due - max(later - before, timedelta())
