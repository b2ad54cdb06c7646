"""The ``earful`` command: parses, dispatches, and turns every mishap into one line and an exit code."""

from __future__ import annotations

import json as jsonlib
import os
import sys
import traceback

from cyclopts import App, CycloptsError, Group

from earful import __version__
from earful.flows.cli import alerts, care, connector, entry, keep, look, nights, privacy, scoring, start
from earful.flows.errors import Exit, UserError, bug
from earful.flows.process.terminal import Terminal

app = App(
    name="earful",
    help="Nightly social-sentiment mining: posts and app reviews in, a DuckDB file of trends out.",
    version=__version__,
    group_commands=Group("Help", sort_key=9),
    suppress_keyboard_interrupt=False,  # ours to say
    help_epilogue=(
        "Exit codes: 0 done; 1 a bug in earful; 2 the command line or earful.toml is wrong; 3 some channels failed or "
        "an alert was not taken, the rest landed; 4 the store or the disk cannot be used; 5 not ready (check, up, "
        "alerts test); 130 stopped by Ctrl-C, 143 by SIGTERM."
    ),
)

# An app a file; the order here is the order of the help.
for part in (start, nights, alerts, look, scoring, keep, care, privacy, connector):
    app.command(part.app, name="*")


def main(arguments: list[str] | None = None) -> None:
    """The ``earful`` command for who has imported this already; the console script starts in earful.flows.cli.entry."""
    entry.main(arguments)


def call(arguments: list[str] | None = None) -> int:
    """Run one command line and give its exit code; every expected error is one line on standard error."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return _call(given)
    except KeyboardInterrupt:
        code, said = int(Exit.STOPPED), "stopped; what had landed stays, the next run closes the gap"
    except Exception as error:
        if os.environ.get("EARFUL_DEBUG"):
            raise
        code, said = _outcome(error)
        # DuckDB's connections live on in the frames of the trace and would complain, many lines long, at exit.
        _forget(error)
    if "--json" in given:
        # A program that reads us gets its one object in every case.
        print(jsonlib.dumps({"ok": False, "error": said, "exit_code": code}))  # noqa: T201
    Terminal(stderr=True, highlight=False, soft_wrap=True, markup=False).print(f"earful: {said}")
    return code


def _call(arguments: list[str]) -> int:
    try:
        code = app(
            arguments,
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
    except BrokenPipeError:
        # `earful sql ... | head`: the reader has seen enough. Python must not complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    return code if isinstance(code, int) else Exit.OK


def _outcome(error: Exception) -> tuple[int, str]:
    """Exit code and the one line for a person."""
    if isinstance(error, CycloptsError):
        return Exit.USAGE, f"{' '.join(str(error).split())} (earful --help)"
    if isinstance(error, UserError):
        return error.code, str(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}  # by name: their import would cost every command DuckDB's
    if "QueryError" in kinds:
        return Exit.USAGE, str(error)
    if "WarehouseError" in kinds:
        return Exit.WAREHOUSE, str(error)
    from earful.flows.server import prefect_settings  # reads our settings too: most of what --help would take

    of_prefect = prefect_settings.said_of_settings(error)
    if of_prefect:
        return Exit.UNREADY, of_prefect
    return Exit.BUG, f"{bug(error)} (EARFUL_DEBUG=1 shows all of it)"


def _forget(error: BaseException | None) -> None:
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
