"""Send what is due: after publishing, within a deadline, and never at the cost of what has landed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from earful.flows.alerts.targets.attempt import Aim, NotTaken, Taken
from earful.flows.alerts.targets.markup import Outgoing
from earful.flows.alerts.words import Words
from earful.flows.config.alerts import AlertSettings
from earful.flows.config.settings import Settings
from earful.flows.datafolder.store import opened
from earful.flows.errors import bug
from earful.flows.process import signals
from earful.flows.process.redact import outgoing
from earful.reports.data import Unreadable
from earful.warehouse import Store, WarehouseError
from earful.warehouse.alerts.note import AlertTarget
from earful.warehouse.alerts.outbox import Message, Room, delivered, next_message, not_delivered, undelivered
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
#: The store is held so long at a time, and an attempt more. Seconds.
_HOLD_SECONDS = 5.0

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
            with opened(settings, STORE_SECONDS) as store:
                waiting = undelivered(store)
            with Words(settings) as words:
                for target in settings.alerts:
                    if waiting.get(target.name) and not target.is_quiet(clock().astimezone(settings.zone).time()):
                        _send(settings, target, waiting[target.name], words, ends, clock, done)
            if waiting:
                with opened(settings, STORE_SECONDS) as store:
                    done.waiting = sum(undelivered(store).values())
    except (WarehouseError, OSError) as error:
        done.failed.append(f"alerts: {error}")
    except Exception as error:  # the night has landed: a mistake here costs alerts a night, and is said
        if signals.stopping():
            raise
        done.failed.append(f"alerts: {bug(error)}")
    return done


def _send(
    settings: Settings, target: AlertSettings, waits: int, words: Words, ends: float,
    clock: Callable[[], datetime], done: Sent,
) -> None:  # fmt: skip
    unset = _unset(target)
    if unset:
        done.failed.append(f"{target.name}: {unset} is not set, {waits} not sent")
        return
    line = _Line(settings, target, words, ends, clock)
    line.send()
    done.sent += line.sent
    done.failed += [line.failed] if line.failed else []


class _Line:
    """All that is due for one target, message by message."""

    def __init__(
        self, settings: Settings, target: AlertSettings, words: Words, ends: float, clock: Callable[[], datetime]
    ) -> None:
        self.sent, self.failed = 0, ""
        self._settings, self._target, self._words = settings, target, words
        self._ends, self._clock = ends, clock
        self._aim = aim_at(target)
        self._room = Room(target.at_most, settings.midnight(clock().astimezone(settings.zone).date()))
        self._tried: list[str] = []
        self._failures = 0
        self._again: tuple[Message, NotTaken, int] | None = None  # asked to wait a little: what came of so many tries

    def send(self) -> None:
        """Send until nothing is due, the time is over, or the target takes nothing.

        The store is open while messages are taken, so that each success is kept at once; others get it in between.
        """
        while self._goes_on():
            if self._again is not None:
                time.sleep(self._again[1].wait or 0.0)
            with opened(self._settings, STORE_SECONDS) as store:
                until = time.monotonic() + _HOLD_SECONDS
                while self._goes_on() and time.monotonic() < until:
                    if not self._next(store):
                        return
                    if self._again is not None:
                        break

    def _goes_on(self) -> bool:
        return self._failures < _GIVE_UP and time.monotonic() < self._ends

    def _next(self, store: Store) -> bool:
        """One attempt; False where nothing is due."""
        message, before, tries = self._again or (None, None, 0)
        self._again = None
        if message is None:
            message = next_message(store, self._target.name, self._room, self._clock(), self._tried)
            if message is None:
                return False
            self._tried.append(message.message)
        outcome = self._attempt(message)
        if isinstance(outcome, Taken):
            delivered(store, message, self._clock(), outcome.thread)
            self.sent += 1
            self._failures = 0
            return True
        if before is not None and not before.sure:
            outcome = replace(outcome, sure=False)
        short = outcome.wait is not None and outcome.wait <= min(_SHORT_WAIT, self._ends - time.monotonic())
        if short and tries + 1 < _TRIES:
            self._again = (message, outcome, tries + 1)
            return True
        self._failures += 1
        why = outgoing(outcome.why)
        wait = max(outcome.wait or 0.0, _backoff(message.attempts))
        not_delivered(store, message, why, self._clock() + timedelta(seconds=wait), sure=outcome.sure)
        self.failed = f"{self._target.name} did not take an alert: {why}; it is tried again by the next run"
        return True

    def _attempt(self, message: Message) -> Taken | NotTaken:
        try:
            out = self._words.of(self._target, message)
        except Unreadable as error:
            return NotTaken(str(error))
        return sender_of(self._target)(self._aim, out, min(ATTEMPT_SECONDS, max(self._ends - time.monotonic(), 0.1)))


def _unset(target: AlertSettings) -> str | None:
    """The first variable of its secrets that is not set."""
    return next((name for name in target.secrets if not os.environ.get(name, "").strip()), None)


def _backoff(attempts: int) -> float:
    """Seconds until the next run may try again: five minutes, doubled each time, at most twenty hours."""
    return float(min(300 * 2 ** min(attempts - 1, 20), 72_000))


def aim_at(target: AlertSettings) -> Aim:
    """A target with its secrets, which are "" where their variables are not set."""
    address, key = (os.environ.get(name or "", "").strip() for name in (target.to_env, target.secret_env))
    return Aim(target, address, key)


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


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Whether no other run sends: two at once would send a message twice. The system ends it with the process."""
    path = settings.data / "alerts.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield try_lock(handle) is not False
    finally:
        os.close(handle)
