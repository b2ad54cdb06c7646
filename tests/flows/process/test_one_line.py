"""Prefect's log of what was said in one line holds no stack trace; of a mistake of ours it does."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import State
from prefect.exceptions import FailedRun
from prefect.flow_engine import run_flow
from prefect.logging.loggers import flow_run_logger

from earful.flows.process.one_line import Expected, failed

pytestmark = pytest.mark.usefixtures("prefect_server")


@task
def raises(error: Exception) -> None:
    raise error


@flow
def tries(bug: bool) -> State[Any]:
    with Expected(KeyError):
        raises(ZeroDivisionError("a bug") if bug else KeyError("a service"), return_state=True)
    return failed("one of two", "the other came")


def logged(*, bug: bool) -> list[str]:
    """What stands in the log of a run that a worker has started, as the worker's process carries it out."""
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(tries, parameters={"bug": bug})
        logger: Any = flow_run_logger(run)
        # Prefect's way to end such a process.
        with pytest.raises(FailedRun, match="the other came"):
            run_flow(tries, flow_run=run, parameters={"bug": bug}, error_logger=logger)
        for _ in range(100):
            lines = client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id])))
            if any("Finished in state Failed('one of two')" in line.message for line in lines):
                break
            time.sleep(0.2)
        time.sleep(1)  # what would come after it
        lines = client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id])))
    return [line.message for line in lines]


@pytest.fixture
def prefect_s_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a worker: the level of other tests keeps everything from the log."""
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.INFO)


@pytest.mark.usefixtures("prefect_s_logs")
def test_what_was_expected_is_a_line_and_what_was_not_has_its_trace() -> None:
    expected, bug = logged(bug=False), logged(bug=True)
    for lines in (expected, bug):
        assert "Finished in state Failed('one of two')" in lines
        assert not [line for line in lines if "unexpected exception" in line], "the flow's own end is one line"
    assert [line for line in expected if "Traceback" in line] == []
    assert [line.splitlines()[0] for line in expected if "a service" in line], "but it is said"
    assert [line for line in bug if "Traceback" in line and "a bug" in line]
