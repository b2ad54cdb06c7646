"""The ``earful`` command: parses, dispatches, and turns every mishap into one line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from flows.errors import Exit, UserError


def _version() -> str:
    try:
        return version("earful")
    except PackageNotFoundError:
        return "unknown (not installed)"


app = App(
    name="earful",
    help="Nightly social-sentiment mining: posts and app reviews in, a DuckDB file of trends out.",
    version=_version,
    help_epilogue=(
        "Exit codes: 0 done; 1 a bug in earful; 2 the command line or earful.toml is wrong; 3 some channels failed, "
        "the rest landed; 4 the store or the disk cannot be used; 5 not ready (check, up)."
    ),
)

Config = Annotated[
    Path | None, Parameter(name=["--config"], help="The configuration file; else $EARFUL_CONFIG, else ./earful.toml.")
]
Json = Annotated[
    bool, Parameter(name=["--json"], negative="", help="One JSON object on standard output, nothing else.")
]
Verbose = Annotated[bool, Parameter(name=["--verbose", "-v"], negative="", help="Prefect's own log as well.")]
Products = Annotated[
    list[str] | None, Parameter(name=["--product"], negative="", help="Only this product; may be given again.")
]
Channels = Annotated[
    list[str] | None, Parameter(name=["--channel"], negative="", help="Only this channel; may be given again.")
]


@app.command
def init(
    folder: Path = Path(),
    *,
    force: Annotated[bool, Parameter(negative="", help="Overwrite an earful.toml that is there.")] = False,
) -> int:
    """Write a commented earful.toml to start from."""
    from flows.commands.setup import write_config

    return write_config(folder, force=force)


@app.command
def check(*, config: Config = None, json: Json = False) -> int:
    """Say for every channel whether it can work: credentials, reachability, how far back it reaches."""
    from flows.commands.check import check_all

    return check_all(config, json=json)


@app.command
def run(
    *,
    product: Products = None,
    channel: Channels = None,
    config: Config = None,
    json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Run one night now: everything new since the last, landed and published."""
    from flows.commands.runs import run_nightly

    return run_nightly(config, product or [], channel or [], json=json, verbose=verbose)


