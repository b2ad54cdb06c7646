"""What a run knows from the store before it pulls: what connectors read last, scores of posts, means of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earful.connectors.base import Window
from earful.flows.night.plan import Job
from earful.flows.night.pull import RunContext
from earful.flows.night.summary import Days
from earful.warehouse import DayMeans, Store, changed_means, day_means, last_runs, remembered, write_known_scores


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


@dataclass(frozen=True, slots=True)
class Before:
    """The means of the days that a backfill asks for, from before it landed anything; of another run none."""

    jobs: tuple[Job, ...]
    means: DayMeans | None

    @classmethod
    def of(cls, kind: str, store: Store, jobs: Iterable[Job]) -> Before:
        """As the store has them now."""
        asked = tuple(jobs)
        return cls(asked, _means(store, asked) if kind == "backfill" else None)

    def now(self, store: Store, run_id: str, began: datetime) -> Days | None:
        """What is otherwise now, and which other runs were at work since ``began`` (UTC); None of no backfill."""
        if self.means is None:
            return None
        others = (run for run in last_runs(store) if run.run_id != run_id)
        meanwhile = [run for run in others if run.status == "running" or (run.ended is not None and run.ended >= began)]
        return Days(
            time_zone=store.time_zone,
            changed=tuple(changed_means(self.means, _means(store, self.jobs))),
            beside=tuple((run.kind, run.began) for run in reversed(meanwhile)),
        )


def _means(store: Store, jobs: Iterable[Job]) -> DayMeans:
    last = timedelta(microseconds=1)  # of a half-open window
    shares = {share for job in jobs for share in job.shares}
    return day_means(
        store,
        (
            (
                s.product,
                s.window.start.astimezone(store.zone).date(),
                (s.window.end - last).astimezone(store.zone).date(),
            )
            for s in shares
        ),
    )
