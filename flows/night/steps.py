"""The steps of a run, the same with Prefect and without: an attempt at a pull, a landing, a failure, file and page."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from earful.connectors.base import Coverage, Window
from earful.connectors.errors import PullError, Retriable
from earful.connectors.post import clean
from earful.connectors.registry import outsider
from earful.flows.config.settings import Settings
from earful.flows.errors import UserError, bug
from earful.flows.jobs.page import make_page
from earful.flows.night import progress
from earful.flows.night.plan import Job, Share
from earful.flows.night.pull import CutShortError, RunContext, failed_window
from earful.flows.night.spooled import Came, Pulled
from earful.flows.night.summary import Brought
from earful.flows.process.deadline import Deadline
from earful.flows.process.fetch import LateError
from earful.warehouse import Landing, Published, Store, WarehouseError, land, land_failure, publish, said_of, without

PULL_RETRIES = 2
#: Where a service names no wait: the first, doubled each time. Seconds.
FIRST_WAIT = 5.0
#: A run does not sit out a longer wait; the channel fails and the next night closes the gap. Seconds.
LONGEST_PULL_WAIT = 900.0

#: What a step writes into the log of its run: Python's own, or Prefect's.
Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


def attempt_pull(run_context: RunContext, job: Job, name: str, deadline: Deadline, attempt: int, log: Log) -> Pulled:
    """Pull, score and spool one job; ``attempt`` counts from 1.

    Raises Retriable after having waited as long as the service asked: the caller tries again. No wait passes the
    deadline. Raises CutShortError with what came when the last attempt was cut short.
    """
    try:
        pulled = run_context.pull(job, f"{name}-{attempt}", deadline)
    except CutShortError as cut:
        came, error = run_context.best(cut.came), cut.error
        wait = error.retry_after if error.retry_after is not None else FIRST_WAIT * 2 ** (attempt - 1)
        if attempt > PULL_RETRIES or wait > LONGEST_PULL_WAIT or wait >= deadline.left:
            raise CutShortError(came, error) from error
        log.warning("%s (waiting %.0f s)", error, wait)
        run_context.pause(wait)
        raise error from None
    run_context.done(job)
    aside = {one for came in pulled.shares for one in came.rejected}
    log.info("%d posts, %d set aside", pulled.posts, len(aside))
    return pulled


def land_share(
    store: Store,
    run_id: str,
    began: datetime,
    run_context: RunContext,
    pulled: Pulled,
    came: Came,
    cut: PullError | None = None,
) -> Brought:
    """Land what a job brought for one product in one transaction; ``began`` is when its run began (aware).

    ``cut`` is what cut it short, or why nothing of it could be used: its posts are kept, it has failed and claims
    nothing.
    """
    channel = pulled.job.channel
    error = _said_of_cut(cut) if cut else ""
    landed = land(
        store,
        Landing(
            run_id=run_id,
            channel=channel,
            source=run_context.settings.channel(channel).source,
            product=came.product,
            window=came.window,
            coverage=came.coverage,
            rows=list(came.files),
            rejected=came.rejected,
            gone=came.gone,
            aliases=pulled.aliases,
            scorer_version=run_context.scorers[came.product].version,
            # A clock that was set back meanwhile: nobody has seen what is yet to come.
            now=min(began, datetime.now(UTC)),
            error=error,
            masked=came.masked,
        ),
    )
    line = Brought(
        channel=channel,
        product=came.product,
        asked_from=came.window.start,
        asked_to=came.window.end,
        status="failed" if cut else "ok",
        posts=landed.posts,
        new=landed.new,
        changed=landed.changed,
        unchanged=landed.unchanged,
        gone=landed.gone,
        rejected=landed.rejected,
        unscored=came.unscored,
        reached=came.coverage.reached,
        capped=came.coverage.capped and not cut,
        note="; ".join(filter(None, [clean(came.coverage.note), said_of(landed.left_out)])),
        error=error,
        late=isinstance(cut, LateError),
        questions=tuple(clean(each) for each in came.coverage.questions),
        by_day=landed.by_day,
        holes=() if cut else _holes(came.window, came.coverage),
    )
    progress.listener.landed(line)
    return line


def _holes(window: Window, coverage: Coverage) -> tuple[Window, ...]:
    """What of a window its coverage does not claim."""
    covered = []
    if coverage.reached is not None:
        missing = [(each.start, each.end) for each in coverage.missing]
        covered = without([(coverage.reached, coverage.until)], missing)
    return tuple(Window(*span) for span in without([(window.start, window.end)], covered))


def _said_of_cut(error: PullError) -> str:
    said = clean(str(error))
    kept = isinstance(error, Retriable) and not isinstance(error, LateError)
    return f"{said}; what came before is kept" if kept else said


def fail(
    store: Store, run_id: str, run_context: RunContext, channel: str, share: Share, error: BaseException
) -> Brought:
    """Record that a channel failed for one product; everything else goes on.

    What a service answers is the service's fault, what the machine refuses the machine's. All else is a mistake of
    ours, named by its kind and place: its words may quote a post.
    """
    if isinstance(error, PullError):
        said = clean(str(error))
    elif isinstance(error, WarehouseError):
        said = f"{channel}: what came could not be landed: {error}"
    elif isinstance(error, OSError):
        said = f"{channel}: {error.strerror or type(error).__name__} on this machine; mend that and run it again"
    else:
        said = f"{channel}: {bug(error, outsider(run_context.settings.channel(channel).connector))}"
    window = failed_window(share.window, run_context.settings.channel(channel))
    land_failure(
        store,
        run_id=run_id,
        channel=channel,
        source=run_context.settings.channel(channel).source,
        product=share.product,
        window=window,
        error=said,
        now=datetime.now(UTC),
    )
    late = isinstance(error, LateError)
    line = Brought(channel, share.product, window.start, window.end, "failed", error=said, late=late)
    progress.listener.landed(line)
    return line


def publish_file(store: Store, path: Path) -> Published:
    """Write the file that POMs open, aside, and move it into place."""
    progress.listener.publishing()
    return publish(store, path)


def write_night_page(settings: Settings, store: Store | None, *, stands: bool = True) -> Path:
    """Write the HTML page from the published file; ``stands``: with how the nights stand. Raises WarehouseError."""
    try:
        return make_page(settings, "the published file is whole, the page is the old one", store, stands=stands)
    except UserError as error:
        raise WarehouseError(str(error)) from None
