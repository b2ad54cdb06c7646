"""A run from its jobs to its summary: pulls, landings one at a time, a publish at the end; with Prefect or without.

And before the end, where some pulls take long: what has landed is published meanwhile, a few times at most (``EARLY``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Protocol

from earful.connectors.errors import PullError
from earful.connectors.registry import clashes
from earful.flows.alerts.deliver import targets_of
from earful.flows.alerts.telling import Telling
from earful.flows.config.scorers import scorers
from earful.flows.config.settings import Settings
from earful.flows.datafolder.folders import make_data_folder
from earful.flows.datafolder.secret import author_secrets, fingerprint
from earful.flows.datafolder.spool import living, spool_folder, sweep
from earful.flows.datafolder.store import new_run_id, opened
from earful.flows.errors import UserError
from earful.flows.jobs.erasure import remove_unfinished, retention_days, rewrite_digest
from earful.flows.night import progress
from earful.flows.night.configured import note_configured, witnesses
from earful.flows.night.known import Before, know_scores, recall
from earful.flows.night.plan import Changed, Job, Share, Standings
from earful.flows.night.pull import CutShortError, RunContext
from earful.flows.night.spooled import Came, Pulled
from earful.flows.night.steps import Log, fail
from earful.flows.night.summary import Brought, Summary, in_order
from earful.flows.process import signals
from earful.flows.process.deadline import Deadline
from earful.flows.process.fetch import LateError
from earful.warehouse import (
    Store,
    WarehouseError,
    apply_retention,
    end_lost,
    finish_run,
    mend_clock,
    note_pending,
    note_secret,
    rewrite,
    standing,
    start_run,
    unfinished,
)
from earful.warehouse.alerts.note import note_now, set_targets
from earful.warehouse.errors import FullDiskError
from earful.warehouse.trends import set_alarms

#: What has landed is published so many seconds after the pulls began, and again so long after that, while others are
#: still pulled. Each costs what a publish costs (1 to 13 s of CPU), so they become rarer; a night has three at most.
EARLY = (120.0, 1_200.0, 5_400.0)

#: Runs that hold a spool as long as they live, and the one that holds the store.
KINDS = ("nightly", "backfill", "rescore")

Plan = Callable[[Settings, Standings, datetime, Changed], list[Job]]


class Steps(Protocol):
    """Who carries out the steps of a run and keeps its log: Prefect's tasks (run.py), or this process by itself."""

    #: What besides Ctrl-C ends a run from outside.
    stops: tuple[type[BaseException], ...]

    @property
    def log(self) -> Log:
        """Where warnings and figures go."""
        ...

    @property
    def flow_run(self) -> str | None:
        """Prefect's id of the run, where it has one."""
        ...

    def pull_all(
        self, run_context: RunContext, jobs: Sequence[Job], ends: Deadline
    ) -> Iterator[tuple[Job, Pulled | BaseException] | None]:
        """Each job with its outcome as it ends, None now and then in between; late ones where ``ends`` is over."""
        ...

    def land(
        self,
        store: Store,
        run_id: str,
        began: datetime,
        run_context: RunContext,
        pulled: Pulled,
        came: Came,
        cut: PullError | None,
    ) -> Brought:
        """Land what a job brought for one product: see steps.land_share."""
        ...

    def publish(self, store: Store, path: Path) -> Path:
        """Write the published file."""
        ...

    def page(self, settings: Settings, store: Store) -> Path:
        """Write the page. Raises WarehouseError."""
        ...

    def end_killed(self, flow_runs: Iterable[str]) -> None:
        """Say that these runs of Prefect's were killed: nobody else would."""
        ...


def work(kind: str, settings: Settings, plan: Plan, steps: Steps) -> Summary:
    """A run of the kind, whose ``steps`` somebody carries out. Raises UserError, WarehouseError, and what stops it.

    Who is to be told of it, or of what it found, is told before it ends.
    """
    telling = Telling(settings, steps.log, watched=kind == "nightly")
    try:
        done = _run(kind, settings, plan, steps)
    except BaseException:
        if not signals.stopping():
            telling.run_failed()
        raise
    untold, notes = telling.run_ended(ok=done.ok)
    return replace(done, notes=(*done.notes, *notes), untold=untold, ended_at=datetime.now(UTC))