@app.command
def backfill(
    *,
    from_: Annotated[date, Parameter(name=["--from"], help="First day, in the reporting time zone.")],
    to: Annotated[date, Parameter(name=["--to"], help="Last day, included.")],
    product: Products = None,
    channel: Channels = None,
    config: Config = None,
    json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Pull days again: fills gaps, never doubles a post."""
    from flows.commands.runs import run_backfill

    return run_backfill(config, from_, to, product or [], channel or [], json=json, verbose=verbose)


@app.command
def trend(
    product: Annotated[str | None, Parameter(help="Its slug; all products where left out.")] = None,
    *,
    days: Annotated[int, Parameter(help="How many days back from the newest.")] = 14,
    config: Config = None,
    json: Json = False,
) -> int:
    """Show a product's daily sentiment with its 7- and 28-day means."""
    from flows.commands.look import show_trend

    return show_trend(config, product, days, json=json)


@app.command
def sql(
    query: Annotated[str, Parameter(help='A query, ".tables", or ".schema NAME".')],
    *,
    limit: Annotated[int, Parameter(help="Most rows to show; 0 for all.")] = 100,
    config: Config = None,
    json: Json = False,
) -> int:
    """Query the published file."""
    from flows.commands.look import run_sql

    return run_sql(config, query, limit, json=json)


@app.command
def up(
    *,
    host: Annotated[
        str, Parameter(help="Address the UI listens on. Prefect's server asks nobody for a password.")
    ] = "127.0.0.1",
    port: int = 4200,
    config: Config = None,
) -> int:
    """Start server, worker and deployments; the UI's address is shown. Ctrl-C ends all of it."""
    from flows.commands.up import run_up

    return run_up(config, host, port)


@app.command
def evaluate(
    file: Annotated[Path | None, Parameter(help="CSV, JSON lines or Parquet, one text a row.")] = None,
    *,
    text: Annotated[
        list[str] | None, Parameter(negative="", help="Column of the text; given twice: title, then text.")
    ] = None,
    label: Annotated[str | None, Parameter(help="Column of what people said: stars, labels or ratings.")] = None,
    kind: Annotated[Literal["stars", "labels", "ratings"] | None, Parameter(help="Else seen from the values.")] = None,
    paper: Annotated[bool, Parameter(negative="", help="The VADER paper's four sets instead of a file.")] = False,
    ground_truth: Annotated[Path | None, Parameter(help="Where --paper finds its *_GroundTruth.txt files.")] = None,
    parts: Annotated[bool, Parameter(negative="", help="Also repairs alone and word list alone.")] = False,
    picture: Annotated[Path | None, Parameter(help="Draw it too, into FILE.svg.")] = None,
    json: Json = False,
) -> int:
    """Say how far scores agree with what people said: bare VADER beside the product profile."""
    from flows.commands.evaluate import evaluate_file, evaluate_paper

    if paper:
        return evaluate_paper(file, ground_truth, picture, parts=parts, json=json)
    return evaluate_file(file, text or [], label, kind, picture, parts=parts, json=json)


@app.command
def rescore(*, config: Config = None, json: Json = False) -> int:
    """Score again what text is kept, with the words and repairs of today's configuration, and recompute its days."""
    from flows.commands.rescore import run_rescore

    return run_rescore(config, json=json)


topics = App(name="topics", help="What posts are about.")
app.command(topics)


@topics.command(name="try")
def try_(
    text: Annotated[str, Parameter(help="A review or post.", allow_leading_hyphen=True)],
    *,
    config: Config = None,
    json: Json = False,
) -> int:
    """Show which topics a text has, and by which phrase; your topics count where there is an earful.toml."""
    from flows.commands.topics import try_text

    return try_text(config, text, json=json)


lexicon = App(name="lexicon", help="Words of your own for the scorer.")
app.command(lexicon)


@lexicon.command
def fit(
    file: Annotated[Path, Parameter(help="Your rated reviews: CSV, JSON lines or Parquet, one a row.")],
    *,
    text: Annotated[list[str], Parameter(negative="", help="Column of the text; given twice: title, then text.")],
    stars: Annotated[str, Parameter(help="Column of the stars, 1 to 5.")],
    save: Annotated[Path | None, Parameter(help="The list to write; FILE-words.toml where left out.")] = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Write it without asking.")] = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Learn a small word list from rated reviews; shows the words and the gain on held-out reviews, asks, writes."""
    from flows.commands.lexicon import fit_file

    return fit_file(config, file, text, stars, save, yes=yes, json=json)


@app.command
def demo(folder: Path = Path("earful-demo"), *, json: Json = False, verbose: Verbose = False) -> int:
    """Run the real nightly on the built-in sample source, in a folder of its own, without network."""
    from flows.commands.demo import run_demo

    return run_demo(folder, json=json, verbose=verbose)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the ``earful`` command."""
    sys.exit(call(arguments))


def call(arguments: list[str] | None = None) -> int:
    """Run one command line and give its exit code; every expected error is one line on standard error."""
    try:
        return _call(sys.argv[1:] if arguments is None else arguments)
    except Exception as error:
        if os.environ.get("EARFUL_DEBUG"):
            raise
        code, said = _outcome(error)
        # DuckDB's connections live on in the frames of the trace and would complain, many lines long, at exit.
        _forget(error)
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(f"earful: {said}")
    return code


def _call(arguments: list[str]) -> int:
    try:
        code = app(
            arguments,
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
    except KeyboardInterrupt:
        print("earful: stopped; what had landed stays, the next run closes the gap", file=sys.stderr)  # noqa: T201
        return 130
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
    if type(error).__name__ == "WarehouseError":  # by name: its import would cost every command DuckDB's
        return Exit.WAREHOUSE, str(error)
    kind = type(error).__name__
    return Exit.BUG, f"a bug: {kind}: {' '.join(str(error).split())} (EARFUL_DEBUG=1 shows where; please report it)"


def _forget(error: BaseException | None) -> None:
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
