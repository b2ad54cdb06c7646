"""``earful try``: a table or a link without a configuration, guessed, scored and shown within seconds."""

from __future__ import annotations

import json as jsonlib
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from earful.flows.cli.commands.look.look import plain
from earful.flows.cli.commands.nights import runs
from earful.flows.cli.commands.start.try_show import show_guess, show_picture
from earful.flows.config.settings import FILE_NAME, Settings, checked
from earful.flows.datafolder.folders import make_data_folder, require_room, unusable
from earful.flows.errors import Exit, UserError
from earful.flows.first.alone import night_alone
from earful.flows.first.draft import Draft
from earful.flows.first.drafting import drafted, must_answer
from earful.flows.first.picture import Picture, picture
from earful.flows.process import signals
from earful.flows.process.terminal import Terminal
from earful.sentiment.compiled import once
from earful.warehouse.files.atomic import write_whole


def run_try(what: str, folder: Path | None, zone: str, *, keep: bool, json: bool) -> int:
    """Guess, run one night without Prefect, show. PARTIAL where a channel failed."""
    signals.say(runs.STOPPED)
    draft, target = drafted(what, folder, zone)
    file = target / FILE_NAME
    if file.exists():
        raise UserError(
            f"{file}: is there already; `earful run --config {file}` goes on with it, --folder names another place"
        )
    text = draft.text()
    settings = checked(tomllib.loads(text), file)
    out = Terminal(highlight=False)
    if not json:
        show_guess(out, draft)
    if draft.connector != "files":
        must_answer(settings)
    _begin_anew(settings)
    with runs.Display(quiet=json, begins="reading") as display, once():
        summary = night_alone(settings, display)
    if keep:
        try:
            write_whole(file, text)
        except OSError as error:
            raise unusable(file, error, "or name another folder with --folder") from None
    seen = [picture(settings.published, product.slug) for product in settings.products]
    if json:
        said = {**summary.json(), **_plain(draft, seen), "configuration": text, "kept": str(file) if keep else None}
        print(jsonlib.dumps(said))  # noqa: T201
        return Exit.OK if summary.ok else Exit.PARTIAL
    for product, one in zip(settings.products, seen, strict=True):
        show_picture(out, product.name, one, settings.time_zone)
        out.print()
    runs.show(summary)
    out.print()
    _show_configuration(out, file, text, keep=keep)
    return Exit.OK if summary.ok else Exit.PARTIAL


def _begin_anew(settings: Settings) -> None:
    """Make the folder; what an earlier try left there goes, since it may have been guessed otherwise."""
    make_data_folder(settings)
    require_room(settings, None)
    for left in (
        settings.store,
        settings.store.with_name(f"{settings.store.name}.wal"),
        settings.published,
        settings.page,
    ):
        try:
            left.unlink(missing_ok=True)
        except OSError as error:
            raise unusable(left, error, "or name another folder with --folder") from None


def _plain(draft: Draft, seen: list[Picture]) -> dict[str, Any]:
    guessed = {"connector": draft.connector, "said": list(draft.said), "doubts": list(draft.doubts)}
    return {"guessed": guessed, "pictures": [plain([asdict(one)])[0] for one in seen]}


def _show_configuration(out: Terminal, file: Path, text: str, *, keep: bool) -> None:
    if keep:
        out.print(f"kept       {file}", markup=False, soft_wrap=True)
        out.print(
            f"now: cd {file.parent}; earful run (one more night); earful up (every night)", markup=False, soft_wrap=True
        )
        return
    out.print(f"the same every night: {file} (--keep writes it)", markup=False, soft_wrap=True, style="bold")
    for line in text.splitlines():
        out.print(f"  {line}", markup=False, soft_wrap=True, style="dim" if line.startswith("#") else "")
