"""The entry point of the ``earful`` command: signals first, then everything that takes seconds to import."""

from __future__ import annotations

import sys

from flows import signals


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code; does not return."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        signals.install(json_wanted="--json" in given)
        signals.leave(_call(given))
    except BaseException:
        # Whatever a library made of the interruption.
        if not signals.stopping():
            raise
    signals.end()


def _call(given: list[str]) -> int:
    try:
        from flows.cli import call  # noqa: PLC0415 - under the handlers
        from flows.redact import guarded  # noqa: PLC0415

        sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)
        return call(given)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
