"""``earful check``: every channel asked whether it can work, and how fast texts are scored, before a night is lost."""

from __future__ import annotations

import json as jsonlib
import os
from collections.abc import Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.text import Text

from earful.connectors.base import Context, Health
from earful.connectors.errors import PullError
from earful.connectors.registry import connector_class, outsider, troubles
from earful.flows.cli.commands.start.unlisted import unlisted
from earful.flows.cli.commands.tables import show, table_of
from earful.flows.config.scorers import scorers
from earful.flows.config.sections import ChannelSettings, ProductSettings
from earful.flows.config.settings import Settings, load
from earful.flows.errors import Exit, bug
from earful.flows.night.plan import servable
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal
from earful.sentiment.compiled import has_numba
from earful.warehouse import query


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """One line of ``earful check``."""

    channel: str
    product: str
    ok: bool
    says: str
    reaches_back: str
    lines: tuple[str, ...] = ()
    details: tuple[Mapping[str, Any], ...] = ()


def check_all(config: Path | None, *, json: bool) -> int:
    """Ask all channels, show the answers; UNREADY where one that is switched on cannot work."""
    settings = load(config)
    today = datetime.now(settings.zone).date()
    done = _brought(settings)
    scorers(settings)  # a word list that cannot be read is said here, not at night
    with ThreadPoolExecutor(8) as pool:
        asking = list(pool.map(lambda one: _ask(settings, one[0], one[1], today, done), _questions(settings)))
    answers = [answer for each in asking for answer in each]
    idle = [c.name for c in settings.channels if c.enabled and c.name not in {a.channel for a in answers}]
    answers += [ChannelCheck(name, "", False, _lacking(settings, name), "") for name in idle]
    # Where nothing is switched on a run has nothing to ask.
    ok = bool(answers) and all(a.ok for a in answers)
    # What no channel uses is no reason to be unready, but who has just installed a package wants to know.
    packages = troubles()
    former = unlisted(settings)
    if json:
        scorer = {"compiled": has_numba(), "says": _scorer()}
        asked = [{k: v for k, v in asdict(a).items() if k != "lines"} for a in answers]
        found = {"ok": ok, "scorer": scorer, "channels": asked, "packages": packages}
        print(jsonlib.dumps({**found, "not_configured": [asdict(each) for each in former]}))  # noqa: T201
    else:
        _show(settings, answers, [*packages, *(each.line() for each in former)])
    return Exit.OK if ok else Exit.UNREADY


def _brought(settings: Settings) -> set[tuple[str, str]]:
    """(channel, product) of which the published file holds something."""
    if not settings.published.exists() or not any(channel.end for channel in settings.channels):
        return set()
    rows = query(settings.published, "select distinct channel, product from coverage where reached is not null").rows
    return {(str(channel), str(product)) for channel, product in rows}


def _questions(settings: Settings) -> list[tuple[ChannelSettings, list[ProductSettings]]]:
    """What is asked at once: a channel about one product, or about all where it reads them together."""
    found: list[tuple[ChannelSettings, list[ProductSettings]]] = []
    for channel in settings.channels:
        if channel.enabled:
            served = [product for product in settings.products_of(channel) if servable(channel, product)]
            alone = connector_class(channel.connector).reads == "id"
            found += [(channel, [product]) for product in served] if alone else [(channel, served)] if served else []
    return found


