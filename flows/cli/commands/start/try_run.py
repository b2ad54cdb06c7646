"""``earful try``: a table or a link without a configuration, guessed, scored and shown within seconds."""

from __future__ import annotations

import json as jsonlib
import tomllib
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from earful.flows.cli.commands.look.look import plain
from earful.flows.cli.commands.nights import runs
from earful.flows.cli.commands.nights.display import Display
from earful.flows.cli.commands.start.try_show import show_guess, show_picture
from earful.flows.config.settings import FILE_NAME, Settings, checked, time_zones
from earful.flows.datafolder.folders import make_data_folder, require_room, unusable
from earful.flows.errors import Exit, UserError
from earful.flows.first.alone import night_alone
from earful.flows.first.draft import Draft
from earful.flows.first.drafting import drafted, must_answer
from earful.flows.first.picture import Picture, picture
from earful.flows.process import signals
from earful.flows.process.terminal import Terminal
from earful.flows.server.proxies import set_aside_unusable
from earful.sentiment.compiled import once
from earful.warehouse.files.atomic import write_whole

#: After so long without a post a table was probably exported once.
OVER = timedelta(days=30)
#: In a data folder that a try has made and that has no configuration.
MADE = "made-by-earful-try"


def run_try(what: str, folder: Path | None, zone: str, *, keep: bool, json: bool) -> int:
    """Guess, run one night without Prefect, show. PARTIAL where a channel failed."""
    signals.say(f"stopped; run it again: earful try {what}")
    if zone not in time_zones():
        raise UserError(f"--time-zone: found {zone!r}; allowed: an IANA time zone such as Europe/Berlin")
    draft, target = drafted(what, folder, zone)
    file = target / FILE_NAME
    if file.exists():
        raise UserError(
            f"{file}: is there already; `earful run --config {file}` goes on with it, --folder names another place"
        )
    settings = checked(tomllib.loads(draft.text()), file)
    out = Terminal(highlight=False)
    if not json:
        show_guess(out, draft)
    set_aside_unusable(settings)
    if draft.connector != "files":
        must_answer(settings)
    made = _begin_anew(settings)
    with Display(quiet=json, begins="reading") as display, once():
        summary = night_alone(settings, display)
    seen = [picture(settings.published, product.slug) for product in settings.products]
    text = draft.text(_long_over(seen, settings))
    if keep:
        try:
            write_whole(file, text)
            made.unlink()
        except OSError as error:
            raise unusable(file, error, "or name another folder with --folder") from None
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


def _begin_anew(settings: Settings) -> Path:
    """Make the folder, and a file that says whose it is; what an earlier try left there goes: it was guessed anew.

    Raises UserError where a store is there that no try has made.
    """
    make_data_folder(settings)
    require_room(settings, None)
    made = settings.data / MADE
    if settings.store.exists() and not made.exists():
        raise UserError(f"{settings.store}: is there already, and no try made it; name another folder with --folder")
    wal = settings.store.with_name(f"{settings.store.name}.wal")
    for path in (settings.store, wal, settings.published, settings.page):
        try:
            path.unlink(missing_ok=True)
            write_whole(made, "Made by `earful try`: the next try into this folder begins anew.\n")
        except OSError as error:
            raise unusable(path, error, "or name another folder with --folder") from None
    return made


def _long_over(seen: list[Picture], settings: Settings) -> date | None:
    """The last day that has a post, where it is more than OVER ago."""
    last: date | None = max(filter(None, (one.totals["last_day"] for one in seen)), default=None)
    return last if last and datetime.now(settings.zone).date() - last > OVER else None


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
