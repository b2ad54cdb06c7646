"""A user's own CSV of reviews, end to end without Prefect: pulled, scored, landed, judged; every table and view answers."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from earful.flows.config.scorers import scorers, topics
from earful.flows.config.settings import load
from earful.flows.night.plan import nightly_jobs
from earful.flows.night.pull import RunContext
from earful.reports.digest import digest
from earful.reports.page import render
from earful.warehouse import Landing, land, open_store, publish, register, standing
from earful.warehouse.publishing.insights import TABLES

FIRST, RELEASE, TODAY = date(2026, 1, 5), date(2026, 4, 1), date(2026, 4, 5)
GOOD = [
    "I plan every meal of the week with it and the shopping list writes itself", "Great recipes, great photos",
    "Lovely design and so easy to use", "My kids choose dinner now, we are happy with it", "Support answered in an hour, kind people",
    "Good value for the yearly price", "Works well on my old tablet, fast and stable",
]  # fmt: skip
BAD = [
    "Too many ads between two recipes, annoying", "The price went up again, too expensive for me",
    "Search finds nothing useful", "It is slow on my phone, a bad experience", "The recipes are boring and the photos are ugly",
]  # fmt: skip
TROUBLE = [
    "Barcode scanner is broken since {v}, useless", "The scanner crashes the app every time, terrible",
    "Cannot scan a barcode any more, {v} is awful", "Scanner dead after the update, I am angry",
    "Crashes as soon as I open the barcode scanner. Horrible update {v}", "Worst update, scanner crashes and I lost my list",
]  # fmt: skip

CONFIG = """
time_zone = "Europe/Berlin"

[[products]]
slug = "spoon"
name = "Spoon"

[[products]]
slug = "fork"
name = "Fork"
own = false

[[channels]]
name = "reviews"
connector = "files"
paths = ["reviews-*.csv"]
source = "web_store"
kind = "review"
product_column = "App"
start = 2026-01-05
columns = { post_id = "Ref", created_at = "When", rating = "Stars", title = "Heading", text = "What they said", app_version = "Build", market = "Country", author = "User" }
time_format = "%d/%m/%Y %H:%M"
time_zone = "Europe/Berlin"

[[channels]]
name = "nps"
connector = "files"
preset = "nps"
paths = ["nps.csv"]
products = ["spoon"]
start = 2026-01-05

