"""What has ended a flow, or a step of it, and was said in one line gets no stack trace beside it in Prefect's log.

Prefect writes one for each flow that ends as failed by its own word ("Engine execution exited with unexpected
exception") and for each task that raises, expected or not. A mistake of ours keeps its trace.
"""

from __future__ import annotations

import logging
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Failed

#: Prefect's words, and where it logs them.
_AFTER_THE_END = "Engine execution exited with unexpected exception"
_FLOWS, _TASKS = "prefect.flow_runs", "prefect.task_runs"


def failed(message: str, data: object) -> State[Any]:
    """The end of a flow that has said what went wrong, and whose message says it again."""
    # Added once: a logger knows the filters that it has.
    logging.getLogger(_FLOWS).addFilter(_not_after_the_end)
    return Failed(message=message, data=data)


def _not_after_the_end(record: logging.LogRecord) -> bool:
    return record.msg != _AFTER_THE_END


class Expected(logging.Filter):
    """Takes the stack trace from what is logged of errors of some kinds."""

    def __init__(self, *kinds: type[BaseException]) -> None:
        super().__init__()
        self._kinds = kinds

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a line."""
        if record.exc_info and isinstance(record.exc_info[1], self._kinds):
            record.exc_info = record.exc_text = None
        return True

    def __enter__(self) -> Expected:
        logging.getLogger(_TASKS).addFilter(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger(_TASKS).removeFilter(self)
