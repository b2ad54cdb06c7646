"""What a run knows from the store before it pulls: what connectors read last, scores of posts that may come again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from earful.connectors.base import Window
from earful.flows.night.plan import Job
from earful.flows.night.pull import RunContext
from earful.warehouse import Store, remembered, write_known_scores


def recall(store: Store, run_context: RunContext, now: datetime) -> None:
    """Tell a night's connectors what they read last; a backfill reads everything anew: a person asked for it."""
    if run_context.kind == "nightly":
        versions = {slug: scorer.version for slug, scorer in run_context.scorers.items()}
        run_context.remembered = remembered(store, versions, now)


def know_scores(store: Store, run_context: RunContext, jobs: Iterable[Job]) -> None:
    """Write down the scores that the store has of what the jobs will bring, in the run's spool folder."""
    asked: dict[tuple[str, str], Window] = {}
    for channel, share in ((job.channel, share) for job in jobs for share in job.shares):
        before = asked.get((channel, share.product), share.window)
        whole = Window(min(before.start, share.window.start), max(before.end, share.window.end))
        asked[channel, share.product] = whole
    found = {}
    for number, ((channel, product), window) in enumerate(asked.items()):
        if run_context.remembers(channel) and not run_context.changed(channel, product, window):
            continue  # it will bring nothing
        path = run_context.spool_folder / f"known-{number:05d}.parquet"
        known = write_known_scores(store, path, channel, product, window, run_context.scorers[product].version)
        if known is not None:
            found[channel, product] = known
    run_context.known_scores = found
