"""One job carried out: pages pulled, scored and spooled to disk, so that memory stays flat however much comes."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from earful.connectors.base import Asked, Connector, Context, Coverage, Outcome, Product, Pull, Remembers, Window
from earful.connectors.errors import PullError, Retriable
from earful.connectors.post import Page
from earful.connectors.registry import connector_class
from earful.flows.config.sections import ChannelSettings
from earful.flows.config.settings import Settings
from earful.flows.datafolder.folders import unusable
from earful.flows.datafolder.secret import author_secrets
from earful.flows.night import progress
from earful.flows.night.plan import Job
from earful.flows.night.spooled import Pulled, Spooled
from earful.flows.process.deadline import NEVER, Deadline
from earful.flows.process.fetch import Fetch, LateError, OverError
from earful.flows.process.redact import outgoing
from earful.sentiment.personal import mask
from earful.sentiment.scorer import Scorer
from earful.warehouse import KnownScores


class CutShortError(Exception):
    """A pull ended before its end: the service gave up, or was too slow. ``came`` is what it had brought by then.

    Nothing is covered by it: pages come in any order, so nobody knows which stretch of time would be whole.
    """

    def __init__(self, came: Pulled, error: Retriable) -> None:
        super().__init__(str(error))
        self.came = came
        self.error = error


def from_first_row(pulled: Pulled, channel: ChannelSettings) -> Pulled:
    """With windows that begin where there is anything: the years before a table's first row are no gap."""
    shares = []
    for came in pulled.shares:
        begins = came.coverage.begins
        if begins is None:
            shares.append(replace(came, window=failed_window(came.window, channel)))
            continue
        start = min(max(came.window.start, begins), came.window.end)
        shares.append(replace(came, window=Window(start, came.window.end)))
    return replace(pulled, shares=tuple(shares))


def failed_window(window: Window, channel: ChannelSettings) -> Window:
    """What is missing where nothing came: of a channel that is asked for all of history, its last ``days``."""
    if not channel.whole_history:
        return window
    return Window(max(window.start, window.end - timedelta(days=channel.days)), window.end)


