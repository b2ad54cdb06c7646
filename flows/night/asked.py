"""What a backfill will ask, in words: said before it asks, and all that a preview does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from earful.connectors.registry import connector_class
from earful.flows.config.settings import Settings
from earful.flows.night.plan import Job


def asked(settings: Settings, jobs: Sequence[Job]) -> list[str]:
    """A line for each channel, as the configuration orders them: products, days (reporting zone), how it is asked."""
    return [_line(settings, name, [job for job in jobs if job.channel == name]) for name in _channels(settings, jobs)]


def headline(settings: Settings, jobs: Sequence[Job]) -> str:
    """The same in one line."""
    channels, products = _channels(settings, jobs), {slug for job in jobs for slug in job.products}
    return (
        f"{len(channels)} {'channel' if len(channels) == 1 else 'channels'}, "
        f"{len(products)} {'product' if len(products) == 1 else 'products'}, {_days(settings, jobs)}, "
        f"in {len(jobs)} {'question' if len(jobs) == 1 else 'questions'}"
    )


def _channels(settings: Settings, jobs: Sequence[Job]) -> list[str]:
    names = {job.channel for job in jobs}
    return [channel.name for channel in settings.channels if channel.name in names]


def _line(settings: Settings, name: str, jobs: Sequence[Job]) -> str:
    channel = next(each for each in settings.channels if each.name == name)
    products = list(dict.fromkeys(slug for job in jobs for slug in job.products))
    if connector_class(channel.connector).seekable:
        how = "asked for just these days"
    else:
        how = "listed back from now, as far as the service lists (`earful check` says how far); older posts cannot come"
    return f"{name}: {', '.join(products)}; {_days(settings, jobs)}; {how}"


def _days(settings: Settings, jobs: Sequence[Job]) -> str:
    windows = [share.window for job in jobs for share in job.shares]
    first = min(window.start for window in windows).astimezone(settings.zone).date()
    last = (max(window.end for window in windows) - timedelta(microseconds=1)).astimezone(settings.zone).date()
    days = (last - first).days + 1
    return f"{first}" if days == 1 else f"{first} to {last} ({days} days)"
