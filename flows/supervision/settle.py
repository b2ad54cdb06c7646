"""Runs that nobody works on any more, nights that were missed: brought in line with what the store says.

Called before a worker starts (none of the runs has a process then), and when the machine has slept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earful.flows.config.due import last_due
from earful.flows.config.settings import Settings
from earful.flows.process.signals import STOPPED
from earful.flows.supervision import runs
from earful.flows.supervision.api import Api
from earful.flows.supervision.runs import Deployment, FlowRun
from earful.warehouse import LOST, StoredRun

LEFT = "earful up, or this run's process, ended during this run; what had landed stays, the next run closes the gap"
#: A flow's process notes its run in the store within that time of Prefect's note that it began.
_SAME = timedelta(minutes=5)
#: A night that was killed is begun again so often.
AGAIN = 3


@dataclass(frozen=True, slots=True)
class Settled:
    """``ended``: runs that nobody works on; ``passed_over``: late ones whose work another does.

    ``missed``: what becomes of a night that was missed, or "".
    """

    ended: int = 0
    passed_over: int = 0
    missed: str = ""

    def lines(self) -> list[str]:
        """What a person should know, a line each."""
        said = []
        if self.ended:
            said.append(f"ended {self.ended} of the last time's runs, which nobody works on any more")
        if self.passed_over:
            said.append(f"passed over {self.passed_over} late runs: one that waits or ran since does their work")
        return [*said, *([self.missed] if self.missed else [])]


def settle(
    api: Api,
    settings: Settings,
    stored: list[StoredRun],
    now: datetime,
    *,
    nobody_works: bool,
    killed: Iterable[str] = (),
) -> Settled:
    """Bring Prefect's runs in line. ``stored``: the store's, newest first; raises SilentError.

    ``nobody_works``: no worker runs, so that whatever Prefect thinks to be at work was killed. ``killed``: ids of other
    runs, by hand, whose process is gone.
    """
    known = runs.deployments(api)
    ended = 0
    if nobody_works:
        while left := runs.at_work(api, known):
            for run in left:
                runs.end(api, run.id, *_how_it_ended(run, stored))
            ended += len(left)
        by_hand = runs.still_at_work(api, killed)
        for each in by_hand:
            runs.end(api, each, "CRASHED", LOST)
        ended += len(by_hand)
        _free_slots(api)
    passed_over = _pass_over(api, known, now)
    return Settled(ended, passed_over, _catch_up(api, settings, known, stored, now))


def _how_it_ended(run: FlowRun, stored: list[StoredRun]) -> tuple[str, str]:
    """State and message for a run whose process is gone: the store may know that it was through."""
    if run.state == "CANCELLING":
        return "CANCELLED", LEFT
    began = run.began
    if began is not None:
        same = [each for each in stored if each.kind == run.kind and began - _SAME < each.began < began + _SAME]
        # Of two nobody knows which it is.
        if len(same) == 1 and same[0].ended is not None and not was_killed(same[0]):
            if same[0].status == "ok":
                return "COMPLETED", "its process was killed after its end: by the store it had landed and published"
            return "FAILED", same[0].error or "its process was killed after its end: by the store some channels failed"
    return "CRASHED", LEFT


def was_killed(run: StoredRun) -> bool:
    """Whether a run of the store did not come to its end because somebody ended it."""
    return run.status == "running" or run.error in {LOST, STOPPED}


def _free_slots(api: Api) -> None:
    """Nobody works, so no place of a limit is taken: one that a kill left taken would hold up its kind for ever."""
    for each in runs.deployments(api).values():
        if each.limit and each.slots:
            api.patch(f"v2/concurrency_limits/{each.limit}", {"active_slots": 0})


def _pass_over(api: Api, known: dict[str, Deployment], now: datetime) -> int:
    """Of the scheduled late runs of a kind the newest is enough, or none where one has begun since its time."""
    by_kind: dict[str, list[FlowRun]] = {}
    for run in runs.late(api, known, now):
        if run.by_schedule:
            by_kind.setdefault(run.deployment, []).append(run)
    count = 0
    for deployment, waiting in by_kind.items():
        newest = max(run.expected for run in waiting)
        since = runs.begun_since(api, {deployment: known[deployment]}, newest, now)
        for run in waiting:
            if since or run.expected < newest:
                runs.end(api, run.id, "CANCELLED", "passed over: a later run of its kind does its work")
                count += 1
    return count


def _catch_up(
    api: Api, settings: Settings, known: dict[str, Deployment], stored: list[StoredRun], now: datetime
) -> str:
    """Run, once, the night that should have been or that was killed; "" where all is well."""
    nightly = next((each for each in known.values() if each.kind == "nightly"), None)
    nights = [run for run in stored if run.kind == "nightly"]
    if nightly is None or not nightly.scheduled or not nights:
        return ""  # paused by a person, or there has never been a night
    due = last_due(settings, settings.schedule.nightly, now)
    # What bears a time that is still to come began by a clock that was ahead: nobody knows when.
    since = [run for run in nights if due <= run.began <= now]
    if any(not was_killed(run) for run in since):
        return ""
    of_it = {nightly.id: nightly}
    if runs.at_work(api, of_it) or runs.late(api, of_it, now, 0):
        return ""  # it is being done
    shown = f"{due.astimezone(settings.zone):%Y-%m-%d %H:%M}"
    # One may be killed before the store knows of it.
    tried = max(len(since), len(runs.begun_since(api, of_it, due, now)))
    if tried >= AGAIN:
        return f"the night of {shown} was killed {tried} times and is not begun again: `earful run --verbose`"
    why = "was killed" if tried else "was missed"
    body = {
        "state": {"type": "SCHEDULED", "message": f"the night of {shown} {why}"},
        "idempotency_key": f"night {due.isoformat()} {tried}",
    }
    made = api.post(f"deployments/{nightly.id}/create_flow_run", body)
    if made["state"]["type"] != "SCHEDULED":
        return ""  # the same one, asked for before
    return f"the night of {shown} {why}: it is run now"
