"""Prefect's log of what was said in one line holds no stack trace; of a mistake of ours it does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
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


class Kept(logging.Handler):
    """What reaches Prefect's own handlers: each line with its stack trace, if it has one."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.lines.append(self.format(record))


def logged(kept: Kept, *, bug: bool) -> list[str]:
    """What is logged of a run that a worker has started, as the worker's process carries it out."""
    kept.lines = []
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(tries, parameters={"bug": bug})
        logger: Any = flow_run_logger(run)
        # Prefect's way to end such a process.
        with pytest.raises(FailedRun, match="the other came"):
            run_flow(tries, flow_run=run, parameters={"bug": bug}, error_logger=logger)
    return kept.lines


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """As in a worker: other tests silence Prefect's loggers, or set them up anew (Alembic does)."""
    handler, loggers = Kept(), [logging.getLogger(name) for name in ("prefect.flow_runs", "prefect.task_runs")]
    before = logging.root.manager.disable, [each.level for each in loggers]
    logging.disable(logging.NOTSET)
    for each in loggers:
        monkeypatch.setattr(each, "disabled", False)
        each.setLevel(logging.INFO)
        each.addHandler(handler)
    yield handler
    logging.disable(before[0])
    for each, level in zip(loggers, before[1], strict=True):
        each.removeHandler(handler)
        each.setLevel(level)


def test_what_was_expected_is_a_line_and_what_was_not_has_its_trace(kept: Kept) -> None:
    expected, bug = logged(kept, bug=False), logged(kept, bug=True)
    for lines in (expected, bug):
        assert "Finished in state Failed('one of two')" in lines
        assert not [line for line in lines if "unexpected exception" in line], "the flow's own end is one line"
    assert [line for line in expected if "Traceback" in line] == []
    assert [line.splitlines()[0] for line in expected if "a service" in line], "but it is said"
    assert [line for line in bug if "Traceback" in line and "a bug" in line]
