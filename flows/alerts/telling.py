"""A run and who is told of it: alerts after it has published, and who watches whether nights come."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from earful.flows.alerts.deliver import deliver
from earful.flows.alerts.ping import ping
from earful.flows.config.settings import Settings


class Telling:
    """Made when a run begins. ``watched``: whoever ``schedule.ping_env`` names is asked at its begin and end.

    Nothing here raises for what could not be told: it is a line in the log, and of the run.
    """

    def __init__(
        self, settings: Settings, log: logging.Logger | logging.LoggerAdapter[logging.Logger], *, watched: bool
    ) -> None:
        self._settings = settings
        self._log = log
        self._watched = watched
        self._mishaps = [ping(settings, "start")] if watched else []

    def run_failed(self) -> None:
        """It ended with an error: of that too somebody is told, as well as that can be done."""
        failed = deliver(self._settings).failed
        self._say([*failed, *self._mishaps, ping(self._settings, "fail") if self._watched else ""])

    def run_ended(self, *, ok: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """It ended: targets that did not take an alert, and what else a person should know, a line each."""
        told = deliver(self._settings)
        if self._watched:
            self._mishaps.append(ping(self._settings, "success" if ok and told.ok else "fail"))
        self._say([*told.failed, *self._mishaps])
        return tuple(told.failed), tuple(filter(None, [told.sent_line, *dict.fromkeys(self._mishaps)]))

    def _say(self, lines: Iterable[str]) -> None:
        for line in dict.fromkeys(filter(None, lines)):
            self._log.warning("%s", line)