def _run(kind: str, settings: Settings, plan: Plan, steps: Steps) -> Summary:
    now = datetime.now(UTC)
    hours = settings.schedule.night_hours if kind == "nightly" else settings.schedule.backfill_hours
    ends = Deadline.of_run(hours)
    run_id = new_run_id(now)
    by_product = scorers(settings)
    make_data_folder(settings)
    keys = author_secrets(settings.data)  # first of all: a disk that has no room for it has none for posts
    steps.end_killed(sweep(settings.data).flow_runs)
    sweep_unfinished(settings)
    with spool_folder(settings.data, run_id, steps.flow_run, kind) as folder:
        run_context = RunContext(settings, by_product, folder, kind)
        with opened(settings, new=True) as store:
            end_lost(store, KINDS, living(settings.data))
            mended = mend_clock(store, now, witnesses(settings))
            renamed = note_configured(store, settings, now)
            set_alarms(store, settings.alarms.asked, settings.own_alarms)
            set_targets(store, targets_of(settings))
            recall(store, run_context, now)
            jobs = plan(settings, lambda c, product: standing(store, c, product, now), now, run_context.changed)
            start_run(store, run_id, kind, now)
            changed = note_secret(store, fingerprint(keys.present), [fingerprint(k) for k in keys.former], now)
            if changed:
                steps.log.warning("author pseudonyms: %s", changed)
            know_scores(store, run_context, jobs)
            before = Before.of(kind, store, jobs)
        for said in filter(None, (mended, *renamed)):
            steps.log.warning("%s", said)
        try:
            done = _work(kind, run_context, run_id, now, before, ends, steps)
        except BaseException as error:
            run_context.stopping.set()
            # Where the disk is full this fails too; the next run then finds that this one is dead.
            with suppress(WarehouseError), opened(settings, wait=signals.patience(5), new=True) as store:
                finish_run(store, run_id, "failed", datetime.now(UTC), _one_line(error, steps))
                note_now(store)
            raise
    notes = [mended, *renamed, *clashes(channel.connector for channel in settings.channels if channel.enabled)]
    return replace(done, notes=tuple(filter(None, notes)))


def _work(
    kind: str, run_context: RunContext, run_id: str, now: datetime, before: Before, ends: Deadline, steps: Steps
) -> Summary:
    settings, jobs = run_context.settings, before.jobs
    progress.listener.planned(jobs, settings.zone)
    brought, cut = _pulled_and_landed(run_context, run_id, now, jobs, ends, steps)
    late = sorted({f"{b.channel}/{b.product}" for b in brought if b.late})
    with opened(settings, new=True) as store:
        apply_retention(store, retention_days(settings, store), datetime.now(UTC))
        status = "failed" if any(b.status == "failed" for b in brought) else "ok"
        why = cut or (f"past their deadline: {', '.join(late)}" if late else None)
        days = before.now(store, run_id, now)
        finish_run(store, run_id, status, datetime.now(UTC), why)
        published = steps.publish(store, settings.published)
        page = steps.page(settings, store)
        if unfinished(store, asked_for=True):
            # A `forget` that was killed before its end: file and page are without it now, the store's bytes are next.
            rewrite_digest(settings)
            sweep(settings.data)
            rewrite(store, datetime.now(UTC))
    return Summary(
        run_id=run_id,
        kind=kind,
        started_at=now,
        ended_at=datetime.now(UTC),
        brought=tuple(in_order(brought, [job.channel for job in jobs], [each.slug for each in settings.products])),
        published=str(published),
        page=str(page),
        cut=cut,
        days=days,
    )