class RunContext:
    """Everything a run's jobs share: settings, a scorer for each product, one connector a channel, the spool folder.

    ``stopping`` is set when the run ends before its pulls: they end then, too.
    """

    def __init__(
        self, settings: Settings, scorers: Mapping[str, Scorer], spool_folder: Path, kind: str = "nightly"
    ) -> None:
        self.settings = settings
        self.kind = kind
        self.scorers = scorers
        self.spool_folder = spool_folder
        self.stopping = threading.Event()
        #: What connectors want to be told of the night before (Coverage.remember), by channel and product.
        self.remembered: Mapping[str, Mapping[str, str]] = {}
        #: By channel and product: the scores of posts that the store has, where it has many of what is asked for.
        self.known_scores: Mapping[tuple[str, str], KnownScores] = {}
        self._connectors: dict[str, Connector] = {}
        self._contexts: dict[str, Context] = {}
        self._making: dict[str, threading.Lock] = {}
        self._kept: dict[Job, Pulled] = {}
        self._lock = threading.Lock()
        self._scoring = threading.Lock()

    def connector(self, channel_name: str) -> Connector:
        """The channel's connector, made once a run."""
        with self._lock:
            making = self._making.setdefault(channel_name, threading.Lock())
        with making:  # a lock a channel: one that is slow to be made holds no other
            if channel_name not in self._connectors:
                channel = self.settings.channel(channel_name)
                keys = author_secrets(self.settings.data)
                context = Context(
                    channel=channel.name,
                    secret=keys.present,
                    former=keys.former,
                    env=os.environ,
                    root=str(self.settings.root),
                    zone=self.settings.time_zone,
                    remembered=self.remembered.get(channel.name, {}),
                    masking=f"mask {mask.VERSION}" if self.settings.privacy.mask else "as they came",
                )
                self._contexts[channel_name] = context
                self._connectors[channel_name] = connector_class(channel.connector)(channel.connector_options, context)
            return self._connectors[channel_name]

    def changed(self, channel: str, product: str, window: Window) -> bool:
        """Whether a connector that remembers (see ``remembers``) would bring anything new; else false."""
        if not self.remembers(channel):
            return False  # and not made here: what is wrong with it is its channel's failure, when it is asked
        connector: object = self.connector(channel)
        assert isinstance(connector, Remembers)
        try:
            return not connector.unchanged(self._product(product), window)
        except (PullError, OSError):
            return False  # files that are gone since they were read: who asks for them hears of it

    def remembers(self, channel: str) -> bool:
        """Whether the channel's connector can tell without pulling that there is nothing new."""
        return issubclass(connector_class(self.settings.channel(channel).connector), Remembers)

    def _product(self, slug: str) -> Product:
        return next(p for p in self.settings.products if p.slug == slug).product()

    def pull(self, job: Job, name: str, deadline: Deadline = NEVER) -> Pulled:
        """Pull, score and spool one job.

        Raises CutShortError where the service gave up or the deadline passed, with what had come; any other error takes
        the files with it: after "this will never work" or a mistake of ours, what came before is not to be trusted.
        """
        asked = [Asked(self._product(share.product), share.window) for share in job.shares]
        own_scorers = {slug: self.scorers[slug] for slug in job.products}
        known = {slug: scores for (channel, slug), scores in self.known_scores.items() if channel == job.channel}
        masking = self.settings.privacy.mask
        spooled = Spooled(job, self.spool_folder / name, own_scorers, self._scoring, known, masking=masking)
        begun: list[Pull] = []

        def begin() -> Iterator[Page]:
            begun.append(self.connector(job.channel).pull(asked))
            return iter(begun[0])

        def pulled(coverage: Mapping[str, Outcome]) -> Pulled:
            shares = spooled.ended(coverage)
            context = self._contexts.get(job.channel)
            # The aliases are all that the channel met so far: another pull of it may be adding to them.
            return Pulled(job, shares, context.former_pseudonyms.copy() if context else {})

        fetch: Fetch[Page] = Fetch(begin, f"pull {job}")
        try:
            try:
                while (page := self._next(fetch, job, deadline)) is not None:
                    spooled.add(outgoing.page(page))
                    progress.listener.pulled(job, spooled.posts)
            except Retriable as error:
                outgoing.error(error)  # Prefect keeps its words
                nothing = {share.product: Coverage.none(share.window, "") for share in job.shares}
                raise CutShortError(pulled(nothing), error) from error
            came = pulled({slug: self._shown(came) for slug, came in begun[0].coverage.items()})
            channel = self.settings.channel(job.channel)
            return from_first_row(came, channel) if channel.whole_history else came
        except CutShortError:
            raise
        except BaseException as error:
            outgoing.error(error)  # Prefect keeps its words
            spooled.remove()
            if isinstance(error, OSError) and not isinstance(error, PullError):
                raise unusable(self.spool_folder, error) from None
            raise
        finally:
            fetch.end()

    def _shown(self, came: Outcome) -> Outcome:
        """An outcome without secrets in its words, and with what is to be remembered of it."""
        if isinstance(came, PullError):
            outgoing.error(came)
            return came
        # A backfill asks for some days: what it brings says nothing of what a night need not read again.
        remember = came.remember if self.kind == "nightly" else None
        questions = tuple(outgoing(each) for each in came.questions)
        return replace(came, note=outgoing(came.note), questions=questions, remember=remember)

    def _next(self, fetch: Fetch[Page], job: Job, deadline: Deadline) -> Page | None:
        """The next page, or None after the last.

        Raises PullError; LateError at the deadline; an error of the disk as it is.
        """
        try:
            return fetch.next(deadline, self.stopping)
        except OverError:
            raise late(job, deadline, self.again(job)) from None
        except PullError:
            raise
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise  # ours, whoever met it
            # A connection that broke inside a client library. Its own words stay out: they may quote the service.
            said = error.strerror or type(error).__name__
            raise Retriable(f"{job.channel}: {said} while pulling; try again later") from error

    def best(self, came: Pulled) -> Pulled:
        """Of the attempts at a job that were cut short, what the one had brought that got furthest.

        Each begins anew, so the others' posts are mostly the same: their files go.
        """
        before = self._kept.pop(came.job, None)
        if before is not None and before.posts > came.posts:
            came, before = before, came
        if before is not None:
            _remove(before)
        self._kept[came.job] = came
        return came

    def done(self, job: Job) -> None:
        """A job came whole: what attempts before had brought is in it."""
        before = self._kept.pop(job, None)
        if before is not None:
            _remove(before)

    def again(self, job: Job) -> str:
        """Who asks again for what a deadline left out. For a backfill no night does: its days may be older."""
        if self.kind != "nightly":
            return "run the backfill again for the rest"
        if not self.settings.channel(job.channel).enabled:
            return f"the next run with --channel {job.channel} asks again"
        return "the next night asks again"

    def pause(self, seconds: float) -> None:
        """Wait, or until the run is stopped."""
        self.stopping.wait(seconds)


def late(job: Job, deadline: Deadline, again: str, *, asked: bool = True) -> LateError:
    """What is said of a job whose deadline passed, and who asks ``again``; ``asked`` False: before it was begun."""
    was = "" if asked else "not asked, "
    kept = "what came is kept, " if asked else ""
    return LateError(f"{job.channel}: {was}{deadline.whose}; {kept}{again}", of_run=deadline.ends_run)


def _remove(pulled: Pulled) -> None:
    for file in pulled.files:
        file.unlink(missing_ok=True)
