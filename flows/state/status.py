"""One look at everything: server, nights, channels, disk, backups, and what is to be done about it."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from earful import __version__
from earful.flows.config.due import last_due
from earful.flows.config.settings import Settings
from earful.flows.datafolder import journal
from earful.flows.datafolder.backups import Backup, newest_backup
from earful.flows.datafolder.folders import LANDING
from earful.flows.datafolder.journal import Event
from earful.flows.server import prefect_settings
from earful.flows.state import server
from earful.flows.state.disk import Disk, measure
from earful.flows.state.messages import Finding
from earful.flows.state.published import Channel, Published, Run, look
from earful.warehouse import Store, WarehouseError
from earful.warehouse.alerts.waiting import Waiting, waiting, waiting_in

#: A channel whose coverage ends before that is behind: a night and a day's patience. Hours.
BEHIND = 50
#: So many restarts in a day are more than an accident.
RESTARTS = 3
#: Between the time at which a night is due and its first sign of life. Minutes.
LATE = 30
#: An alert that has waited for so long has met more than quiet hours. Hours.
UNDELIVERED = 26
#: The disk is full within so many days.
SOON = 30


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that is shown. ``restarts``: of the last seven days; ``findings``: worst first.

    ``alerts`` None: not known now, since the store is in use.
    """

    at: datetime
    up: server.Up
    published: Published
    disk: Disk
    backup: Backup | None
    alerts: tuple[Waiting, ...] | None
    events: tuple[Event, ...]
    versions: dict[str, str]
    findings: tuple[Finding, ...]

    @property
    def night(self) -> Run | None:
        """The newest night that was published."""
        return self.published.runs.get("nightly")

    @property
    def restarts(self) -> int:
        """Of the last seven days."""
        return sum(event.restart for event in self.events)


def status(settings: Settings, now: datetime | None = None, *, store: Store | None = None) -> Status:
    """Look. Raises nothing for what it finds: that is in ``findings``; OSError where the machine lets nobody look.

    ``store``: where who asks has it open.
    """
    now = now or datetime.now(UTC)
    home = prefect_settings.prefect_home(settings.data)
    up = server.ask(home, now)
    trouble: Finding | None = None
    published = Published()
    if not settings.published.exists():
        trouble = Finding("unpublished", f"{settings.published}: is not there yet; `earful run` makes it")
    else:
        try:
            published = look(settings.published)
        except WarehouseError as error:
            trouble = Finding("published-unreadable", f"{error}; `earful run` writes it anew from the store")
    backup = newest_backup(settings)
    disk = measure(settings, home, settings.backups, published.posts, published.posts_28d, now)
    events = tuple(journal.events(settings.data, now - timedelta(days=7)))
    found = [*([trouble] if trouble else []), *_of_server(settings, up, events, now)]
    if trouble is None:
        found += [*_of_nights(settings, published, up, now), *_of_channels(published, now)]
    alerts = waiting_in(store) if store else waiting(settings.store) if settings.store.exists() else ()
    found += [*_of_alerts(settings, alerts or (), now), *_of_disk(disk), *_of_backup(settings, backup, now)]
    # Stable: within a weight, in the order in which one would look.
    found.sort(key=lambda finding: -finding.weight)
    versions = {"earful": __version__, "python": platform.python_version()}
    versions |= {name: version(name) for name in ("prefect", "duckdb")}
    return Status(now, up, published, disk, backup, alerts, events, versions, tuple(found))


def _of_server(settings: Settings, up: server.Up, events: tuple[Event, ...], now: datetime) -> Iterator[Finding]:
    if up.address is None:
        # Who has never had one has his nights by cron, and is told when one is missing.
        if (prefect_settings.prefect_home(settings.data) / prefect_settings.UP_LOCK).exists():
            yield Finding("up-down", "no `earful up` runs for this folder: no night begins; start it, or its service")
    elif up.trouble:
        yield Finding(
            "up-down", f"the server of `earful up` does not serve ({up.trouble}); it is started again by itself"
        )
    else:
        limit = timedelta(seconds=settings.server.hung_seconds)
        if up.heartbeat is None or now - up.heartbeat > limit:
            since = f"since {_shown(settings, up.heartbeat)}" if up.heartbeat else "yet"
            yield Finding("worker-silent", f"the worker has sent no heartbeat {since}; it is started again by itself")
    today = [event for event in events if event.restart and now - event.at < timedelta(days=1)]
    if len(today) >= RESTARTS:
        yield Finding(
            "restarts",
            f"{len(today)} restarts within a day, the last of the {today[-1].part}: {today[-1].what}; see "
            f"{prefect_settings.prefect_home(settings.data) / today[-1].part}.log",
        )
    for event in events:
        if event.part == "database":
            yield Finding("database-anew", f"{_shown(settings, event.at)}: {event.what}")


