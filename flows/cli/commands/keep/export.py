"""``earful export``: days of the published file as CSV or Parquet."""

from __future__ import annotations

import json as jsonlib
from datetime import date
from pathlib import Path
from typing import Literal

from earful.flows.config.settings import load
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.warehouse import export, query


def export_days(
    config: Path | None,
    file: Path,
    first: date | None,
    last: date | None,
    product: str | None,
    form: Literal["csv", "parquet"] | None,
    *,
    posts: bool,
    json: bool,
) -> int:
    """Write the days ``first`` to ``last`` (both included) of the daily numbers, or of the posts."""
    settings = load(config)
    if first and last and last < first:
        raise UserError(f"--from {first} is after --to {last}; give the earlier day first")
    if product is not None and product not in (known := [p.slug for p in settings.products]):
        # One that has left the configuration keeps its days.
        published = [str(slug) for (slug,) in query(settings.published, "select distinct product from daily").rows]
        if product not in published:
            raise UserError(f"--product: found {product!r}; allowed: {', '.join(sorted({*known, *published}))}")
    form = form or _by_name(file)
    done = export(
        settings.published,
        file,
        what="posts" if posts else "daily",
        form=form,
        product=product,
        first=first,
        last=last,
    )
    if json:
        print(jsonlib.dumps({"file": str(done.path), "format": form, "table": done.what, "rows": done.rows}))  # noqa: T201
    else:
        Terminal(highlight=False, soft_wrap=True).print(
            f"{done.rows:,} rows of {done.what} in {done.path}", markup=False
        )
    return Exit.OK


def _by_name(file: Path) -> Literal["csv", "parquet"]:
    found = file.suffix.lower().lstrip(".")
    if found == "csv":
        return "csv"
    if found in {"parquet", "pq"}:
        return "parquet"
    raise UserError(f"{file}: neither .csv nor .parquet; name it so, or give --format")
