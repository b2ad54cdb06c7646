"""One job carried out: pages pulled, scored and spooled to disk, so that memory stays flat however much comes."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from connectors.base import Connector, Context, Coverage
from connectors.errors import PullError
from connectors.post import Rejected
from connectors.registry import connector_class
from flows import progress
from flows.folders import unusable
from flows.plan import Job
from flows.redact import outgoing
from flows.secret import author_secrets
from flows.settings import Settings
from sentiment.scorer import Scorer
from warehouse import spool

#: Posts scored at a time, at least, where there are so many. Services give pages of 20 to 100: too few for the compiled
#: scorer to be worth its loading, and a file each; larger pages are scored as they come.
BATCH = 5_000
#: And at most about so many bytes: 5,000 of the longest texts are 200 MB before they are scored, ordinary ones 2.
BATCH_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of a job: spooled Parquet files of scored posts, and what the connector said besides."""

    job: Job
    files: tuple[Path, ...]
    coverage: Coverage
    rejected: tuple[Rejected, ...]
    gone: tuple[str, ...]
    posts: int
    unscored: int
    aliases: Mapping[str, str] = field(default_factory=dict)


class Workshop:
    """Everything a run's jobs share: settings, a scorer for each product, one connector a channel, the spool folder."""

    def __init__(self, settings: Settings, scorers: Mapping[str, Scorer], spool_folder: Path) -> None:
        self.settings = settings
        self.scorers = scorers
        self.spool_folder = spool_folder
        self._connectors: dict[str, Connector] = {}
        self._contexts: dict[str, Context] = {}
        self._lock = threading.Lock()
        self._scoring = threading.Lock()

    def connector(self, channel_name: str) -> Connector:
        """The channel's connector, made once a run."""
        with self._lock:
            if channel_name not in self._connectors:
                channel = self.settings.channel(channel_name)
                keys = author_secrets(self.settings.data)
                context = Context(
                    channel=channel.name,
                    secret=keys.present,
                    former=keys.former,
                    env=os.environ,
                    root=str(self.settings.root),
                )
                self._contexts[channel_name] = context
                self._connectors[channel_name] = connector_class(channel.connector)(channel.connector_options, context)
            return self._connectors[channel_name]

    def pull(self, job: Job, name: str) -> Pulled:
        """Pull, score and spool one job. Raises PullError; files of a failed pull are removed."""
        product = next(p for p in self.settings.products if p.slug == job.product).product()
        spooled = _Spooled(self.spool_folder / name, self.scorers[job.product], self._scoring)
        rejected: list[Rejected] = []
        gone: list[str] = []
        posts = 0
        pages = self.connector(job.channel).pages(product, job.window)
        try:
            while True:
                try:
                    page = outgoing.page(next(pages))
                except StopIteration as end:
                    spooled.flush()
                    rejected += spooled.rejected
                    return Pulled(
                        job=job,
                        files=tuple(spooled.files),
                        coverage=replace(end.value, note=outgoing(end.value.note)),
                        rejected=tuple(rejected),
                        gone=tuple(gone),
                        posts=posts,
                        unscored=spooled.unscored,
                        # All that the channel met so far: another product's pull may be adding to it.
                        aliases=self._contexts[job.channel].met.copy(),
                    )
                rejected += page.rejected
                gone += page.gone
                spooled.add(page.posts)
                posts += len(page.posts)
                progress.listener.pulled(job, posts)
        except BaseException as error:
            outgoing.error(error)  # Prefect keeps its words
            for file in spooled.files:
                file.unlink(missing_ok=True)
            if isinstance(error, OSError) and not isinstance(error, PullError):
                raise unusable(self.spool_folder, error) from None
            raise


@dataclass
class _Spooled:
    """A job's posts on their way to disk: gathered, scored and written a batch at a time, in the order they came."""

    base: Path
    scorer: Scorer
    turn: threading.Lock
    files: list[Path] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    unscored: int = 0
    _waiting: list[pd.DataFrame] = field(default_factory=list)

    def add(self, posts: pd.DataFrame) -> None:
        """Take a page's posts; the batch is scored when it is full."""
        if len(posts):
            self._waiting.append(posts)
        held = sum(int(each.memory_usage(index=False).sum()) for each in self._waiting)
        if held >= BATCH_BYTES or sum(len(each) for each in self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Score and write what waits."""
        if not self._waiting:
            return
        posts = pd.concat(self._waiting, ignore_index=True) if len(self._waiting) > 1 else self._waiting[0]
        self._waiting = []
        # Taking turns costs little (one core's work, much of it under the interpreter lock) and keeps the memory of one
        # batch's scoring at a time.
        with self.turn:
            scored = self.scorer.score_page(posts)
        self.files.append(self.base.with_name(f"{self.base.name}-{len(self.files):05d}.parquet"))
        self.rejected += spool(self.files[-1], posts, scored)
        self.unscored += int((~scored.scores["scored"]).sum())
