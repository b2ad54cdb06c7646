"""``earful lexicon fit``: a small word list of a team's own, learned from its rated reviews."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
from rich.prompt import Confirm
from rich.table import Table

from earful.flows.cli.commands.scoring.evaluate import read_columns
from earful.flows.config.settings import FILE_NAME, load
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.sentiment.evaluation import truth
from earful.sentiment.evaluation.learn_words import FOLDS, Fit, fit
from earful.sentiment.language.gate import languages
from earful.sentiment.profile.overlay import to_toml
from earful.sentiment.profile.profile import Profile
from earful.sentiment.reading import capped, join


def fit_file(
    config: Path | None,
    file: Path,
    text: Sequence[str],
    stars: str,
    save: Path | None,
    *,
    yes: bool,
    force: bool,
    json: bool,
) -> int:
    """Learn from a file, show it, ask, write. One that does not help on held-out reviews is refused unless forced."""
    columns = read_columns(file, [*text, stars])
    try:
        rated = truth.read(columns[stars], "stars").values
    except ValueError as error:
        raise UserError(f"{file.name}: {error}") from None
    texts, _ = capped(join([columns[name] for name in text]))
    english = pa.array([code == "en" for code in languages(texts)])
    profile = _profile(config)
    try:
        found = fit(texts.filter(english), rated[np.asarray(english)].tolist(), profile)
    except ValueError as error:
        raise UserError(f"{file.name}: {error}") from None
    if not json:
        _show(found, file)
    target = save or file.with_name(f"{file.name.split('.')[0]}-words.toml")
    refusal = "" if force else _refusal(found, file)
    saved = bool(found.words) and not refusal and (yes or (not json and _agreed(target)))
    if saved:
        _write(target, found, file)
    if json:
        said = {**_record(found), "saved": str(target) if saved else None}
        if refusal:
            said |= {"ok": False, "error": refusal, "exit_code": int(Exit.USAGE)}
        print(jsonlib.dumps(said))  # noqa: T201
        return Exit.USAGE if refusal else Exit.OK
    if refusal:
        raise UserError(refusal)
    if saved:
        out = Terminal(highlight=False, soft_wrap=True, markup=False)
        out.print(f"wrote {target}; to use it, add it to overlay_files under [scoring] in {FILE_NAME}:")
        out.print(f"    [scoring]\n    overlay_files = [{str(target)!r}]".replace("'", '"'))
        out.print("then `earful rescore` scores again what is kept.")
    return Exit.OK


def _profile(config: Path | None) -> Profile:
    """What the team scores with today: its configuration where there is one, else what earful comes with."""
    if config is None and not Path(FILE_NAME).is_file():
        return Profile.product()
    profile = load(config).profile
    if profile.name == "vader":
        raise UserError('scoring.profile: "vader" is the bare package and takes no words; use "product"')
    return profile


def _refusal(found: Fit, file: Path) -> str:
    """Why the list is not to be used, or "": on reviews it has not seen it must gain, and no measure may get worse."""
    if not found.words:
        return ""  # nothing to write is no refusal
    before, after = found.before, found.after
    if after.accuracy < before.accuracy:
        why = f"lose accuracy on held-out reviews ({before.accuracy:.3f} without, {after.accuracy:.3f} with them)"
    elif found.gain <= 0:
        why = (
            f"do not help on held-out reviews (macro-F1 {before.macro_f1:.3f} without, {after.macro_f1:.3f} with them)"
        )
    else:
        return ""
    return f"{file.name}: the learned words {why}: not written; give more reviews, or --force to write them anyway"


def _agreed(target: Path) -> bool:
    if not sys.stdin.isatty():
        Terminal(stderr=True, markup=False).print(f"not written: give --yes to write {target} without being asked")
        return False
    return Confirm.ask(f"write these words to {target}?", default=False)


def _write(target: Path, found: Fit, file: Path) -> None:
    said = (
        f"Learned by `earful lexicon fit` from {file.name}: {found.low:,} low and {found.high:,} high reviews.\n"
        f"Held-out macro-F1 {found.before.macro_f1:.3f} without, {found.after.macro_f1:.3f} with these words"
        f" ({FOLDS} folds).\n"
        "Read it before you use it, and remove what only seems to matter. It is about this product alone."
    )
    try:
        target.write_text(to_toml(found.overlay, said), "utf-8")
    except OSError as error:
        raise UserError(f"{target}: cannot be written: {error.strerror}") from None


def _record(found: Fit) -> dict[str, object]:
    return {
        "low": found.low,
        "high": found.high,
        "words": [asdict(each) for each in found.words],
        "before": asdict(found.before),
        "after": asdict(found.after),
        "gain": found.gain,
    }


def _show(found: Fit, file: Path) -> None:
    out = Terminal(highlight=False, soft_wrap=True)
    title = f"{file.name}: learned from {found.low:,} low (1-2 stars) and {found.high:,} high (4-5) reviews in English"
    table = Table(title=title.replace("[", r"\["), title_justify="left", box=None, pad_edge=False)
    table.add_column("word")
    for name in ("now", "learned", "in low", "in high"):
        table.add_column(name, justify="right")
    for each in found.words:
        now = f"{each.now:+.1f}" if each.now else "-"
        colour = "red" if each.valence < each.now else "green"
        table.add_row(
            each.word.replace("[", r"\["), now, f"[{colour}]{each.valence:+.1f}[/]", f"{each.low:,}", f"{each.high:,}"
        )
    out.print(table)
    out.print(f"on reviews that were held out ({FOLDS} folds; a neutral score is a miss):")
    for name, before, after in (
        ("accuracy", found.before.accuracy, found.after.accuracy),
        ("macro-F1", found.before.macro_f1, found.after.macro_f1),
    ):
        out.print(f"  {name}  {before:.3f} without, {after:.3f} with them ({100 * (after - before):+.1f} points)")
    if not found.words:
        out.print("no word stands out: nothing to write.")