def _of_nights(settings: Settings, published: Published, up: server.Up, now: datetime) -> Iterator[Finding]:
    night = published.runs.get("nightly")
    due = last_due(settings, settings.schedule.nightly, now - timedelta(minutes=LATE))
    working = "nightly" in up.at_work
    if not working and (night is None or night.began < due):
        last = _shown(settings, night.began) if night else "never"
        yield Finding(
            "night-missing",
            f"the night of {_shown(settings, due)} has not been published, the last began {last}: `earful run`",
        )
    if night is not None and night.status == "failed":
        yield Finding("night-failed", f"the night of {_shown(settings, night.began)} failed{_why(night)}")
    if night is not None and night.began > now + timedelta(minutes=20):
        yield Finding(
            "clock-behind", f"the last night began {_shown(settings, night.began)}, which is to come: set the clock"
        )
    upkeep = published.runs.get("upkeep")
    if upkeep is not None and now - upkeep.began > timedelta(days=3):
        yield Finding(
            "upkeep-missing",
            f"upkeep last ran {_shown(settings, upkeep.began)}: words past their retention stay; `earful upkeep`",
        )
    if published.gap_days:
        yield Finding("gaps", f"{published.gap_days} days of channels can still be fetched: `earful backfill --gaps`")


def _of_channels(published: Published, now: datetime) -> Iterator[Finding]:
    for each in published.channels:
        name = f"{each.channel}/{each.product}"
        if each.ended_on is not None and each.ended_on < now.date():
            continue
        if each.error:
            yield Finding("channel-failed", f"{name}: {each.error}")
        elif each.covered_to is None:
            yield Finding("channel-never", f"{name}: nothing of it has landed yet; `earful check` says whether it can")
        elif now - each.covered_to > timedelta(hours=BEHIND):
            yield Finding(
                "channel-behind", f"{name}: seen up to {each.covered_to:%Y-%m-%d %H:%M} UTC only; `earful check`"
            )


def _of_alerts(settings: Settings, alerts: tuple[Waiting, ...], now: datetime) -> Iterator[Finding]:
    for each in alerts:
        if now - each.since > timedelta(hours=UNDELIVERED):
            yield Finding(
                "alerts-waiting",
                f"{each.messages} alerts for {each.target} wait since {_shown(settings, each.since)}"
                f"{f': {each.error}' if each.error else ''}; `earful alerts list`",
            )


def _of_disk(disk: Disk) -> Iterator[Finding]:
    need = LANDING + disk.published
    if disk.free < need:
        yield Finding("disk-full", f"{disk.free / 1e6:.0f} MB free, {need / 1e6:.0f} MB needed for a night: free space")
    elif disk.full is not None and disk.a_day is not None and disk.free / disk.a_day < SOON:
        yield Finding(
            "disk-soon",
            f"the disk is full about {disk.full}, at {disk.a_day / 1e6:.1f} MB a day: free space, or move paths.data",
        )


def _of_backup(settings: Settings, backup: Backup | None, now: datetime) -> Iterator[Finding]:
    if not settings.backup.keep:
        return
    if backup is None:
        yield Finding("backup-missing", f"{settings.backups}: no backup yet; upkeep makes one, so does `earful upkeep`")
    elif now - backup.at > timedelta(days=3):
        yield Finding(
            "backup-missing",
            f"{settings.backups}: the last backup is of {_shown(settings, backup.at)}; `earful upkeep`",
        )


def behind(channel: Channel, now: datetime) -> str:
    """What a channel waits for, in a few words; empty where it is well."""
    if channel.error:
        return channel.error
    if channel.ended_on is not None and channel.ended_on < now.date():
        return f"ended {channel.ended_on}"
    if channel.covered_to is None:
        return "its first night"
    return "the next night" if now - channel.covered_to > timedelta(hours=BEHIND) else ""


def _why(night: Run) -> str:
    return f": {night.error}" if night.error else "; see the channels"


def _shown(settings: Settings, at: datetime) -> str:
    return f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
