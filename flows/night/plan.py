"""Which windows a run asks of which channel for which product. Pure: settings and what has landed in, jobs out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from earful.connectors.base import Window
from earful.connectors.registry import connector_class
from earful.flows.config.sections import ChannelSettings, ProductSettings
from earful.flows.config.settings import Settings
from earful.flows.errors import UserError
from earful.warehouse import Standing, union, without

#: A long span lands in pieces, so that a failure late costs one piece and not the whole.
PIECE = timedelta(days=31)

#: (channel, product) -> what has landed of it.
Standings = Callable[[str, str], Standing]


@dataclass(frozen=True, slots=True)
class Job:
    """One question to one channel: a product's posts in a window (UTC, half-open)."""

    channel: str
    product: str
    window: Window


#: (channel, product, window) -> whether it would bring something new, where that can be told unasked; else false.
Changed = Callable[[str, str, Window], bool]


def nightly_jobs(
    settings: Settings,
    standing: Standings,
    now: datetime,
    products: Iterable[str] = (),
    channels: Iterable[str] = (),
    changed: Changed = lambda *_: False,
) -> list[Job]:
    """[watermark - overlap, now) for every pair; [channel's start, now) where nothing is covered yet.

    Two things are asked for besides. What nobody ever asked for since the channel's start: a store may have been filled
    by a backfill of some days first, or the start been set back since. And days of late that are suspected of having
    come in part. A channel that cannot seek lists all the way back to the oldest of them, in one window.

    A channel whose ``end`` is over is asked up to there, for as long as late posts may come (its overlap), and then
    only for what is left of these two things, or where something has ``changed``: a file came late, or another.
    """
    jobs: list[Job] = []
    today = now.astimezone(settings.zone).date()
    for channel, product in pairs(settings, products, channels):
        connector = connector_class(channel.connector)
        start, until = settings.midnight(channel.first_day(today)), settings.until(channel, now)
        stands = standing(channel.name, product.slug)
        wanted = [(start, until)]
        never_asked = without(wanted, stands.asked)
        if channel.ended(today) and not never_asked and now - until >= (connector.overlap or timedelta()):
            late = connector.overlap is None and changed(channel.name, product.slug, Window(start, until))
            wanted = wanted if late else union(stands.suspect)
        elif stands.watermark is not None and connector.overlap is not None:
            # A watermark beyond now was left by a clock that was wrong.
            wanted = [(max(start, min(stands.watermark, until) - connector.overlap), until)]
            wanted = union([*wanted, *never_asked, *stands.suspect])
        if wanted and not connector.seekable:
            wanted = [(wanted[0][0], wanted[-1][1])]
        for begin, end in wanted:
            jobs += pieces(channel, product, begin, end)
    return jobs


def backfill_jobs(
    settings: Settings,
    first: date,
    last: date,
    now: datetime,
    products: Iterable[str] = (),
    channels: Iterable[str] = (),
) -> list[Job]:
    """The reporting days first..last, both included, clipped to now; in pieces where a channel can seek.

    A channel is asked for no day after its ``end``. Raises UserError where that leaves nothing to ask for.
    """
    if last < first:
        raise UserError(f"--from {first} is after --to {last}; give the earlier day first")
    whole = (settings.midnight(first), min(settings.midnight(last + timedelta(days=1)), now))
    if whole[0] >= now:
        raise UserError(f"--from {first} has not begun yet in {settings.time_zone}; nothing to pull")
    jobs: list[Job] = []
    asked = pairs(settings, products, channels)
    for channel, product in asked:
        jobs += pieces(channel, product, whole[0], min(whole[1], settings.until(channel, now)))
    if not jobs:
        ended = ", ".join(sorted({f"{channel.name} ended {channel.end}" for channel, _ in asked}))
        raise UserError(f"--from {first} is after the end of every channel asked for ({ended}); nothing to pull")
    return jobs


def pieces(channel: ChannelSettings, product: ProductSettings, begin: datetime, end: datetime) -> Iterator[Job]:
    """The span as one job, or as several that join where the channel can seek; nothing for an empty span."""
    step = PIECE if connector_class(channel.connector).seekable else end - begin
    while begin < end:
        stop = min(begin + step, end)
        yield Job(channel.name, product.slug, Window(begin, stop))
        begin = stop


def servable(channel: ChannelSettings, product: ProductSettings) -> bool:
    """Whether the product has the store ids that the channel's connector cannot do without."""
    needs = channel.needs
    return needs is None or bool(product.ids.get(needs))


def pairs(
    settings: Settings, products: Iterable[str], channels: Iterable[str]
) -> list[tuple[ChannelSettings, ProductSettings]]:
    """Which channel is asked for which product. Raises UserError where that is none: a mistake, not a quiet night."""
    wanted_products = _checked("product", products, [p.slug for p in settings.products])
    wanted_channels = _checked("channel", channels, [c.name for c in settings.channels])
    # A channel asked for by name runs even where the nightly leaves it out.
    asked = [c for c in settings.channels if (c.name in wanted_channels if wanted_channels else c.enabled)]
    if not asked:
        raise UserError(
            f"{settings.file}: no channel is enabled; set enabled = true in one of {_names(settings.channels)},"
            " or name one with --channel"
        )
    meant = [(c, p) for c in asked for p in settings.products_of(c) if not wanted_products or p.slug in wanted_products]
    found = [(c, p) for c, p in meant if servable(c, p)]
    if not found:
        names = _names(asked)
        if not meant:
            raise UserError(
                f"{settings.file}: none of the channels {names} is for {', '.join(sorted(wanted_products))}"
            )
        ids = ", ".join(sorted({f"{c.needs} = [...]" for c, _ in meant}))
        raise UserError(
            f"{settings.file}: no product has an id that {names} could ask for; add ids = {{ {ids} }} to a product"
        )
    return found


def _names(channels: Iterable[ChannelSettings]) -> str:
    return ", ".join(c.name for c in channels)


def _checked(what: str, asked: Iterable[str], known: list[str]) -> set[str]:
    wanted = set(asked)
    strange = sorted(wanted - set(known))
    if strange:
        raise UserError(f"--{what}: found {', '.join(strange)!r}; allowed: {', '.join(known)}")
    return wanted
