"""Prefect's runs, their deployments and their states, as far as settling and watching need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from earful.flows.supervision.api import Api

#: States of a run that a process works on.
AT_WORK = ("PENDING", "RUNNING", "CANCELLING")
#: The most that the server gives at once.
_PAGE = 200
#: What a run may be late before somebody asks why. Seconds.
LATE = 60.0


@dataclass(frozen=True, slots=True)
class FlowRun:
    """A run of a deployment. ``kind``: the flow's name; times are aware UTC; ``by_schedule``: nobody asked for it."""

    id: str
    kind: str
    deployment: str
    state: str
    began: datetime | None
    expected: datetime
    by_schedule: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """``slots``: places of its limit that are taken; ``limit``: its id; ``scheduled``: it has a live schedule."""

    id: str
    kind: str
    limit: str | None
    slots: int
    scheduled: bool


def deployments(api: Api) -> dict[str, Deployment]:
    """Ours, by id. Raises SilentError, as all here."""
    found = {}
    for each in api.post("deployments/filter", {"deployments": {"tags": {"all_": ["earful"]}}}):
        limit = each.get("global_concurrency_limit") or {}
        live = not each.get("paused") and any(schedule.get("active") for schedule in each.get("schedules") or ())
        found[each["id"]] = Deployment(
            each["id"], each["name"], limit.get("id"), int(limit.get("active_slots") or 0), live
        )
    return found


def at_work(api: Api, known: dict[str, Deployment]) -> list[FlowRun]:
    """Runs that a process works on, or that Prefect thinks so."""
    return _filtered(api, known, {"state": {"type": {"any_": list(AT_WORK)}}})


def late(api: Api, known: dict[str, Deployment], now: datetime, seconds: float = LATE) -> list[FlowRun]:
    """Runs that should have begun so long ago and wait, oldest first."""
    due = (now - timedelta(seconds=seconds)).isoformat()
    return _filtered(api, known, {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"before_": due}})


def coming(api: Api, deployment: Deployment, now: datetime) -> FlowRun | None:
    """The next run of a deployment that waits for its time, or for its turn."""
    after = (now - timedelta(seconds=LATE)).isoformat()
    asked = {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"after_": after}}
    found = _filtered(api, {deployment.id: deployment}, asked, most=1)
    return found[0] if found else None


def still_at_work(api: Api, ids: Iterable[str]) -> list[str]:
    """Those of these runs, of a deployment or by hand, that Prefect thinks somebody works on."""
    asked = {"flow_runs": {"id": {"any_": list(ids)}, "state": {"type": {"any_": list(AT_WORK)}}}, "limit": _PAGE}
    return [row["id"] for row in api.post("flow_runs/filter", asked)]


def begun_since(api: Api, known: dict[str, Deployment], since: datetime, now: datetime) -> list[FlowRun]:
    """Runs that began then or later, whatever became of them; not those of a clock that was ahead."""
    found = _filtered(api, known, {"start_time": {"after_": since.isoformat()}})
    # Prefect takes the expected time of one that has not begun.
    return [run for run in found if run.began is not None and since <= run.began <= now]


def end(api: Api, run: str, state: str, message: str) -> None:
    """Set a run's last state, by force: the rules of states are for runs that can still answer."""
    body = {"state": {"type": state, "message": message}, "force": True}
    api.post(f"flow_runs/{run}/set_state", body)


def _filtered(api: Api, known: dict[str, Deployment], flow_runs: dict[str, Any], most: int = _PAGE) -> list[FlowRun]:
    if not known:
        return []
    asked = {
        "flow_runs": {**flow_runs, "deployment_id": {"any_": list(known)}},
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": most,
    }
    return list(_read(api.post("flow_runs/filter", asked), known))


def _read(rows: Iterable[dict[str, Any]], known: dict[str, Deployment]) -> Iterable[FlowRun]:
    for row in rows:
        began = row.get("start_time")
        expected = row.get("expected_start_time") or row["created"]
        yield FlowRun(
            id=row["id"],
            kind=known[row["deployment_id"]].kind,
            deployment=row["deployment_id"],
            state=row["state"]["type"],
            began=datetime.fromisoformat(began) if began else None,
            expected=datetime.fromisoformat(expected),
            by_schedule=bool(row.get("auto_scheduled")),
        )
