"""Send what is due: after publishing, within a deadline, and never at the cost of what has landed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from earful.flows.alerts.targets.attempt import Aim, NotTaken, Taken
from earful.flows.alerts.targets.markup import Outgoing, bare, safe
from earful.flows.config.alerts import AlertSettings
from earful.flows.config.settings import Settings
from earful.flows.datafolder.store import opened
from earful.flows.errors import bug
from earful.flows.process import signals
from earful.flows.process.redact import outgoing
from earful.reports.alerts import Alert, Asked, compose, summary
from earful.reports.data import Unreadable
from earful.warehouse import WarehouseError
from earful.warehouse.alerts.note import AlertTarget
from earful.warehouse.alerts.outbox import Message, Room, Told, delivered, next_message, not_delivered, undelivered
from earful.warehouse.files.atomic import try_lock

#: All sending of a night, and one attempt. Seconds.
ALL_SECONDS, ATTEMPT_SECONDS = 120.0, 15.0
#: Longest wait for a store that another run holds; what is not sent now goes with the next run. Seconds.
STORE_SECONDS = 30.0
#: A target that asks for no longer wait is asked again in the same night. Seconds.
_SHORT_WAIT = 20.0
_TRIES = 3
#: So many messages in a row that a target does not take, and it is left alone until the next time.
_GIVE_UP = 3
#: Words of sources that may not be kept so many days are not quoted: what has left cannot be taken back.
_KEPT_DAYS = 30

Sender = Callable[[Aim, Outgoing, float], Taken | NotTaken]


@dataclass
class Sent:
    """What became of the alerts of one run. ``failed``: a line a target that did not take all of what it was sent."""

    sent: int = 0
    waiting: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every target took what it was sent."""
        return not self.failed

    @property
    def sent_line(self) -> str:
        """What was sent and what waits (quiet hours, the day's limit, a target that is to be asked later), or ""."""
        said = [f"{self.sent} alert{'' if self.sent == 1 else 's'} sent"] if self.sent else []
        said += [f"{self.waiting} alert{'' if self.waiting == 1 else 's'} kept for later"] if self.waiting else []
        return ", ".join(said)


def targets_of(settings: Settings) -> list[AlertTarget]:
    """Who is told, as the store knows them."""
    return [AlertTarget(each.name, each.what, each.products) for each in settings.alerts]


def deliver(settings: Settings, *, seconds: float = ALL_SECONDS, now: Callable[[], datetime] | None = None) -> Sent:
    """Send what is due to every target. What is not taken stays in the outbox and is tried again by the next run.

    Raises nothing but what ends the process: a mishap is a line of ``failed``.
    """
    done = Sent()
    if not settings.alerts or not settings.store.exists():
        return done
    clock = now or (lambda: datetime.now(UTC))
    ends = time.monotonic() + seconds
    try:
        with _alone(settings) as alone:
            if not alone:
                return done  # another run is at it
            for target in settings.alerts:
                _to(settings, target, ends, clock, done)
            with opened(settings, STORE_SECONDS) as store:
                done.waiting = sum(undelivered(store).values())
    except (WarehouseError, OSError) as error:
        done.failed.append(f"alerts: {error}")
    except Exception as error:  # the night has landed: a mistake here costs alerts a night, and is said
        if signals.stopping():
            raise
        done.failed.append(f"alerts: {bug(error)}")
    return done


def _to(settings: Settings, target: AlertSettings, ends: float, clock: Callable[[], datetime], done: Sent) -> None:
    """All that is due for one target."""
    local = clock().astimezone(settings.zone)
    if target.is_quiet(local.time()):
        return
    aim = aim_at(target)
    unset = next((name for name in target.secrets if not os.environ.get(name, "").strip()), None)
    room = Room(target.at_most, settings.midnight(local.date()))
    tried: list[str] = []
    failures, why = 0, ""
    while failures < _GIVE_UP and time.monotonic() < ends:
        with opened(settings, STORE_SECONDS) as store:
            if unset:
                waits = undelivered(store).get(target.name, 0)
                if waits:
                    done.failed.append(f"{target.name}: {unset} is not set, {waits} not sent")
                return
            message = next_message(store, target.name, room, clock(), tried)
        if message is None:
            break
        tried.append(message.message)
        outcome = _attempts(settings, aim, message, ends)
        with opened(settings, STORE_SECONDS) as store:
            if isinstance(outcome, Taken):
                delivered(store, message, clock(), outcome.thread)
                done.sent += 1
                failures = 0
                continue
            failures += 1
            why = outcome.why
            again = clock() + timedelta(seconds=max(outcome.wait or 0.0, _backoff(message.attempts)))
            not_delivered(store, message, outgoing(outcome.why), again, sure=outcome.sure)
    if why:
        done.failed.append(f"{target.name} did not take an alert: {outgoing(why)}; it is tried again by the next run")


