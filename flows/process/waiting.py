"""A step that has to wait says so: on standard error, and in the log of the flow run that it is part of."""

from __future__ import annotations

import sys
from contextlib import suppress

from earful.flows.process.terminal import Terminal


def say_waiting(line: str) -> None:
    """Show a line of earful.warehouse.waiting. Standard output stays as it is, so that ``--json`` gives one object."""
    # Rich's display, where one is at work, puts it above its bar.
    Terminal(stderr=True, highlight=False, soft_wrap=True, markup=False).print(line)
    # Prefect is not imported for a command that runs no flow: that would take longer than most waits.
    if "prefect" in sys.modules:
        from prefect import get_run_logger  # noqa: PLC0415 - see above
        from prefect.exceptions import MissingContextError  # noqa: PLC0415

        with suppress(MissingContextError):  # a command beside any run
            get_run_logger().warning("%s", line)
