"""``earful trend`` and ``earful sql``: the published file, read only."""

from __future__ import annotations

import json as jsonlib
import math
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from earful.flows.cli.commands.tables import show, table_of
from earful.flows.config.settings import Settings, load
from earful.flows.errors import Exit, UserError
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal
from earful.warehouse import QueryResult, query

#: DuckDB types whose values line up at the right.
_NUMERIC = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)")


def show_trend(config: Path | None, product: str | None, days: int, *, json: bool) -> int:
    """The last ``days`` calendar days of one product's trend, or the newest day of every product."""
    settings = load(config)
    known = [p.slug for p in settings.products]
    # What is configured no more can still be looked at.
    if product is not None and product not in known and product not in (past := stored(settings)):
        raise UserError(f"trend: found {product!r}; allowed: {', '.join([*known, *sorted(past - set(known))])}")
    if days < 1:
        raise UserError(f"--days: found {days}; give 1 or more")
    rows = trend_rows(settings, product, days)
    changed = changes(settings, product, rows[0]["day"]) if product and rows else []
    if json:
        found = {"product": product, "time_zone": settings.time_zone, "rows": plain(rows), "changed": plain(changed)}
        print(jsonlib.dumps(found))  # noqa: T201
        return Exit.OK
    if not rows:
        lasting = product is None or product in known
        what = f"no posts of {product or 'any product'}"
        said = f"{what} yet; `earful run` asks for them" if lasting else f"{what}, which is configured no more"
        Terminal().print(said, markup=False)
        return Exit.OK
    title = f"{product}, days in {settings.time_zone}" if product else f"every product, days in {settings.time_zone}"
    Terminal(highlight=False).print(trend_table(rows, title))
    for change in changed:
        Terminal(highlight=False).print(escaped(change["sentence"]), markup=False, soft_wrap=True)
    silent = [slug for slug in known if all(slug != row["product"] for row in rows)]
    if product is None and silent:
        Terminal(highlight=False).print(f"no posts yet of {', '.join(silent)}", markup=False, soft_wrap=True)
    return Exit.OK


def stored(settings: Settings) -> set[str]:
    """The products that the published file tells of; none where there is none yet."""
    if not settings.published.exists():
        return set()
    sql = files("earful.flows").joinpath("sql", "stored_products.sql").read_text("utf-8")
    return {str(slug) for slug, *_ in query(settings.published, sql).rows}


def trend_rows(settings: Settings, product: str | None, days: int) -> list[dict[str, Any]]:
    """Rows of the view ``trend``: one product's last days, or the last complete day of each that is configured."""
    name = "trend_product.sql" if product else "trend_newest.sql"
    sql = files("earful.flows").joinpath("sql", name).read_text("utf-8")
    asked: dict[str, object] = {"products": [p.slug for p in settings.products]}
    if product:
        asked = {"product": product, "days": days}
    return records(query(settings.published, sql, params=asked))


def changes(settings: Settings, product: str, first_day: date) -> list[dict[str, Any]]:
    """What changed of a product on these days or later, with what explains it: the sentences of ``what_changed``."""
    known = "select count(*) from duckdb_columns() where table_name = 'what_changed' and column_name = 'told'"
    if not query(settings.published, known).rows[0][0]:
        raise UserError(
            f"{settings.published} was written by an older earful: `earful run` writes it anew", Exit.WAREHOUSE
        )
    sql = files("earful.flows").joinpath("sql", "trend_changed.sql").read_text("utf-8")
    return records(query(settings.published, sql, params={"product": product, "first_day": first_day}))


def records(answer: QueryResult) -> list[dict[str, Any]]:
    """A query's rows as dictionaries."""
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def trend_table(rows: list[dict[str, Any]], title: str) -> Table:
    """A table with a bar for the 7-day mean; means are VADER compounds in [-1, 1]."""
    several = len({row["product"] for row in rows}) > 1
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, caption_justify="left")
    table.add_column("day", no_wrap=True)
    if several:
        table.add_column("product", no_wrap=True)
    for column in ("posts", "mean", "7 days", "28 days"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("-1        0        +1", no_wrap=True)
    for row in rows:
        table.add_row(
            f"{row['day']:%Y-%m-%d}{'' if row['complete'] else '*'}", *([str(row["product"])] if several else []),
            f"{row['posts']:,}", _signed(row["mean_compound"]), _signed(row["mean_7d"]), _signed(row["mean_28d"]),
            _bar(row["mean_7d"]),
        )  # fmt: skip
    if not all(row["complete"] for row in rows):
        table.caption = "* not known to be complete: the 7 and 28 days leave the day out"
    return table


def run_sql(config: Path | None, text: str, limit: int, *, json: bool) -> int:
    """Run a query on the published file; ``.tables`` and ``.schema NAME`` explain what is in it."""
    settings = load(config)
    if limit < 0:
        raise UserError(f"--limit: found {limit}; give 1 or more, or 0 for all")
    answer = query(settings.published, text, limit=limit or None)
    if json:
        answer = replace(answer, columns=distinct(answer.columns))
        print(jsonlib.dumps({"columns": list(answer.columns), "rows": plain(records(answer)), "more": answer.more}))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False)
    rows = [[_cell(value) for value in row] for row in answer.rows]
    right = [_NUMERIC.match(kind) is not None for kind in answer.types]
    show(out, table_of(answer.columns, rows, right, out.width))
    if answer.more:
        out.print(f"the first {limit} rows; --limit 0 shows all", style="dim")
    return Exit.OK


def distinct(columns: Iterable[str]) -> tuple[str, ...]:
    """The names, the second of a kind as ``name_2``: as keys of one object they would else hide each other."""
    found: list[str] = []
    given = list(columns)
    for name in given:
        n, new = 1, name
        while new in found or (n > 1 and new in given):
            n += 1
            new = f"{name}_{n}"
        found.append(new)
    return tuple(found)


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as plain JSON values: null for missing, ISO 8601 for days and times."""
    return [{k: _value(v) for k, v in row.items()} for row in rows]


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever a query gives
    if isinstance(value, list | tuple):
        return [_value(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _value(v) for k, v in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _cell(value: Any) -> Text:  # noqa: ANN401 - as above
    shown = _value(value)
    if shown is None:
        return Text("-", style="dim")
    if isinstance(shown, float):
        return Text(f"{shown:.4f}".rstrip("0").rstrip(".") if abs(shown) < 1e6 else f"{shown:,.0f}")
    return Text(escaped(str(shown)))  # before it is laid out: its width is that of what is seen


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}"


def _bar(value: float | None, half: int = 10) -> str:
    """A bar from the zero in the middle: 21 characters for [-1, 1]."""
    if value is None:
        return ""
    length = round(abs(value) * half)
    if value < 0:
        return " " * (half - length) + "[red]" + "█" * length + "[/]│" + " " * half
    return " " * half + "│[green]" + "█" * length + "[/]"
