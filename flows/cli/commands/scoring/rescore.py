"""``earful rescore``: what is kept, masked and scored again by the present configuration, and the days it is on."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from earful.flows.config.scorers import scorers, topics
from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.store import new_run_id, opened
from earful.flows.errors import Exit, UserError
from earful.flows.jobs.erasure import finish
from earful.flows.jobs.page import make_page
from earful.flows.process.terminal import Terminal
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


def run_rescore(config: Path | None, *, json: bool) -> int:
    """Score again all that another version scored and whose words are kept; publish; say what was done.

    Where words are masked ([privacy]), those are first that are kept as they came: from before there was a mask, or
    under other rules. Then no byte of what was masked is left in the store, the published file, the page or the digest.
    What a killed one left is finished: erasures too, and a published file that does not show its scores.
    """
    settings = load(config)
    if not settings.store.exists():
        raise UserError(f"{settings.store}: is not there yet; `earful run` makes it", Exit.WAREHOUSE)
    by_product = scorers(settings)
    with opened(settings) as store:
        left, behind = unfinished(store, asked_for=True), _behind(store, settings)
        masked = _mask(store, settings, by_product)
        found = _carry_out(store, settings, by_product, quiet=json)
        erased, scored = bool(masked or left), behind or any(each.posts for each in found)
        if erased:
            finish(settings, store)  # file, page and digest, and then the store's bytes
        elif scored:
            publish(store, settings.published)
    page = settings.page if erased else make_page(settings, "the published file is whole") if scored else None
    versions = sorted({scorer.version for scorer in by_product.values()})
    if json:
        done = {"versions": versions, "rescored": [asdict(each) for each in found], "page": str(page) if page else None}
        print(jsonlib.dumps({**done, "masked": masked, "finished": left}))  # noqa: T201
    else:
        if left or behind:
            line = "an earlier command was ended before its end; finished now: " + " and ".join(
                filter(None, ["its erasure" if left else "", "what it had scored is published" if behind else ""])
            )
            Terminal(highlight=False, soft_wrap=True).print(line, markup=False)
        if masked:
            posts = "post" if masked == 1 else "posts"
            line = f"{masked:,} {posts} held personal data in words: masked now; store, file and page written anew"
            Terminal(highlight=False, soft_wrap=True).print(line, markup=False)
        _show(found, versions)
    return Exit.OK


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


def _carry_out(store: Store, settings: Settings, by_product: Mapping[str, Scorer], *, quiet: bool) -> list[Rescored]:
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
    err = Terminal(stderr=True)  # in a file or a pipe a display leaves empty lines
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err, transient=True, disable=quiet or not err.is_terminal,
    )  # fmt: skip
    try:
        with bar:
            task = bar.add_task("scoring again", total=sum(p.kept for p in stale))
            for each in stale:
                advance = partial(_advance, bar, task, sum(r.posts for r in found))
                scorer = by_product[each.product]
                found.append(rescore(store, each.channel, each.product, scorer, now, done=advance))
    except WarehouseError as error:
        finish_run(store, run_id, "failed", datetime.now(UTC), str(error))
        raise
    finish_run(store, run_id, "ok", datetime.now(UTC))
    return found


def _advance(bar: Progress, task: TaskID, before: int, posts: int) -> None:
    bar.update(task, completed=before + posts)


def _show(found: list[Rescored], versions: list[str]) -> None:
    out = Terminal(highlight=False, soft_wrap=True)
    if not found:
        out.print(f"nothing to do: everything is scored by {', '.join(versions)}", markup=False)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("channel", "product"):
        table.add_column(name, no_wrap=True)
    for name in ("posts", "changed", "words gone", "days", "mixed days"):
        table.add_column(name, justify="right")
    for each in found:
        numbers = (each.posts, each.changed, each.gone, each.days, each.mixed)
        table.add_row(each.channel, each.product, *(f"{n:,}" for n in numbers))
    out.print(table)
    posts, changed, gone = (sum(getattr(r, name) for r in found) for name in ("posts", "changed", "gone"))
    out.print(f"{posts:,} posts scored again, {changed:,} of them with another result; now {', '.join(versions)}")
    if gone:
        out.print(
            f"{gone:,} posts keep their old score: their words are past retention. "
            "Days that hold both say scorer_version = 'mixed'."
        )
