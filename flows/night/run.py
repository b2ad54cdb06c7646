"""A run inside a Prefect flow: its steps as tasks, its end as a state, its summary as artifacts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound, TerminationSignal
from prefect.runtime import flow_run
from prefect.states import Completed, Crashed

from earful.connectors.errors import PullError
from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.spool import living, sweep
from earful.flows.datafolder.store import opened
from earful.flows.errors import UserError
from earful.flows.night import progress
from earful.flows.night.plan import Job
from earful.flows.night.pull import CutShortError, RunContext
from earful.flows.night.pulls import pull_all
from earful.flows.night.spooled import Came, Pulled
from earful.flows.night.steps import Log
from earful.flows.night.summary import Brought, Summary
from earful.flows.night.tasks import land_task, page_task, publish_task
from earful.flows.night.work import KINDS, Plan, sweep_unfinished, work
from earful.flows.process import signals
from earful.flows.process.deadline import Deadline
from earful.flows.process.one_line import Expected, failed
from earful.flows.state.lines import markdown
from earful.warehouse import LOST, Store, WarehouseError, end_lost


def carry_out(kind: str, plan: Plan, says: Callable[[Summary], str] = Summary.markdown) -> State[Summary]:
    """Carry out a run inside a flow; the state's data is the Summary, or the error that ended it.

    ``says`` makes the text (Markdown) that Prefect's pages show at its end.

    One channel that cannot be pulled or landed never stops the others: the state is Failed and names it after all else
    has landed and was published. A wrong configuration, a store that cannot be used or a full disk end the run in one
    line, without a stack trace, and what had landed before stays landed.
    """
    try:
        with Expected(PullError, CutShortError):
            settings = load()
            summary = _run_or_stop(kind, settings, plan)
    except (UserError, WarehouseError) as error:
        progress.listener.ended(error)
        get_run_logger().error("%s", error)
        return failed(str(error), error)
    # Reported first: from here on only Prefect's own record of the run can fail.
    progress.listener.ended(summary)
    _show(summary, says(summary))
    if kind == "nightly":
        create_markdown_artifact(key="status", markdown=markdown(settings), description="What `earful status` says.")
    said_at_end = summary.headline()
    return Completed(message=said_at_end, data=summary) if summary.ok else failed(said_at_end, summary)


def _run_or_stop(kind: str, settings: Settings, plan: Plan) -> Summary:
    try:
        return work(kind, settings, plan, PrefectSteps())
    except BaseException:
        if signals.stopping():
            # The store knows. Prefect itself would wait for the pulls, and they for their services.
            end_killed([str(flow_run.id)], signals.STOPPED)
            signals.end()
        raise


class PrefectSteps:
    """The steps as tasks of the flow run that this is called in."""

    stops: tuple[type[BaseException], ...] = (TerminationSignal,)

    @property
    def log(self) -> Log:
        """The flow run's."""
        return get_run_logger()

    @property
    def flow_run(self) -> str | None:
        """Its id."""
        return str(flow_run.id)

    def pull_all(
        self, run_context: RunContext, jobs: Sequence[Job], ends: Deadline
    ) -> Iterator[tuple[Job, Pulled | BaseException] | None]:
        """In parallel, by Prefect's runner."""
        return pull_all(run_context, jobs, ends)

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
        """The task "land"."""
        return land_task(store, run_id, began, run_context, pulled, came, cut)

    def publish(self, store: Store, path: Path) -> Path:
        """The task "publish"."""
        return publish_task(store, path)

    def page(self, settings: Settings, store: Store) -> Path:
        """The task "page"."""
        return page_task(settings, store)

    def end_killed(self, flow_runs: Iterable[str]) -> None:
        """In Prefect's database."""
        end_killed(flow_runs)


def end_killed(flow_runs: Iterable[str], why: str = LOST) -> None:
    """Tell Prefect of runs whose process was killed: nobody else would, and they would run for ever in its pages."""
    with get_client(sync_client=True) as client:
        for each in flow_runs:
            try:
                client.set_flow_run_state(UUID(each), Crashed(message=why), force=True)
            except ObjectNotFound:
                continue  # another server's, or cleared there


def clear_killed(settings: Settings) -> tuple[str, ...]:
    """What killed runs left in the data folder: spools, rows that say "running". Gives Prefect's ids of the runs."""
    swept = sweep(settings.data)
    sweep_unfinished(settings)
    if settings.store.exists():
        # In use, or not ours to open: the next run does it, or says what is wrong.
        with suppress(WarehouseError), opened(settings, wait=5) as store:
            end_lost(store, KINDS, living(settings.data))
    return swept.flow_runs


def _show(summary: Summary, said: str) -> None:
    """The summary as artifacts of the flow run, in the Prefect UI."""
    create_table_artifact(
        key=f"{summary.kind}-channels", table=summary.rows(), description="What each channel brought, times UTC."
    )
    create_markdown_artifact(key=f"{summary.kind}-summary", markdown=said)