def _ask(
    settings: Settings,
    channel: ChannelSettings,
    products: Sequence[ProductSettings],
    today: date,
    done: Container[tuple[str, str]],
) -> list[ChannelCheck]:
    ended = f"ended {channel.end}" if channel.ended(today) else ""
    # Nobody asks an ended channel any more, so that its files may have been put away since.
    asked = [p.product() for p in products if not (ended and (channel.name, p.slug) in done)]
    # A throw-away pseudonym key: a check writes nothing, not even the secret's file.
    context = Context(channel.name, b"check", os.environ, str(settings.root), zone=settings.time_zone)
    answers: Mapping[str, Health] = {}
    try:
        if asked:
            connector = connector_class(channel.connector)(channel.connector_options, context)
            answers = connector.check(asked)
    except PullError as error:
        answers = {product.slug: Health(ok=False, says=str(error)) for product in asked}
    except Exception as error:
        whose = outsider(channel.connector)
        if whose is None:
            raise
        answers = {product.slug: Health(ok=False, says=bug(error, whose)) for product in asked}
    silent = Health(False, f"{channel.connector}: check() says nothing of it; mend the connector")
    lines = []
    for product in products:
        if all(product.slug != one.slug for one in asked):
            lines.append(ChannelCheck(channel.name, product.slug, True, ended, ""))
            continue
        health = answers.get(product.slug, silent)
        says = f"{ended}, nothing of it has landed yet: {health.says}" if ended else health.says
        says += _beside(settings, channel, health)
        lines.append(
            ChannelCheck(channel.name, product.slug, health.ok, says, health.reaches_back, *_more(health, lines))
        )
    return lines


def _beside(settings: Settings, channel: ChannelSettings, health: Health) -> str:
    """Where all that there is lies outside of the time that a night asks for: a run lands nothing of it then."""
    if health.holds is None:
        return ""
    now = datetime.now(settings.zone)
    start, until = settings.midnight(channel.first_day(now.date())), settings.until(channel, now)
    if health.holds[1] >= start and health.holds[0] < until:
        return ""
    return f"; none of it in the time that is asked for, {start:%Y-%m-%d} to {until:%Y-%m-%d}: see start, end and days"


def _more(health: Health, before: Sequence[ChannelCheck]) -> tuple[tuple[str, ...], tuple[Mapping[str, Any], ...]]:
    """The files of a channel; said once, under the first of several products that share them."""
    said = any(line.details == health.details for line in before)
    return ((), ()) if said else (health.lines, health.details)


def _lacking(settings: Settings, name: str) -> str:
    return f"none of its products has an id for it; add ids = {{ {settings.channel(name).needs} = [...] }} to a product"


def _scorer() -> str:
    if has_numba():
        return (
            f"compiled (numba {version('numba')}): 100,000 reviews in seconds; "
            "the first large batch on a machine takes 5 to 15 s more"
        )
    return (
        "not compiled, as numba is not there: the same numbers, but 100,000 reviews take minutes; "
        "pip install 'earful[fast]'"
    )


def _show(settings: Settings, answers: list[ChannelCheck], packages: Sequence[str] = ()) -> None:
    out = Terminal(highlight=False)
    out.print(f"{settings.file} (days are in {settings.time_zone})", markup=False, soft_wrap=True, style="italic")
    rows = [
        [
            Text(a.channel),
            Text(a.product),
            Text("ok", style="green") if a.ok else Text("no", style="red"),
            Text(escaped(a.says) + (f"\nreaches back: {a.reaches_back}" if a.reaches_back else "")),
        ]
        for a in answers
    ]
    show(out, table_of(("channel", "product", "", "what it says"), rows, (False,) * 4, out.width))
    for answer in answers:
        for number, line in enumerate(answer.lines):
            if not number:
                out.print()
            out.print(escaped(line), markup=False, style="" if line.startswith(" ") else "bold")
    out.print(f"scorer: {_scorer()}", markup=False, soft_wrap=True)
    for line in packages:
        out.print(escaped(line), markup=False, soft_wrap=True)
    out.print(_how_many(settings, sum(a.ok for a in answers), len(answers)), soft_wrap=True)


def _how_many(settings: Settings, good: int, of_all: int) -> str:
    if not of_all:
        return f"No channel is enabled; set enabled = true in one of {', '.join(c.name for c in settings.channels)}."
    said = f"{good} of {of_all} can work."
    return said + (" The others fail alone; the rest runs." if 0 < good < of_all else "")
