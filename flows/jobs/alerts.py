"""Alerts by hand and by the clock: send what waits, try every target, list what was told whom. Without Prefect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from earful.flows.alerts.deliver import ATTEMPT_SECONDS, Sent, aim_at, deliver, sender_of, targets_of
from earful.flows.alerts.targets.attempt import NotTaken
from earful.flows.alerts.words import to_send
from earful.flows.config.alerts import AlertSettings
from earful.flows.config.settings import Settings
from earful.flows.datafolder.store import opened
from earful.flows.errors import UserError
from earful.flows.process.redact import outgoing
from earful.reports.alerts import Alert
from earful.warehouse.alerts.note import set_targets
from earful.warehouse.alerts.outbox import listed

_NONE = "alerts: no [[alerts]] in {}; `earful init` writes an example, docs/alerts.md has one for each target"


@dataclass(frozen=True, slots=True)
class Tried:
    """How a test message went: ``why`` is "" where it was taken."""

    target: str
    kind: str
    why: str


def send_waiting(settings: Settings) -> Sent:
    """Send what is due now, as the end of a night does. Raises UserError where nobody is to be told."""
    _some(settings)
    with opened(settings) as store:
        set_targets(store, targets_of(settings))
    return deliver(settings)


def try_targets(settings: Settings, names: Iterable[str] = ()) -> list[Tried]:
    """Send a test message to each target, or to those named. Nothing of it is in the outbox. Raises UserError."""
    _some(settings)
    wanted = list(names)
    known = [target.name for target in settings.alerts]
    for name in wanted:
        if name not in known:
            raise UserError(f"alerts: found {name!r}; configured: {', '.join(known)}")
    return [_try(target) for target in settings.alerts if not wanted or target.name in wanted]


def _try(target: AlertSettings) -> Tried:
    aim = aim_at(target)
    missing = [n for n, value in ((target.to_env, aim.address), (target.secret_env, aim.key)) if n and not value]
    if missing:
        return Tried(target.name, target.kind, f"{missing[0]} is not set")
    now = datetime.now(UTC)
    data = {"kind": "test", "update": "new", "product": None, "episode": None}
    alert = Alert("earful: a test", f"This is a test of the target {target.name}. Nothing happened.", (), data)
    outcome = sender_of(target)(aim, to_send(target, uuid4().hex, alert, now), ATTEMPT_SECONDS)
    return Tried(target.name, target.kind, outgoing(outcome.why) if isinstance(outcome, NotTaken) else "")


def list_alerts(settings: Settings, days: int, now: Callable[[], datetime] | None = None) -> list[dict[str, Any]]:
    """What was told in the last ``days`` days and what waits, newest first; times are ISO 8601 UTC, or None."""
    at = now() if now else datetime.now(UTC)
    with opened(settings) as store:
        rows = listed(store, at, days)
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value.replace(tzinfo=UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _some(settings: Settings) -> None:
    if not settings.alerts:
        raise UserError(_NONE.format(settings.file))