def _pulled_and_landed(
    run_context: RunContext, run_id: str, now: datetime, jobs: Sequence[Job], ends: Deadline, steps: Steps
) -> tuple[list[Brought], str]:
    """Every job's line, and how the run's deadline cut it short (or ""). Publishes early where that is due."""
    brought: list[Brought] = []
    left = dict.fromkeys(jobs)
    waits, since, unpublished, cut = list(EARLY), monotonic(), 0, ""
    for ended in steps.pull_all(run_context, jobs, ends):
        if ended is not None:
            job, outcome = ended
            lines = _settle(run_context, run_id, now, job, outcome, steps)
            brought += lines
            progress.listener.done(job)
            unpublished += any(line.status == "ok" or line.posts > 0 for line in lines)
            reason = outcome.error if isinstance(outcome, CutShortError) else outcome
            if isinstance(reason, LateError) and reason.of_run:
                cut = ends.whose
            del left[job]
        elif unpublished and waits and monotonic() - since >= waits[0]:
            _publish_early(run_context, run_id, now, left, steps)
            since, unpublished = monotonic(), 0
            del waits[0]
    return brought, cut


def _publish_early(run_context: RunContext, run_id: str, now: datetime, left: Iterable[Job], steps: Steps) -> None:
    """File and page of what has landed so far. Of the rest they say that it is still being pulled."""
    settings = run_context.settings
    asked = [(j.channel, settings.channel(j.channel).source, s.product, s.window) for j in left for s in j.shares]
    with opened(settings, new=True) as store:
        note_pending(store, run_id, asked, now)
        steps.publish(store, settings.published)
        steps.page(settings, store)
    steps.log.info("%d pulls are still going on; what has landed is published", len(asked))


def _settle(
    run_context: RunContext, run_id: str, began: datetime, job: Job, outcome: Pulled | BaseException, steps: Steps
) -> list[Brought]:
    """Land what one job brought, product by product, or record how it failed."""
    if isinstance(outcome, UserError | FullDiskError):
        raise outcome
    cut = outcome.error if isinstance(outcome, CutShortError) else None
    pulled = outcome.came if isinstance(outcome, CutShortError) else outcome
    # Opened for each job alone: a backfill beside a long nightly waits for a job's landings, not for the night.
    with opened(run_context.settings, new=True) as store:
        if isinstance(pulled, BaseException):
            return [fail(store, run_id, run_context, job.channel, share, pulled) for share in job.shares]
        lines = []
        for share, came in zip(job.shares, pulled.shares, strict=True):
            why = came.error or cut
            if why is not None and not (came.posts or came.gone or came.rejected):
                lines.append(fail(store, run_id, run_context, job.channel, share, why))
            else:
                lines.append(_landed(store, run_id, began, run_context, pulled, came, why, steps))
        return lines


def _landed(
    store: Store,
    run_id: str,
    began: datetime,
    run_context: RunContext,
    pulled: Pulled,
    came: Came,
    cut: PullError | None,
    steps: Steps,
) -> Brought:
    """Land one product's share; where it cannot be landed and the store still takes a row, that alone has failed."""
    try:
        return steps.land(store, run_id, began, run_context, pulled, came, cut)
    except FullDiskError:
        raise
    except Exception as error:  # a mistake of ours in one batch must not cost the night either
        if signals.stopping():
            raise  # a statement that a signal has interrupted
        try:
            return fail(store, run_id, run_context, pulled.job.channel, Share(came.product, came.window), error)
        except WarehouseError:
            raise error from None  # the store itself: what happened first says why


def sweep_unfinished(settings: Settings) -> None:
    """Remove files that a killed process was writing."""
    with suppress(OSError):  # in use for a minute, or not ours to remove: no reason to have no night
        remove_unfinished(settings)


def _one_line(error: BaseException, steps: Steps) -> str:
    if signals.stopping() or isinstance(error, (KeyboardInterrupt, *steps.stops)):
        return signals.STOPPED
    return str(error) if isinstance(error, UserError | WarehouseError) else type(error).__name__
