"""``earful evaluate``: how far scores agree with what people said, in a file of yours or in the VADER paper's sets."""

from __future__ import annotations

import json as jsonlib
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from earful.connectors.errors import Fatal
from earful.connectors.files.tables import read
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.evaluation import paper, truth
from earful.sentiment.evaluation.evaluate import Evaluation, Result, evaluate
from earful.sentiment.evaluation.measures import CLASSES
from earful.sentiment.evaluation.truth import Kind
from earful.sentiment.profile.profile import Profile
from earful.sentiment.reading import join
from earful.sentiment.scorer import COMPOUND_THRESHOLD

#: Where developers have the paper's sets.
GROUND_TRUTH = Path("../shared/recordings/vader_ground_truth")
_SHOWN = 110  # characters of a text in the table of misses


def evaluate_file(
    file: Path | None,
    text: Sequence[str],
    label: str | None,
    kind: Kind | None,
    picture: Path | None,
    *,
    parts: bool,
    json: bool,
) -> int:
    """Evaluate bare VADER and the product profile on a labelled file; ``parts`` adds repairs and overlay alone."""
    if file is None or not text or label is None:
        raise UserError("evaluate: give FILE --text COLUMN --label COLUMN, or --paper")
    _check_picture(picture)
    columns = read_columns(file, [*text, label])
    texts = join([columns[name] for name in text])
    try:
        said = truth.read(columns[label], kind)
        found = evaluate(texts, said, ColumnarScorer().compounds(texts, _profiles(parts=parts)))
    except ValueError as error:
        raise UserError(f"{file.name}: {error}") from None
    if picture is not None:
        from earful.reports.charts.evaluation import draw

        picture.write_text(draw(file.name, found.as_json()), "utf-8")
    if json:
        print(jsonlib.dumps({"file": file.name, **found.as_json()}))  # noqa: T201
    else:
        _show(file.name, found, picture)
    return Exit.OK


def evaluate_paper(file: Path | None, folder: Path | None, picture: Path | None, *, parts: bool, json: bool) -> int:
    """The VADER paper's table on its four rated sets, every text scored as it is, without the language gate."""
    if file is not None:
        raise UserError("evaluate: --paper takes no file; leave one of the two out")
    _check_picture(picture)
    scorer = ColumnarScorer()
    found = []
    try:
        for published, texts, said in paper.sets(folder or GROUND_TRUTH):
            scores = scorer.compounds(texts, _profiles(parts=parts), gate=False)
            found.append((published, evaluate(texts, said, scores)))
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        raise UserError(
            f"--paper: {missing} is not in {folder or GROUND_TRUTH}; give --ground-truth FOLDER with the "
            "*_GroundTruth.txt files of vaderSentiment's source"
        ) from None
    except (OSError, ValueError) as error:
        raise UserError(f"--paper: {error}") from None
    rows = [row for published, evaluation in found for row in _paper_rows(published, evaluation)]
    if picture is not None:
        from earful.reports.charts.evaluation import draw_paper

        picture.write_text(draw_paper(rows), "utf-8")
    if json:
        print(jsonlib.dumps({"sets": rows}))  # noqa: T201
        return Exit.OK
    table = _table("The VADER paper's sets (Hutto and Gilbert 2014): every text, no language gate")
    for name in ("set", "texts", "scored by", "r", "F1 weighted", "F1 micro", "F1 macro"):
        table.add_column(name, justify="left" if name in {"set", "scored by"} else "right")
    for row in rows:
        own = row["by"] != "the paper"
        table.add_row(
            "" if own else str(row["set"]), "" if own else f"{row['texts']:,}", str(row["by"]),
            *(_cell(row[n]) for n in ("r", "f1_weighted", "f1_micro", "f1_macro")), style=None if own else "bold",
        )  # fmt: skip
    out = Terminal(highlight=False)
    out.print(table)
    out.print(
        f"Classes: up to -{COMPOUND_THRESHOLD:g}, between, from {COMPOUND_THRESHOLD:g}, of rating and compound alike. "
        "Neutral ratings are rare, so the macro F1, which counts each class alike, lies far below; the paper gives the "
        "weighted one.",
        style="dim",
    )
    return Exit.OK


def _profiles(*, parts: bool) -> dict[str, Profile]:
    bare, product = Profile.vader(), Profile.product()
    halves = {"repairs": replace(product, overlays=()), "overlay": replace(product, repairs=())}
    return {"vader": bare, **(halves if parts else {}), "product": product}


