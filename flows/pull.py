"""One job carried out: pages pulled, scored and spooled to disk, so that memory stays flat however much comes."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.base import Connector, Context, Coverage
from connectors.errors import PullError
from connectors.post import Rejected
from connectors.registry import connector_class
from flows import progress
from flows.errors import Exit, UserError
from flows.plan import Job
from flows.secret import author_secret
from flows.settings import Settings
from sentiment.scorer import Scorer
from warehouse import spool

#: Leftovers of killed runs are removed after this many seconds: they hold text, which retention must reach.
STALE = 24 * 3600


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


class Workshop:
    """Everything a run's jobs share: settings, scorer, one connector a channel, the spool folder."""

    def __init__(self, settings: Settings, scorer: Scorer, spool_folder: Path) -> None:
        self.settings = settings
        self.scorer = scorer
        self.spool_folder = spool_folder
        self._connectors: dict[str, Connector] = {}
        self._lock = threading.Lock()
        self._scoring = threading.Lock()

    def connector(self, channel_name: str) -> Connector:
        """The channel's connector, made once a run."""
        with self._lock:
            if channel_name not in self._connectors:
                channel = self.settings.channel(channel_name)
                context = Context(
                    channel=channel.name,
                    secret=author_secret(self.settings.data),
                    env=os.environ,
                    root=str(self.settings.root),
                )
                self._connectors[channel_name] = connector_class(channel.connector)(channel.connector_options, context)
            return self._connectors[channel_name]

    def pull(self, job: Job, name: str) -> Pulled:
        """Pull, score and spool one job. Raises PullError; files of a failed pull are removed."""
        product = next(p for p in self.settings.products if p.slug == job.product).product()
        files: list[Path] = []
        rejected: list[Rejected] = []
        gone: list[str] = []
        posts = unscored = 0
        pages = self.connector(job.channel).pages(product, job.window)
        try:
            while True:
                try:
                    page = next(pages)
                except StopIteration as end:
                    return Pulled(job, tuple(files), end.value, tuple(rejected), tuple(gone), posts, unscored)
                rejected += page.rejected
                gone += page.gone
                if len(page.posts):
                    # Scoring is one core's work under the interpreter lock: taking turns costs nothing and keeps the
                    # memory of one page's scoring at a time.
                    with self._scoring:
                        scored = self.scorer.score_page(page.posts)
                    files.append(self.spool_folder / f"{name}-{len(files):05d}.parquet")
                    rejected += spool(files[-1], page.posts, scored)
                    unscored += int((~scored.scores["scored"]).sum())
                posts += len(page.posts)
                progress.listener.pulled(job, posts)
        except BaseException as error:
            for file in files:
                file.unlink(missing_ok=True)
            if isinstance(error, OSError) and not isinstance(error, PullError):
                reason = error.strerror or str(error)
                raise UserError(
                    f"{self.spool_folder}: {reason}; make room there and run again", Exit.WAREHOUSE
                ) from None
            raise


@contextmanager
def spool_folder(data: Path, run_id: str) -> Iterator[Path]:
    """A private folder for one run, gone afterwards; leftovers of runs that were killed go too."""
    base = data / "spool"
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in base.iterdir():
            if time.time() - old.stat().st_mtime > STALE:
                shutil.rmtree(old, ignore_errors=True)
        folder = base / run_id
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise UserError(f"{base}: cannot be used: {error.strerror}", Exit.WAREHOUSE) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
