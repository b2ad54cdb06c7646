"""Whether server, worker and schedule live: what one look at the API says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from earful.flows.config.settings import Settings
from earful.flows.server.prefect_settings import POOL
from earful.flows.supervision import runs
from earful.flows.supervision.api import Api

#: A run that is past its own deadline by so much does not end by itself.
GRACE = timedelta(hours=1)
#: The scheduler, once a minute, makes sure that runs of the coming days are there: it may be that late. Looks.
LOOKS = 15


@dataclass(frozen=True, slots=True)
class Pulse:
    """``heartbeat``: the worker's last, as the server has it; ``hanging``: kinds of runs that do not end by themselves.

    ``unscheduled``: kinds that have a live schedule, and no run that is to come.
    """

    heartbeat: str = ""
    hanging: tuple[str, ...] = ()
    unscheduled: tuple[str, ...] = ()


def feel(api: Api, settings: Settings, now: datetime) -> Pulse:
    """Ask. Raises SilentError where the server does not answer, or answers that it cannot."""
    workers = api.post(f"work_pools/{POOL}/workers/filter", {})
    heartbeat = max((str(each.get("last_heartbeat_time") or "") for each in workers), default="")
    known = runs.deployments(api)
    hanging = [run.kind for run in runs.at_work(api, known) if run.began and now - run.began > _longest(settings, run)]
    bare = sorted(each.kind for each in known.values() if each.scheduled and runs.coming(api, each, now) is None)
    return Pulse(heartbeat, tuple(hanging), tuple(bare))


def _longest(settings: Settings, run: runs.FlowRun) -> timedelta:
    """How long a run of that kind may take, and a while."""
    of_backfill = run.kind.startswith("backfill")
    hours = settings.schedule.backfill_hours if of_backfill else settings.schedule.night_hours
    return timedelta(hours=hours) + GRACE