def _check_picture(picture: Path | None) -> None:
    if picture is None:
        return
    if picture.suffix != ".svg":
        raise UserError(f"--picture: found {picture.name}; give a name that ends with .svg")
    if not picture.parent.is_dir():
        raise UserError(f"--picture: the folder {picture.parent} is not there")


def read_columns(file: Path, names: Sequence[str]) -> dict[str, pa.Array]:
    """The named columns of a CSV, JSON lines or Parquet file; a row that cannot be read is an error here, by line."""

    def choose(there: Sequence[str]) -> Sequence[str]:
        missing = [n for n in names if n not in there]
        if missing:
            raise Fatal(f"{file.name}: has no column {missing[0]!r}; it has {', '.join(there)}")
        return list(dict.fromkeys(names))

    try:
        batches = list(read.batches(read.look(file, "auto", "auto", "auto"), choose))
    except Fatal as error:
        raise UserError(str(error)) from None
    for batch in batches:
        if batch.refused:
            raise UserError(f"{batch.refused[0].item}: {batch.refused[0].reason}; mend or remove the row")
    tables = [batch.table for batch in batches]
    if not tables:
        raise UserError(f"{file.name}: has no rows")
    whole = pa.concat_tables(tables, promote_options="permissive")
    return {name: whole[name].combine_chunks() for name in names}


def _paper_rows(published: paper.Published, found: Evaluation) -> list[dict[str, str | float | None]]:
    said = {"r": published.r, "f1_weighted": published.f1, "f1_micro": None, "f1_macro": None}
    head: dict[str, str | float | None] = {"set": published.name, "texts": found.texts}
    ours = [
        {"r": r.r, "f1_weighted": r.weighted_f1, "f1_micro": r.accuracy, "f1_macro": r.macro_f1} for r in found.results
    ]
    return [
        {**head, "by": "the paper", **said},
        *({**head, "by": r.name, **row} for r, row in zip(found.results, ours, strict=True)),
    ]


def _show(name: str, found: Evaluation, picture: Path | None) -> None:
    out = Terminal(highlight=False)
    out.print(
        f"{name}: {found.texts:,} texts labelled and scored ({found.said}); {found.unscored:,} unscored, "
        f"{found.unlabelled:,} unlabelled, in no number below",
        markup=False,
    )
    table = _table("")
    for column in ("profile", "accuracy", "gain (95%)", "macro F1", "AUC", "r"):
        table.add_column(column, justify="left" if column == "profile" else "right")
    for i, r in enumerate(found.results):
        gain = "" if i == 0 else f"{r.gain[0]:+.3f} ({r.gain[1]:+.3f} to {r.gain[2]:+.3f})"
        table.add_row(r.name, _cell(r.accuracy), gain, _cell(r.macro_f1), _cell(r.auc), _cell(r.r))
    out.print(table)
    for r in found.results:
        _show_result(out, found.kind, r)
    if picture is not None:
        out.print(f"picture: {picture}", markup=False)


def _show_result(out: Console, kind: str, r: Result) -> None:
    out.print()
    table = _table(f"{r.name}: what it says at each {'star' if kind == 'stars' else kind.removesuffix('s')}")
    for column in (kind, "texts", "mean", *CLASSES):
        table.add_column(column, justify="right")
    for level in r.levels:
        table.add_row(
            f"{level.level:+g}" if kind != "stars" else f"{level.level:g}", f"{level.texts:,}", f"{level.mean:+.3f}",
            *(f"{share:.0%}" for share in (level.negative, level.neutral, level.positive)),
        )  # fmt: skip
    out.print(table)
    table = _table(f"{r.name}: texts by true class (down) and scored class (across), F1")
    for column in ("", *CLASSES, "F1"):
        table.add_column(column, justify="right")
    for name, row, f1 in zip(CLASSES, r.confusion.tolist(), r.f1, strict=True):
        table.add_row(name, *(f"{n:,}" for n in row), _cell(f1))
    out.print(table)
    if r.worst:
        table = _table(f"{r.name}: worst misses")
        for column in ("said", "score", "text"):
            table.add_column(column, justify="left" if column == "text" else "right", overflow="fold")
        for miss in r.worst:
            shown = " ".join(miss.text.split())
            shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
            table.add_row(f"{miss.value:g}", f"{miss.compound:+.2f}", shown.replace("[", r"\["))
        out.print(table)


def _table(title: str) -> Table:
    return Table(title=title or None, title_justify="left", box=None, pad_edge=False)


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float | np.floating) and math.isfinite(value) else "-"
