"""What is kept, masked and scored again by the present configuration, and the days it is on. Without Prefect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from earful.flows.config.scorers import scorers, topics
from earful.flows.config.settings import Settings
from earful.flows.datafolder.store import new_run_id, opened
from earful.flows.jobs.erasure import finish
from earful.flows.jobs.page import make_page
from earful.sentiment.personal.mask import mask
from earful.sentiment.scorer import Scorer
from earful.warehouse import (
    Rescored,
    Store,
    WarehouseError,
    finish_run,
    mask_kept,
    pending,
    publish,
    query,
    register_topics,
    rescore,
    start_run,
    unfinished,
)

#: Called with how many posts are scored again so far, and how many there are to be.
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class ScoredAgain:
    """What was done. ``masked``: posts in which personal data was masked; ``page``: None where it stays as it was.

    ``left``: erasures that an earlier command had begun and not ended; ``behind``: scores that it had not published.
    """

    found: tuple[Rescored, ...]
    versions: tuple[str, ...]
    masked: int
    left: int
    behind: bool
    page: Path | None

    def lines(self) -> list[str]:
        """What it came to, in sentences."""
        said = []
        if self.left or self.behind:
            done = ["its erasure" if self.left else "", "what it had scored is published" if self.behind else ""]
            said.append(
                f"an earlier command was ended before its end; finished now: {' and '.join(filter(None, done))}"
            )
        if self.masked:
            posts = "post" if self.masked == 1 else "posts"
            said.append(
                f"{self.masked:,} {posts} held personal data in words: masked now; store, file and page written anew"
            )
        versions = ", ".join(self.versions)
        if not self.found:
            return [*said, f"nothing to do: everything is scored by {versions}"]
        posts, changed, gone = (sum(getattr(r, name) for r in self.found) for name in ("posts", "changed", "gone"))
        said.append(f"{posts:,} posts scored again, {changed:,} of them with another result; now {versions}")
        if gone:
            said.append(
                f"{gone:,} posts keep their old score: their words are past retention. "
                "Days that hold both say scorer_version = 'mixed'."
            )
        return said


def score_again(settings: Settings, progress: Progress = lambda _done, _of: None) -> ScoredAgain:
    """Score again all that another version scored and whose words are kept; publish; say what was done.

    Where words are masked ([privacy]), those are first that are kept as they came: from before there was a mask, or
    under other rules. Then no byte of what was masked is left in the store, the published file, the page or the digest.
    What a killed one left is finished: erasures too, and a published file that does not show its scores. Raises
    UserError where there is no store, and WarehouseError.
    """
    by_product = scorers(settings)
    with opened(settings) as store:
        left, behind = unfinished(store, asked_for=True), _behind(store, settings)
        masked = _mask(store, settings, by_product)
        found = _carry_out(store, settings, by_product, progress)
        erased, scored = bool(masked or left), behind or any(each.posts for each in found)
        if erased:
            finish(settings, store)  # file, page and digest, and then the store's bytes
        elif scored:
            publish(store, settings.published)
    page = settings.page if erased else make_page(settings, "the published file is whole") if scored else None
    versions = sorted({scorer.version for scorer in by_product.values()})
    return ScoredAgain(tuple(found), tuple(versions), masked, left, behind, page)


def _behind(store: Store, settings: Settings) -> bool:
    """Whether the newest rescoring of the store is not in the published file as it ended: it was killed before that."""
    newest = "select run_id, status from runs where kind = 'rescore' order by started_at desc, run_id desc limit 1"
    kept = store.con.execute(newest).fetchall()
    if not kept:
        return False
    try:
        return list(query(settings.published, newest).rows) != kept
    except WarehouseError:
        return True  # not there, or of an older version


def _mask(store: Store, settings: Settings, by_product: Mapping[str, Scorer]) -> int:
    """Mask the words that are kept, where the configuration has it so; in how many posts something was masked."""
    if not settings.privacy.mask:
        return 0
    return mask_kept(store, lambda posts: mask(posts)[0], by_product, datetime.now(UTC))


def _carry_out(
    store: Store, settings: Settings, by_product: Mapping[str, Scorer], progress: Progress
) -> list[Rescored]:
    # A product that left the configuration keeps its past as it is: nobody says any more how to score it.
    versions = {slug: scorer.version for slug, scorer in by_product.items()}
    stale = [p for p in pending(store, lambda slug: versions.get(slug, "")) if p.product in by_product]
    if not any(p.kept for p in stale):
        return [Rescored(p.channel, p.product, versions[p.product], gone=p.posts) for p in stale]
    now = datetime.now(UTC)
    run_id = new_run_id(now)
    start_run(store, run_id, "rescore", now)
    register_topics(store, topics(settings))  # the configuration may have new ones
    found: list[Rescored] = []
    of = sum(p.kept for p in stale)
    try:
        for each in stale:
            advance = partial(_advance, progress, sum(r.posts for r in found), of)
            found.append(rescore(store, each.channel, each.product, by_product[each.product], now, done=advance))
    except WarehouseError as error:
        finish_run(store, run_id, "failed", datetime.now(UTC), str(error))
        raise
    finish_run(store, run_id, "ok", datetime.now(UTC))
    return found


def _advance(progress: Progress, before: int, of: int, posts: int) -> None:
    progress(before + posts, of)
