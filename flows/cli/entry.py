"""The entry point of the ``earful`` command: signals first, then everything that takes seconds to import."""

from __future__ import annotations

import os
import sys

from earful.flows.process import signals
from earful.flows.process.importing import importing


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code; does not return."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        _open_closed_streams()
        signals.install(json_wanted="--json" in given)
        signals.leave(_call(given))
    except BaseException:
        # Whatever a library made of the interruption.
        if not signals.stopping():
            raise
    signals.end()


def _open_closed_streams() -> None:
    """Where a scheduler started us with closed streams (``>&-``): else files that we open would take their numbers."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 - for as long as the process lives


def _call(given: list[str]) -> int:
    try:
        with importing():
            from earful.flows.cli.main import call
            from earful.flows.process.redact import guarded

        sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)
        return call(given)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
