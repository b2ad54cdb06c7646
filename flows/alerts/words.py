"""Messages of alerts ready to be sent: their words harmless, their quotes few, their product's chart as a picture."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from earful.flows.alerts.targets.markup import Outgoing, bare, safe
from earful.flows.config.alerts import AlertSettings
from earful.flows.config.settings import Settings
from earful.flows.process.redact import outgoing
from earful.reports.alerts import Alert, Asked, compose, summary
from earful.reports.data import Published
from earful.warehouse.alerts.outbox import Message, Told

#: Kinds of targets that may take files, and kinds of alerts that a product's chart shows.
_TAKE_FILES = frozenset({"mail", "ntfy", "apprise"})
_DRAWN = frozenset({"worse", "better", "silent", "spam"})
#: Words of sources that may not be kept so many days are not quoted: what has left cannot be taken back.
_KEPT_DAYS = 30


class Words:
    """Messages in words; the published file is opened once, when it is first asked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._quotable = quotable(settings)
        self._file: Published | None = None
        self._charts: dict[str, bytes | None] = {}

    def __enter__(self) -> Words:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.__exit__(None, None, None)

    def of(self, target: AlertSettings, message: Message) -> Outgoing:
        """Raises Unreadable."""
        quoted = self._quotable if target.quotes else ()
        alerts = [compose(self._published, _asked(told), quoted) for told in message.told]
        noted_at = min(told.noted_at for told in message.told)
        if message.what == "summary":
            return to_send(target, message.message, summary(alerts), noted_at)
        only = message.told[0]
        out = to_send(target, message.message, alerts[0], noted_at, only.alert, only.thread)
        return replace(out, chart=self._chart(target, message))

    def _chart(self, target: AlertSettings, message: Message) -> bytes | None:
        """The product's chart, where the target may take files: with the first attempt alone, as it may refuse them."""
        told = message.told[0]
        if target.kind not in _TAKE_FILES or not target.chart or message.attempts > 1:
            return None
        if told.kind not in _DRAWN or message.what not in {"new", "grown", "again"}:
            return None
        if told.product not in self._charts:
            from earful.reports.picture import picture  # noqa: PLC0415 - only some targets want one

            try:
                self._charts[told.product] = picture(self._published(), told.product)
            except (
                ValueError
            ) as error:  # Vega's, of a specification: a message without its chart is worth more than none
                logging.getLogger(__name__).warning("no chart in an alert: %s", outgoing(str(error))[:200])
                self._charts[told.product] = None
        return self._charts[told.product]

    def _published(self) -> Published:
        if self._file is None:
            self._file = Published(self._settings.published)
        return self._file


def _asked(told: Told) -> Asked:
    return Asked(told.kind, told.product, told.subject, told.first_day, told.last_day, told.detail, told.what)


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
