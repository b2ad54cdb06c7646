"""A run and who is told of it: alerts after it has published, and who watches whether nights come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from earful.flows.alerts.deliver import deliver
from earful.flows.alerts.ping import ping
from earful.flows.config.settings import Settings
from earful.flows.night.steps import Log
from earful.flows.night.summary import Summary
from earful.flows.process import signals


def telling(kind: str, settings: Settings, log: Log, run: Callable[[], Summary]) -> Summary:
    """Carry the run out and tell of it. What could not be told is in its summary, and never costs what has landed.

    Raises what the run raises; of a failed night alerts and the watcher are told as well as that can be done.
    """
    watched = kind == "nightly"
    mishaps = [ping(settings, "start")] if watched else []
    try:
        done = run()
    except BaseException:
        if not signals.stopping():
            _say(log, deliver(settings).failed, [ping(settings, "fail") if watched else ""])
        raise
    told = deliver(settings)
    done = replace(done, untold=tuple(told.failed))
    if watched:
        mishaps.append(ping(settings, "success" if done.ok else "fail"))
    _say(log, told.failed, mishaps)
    notes = [*done.notes, told.sent_line, *dict.fromkeys(mishaps)]
    return replace(done, notes=tuple(filter(None, notes)), ended_at=datetime.now(UTC))


def _say(log: Log, *lines: list[str]) -> None:
    for line in dict.fromkeys(each for some in lines for each in some if each):
        log.warning("%s", line)