def _backoff(attempts: int) -> float:
    """Seconds until the next run may try again: five minutes, doubled each time, at most twenty hours."""
    return float(min(300 * 2 ** min(attempts - 1, 20), 72_000))


def aim_at(target: AlertSettings) -> Aim:
    """A target with its secrets, which are "" where their variables are not set."""
    address, key = (os.environ.get(name or "", "").strip() for name in (target.to_env, target.secret_env))
    return Aim(target, address, key)


def _attempts(settings: Settings, aim: Aim, message: Message, ends: float) -> Taken | NotTaken:
    """The first attempt, and others where the target asked for a short wait."""
    try:
        out = _composed(settings, aim.settings, message)
    except Unreadable as error:
        return NotTaken(str(error))
    sender = sender_of(aim.settings)
    unsure = False
    outcome: Taken | NotTaken = NotTaken("no time was left")
    for attempt in range(_TRIES):
        left = ends - time.monotonic()
        if left <= 0:
            break
        outcome = sender(aim, out, min(ATTEMPT_SECONDS, left))
        if isinstance(outcome, Taken):
            return outcome
        unsure = unsure or not outcome.sure
        wait = outcome.wait
        if wait is None or wait > min(_SHORT_WAIT, left) or attempt == _TRIES - 1:
            break
        time.sleep(wait)
    return NotTaken(outcome.why, sure=not unsure, wait=outcome.wait) if isinstance(outcome, NotTaken) else outcome


def sender_of(target: AlertSettings) -> Sender:
    """What sends to this kind of target; imported when it is needed."""
    if target.kind in {"slack", "slack_bot"}:
        from earful.flows.alerts.targets import slack  # noqa: PLC0415

        return slack.send_bot if target.kind == "slack_bot" else slack.send_webhook
    if target.kind == "teams":
        from earful.flows.alerts.targets import teams  # noqa: PLC0415

        return teams.send
    if target.kind == "webhook":
        from earful.flows.alerts.targets import webhook  # noqa: PLC0415

        return webhook.send
    from earful.flows.alerts.targets import by_apprise  # noqa: PLC0415 - Apprise knows a hundred services

    return by_apprise.send


def _composed(settings: Settings, target: AlertSettings, message: Message) -> Outgoing:
    alerts = [_in_words(settings, target, told) for told in message.told]
    noted_at = min(told.noted_at for told in message.told)
    if message.what == "summary":
        return to_send(target, message.message, summary(alerts), noted_at)
    only = message.told[0]
    return to_send(target, message.message, alerts[0], noted_at, only.alert, only.thread)


def _in_words(settings: Settings, target: AlertSettings, told: Told) -> Alert:
    asked = Asked(told.kind, told.product, told.subject, told.first_day, told.last_day, told.detail, told.what)
    return compose(settings.published, asked, quotable(settings) if target.quotes else ())


def to_send(
    target: AlertSettings, message: str, alert: Alert, noted_at: datetime, about: str = "", thread: str | None = None
) -> Outgoing:
    """An alert ready to be sent, its words harmless and without secrets."""
    raw = bare(alert)
    at = noted_at.isoformat(timespec="seconds")
    return Outgoing(message, about, safe(raw), raw, target.page_url, at, thread)


def quotable(settings: Settings) -> tuple[str, ...]:
    """The channels whose words may leave: those that may be kept for a while."""
    kinds = [each.connector for each in settings.channels]
    return tuple(
        each.name for each in settings.channels if settings.retention.days_of(each.source, kinds) >= _KEPT_DAYS
    )


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Whether no other run sends: two at once would send a message twice. The system ends it with the process."""
    path = settings.data / "alerts.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield try_lock(handle) is not False
    finally:
        os.close(handle)
