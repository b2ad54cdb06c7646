"""``earful evaluate``, ``rescore``, ``topics`` and ``lexicon``: how texts are scored, and how well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Json

app = App()

_GROUP = Group("Scoring", sort_key=4)


@app.command(group=_GROUP)
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
    from earful.flows.cli.commands.scoring.evaluate import evaluate_file, evaluate_paper

    if paper:
        return evaluate_paper(file, ground_truth, picture, parts=parts, json=json)
    return evaluate_file(file, text or [], label, kind, picture, parts=parts, json=json)


@app.command(group=_GROUP)
def rescore(*, config: Config = None, json: Json = False) -> int:
    """Score again what text is kept, with the words and repairs of today's configuration, and recompute its days."""
    from earful.flows.cli.commands.scoring.rescore import run_rescore

    return run_rescore(config, json=json)


topics = App(name="topics", group=_GROUP, help="What posts are about.")
app.command(topics)


@topics.command(name="try")
def try_(
    text: Annotated[str, Parameter(help="A review or post.", allow_leading_hyphen=True)],
    *,
    config: Config = None,
    json: Json = False,
) -> int:
    """Show which topics a text has, and by which phrase; your topics count where there is an earful.toml."""
    from earful.flows.cli.commands.scoring.topics import try_text

    return try_text(config, text, json=json)


lexicon = App(name="lexicon", group=_GROUP, help="Words of your own for the scorer.")
app.command(lexicon)


@lexicon.command
def fit(
    file: Annotated[Path, Parameter(help="Your rated reviews: CSV, JSON lines or Parquet, one a row.")],
    *,
    text: Annotated[list[str], Parameter(negative="", help="Column of the text; given twice: title, then text.")],
    stars: Annotated[str, Parameter(help="Column of the stars, 1 to 5.")],
    save: Annotated[Path | None, Parameter(help="The list to write; FILE-words.toml where left out.")] = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Write it without asking.")] = False,
    force: Annotated[
        bool, Parameter(negative="", help="Also a list that loses accuracy, or gains nothing, on held-out reviews.")
    ] = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Learn a small word list from rated reviews; shows the words and the gain on held-out reviews, asks, writes."""
    from earful.flows.cli.commands.scoring.lexicon import fit_file

    return fit_file(config, file, text, stars, save, yes=yes, force=force, json=json)