[[launches]]
product = "spoon"
day = 2026-03-02
name = "Spring campaign"
"""


def write_exports(folder: Path) -> None:
    """Two months' files of reviews as some shop exports them (semicolons, other names, a BOM), and a survey's."""
    rng = Random(11)
    (folder / "earful.toml").write_text(CONFIG)
    rows = []
    for n in range((TODAY - FIRST).days):
        day = FIRST + timedelta(days=n)
        for app in ("Spoon", "Fork"):
            for k in range(30):
                trouble = app == "Spoon" and day >= RELEASE and rng.random() < 0.6
                content = rng.random() < 0.7
                build = ("8.1" if day >= RELEASE else "8.0") if app == "Spoon" else "22"
                text = rng.choice(TROUBLE if trouble else GOOD if content else BAD).format(v=build)
                stars = 1 if trouble else rng.choice([4, 5]) if content else rng.choice([1, 2])
                rows.append([
                    f"{app[0]}{n:03d}{k:02d}", f"{day:%d/%m/%Y} {rng.randrange(8, 22):02d}:{rng.randrange(60):02d}", str(stars), "",
                    text, build, rng.choice(["DE", "AT"]), f"user{rng.randrange(5000)}", app,
                ])  # fmt: skip
    for month, part in (("a", rows[: len(rows) // 2]), ("b", rows[len(rows) // 2 :])):
        with (folder / f"reviews-{month}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["Ref", "When", "Stars", "Heading", "What they said", "Build", "Country", "User", "App"])
            writer.writerows(part)
    with (folder / "nps.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "score", "comment", "date"])
        for n in range((TODAY - FIRST).days):
            for k in range(4):
                day = FIRST + timedelta(days=n)
                score = rng.choice([0, 2, 9] if day >= RELEASE else [6, 8, 9, 10, 10])
                writer.writerow([f"n{n}-{k}", score, rng.choice(BAD if score < 7 else GOOD), f"{day}T10:00:00"])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    write_exports(folder)
    settings = load(folder / "earful.toml")
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
    settings.data.mkdir()
    (settings.data / "spool").mkdir()
    by_product = scorers(settings)
    run_context = RunContext(settings, by_product, settings.data / "spool")
    with open_store(settings.store, time_zone=settings.time_zone) as store:
        register(
            store,
            [(p.slug, p.name, p.own) for p in settings.products],
            [(c.name, c.source, c.connector) for c in settings.channels],
            topics(settings),
            [(x.product, x.day, x.name, x.version) for x in settings.launches],
        )
        for n, job in enumerate(nightly_jobs(settings, lambda c, p: standing(store, c, p, now), now)):
            pulled = run_context.pull(job, f"{n:05d}")
            for came in pulled.shares:
                land(
                    store,
                    Landing(
                        "run", job.channel, settings.channel(job.channel).source, came.product, came.window, came.coverage,
                        by_product[came.product].version, now, list(came.files), came.rejected, came.gone,
                    ),
                )  # fmt: skip
        return publish(store, settings.published, now=now).path


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(path, read_only=True) as con:
        return con.execute(sql).fetchall()


def test_every_table_and_view_answers(published: Path) -> None:
    names = ask(published, "select table_name from information_schema.tables order by all")
    empty = []
    for (name,) in names:
        if not ask(published, f'from "{name}"'):
            empty.append(name)
    told = {"daily_sentiment", "trend", "by_topic", "by_version", "by_market", "nps_daily", "verdicts", "what_changed"}
    assert set(empty) & {*TABLES, *told} == set(), "they have something to tell"


def test_the_release_is_found_and_explained(published: Path) -> None:
    assert ask(published, "select release, day, kind from releases where product = 'spoon' order by day") == [
        ("Spring campaign", date(2026, 3, 2), "launch"),
        ("8.1", RELEASE, "version"),
    ]
    effect = dict(
        ask(published, "select scope, verdict from release_effect where release = '8.1' and scope <> 'topic'")
    )
    assert effect == {"product": "worse", "version": "worse"}
    alarms = ask(published, "select product, day from verdicts where alarm and metric = 'sentiment'")
    assert [product for product, _ in alarms] == ["spoon"]
    assert alarms[0][1] in {RELEASE, RELEASE + timedelta(days=1)}
    words = ask(
        published,
        "select term from emerging_words where episode like 'spoon%' and direction = 'more' and \"rank\" <= 5",
    )
    told = {word for (term,) in words for word in str(term).split()}
    assert {"8.1", "scanner"} <= told
    topic = ask(published, "select topic_title from weakness_radar where product = 'spoon' and rank = 1")
    assert "rash" in str(topic)


def test_no_name_of_an_author_is_in_the_file(published: Path) -> None:
    assert b"user4" not in published.read_bytes()
    assert b"user1" not in published.read_bytes()


def test_the_score_agrees_with_the_stars_and_nps_with_social(published: Path) -> None:
    ((auc, warning),) = ask(published, "select auc, warning from calibration where \"against\" = 'stars'")
    assert auc > 0.9
    assert warning == ""
    ((n, score),) = ask(published, "select nps_count, len(distribution) from nps_summary")
    assert (n, score) == (28 * 4, 11)


def test_page_and_digest_are_made_from_it(published: Path) -> None:
    assert "Spoon" in render(published)
    made = digest(published)
    assert "Spoon 8.1, 1 Apr 2026: worse" in made.markdown
