"""What ``upkeep`` does, without Prefect: words past retention and posts deleted at their service go, to the byte."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

from earful.connectors.base import Connector, Context, Rechecked, Rechecks
from earful.connectors.errors import PullError
from earful.connectors.registry import connector_class, each_class
from earful.flows.config.sections import ChannelSettings
from earful.flows.config.settings import Settings
from earful.flows.datafolder import journal
from earful.flows.datafolder.backups import Kept, make_backup
from earful.flows.datafolder.secret import author_secrets
from earful.flows.datafolder.spool import living
from earful.flows.datafolder.store import new_run_id, opened
from earful.flows.jobs.erasure import finish, retention_days
from earful.flows.process.deadline import Deadline
from earful.flows.process.fetch import Fetch, OverError
from earful.flows.process.redact import outgoing
from earful.warehouse import apply_checks, apply_retention, due, end_lost, finish_run, never_asked, overdue, start_run

#: Answers gathered before they are applied in one go: each is a transaction and a few days computed anew.
_GATHER = 20


@dataclass(frozen=True, slots=True)
class ChannelRecheck:
    """One channel asked again. Counts of posts; ``left``: nobody has looked at them for a day. ``error``: or ""."""

    channel: str
    asked: int = 0
    gone: int = 0
    unnamed: int = 0
    missing: int = 0
    left: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Upkept:
    """A whole upkeep: texts dropped by source, channels asked again, sizes of the store's file in bytes.

    ``unasked``: posts by channel that could be asked about, were their channel configured and enabled.
    """

    run_id: str
    texts: dict[str, int]
    looked: tuple[ChannelRecheck, ...]
    before: int
    after: int
    caveat: str = ""
    unasked: dict[str, int] = field(default_factory=dict)
    backup: Kept = field(default_factory=Kept)

    @property
    def ok(self) -> bool:
        """Whether every channel answered, and the backup, if one is wanted, was made."""
        return not any(each.error for each in self.looked) and not self.backup.error

    def headline(self) -> str:
        """One line for a person."""
        said = f"{sum(self.texts.values()):,} texts past retention dropped"
        for each in self.looked:
            said += f"; {each.channel}: {each.gone:,} of {each.asked:,} posts asked about are gone there"
            said += f", {each.unnamed:,} lost their author" if each.unnamed else ""
            said += f", {each.left:,} not looked at for a day (retention.recheck bounds it)" if each.left else ""
            said += f", failed: {each.error}" if each.error else ""
        for channel, posts in self.unasked.items():
            said += f"; {channel}: is not configured or not enabled, its {posts:,} posts are not asked about any more"
        return f"{said}; {line}" if (line := self.backup.line()) else said

    def json(self) -> dict[str, Any]:
        """One object of plain values."""
        return {**asdict(self), "ok": self.ok, "headline": self.headline()}


def keep_up(settings: Settings, *, connect: Callable[[Settings, ChannelSettings], Connector] | None = None) -> Upkept:
    """Drop words past retention, ask services again, publish, and rewrite the store.

    One failing channel never stops the others, and none asks beyond its deadlines: a pull's, and a night's for all.
    Raises UserError or WarehouseError in one line.
    """
    now = datetime.now(UTC)
    ends = Deadline.of_run(settings.schedule.night_hours)
    run_id = new_run_id(now)
    with opened(settings) as store:
        end_lost(store, ("upkeep",), living(settings.data))
        start_run(store, run_id, "upkeep", now)
        texts = apply_retention(store, retention_days(settings, store), now)
    looked = [
        _look(settings, channel, connect or _connector, ends)
        for channel in settings.channels
        if channel.enabled and issubclass(connector_class(channel.connector), Rechecks)
    ]
    errors = "; ".join(f"{each.channel}: {each.error}" for each in looked if each.error)
    with opened(settings) as store:
        nobody = never_asked(store, _askable(), [channel.name for channel in settings.channels if channel.enabled])
        finish_run(store, run_id, "partial" if errors else "ok", datetime.now(UTC), errors or None)
        end = finish(settings, store)
    # After all that had to go has gone.
    backup = make_backup(settings, datetime.now(UTC))
    journal.shorten(settings.data)
    return Upkept(run_id, texts, tuple(looked), end.before, end.after, end.caveat(), nobody, backup)


def _askable() -> list[str]:
    """The sources whose service can be asked about single posts."""
    return [each.source for each in each_class() if issubclass(each, Rechecks)]


def _connector(settings: Settings, channel: ChannelSettings) -> Connector:
    keys = author_secrets(settings.data)
    context = Context(channel.name, keys.present, os.environ, str(settings.root), keys.former, zone=settings.time_zone)
    return connector_class(channel.connector)(channel.connector_options, context)


def _look(
    settings: Settings,
    channel: ChannelSettings,
    connect: Callable[[Settings, ChannelSettings], Connector],
    ends: Deadline,
) -> ChannelRecheck:
    """Ask a channel's service about its posts; what came before a failure counts."""
    now = datetime.now(UTC)
    with opened(settings) as store:
        ids = due(store, channel.name, now, settings.retention.recheck)
        left = overdue(store, channel.name, now)
    looked, error = ChannelRecheck(channel.name, left=left), ""
    if not ids:
        return looked
    gathered: list[Rechecked] = []
    pull_ends = Deadline.of_pull(channel.pull_minutes)
    deadline = pull_ends if pull_ends.at < ends.at else ends

    def answers() -> Generator[Rechecked | None, None, None]:
        connector = connect(settings, channel)
        assert isinstance(connector, Rechecks)
        yield from connector.recheck(ids)

    fetch: Fetch[Rechecked | None] = Fetch(answers, f"recheck {channel.name}")
    try:
        # The store is free while we wait for the service.
        while (answer := fetch.next(deadline, Event())) is not None:
            gathered.append(answer)
            if len(gathered) >= _GATHER:
                looked, gathered = _apply(settings, looked, gathered), []
    except PullError as failure:
        error = outgoing(str(failure))
    except OverError:
        error = f"{deadline.whose}; what came counts, the next upkeep asks for the rest"
    finally:
        fetch.end()
    looked = _apply(settings, looked, gathered)
    with opened(settings) as store:
        left = overdue(store, channel.name, now)
    return ChannelRecheck(channel.name, looked.asked, looked.gone, looked.unnamed, looked.missing, left, error)


def _apply(settings: Settings, looked: ChannelRecheck, answers: list[Rechecked]) -> ChannelRecheck:
    if not answers:
        return looked
    asked, gone, unnamed, missing = (
        frozenset().union(*(getattr(a, name) for a in answers)) for name in ("asked", "gone", "unnamed", "missing")
    )
    with opened(settings) as store:
        applied = apply_checks(store, looked.channel, asked=asked, gone=gone, unnamed=unnamed, now=datetime.now(UTC))
    return ChannelRecheck(
        looked.channel,
        looked.asked + len(asked),
        looked.gone + applied.gone,
        looked.unnamed + applied.unnamed,
        looked.missing + len(missing),
    )
