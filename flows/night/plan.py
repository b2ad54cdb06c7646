"""Which windows a run asks of which channel for which products, also in words. Pure: settings in, jobs out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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

#: A channel, a product, and the spans of time that are wanted of it.
Spans = tuple[ChannelSettings, ProductSettings, Sequence[tuple[datetime, datetime]]]
#: (channel, product) -> what has landed of it.
Standings = Callable[[str, str], Standing]
#: (channel, product, window) -> whether it would bring something new, where that can be told unasked; else false.
Changed = Callable[[str, str, Window], bool]


@dataclass(frozen=True, slots=True)
class Share:
    """What a job asks for one product: its posts in a window (UTC, half-open)."""

    product: str
    window: Window


@dataclass(frozen=True, slots=True)
class Job:
    """One question to one channel, for one product or several, each with a window of its own.

    Windows differ where products have come differently far: a listing that is read back to the earliest of their starts
    serves all, and each is covered only for what it was asked for.
    """

    channel: str
    shares: tuple[Share, ...]

    @classmethod
    def of(cls, channel: str, product: str, window: Window) -> Job:
        """A job for one product."""
        return cls(channel, (Share(product, window),))

    @property
    def products(self) -> tuple[str, ...]:
        """The slugs of the products that it serves."""
        return tuple(share.product for share in self.shares)

    @property
    def window(self) -> Window:
        """From the earliest start to the latest end of what is asked for."""
        return Window(min(s.window.start for s in self.shares), max(s.window.end for s in self.shares))

    def __str__(self) -> str:
        """For a person: "reviews acme 2026-06-30", "reviews: 33 products 2026-06-30"."""
        whose = f" {self.products[0]}" if len(self.shares) == 1 else f": {len(self.shares)} products"
        return f"{self.channel}{whose} {self.window.start:%Y-%m-%d}"


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
    spans: list[Spans] = []
    today = now.astimezone(settings.zone).date()
    for channel, product in pairs(settings, products, channels):
        connector = connector_class(channel.connector)
        start, until = settings.midnight(channel.first_day(today)), settings.until(channel, now)
        stands = standing(channel.name, product.slug)
        wanted = [(start, until)]
        never_asked = without(wanted, stands.asked)
        if channel.whole_history and stands.asked:
            never_asked = []  # what lies before its first row is nothing that could be asked for
        if channel.ended(today) and not never_asked and now - until >= (connector.overlap or timedelta()):
            late = connector.overlap is None and changed(channel.name, product.slug, Window(start, until))
            wanted = wanted if late else union(stands.suspect)
        elif stands.watermark is not None and connector.overlap is not None:
            # A watermark beyond now was left by a clock that was wrong.
            wanted = [(max(start, min(stands.watermark, until) - connector.overlap), until)]
            wanted = union([*wanted, *never_asked, *stands.suspect])
        spans.append((channel, product, wanted))
    return jobs_of(spans)


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
        raise UserError(f"the first day (--from), {first}, is after the last (--to), {last}: earlier first")
    whole = (settings.midnight(first), min(settings.midnight(last + timedelta(days=1)), now))
    if whole[0] >= now:
        raise UserError(f"the first day (--from), {first}, has not begun yet in {settings.time_zone}; nothing to pull")
    asked = pairs(settings, products, channels)
    spans = [(c, p, [(whole[0], min(whole[1], settings.until(c, now)))]) for c, p in asked]
    jobs = jobs_of(spans)
    if not jobs:
        ended = ", ".join(sorted({f"{channel.name} ended {channel.end}" for channel, _ in asked}))
        at = f"the first day (--from), {first}, is after the end of every channel asked for"
        raise UserError(f"{at} ({ended}); nothing to pull")
    return jobs


def jobs_of(spans: Iterable[Spans]) -> list[Job]:
    """What is wanted of each pair as jobs: one a product where a channel asks by id, else one for all that can share.

    A channel that cannot seek lists back to the earliest span anyway, so its spans are one window a product, and one
    job. One that can is asked in pieces, each for the products that want just this piece.
    """
    jobs: list[Job] = []
    together: dict[str, list[list[Share]]] = {}
    for channel, product, wanted in spans:
        connector = connector_class(channel.connector)
        shares = [Share(product.slug, window) for window in pieces(wanted, seekable=connector.seekable)]
        if connector.reads == "id":
            jobs += [Job(channel.name, (share,)) for share in shares]
            continue
        for share in shares:
            pool = together.setdefault(channel.name, [])
            fits = (all_of for all_of in pool if not connector.seekable or all_of[0].window == share.window)
            found = next(fits, None)
            if found is None:
                pool.append([share])
            else:
                found.append(share)
    return jobs + [Job(name, tuple(shares)) for name, pool in together.items() for shares in pool]


def pieces(wanted: Sequence[tuple[datetime, datetime]], *, seekable: bool) -> list[Window]:
    """Spans in the order of time as windows: cut in pieces that join where a channel can seek, else one over all.

    An empty span is none.
    """
    spans = [(begin, end) for begin, end in wanted if begin < end]
    if not seekable:
        return [Window(spans[0][0], max(end for _, end in spans))] if spans else []
    found = []
    for start, end in spans:
        begin = start
        while begin < end:
            stop = min(begin + PIECE, end)
            found.append(Window(begin, stop))
            begin = stop
    return found


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
