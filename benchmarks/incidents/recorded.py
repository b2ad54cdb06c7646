"""Months of real posts with known events, pulled, scored, landed and judged by a night: which were told, and what else.

Every day is judged by the days before it alone, so what is told of a day is what its own night would have told, had the
posts been there by then. The recordings are in ``shared/recordings/incidents``; nothing of them is kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from earful.flows.config.settings import load
from earful.flows.datafolder.folders import make_data_folder
from earful.flows.first.alone import night_alone
from earful.flows.night import progress

ROOT = Path(__file__).parents[3] / "shared" / "recordings" / "incidents"
#: An alarm from the day before (zones differ) to so many days after an event has found it, as in `earful backtest`.
WITHIN = 14
#: Days that are taken out around an event: what it left behind is no quiet day either.
AFTER = 35

_FORUM = '{ post_id = "post_id", created_at = "created_at", title = "title", text = "text" }'
_STORE = (
    '{ post_id = "post_id", created_at = "created_on", title = "title", text = "text", rating = "rating",'
    ' app_version = "app_version" }'
)
#: By product: its file, and what its columns are.
PRODUCTS = {
    "firefox": ("firefox_support", _FORUM),
    "swiftkey": ("swiftkey", _STORE),
    "viber": ("viber", _STORE),
    "youtube_ios": ("youtube_ios", _STORE),
}


@dataclass(frozen=True, slots=True)
class Known:
    """An event that is known: ``kind`` is incident or spam."""

    product: str
    day: date
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm as it was told."""

    product: str
    day: date
    metric: str
    verdict: str
    slice: str


def known() -> list[Known]:
    """The events of incidents.csv."""
    with (ROOT / "incidents.csv").open(encoding="utf-8") as lines:
        return [Known(r["product"], date.fromisoformat(r["day"]), r["kind"], r["what"]) for r in csv.DictReader(lines)]


def night(folder: Path, products: Sequence[str], *, without: Sequence[Known] = ()) -> Path:
    """One night of these products at the default settings, in ``folder``; the published file.

    ``without``: events whose days (the day before to AFTER days after) are taken out of the files first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = ['time_zone = "UTC"']
    for product in products:
        name, columns = PRODUCTS[product]
        file = ROOT / f"{name}.parquet"
        out = [k for k in without if k.product == product]
        if out:
            file = _cut(file, folder / file.name, out)
        said += [
            f'[[products]]\nslug = "{product}"\nname = "{product}"',
            (
                f'[[channels]]\nname = "{product}_posts"\nconnector = "files"\npaths = ["{file}"]\n'
                f'products = ["{product}"]\ncolumns = {columns}'
            ),
        ]
    said.append("[retention]\nby_source = { files = 36500 }")
    (folder / "earful.toml").write_text("\n".join(said) + "\n", encoding="utf-8")
    settings = load(folder / "earful.toml")
    make_data_folder(settings)
    night_alone(settings, progress.Silent())
    return settings.published


def _cut(file: Path, to: Path, events: Sequence[Known]) -> Path:
    column = "created_at" if "firefox" in file.name else "created_on"
    days = " or ".join(
        f"cast({column} as date) between date '{k.day - timedelta(days=1)}' and date '{k.day + timedelta(days=AFTER)}'"
        for k in events
    )
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"copy (select * from '{file}' where not ({days})) to '{to}' (format parquet)")
    return to


def told(published: Path) -> tuple[list[Told], float]:
    """The alarms of the published file, and the product-years it holds."""
    with duckdb.connect(published, read_only=True) as con:
        rows = con.execute(
            "select product, day, metric, verdict,"
            " concat_ws(' ', slice_kind, nullif(concat(channel, topic, app_version), ''))"
            " from verdicts where alarm order by day, product"
        ).fetchall()
        ((years,),) = con.execute(
            "select sum(days) / 365.25 from (select max(day) - min(day) + 1 as days from daily group by product)"
        ).fetchall()
    return [Told(*row) for row in rows], float(years)


def spam_days(published: Path) -> dict[str, list[tuple[date, date]]]:
    """First and last day of every wave that is told as spam, by product."""
    with duckdb.connect(published, read_only=True) as con:
        rows = con.execute("select product, first_day, last_day from spam_episodes order by first_day").fetchall()
    out: dict[str, list[tuple[date, date]]] = {}
    for product, first, last in rows:
        out.setdefault(product, []).append((first, last))
    return out


def compared(alarms: Sequence[Told], events: Sequence[Known]) -> Iterator[tuple[Known, Told | None]]:
    """Each event with the first alarm that found it."""
    for event in events:
        yield (
            event,
            next((a for a in alarms if a.product == event.product and -1 <= (a.day - event.day).days <= WITHIN), None),
        )


def measure(folder: Path, products: Sequence[str]) -> dict[str, Any]:
    """What one night of these products found; keys as in measure.py."""
    published = night(folder, products)
    alarms, years = told(published)
    events = [k for k in known() if k.product in products]
    incidents = list(compared(alarms, [k for k in events if k.kind == "incident"]))
    hits = [alarm for _, alarm in incidents if alarm]
    waves = spam_days(published)
    spam = [k for k in events if k.kind == "spam"]
    flagged = [
        k for k in spam if any(a <= k.day + timedelta(days=2) and k.day <= b for a, b in waves.get(k.product, []))
    ]
    with duckdb.connect(published, read_only=True) as con:
        better = [
            k.day
            for k in spam
            if con.execute(
                "select 1 from what_changed where product = ? and verdict = 'better' and alarm_day is not null"
                " and first_day between ? and ?",
                [k.product, k.day - timedelta(days=1), k.day + timedelta(days=WITHIN)],
            ).fetchall()
        ]
    others = [a for a in alarms if a not in hits]
    return {
        "listed": len(incidents),
        "found": len(hits),
        "spam_listed": len(spam),
        "spam_flagged": len(flagged),
        "spam_told_as_better": len(better),
        "other_alarms": len(others),
        "product_years": round(years, 2),
        "other_alarms_per_product_year": round(len(others) / years, 3),
        "delays": [(a.day - k.day).days for k, a in incidents if a],
        "median_delay_days": median((a.day - k.day).days for k, a in incidents if a) if hits else None,
        "incidents": [
            {"product": k.product, "day": str(k.day), "found": str(a.day) if a else None, "by": a.metric if a else None}
            for k, a in incidents
        ],
        "others": [
            {"product": a.product, "day": str(a.day), "metric": a.metric, "verdict": a.verdict, "in": a.slice}
            for a in others
        ],
    }


def quiet(folder: Path, products: Sequence[str]) -> dict[str, Any]:
    """Alarms where the days of all known events are taken out."""
    alarms, years = told(night(folder, products, without=known()))
    return {
        "other_alarms": len(alarms),
        "product_years": round(years, 2),
        "other_alarms_per_product_year": round(len(alarms) / years, 3),
    }
