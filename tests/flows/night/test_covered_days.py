"""What is said of days that a file does not hold in full: no fall, no flood, no "whole", and until when it brought rows.

Each sentence on a store where it is true, and on one that differs in that alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from page_reader import PageReader

from earful.flows.config.scorers import scorers, topics
from earful.flows.config.settings import load
from earful.flows.night.plan import nightly_jobs
from earful.flows.night.pull import RunContext
from earful.reports.digest import digest
from earful.reports.page import render
from earful.warehouse import Landing, land, open_store, publish, query, register, standing

TODAY = date(2026, 5, 4)
GOOD = ["I love it, a great app", "Works well and looks lovely", "Good value, I am happy with it"]
BAD = ["It is terrible, I hate it", "Awful and broken, useless", "Bad and slow, I am angry"]
CONFIG = """
time_zone = "UTC"
[[products]]
slug = "acme"
name = "Acme"
[[channels]]
name = "reviews"
connector = "files"
paths = ["reviews.csv"]
start = 2025-01-01
columns = { post_id = "id", created_at = "when", text = "said" }
"""
Row = tuple[str, date, str]


def night(folder: Path, rows: Iterable[Row], more: str = "") -> Path:
    """One night on a table with these rows, ended today at 3 o'clock; the published file."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(5)
    with (folder / "reviews.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "when", "said"])
        writer.writerows(
            [each, f"{day} {rng.randrange(24):02d}:{rng.randrange(60):02d}", said] for each, day, said in rows
        )
    (folder / "earful.toml").write_text(CONFIG + more, "utf-8")
    settings = load(folder / "earful.toml")
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
    (settings.data / "spool").mkdir(parents=True)
    by_product = scorers(settings)
    context = RunContext(settings, by_product, settings.data / "spool")
    with open_store(settings.store, time_zone=settings.time_zone) as store:
        register(
            store,
            [(p.slug, p.name, p.own) for p in settings.products],
            [(c.name, c.source, c.connector) for c in settings.channels],
            topics(settings),
            [],
        )
        (job,) = nightly_jobs(settings, lambda c, p: standing(store, c, p, now), now)
        (came,) = context.pull(job, "00000").shares
        landing = Landing(
            "run", job.channel, "files", came.product, came.window, came.coverage, by_product[came.product].version, now,
            list(came.files), came.rejected, came.gone,
        )  # fmt: skip
        land(store, landing)
        return publish(store, settings.published, now=now).path


@pytest.fixture(scope="module")
def fell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whole to yesterday; on the last ten days all that came was bad."""
    return night(tmp_path_factory.mktemp("fell"), dense(130, spoilt=10))


def ask(file: Path, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in query(file, sql).rows]


def page(file: Path) -> str:
    return PageReader(render(file)).text


def dense(days: int, *, spoilt: int = 0, refused: bool = False) -> list[Row]:
    """A dozen rows a day up to yesterday. On the last ``spoilt`` days three of them are bad; the others lack, or are refused."""
    rows: list[Row] = []
    for back in range(days, 0, -1):
        day = TODAY - timedelta(days=back)
        for n in range(12):
            name = f"{back}-{n}"
            if back > spoilt:
                rows.append((name, day, (GOOD if n % 4 else BAD)[n % 3]))
            elif n < 3:
                rows.append((name, day, BAD[n]))
            elif refused:
                rows.append(("", day, GOOD[n % 3]))
    return rows


def test_days_of_which_rows_were_refused_are_no_fall(tmp_path: Path, fell: Path) -> None:
    """Was: ten days of which only the low ratings landed were complete, and told as a fall."""
    alarms = "select metric, verdict from verdicts where alarm"
    assert ("sentiment", "worse") in ask(fell, alarms), "the same rows, where nothing was refused, are one"
    assert "worse" in digest(fell).markdown
    file = night(tmp_path, dense(130, spoilt=10, refused=True))
    assert ask(file, alarms) == []
    assert ask(file, "select count(*) from what_changed") == [(0,)]
    begin = TODAY - timedelta(days=10)
    assert ask(file, f"select distinct complete from daily_sentiment where day >= '{begin}'") == [(False,)]
    assert ask(file, "select distinct verdict from verdicts where day > '2026-04-25' and metric = 'sentiment'") == [
        ("incomplete day",)
    ]
    (gap,) = ask(file, f"select gap_from, gap_to, reason from coverage_gaps where gap_to >= '{begin}'")
    assert gap[:2] == (begin, TODAY - timedelta(days=1))
    assert "set aside in 90 rows: no id" in gap[2]
    said = page(file)
    assert "no id" in said
    assert "Nothing really changed" in said
    assert "Nothing really changed" not in page(fell)
    assert "cannot be said: none of them was judged" in digest(file).markdown
    assert "worse" not in digest(file).markdown


def test_scattered_old_rows_are_no_baseline_of_a_flood(tmp_path: Path) -> None:
    """Was: 134 empty days between eight old rows, and "usual are 0" where the real rows began."""
    old = [
        (f"old{n}", TODAY - timedelta(days=back), GOOD[0]) for n, back in enumerate((400, 300, 210, 160, 121, 77, 50))
    ]
    file = night(tmp_path, [*old, *dense(20)])
    first = TODAY - timedelta(days=20)
    whole = ask(file, "select min(day), max(day), count(*) from coverage_daily where complete")
    assert whole == [(first + timedelta(days=1), TODAY - timedelta(days=2), 18)]
    assert ask(file, "select day from verdicts where alarm") == []
    (reason,) = {row[0] for row in ask(file, f"select reason from coverage_gaps where gap_from < '{first}'")}
    assert '7 rows in 380 days cannot tell (covers = [".."] if the files lack nothing)' in reason
    said = page(file)
    assert "usual are 0" not in said
    assert "not known whether whole: " in said


def test_what_is_declared_wins(tmp_path: Path) -> None:
    few = [(f"n{n}", TODAY - timedelta(days=9 * n + 1), GOOD[0]) for n in range(12)]
    file = night(tmp_path, few, 'covers = [".."]\n')
    days = ask(file, "select count(*), min(day), max(day) from coverage_daily where complete")
    assert days == [(98, TODAY - timedelta(days=99), TODAY - timedelta(days=2))]


def test_until_when_a_file_brought_rows_is_said(tmp_path: Path, fell: Path) -> None:
    assert "with nothing after" not in page(fell)
    stale = night(tmp_path, [row for row in dense(60) if row[1] < TODAY - timedelta(days=3)])
    said = page(stale)
    assert (
        "Complete to Wed 29 Apr 2026. The request for posts answered the last time, with nothing after Thu 30 Apr 2026"
        in said
    )
    assert "brought all that was asked" not in said
    assert ask(stale, "select ends_early, last_complete_day from freshness") == [(True, date(2026, 4, 29))]
