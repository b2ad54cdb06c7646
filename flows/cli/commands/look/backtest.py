"""``earful backtest``: alarms that other budgets would have raised, and the incidents they would have found."""

from __future__ import annotations

import json as jsonlib
import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.table import Table

from earful.flows.cli.commands.look.look import plain
from earful.flows.config.explain import explain
from earful.flows.config.sections import Incident
from earful.flows.config.settings import Settings, load
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.warehouse.trends import Happened, Replay, Replayed, other_rules, replay, ruling

#: Alarms a year of a product that are replayed where none are named.
BUDGETS = (0.5, 1.0, 2.0, 4.0)
#: Parts of what is configured as worth an alarm that are replayed beside.
MATTERS = (0.5, 2.0)


class _Incidents(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    incidents: tuple[Incident, ...] = ()


def run_backtest(config: Path | None, budgets: Sequence[float], file: Path | None, days: int, *, json: bool) -> int:
    """Replay and show."""
    settings = load(config)
    wrong = [b for b in budgets if not 0.1 <= b <= 366]
    if wrong:
        raise UserError(f"--budget: found {wrong[0]:g}; allowed: alarms a year, from 0.1 to 366")
    if days < 1:
        raise UserError(f"--days: found {days}; allowed: 1 and more")
    known = [*settings.incidents, *(_read(file, settings) if file else ())]
    happened = [Happened(i.product, i.day, i.name) for i in known]
    configured = ruling(settings.alarms.asked, settings.own_alarms)
    own = configured.usual.per_year
    rulings = [
        (configured if b == own else other_rules(configured, b, 1.0), 1.0) for b in sorted({*(budgets or BUDGETS), own})
    ]
    rulings += [(other_rules(configured, None, part), part) for part in MATTERS]
    found = replay(settings.published, rulings, happened, days)
    if json:
        print(jsonlib.dumps({"configured": own, **_record(found)}))  # noqa: T201
    else:
        _show(found, own)
    return Exit.OK


def _read(file: Path, settings: Settings) -> tuple[Incident, ...]:
    try:
        found = _Incidents.model_validate(tomllib.loads(file.read_text("utf-8-sig"))).incidents
    except OSError as error:
        raise UserError(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise UserError(f"{file}: {explain(error.errors(include_url=False), _Incidents, frozenset(), {})}") from None
    slugs = {p.slug for p in settings.products}
    for i, incident in enumerate(found):
        if incident.product not in slugs:
            raise UserError(
                f"{file}: incidents[{i}].product: found {incident.product!r}; allowed: {', '.join(sorted(slugs))}"
            )
    return found


def _record(found: Replayed) -> dict[str, object]:
    said = asdict(found)
    for each, said_each in zip(found.replays, said["replays"], strict=True):
        said_each["other_alarms"] = each.others
    (row,) = plain([said])
    return row


def _show(found: Replayed, own: float) -> None:
    out = Terminal(highlight=False)
    days = (found.last_day - found.first_day).days + 1
    out.print(
        f"{days} days, {found.first_day} to {found.last_day}; {found.slices} slices judged at the end", markup=False
    )
    table = Table(box=None, pad_edge=False)
    for name in ("alarms a year", "worth", "raised", "a year", "incidents found", "missed", "other alarms"):
        table.add_column(name, justify="right")
    for each in found.replays:
        hit = sum(o.alarm is not None for o in each.outcomes)
        table.add_row(
            f"{each.per_year:g}{' *' if _configured(each, own) else ''}", f"x {each.matters:g}", str(len(each.alarms)),
            f"{len(each.alarms) * 365 / days:.1f}", f"{hit} of {len(each.outcomes)}", str(len(each.outcomes) - hit),
            str(each.others), style="bold" if _configured(each, own) else None,
        )  # fmt: skip
    out.print(table)
    out.print(
        "* as configured in \\[alarms]: per_year of a product, and what is worth an alarm (x 0.5: half of that)",
        style="dim",
    )
    shown = next(r for r in found.replays if _configured(r, own))
    _incidents(out, found.replays)
    _alarms(out, shown)


def _configured(each: Replay, own: float) -> bool:
    return each.per_year == own and each.matters == 1


def _incidents(out: Console, replays: Sequence[Replay]) -> None:
    if not replays[0].outcomes:
        out.print("\nno incidents are known: list some as \\[\\[incidents]] (product, day, name) to see what is found")
        return
    out.print()
    table = Table(box=None, pad_edge=False, title="incidents: days until the alarm", title_justify="left")
    for name in ("day", "product", "name", *(_named(r) for r in replays), "note"):
        table.add_column(name, overflow="fold", min_width=14 if name == "name" else None)
    for n, first in enumerate(replays[0].outcomes):
        outcomes = [r.outcomes[n] for r in replays]
        cells = [str(o.delay) if o.alarm else "missed" for o in outcomes]
        name = first.incident.name.replace("[", r"\[")
        table.add_row(str(first.incident.day), first.incident.product, name, *cells, outcomes[-1].note)
    out.print(table)


def _named(each: Replay) -> str:
    return f"at {each.per_year:g}" if each.matters == 1 else f"x {each.matters:g}"


_UNIT = {
    "sentiment": "{:+.2f}", "stars": "{:+.2f} stars", "one_star": "{:+.0%} one star", "nps": "{:+.0f} NPS",
    "volume": "{:+.0f} posts", "negative": "{:+.0f} negative", "silence": "{:+.0f} posts",
}  # fmt: skip


def _alarms(out: Console, shown: Replay) -> None:
    out.print()
    table = Table(
        box=None, pad_edge=False, title=f"alarms at {shown.per_year:g} a year of a product", title_justify="left"
    )
    for name in ("day", "product", "verdict", "first detected in", "change", "z"):
        table.add_column(name, justify="right" if name in {"change", "z"} else "left")
    for a in shown.alarms:
        change = "-" if a.change is None else _UNIT[a.metric].format(a.change)
        where = f"{a.slice_kind} {a.slice}".strip().replace("[", r"\[")
        table.add_row(str(a.day), a.product, a.verdict, where, change, "-" if a.z is None else f"{a.z:+.1f}")
    out.print(table if shown.alarms else "no alarm")
