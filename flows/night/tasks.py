"""The named steps of a run, as Prefect shows them: pull (retried, parallel), land (one at a time), publish, page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import task_run

from earful.connectors.errors import PullError, Retriable
from earful.flows.config.settings import Settings
from earful.flows.night.plan import Job
from earful.flows.night.pull import RunContext
from earful.flows.night.spooled import Came, Pulled
from earful.flows.night.steps import PULL_RETRIES, attempt_pull, land_share, publish_file, write_night_page
from earful.flows.night.summary import Brought
from earful.flows.process.deadline import NEVER, Deadline
from earful.warehouse import Store


@task(
    name="pull",
    task_run_name="pull {job}",
    retries=PULL_RETRIES,
    retry_delay_seconds=0,  # the wait is slept in attempt_pull: only the error knows how long it must be
    retry_condition_fn=lambda _task, _run, state: _worth_retrying(state),
    cache_policy=NO_CACHE,
    persist_result=False,
)
def pull_task(run_context: RunContext, job: Job, name: str, deadline: Deadline = NEVER) -> Pulled:
    """See attempt_pull; a Retriable failure that it has waited for is tried again."""
    return attempt_pull(run_context, job, name, deadline, task_run.run_count or 1, get_run_logger())


def _worth_retrying(state: object) -> bool:
    """Whether pull_task has waited: only then does it end with Retriable itself."""
    try:
        state.result()  # type: ignore[attr-defined]
    except Retriable:
        return True
    except BaseException:  # noqa: BLE001 - whatever it was, it is reported by the caller; here only: not retried
        return False
    return False


@task(name="land", task_run_name="land {pulled.job.channel} {came.product}", cache_policy=NO_CACHE)
def land_task(
    store: Store,
    run_id: str,
    began: datetime,
    run_context: RunContext,
    pulled: Pulled,
    came: Came,
    cut: PullError | None = None,
) -> Brought:
    """See land_share."""
    line = land_share(store, run_id, began, run_context, pulled, came, cut)
    get_run_logger().info("%d new, %d changed, %d as before", line.new, line.changed, line.unchanged)
    return line


@task(name="publish", cache_policy=NO_CACHE)
def publish_task(store: Store, path: Path) -> Path:
    """See publish_file."""
    done = publish_file(store, path)
    get_run_logger().info("published %s (%d bytes)", done.path, done.bytes)
    return done.path


@task(name="page", cache_policy=NO_CACHE)
def page_task(settings: Settings, store: Store | None) -> Path:
    """See write_night_page."""
    return write_night_page(settings, store)
