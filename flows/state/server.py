"""What the running `earful up` of a folder says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from earful.flows.server.prefect_settings import POOL
from earful.flows.supervision import runs
from earful.flows.supervision.api import SilentError, running


@dataclass(frozen=True, slots=True)
class Up:
    """``address`` None: none answers. Times are aware UTC; ``nights``: the coming runs of each scheduled flow."""

    address: str | None = None
    heartbeat: datetime | None = None
    coming: dict[str, datetime] | None = None
    at_work: tuple[str, ...] = ()
    trouble: str = ""


def ask(home: Path, now: datetime) -> Up:
    """Ask it; ``home`` is Prefect's folder."""
    api = running(home)
    if api is None:
        return Up()
    try:
        workers = api.post(f"work_pools/{POOL}/workers/filter", {})
        beats = [datetime.fromisoformat(w["last_heartbeat_time"]) for w in workers if w.get("last_heartbeat_time")]
        known = runs.deployments(api)
        coming = {}
        for each in known.values():
            if each.scheduled and (run := runs.coming(api, each, now)) is not None:
                coming[each.kind] = run.expected.astimezone(UTC)
        busy = tuple(sorted(run.kind for run in runs.at_work(api, known)))
        return Up(api.address, max(beats, default=None), coming, busy)
    except SilentError as error:
        return Up(api.address, trouble=str(error))
    finally:
        api.close()
