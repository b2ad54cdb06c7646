"""Whose turn it is: a run that waits for another of its kind is told so in its own log, in Prefect's pages.

Prefect says no more there than "Aborted submission" and, as the name of the state, "AwaitingConcurrencySlot".
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from earful.flows.supervision import runs
from earful.flows.supervision.api import Api

_WAITS = "AwaitingConcurrencySlot"
_INFO = 20  # of logging, which is the level of Prefect's logs too


class Turns:
    """Tells each run that waits once for whom, and again when that is another."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._told: set[tuple[str, str]] = set()

    def tell(self, api: Api) -> None:
        """Look who waits, and tell who has not been told. Raises SilentError."""
        deployments = list(runs.deployments(api))
        waiting = _found(api, deployments, {"name": {"any_": [_WAITS]}})
        at_work = _found(api, deployments, {"type": {"any_": list(runs.AT_WORK)}}) if waiting else []
        lines = []
        for run in waiting:
            before = next((each for each in at_work if each["deployment_id"] == run["deployment_id"]), None)
            if before is None or (run["id"], before["id"]) in self._told:
                continue
            self._told.add((run["id"], before["id"]))
            lines.append(self._line(run, before))
        if lines:
            api.post("logs/", lines)

    def _line(self, run: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
        began = before.get("start_time")
        since = (
            f", at work since {datetime.fromisoformat(began).astimezone(self._zone):%Y-%m-%d %H:%M}" if began else ""
        )
        return {
            "name": "earful.up",
            "level": _INFO,
            "message": f"waits for the end of {before['name']}{since}: one of its kind at a time; it begins by itself",
            "timestamp": datetime.now(UTC).isoformat(),
            "flow_run_id": run["id"],
        }


def _found(api: Api, deployments: list[str], state: dict[str, Any]) -> list[dict[str, Any]]:
    if not deployments:
        return []
    asked = {"flow_runs": {"state": state, "deployment_id": {"any_": deployments}}, "sort": "EXPECTED_START_TIME_ASC"}
    found: list[dict[str, Any]] = api.post("flow_runs/filter", asked)
    return found
