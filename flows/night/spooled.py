"""Posts of one job on their way to disk: gathered, scored and written a batch at a time, for each product by itself."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Coverage, Outcome, Window
from earful.connectors.errors import Fatal, PullError
from earful.connectors.post import Page, Rejected
from earful.flows.night.plan import Job
from earful.flows.night.scoring import score
from earful.sentiment.personal.mask import describe, mask
from earful.sentiment.scorer import Scorer
from earful.warehouse import KnownScores, joined, spool

#: Posts scored at a time, at least, where there are so many. Services give pages of 20 to 100: too few for the compiled
#: scorer to be worth its loading, and a file each; larger pages are scored as they come.
BATCH = 5_000
#: And at most about so many bytes: 5,000 of the longest texts are 50 MB before they are scored, ordinary ones 2.
BATCH_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Came:
    """What came for one product of a job: spooled Parquet files of its scored posts, and what was said besides.

    ``error``: why it alone could not be served; then nothing else is in it but what was set aside.
    """

    product: str
    window: Window
    coverage: Coverage
    files: tuple[Path, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    gone: tuple[str, ...] = ()
    posts: int = 0
    unscored: int = 0
    error: PullError | None = None
    masked: int = 0  # pieces of personal data in their words


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of a job, for each of its products in their order."""

    job: Job
    shares: tuple[Came, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def posts(self) -> int:
        """Posts of all products together."""
        return sum(came.posts for came in self.shares)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of all products."""
        return tuple(file for came in self.shares for file in came.files)


@dataclass
class _Share:
    """What has come for one product so far."""

    window: Window
    scorer: Scorer
    files: list[Path] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    posts: int = 0
    unscored: int = 0
    unread: int = 0
    masked: Counter[str] = field(default_factory=Counter)

    def remove(self) -> None:
        for file in self.files:
            file.unlink(missing_ok=True)


class Spooled:
    """A job's posts in the order they came. However many products it serves, it holds one batch before scoring.

    ``scorers``: by product; products that share one have a post that is about both scored once. ``known``: by product,
    where the store has many posts of what is asked for, the scores that it has. ``masking``: personal data in words is
    replaced before they are scored and written; no file ever holds it.
    """

    def __init__(
        self,
        job: Job,
        base: Path,
        scorers: Mapping[str, Scorer],
        scoring: threading.Lock,
        known: Mapping[str, KnownScores] | None = None,
        *,
        masking: bool = True,
    ) -> None:
        self._masking = masking
        self._job, self._base, self._scoring, self._known = job, base, scoring, known or {}
        self._shares = {share.product: _Share(share.window, scorers[share.product]) for share in job.shares}
        self._gone: list[str] = []
        self._waiting: list[pa.Table] = []
        self._batches = 0

    @property
    def posts(self) -> int:
        """So many have come, for all products together."""
        return sum(share.posts for share in self._shares.values())

    def add(self, page: Page) -> None:
        """Take a page; the batch is scored when it is full. Raises Fatal for a post of a product not asked for."""
        self._set_aside(page.rejected)
        self._gone += page.gone
        for slug, count in page.unread.items():
            self._share(slug).unread += count
        if len(page.posts):
            for each in page.posts["product"].value_counts().to_pylist():
                self._share(each["values"]).posts += each["counts"]
            self._waiting.append(page.posts)
        held = sum(each.nbytes for each in self._waiting)
        if held >= BATCH_BYTES or sum(len(each) for each in self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Score and write what waits."""
        if not self._waiting:
            return
        posts = pa.concat_tables(self._waiting).combine_chunks()
        self._waiting = []
        if self._masking:
            posts, masked = mask(posts)
            for slug, kinds in masked.items():
                self._shares[slug].masked.update(kinds)
        alike: dict[int, list[str]] = {}
        for slug, share in self._shares.items():
            alike.setdefault(id(share.scorer), []).append(slug)
        for slugs in alike.values():
            theirs = posts if len(alike) == 1 else posts.filter(pc.is_in(posts["product"], pa.array(slugs)))
            if len(theirs):
                self._write(theirs, slugs)
        self._batches += 1

    def _write(self, posts: pa.Table, slugs: list[str]) -> None:
        # One at a time costs little (one core's work, much of it under the interpreter lock) and bounds the memory to
        # one batch's scoring.
        with self._scoring:
            scored = score(self._shares[slugs[0]].scorer, posts, self._known)
        table = joined(posts, scored)
        for slug in slugs:
            own = table if len(slugs) == 1 else table.filter(pc.equal(table["product"], slug))
            if not own.num_rows:
                continue
            share = self._shares[slug]
            ending = f"-{slug}-{self._batches:05d}" if len(self._shares) > 1 else f"-{self._batches:05d}"
            share.files.append(self._base.with_name(f"{self._base.name}{ending}.parquet"))
            spool(share.files[-1], own)
            share.unscored += own.num_rows - int(pc.sum(own["scored"]).as_py() or 0)

    def _share(self, slug: str) -> _Share:
        if slug not in self._shares:
            raise Fatal(f"{self._job.channel}: posts of {slug!r} came, which was not asked for; mend the connector")
        return self._shares[slug]

    def _set_aside(self, items: Iterable[Rejected]) -> None:
        for one in items:
            for share in [self._share(one.product)] if one.product else self._shares.values():
                share.rejected.append(one)

    def ended(self, outcomes: Mapping[str, Outcome]) -> tuple[Came, ...]:
        """Write what still waits; what came for each product. The files of one that could not be served are removed.

        Raises Fatal where nothing is said of a product.
        """
        self.flush()
        return tuple(self._came(slug, outcomes.get(slug)) for slug in self._shares)

    def _came(self, slug: str, outcome: Outcome | None) -> Came:
        share = self._shares[slug]
        if outcome is None:
            raise Fatal(f"{self._job.channel}: nothing is said of what was covered of {slug}; mend the connector")
        if isinstance(outcome, PullError):
            share.remove()
            rejected = tuple(share.rejected)
            return Came(slug, share.window, Coverage.none(share.window, ""), rejected=rejected, error=outcome)
        many = f"{share.unread:,} {'post' if share.unread == 1 else 'posts'}"
        unread = f"stars or answers off their scale left out of {many}" if share.unread else ""
        note = "; ".join(filter(None, [outcome.note, unread, describe(share.masked)]))
        whole = replace(outcome, note=note)
        return Came(
            slug, share.window, whole, tuple(share.files), tuple(share.rejected), tuple(self._gone), share.posts,
            share.unscored, masked=share.masked.total(),
        )  # fmt: skip

    def remove(self) -> None:
        """Remove every file: nothing of it is to be trusted."""
        for share in self._shares.values():
            share.remove()
