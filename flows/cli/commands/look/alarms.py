"""``earful alarms``: what was told, and what a person answers to it."""

from __future__ import annotations

import json as jsonlib
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from earful.flows.cli.commands.look.look import plain
from earful.flows.cli.commands.tables import show, table_of
from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.store import opened
from earful.flows.errors import Exit, UserError
from earful.flows.jobs.erasure import rewrite_digest
from earful.flows.jobs.page import make_page
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal
from earful.sentiment.personal.mask import mask_text
from earful.warehouse import publish
from earful.warehouse.answers import (
    ANSWERS,
    Alarm,
    Answer,
    Episode,
    alarms,
    answer_alarm,
    published_episode,
    take_back,
)
from earful.warehouse.trends import ruling

#: Longest reason, in characters: it stands in a sentence.
LONGEST_WHY = 300
_AGAIN = "the answer is kept; `earful page` writes the page"


def list_alarms(config: Path | None, days: int, *, json: bool) -> int:
    """The alarms of the last days, with their answers."""
    settings = load(config)
    if days < 1:
        raise UserError(f"--days: found {days}; give 1 or more")
    found = alarms(settings.published, days)
    answered = Counter(each.answer for each in found if each.answer)
    if json:
        answer = {
            "days": days, "alarms": plain([asdict(each) for each in found]),
            "answered": {each: answered[each] for each in ANSWERS},
        }  # fmt: skip
        print(jsonlib.dumps(answer))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True)
    if not found:
        out.print(f"no alarm in the last {days} days that are published", markup=False)
        return Exit.OK
    names = ("episode", "answer", "what")
    rows = [[Text(each.episode), Text(_answer(each)), Text(escaped(each.sentence))] for each in found]
    show(out, table_of(names, rows, (False,) * len(names), out.width))
    budget = ruling(settings.alarms.asked, settings.own_alarms).usual.per_year
    said = ", ".join(f"{answered[each]} as {each}" for each in ANSWERS if answered[each])
    raised = "1 alarm" if len(found) == 1 else f"{len(found)} alarms"
    out.print(
        f"{raised} in {days} days; answered: {said or 'none'}. Wrong ones that are bearable: {budget:g} a year of a "
        "product (\\[alarms] per_year)"
    )
    return Exit.OK


def _answer(alarm: Alarm) -> str:
    return alarm.answer or "none yet"


def write_answer(config: Path | None, episode: str, answer: Answer, why: str, *, json: bool) -> int:
    """Keep the answer, publish, and write page and digest again."""
    settings = load(config)
    reason = _reason(why)
    found = _episode(settings, episode)
    if not found.told:
        raise UserError(f"alarms: {episode!r} raised no alarm: it is listed only, and needs no answer")
    with opened(settings) as store:
        before = answer_alarm(store, found, answer, reason, datetime.now(UTC))
        publish(store, settings.published)
    _show_anew(settings)
    if json:
        print(jsonlib.dumps({"episode": episode, "answer": answer, "why": reason, "replaced": before}))  # noqa: T201
        return Exit.OK
    instead = ", in place of the answer before" if before else ""
    Terminal(highlight=False, soft_wrap=True).print(
        f"{episode}: answered as {answer}{instead}; it is a note from now on, no news", markup=False
    )
    return Exit.OK


def reopen_alarm(config: Path | None, episode: str, *, json: bool) -> int:
    """Take an answer back."""
    settings = load(config)
    with opened(settings) as store:
        before = take_back(store, episode)
        if before:
            publish(store, settings.published)
    if before:
        _show_anew(settings)
    if json:
        print(jsonlib.dumps({"episode": episode, "taken_back": before}))  # noqa: T201
        return Exit.OK
    said = "its answer is taken back" if before else "nothing was changed: it has no answer"
    Terminal(highlight=False, soft_wrap=True).print(f"{episode}: {said}", markup=False)
    return Exit.OK


def _episode(settings: Settings, episode: str) -> Episode:
    found = published_episode(settings.published, episode)
    if found is None:
        raise UserError(f"alarms: no episode {escaped(episode)!r} is published; `earful alarms` lists them by name")
    return found


def _reason(why: str) -> str:
    said, _ = mask_text(" ".join(why.split()))
    if not said or len(said) > LONGEST_WHY:
        raise UserError(f"alarms: the reason has {len(said)} characters; give 1 to {LONGEST_WHY}, in quotes")
    return said


def _show_anew(settings: Settings) -> None:
    make_page(settings, _AGAIN)
    rewrite_digest(settings)
