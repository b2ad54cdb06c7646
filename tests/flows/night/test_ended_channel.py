"""A channel with an ``end``: a one-off export beside a living one, night by night without Prefect, as a user sees it."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from earful.flows.cli.commands.start.check import check_all
from earful.flows.config.scorers import scorers
from earful.flows.config.settings import load, parse
from earful.flows.errors import UserError
from earful.flows.night.configured import note_configured
from earful.flows.night.gaps import gap_jobs, read_gaps
from earful.flows.night.plan import Job, backfill_jobs, nightly_jobs
from earful.flows.night.pull import RunContext
from earful.reports.page import render
from earful.warehouse import Landing, land, land_failure, open_store, publish, standing

FIRST, END = date(2026, 7, 1), date(2026, 9, 30)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shop:
    """A folder with an export that stops at END, and a living channel whose file has a row for every day."""

    folder: Path

    def configure(self, *, end: date | None, covers_to: date, start: str = "start = 2026-07-01") -> None:
        last = f"end = {end}" if end else ""
        living = "\n".join(
            f'{{"post_id": "l{n}-{k}", "created_at": "{FIRST + n * DAY}T1{k}:00:00", "text": "it works well"}}'
            for n in range(150)
            for k in range(4)
        )
        (self.folder / "living.jsonl").write_text(living)
        (self.folder / "earful.toml").write_text(f"""
time_zone = "Europe/Berlin"
[[products]]
slug = "spoon"
name = "Spoon"
[[channels]]
name = "export"
connector = "files"
paths = ["export.csv"]
{start}
{last}
covers_from = 2026-07-01
covers_to = {covers_to}
time_zone = "Europe/Berlin"
[[channels]]
name = "living"
connector = "files"
paths = ["living.jsonl"]
start = 2026-07-01
covers_from = 2026-06-01
covers_to = 2026-12-31
""")

    def export(self) -> None:
        with (self.folder / "export.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["post_id", "created_at", "text"])
            for n in range((END - FIRST).days + 1):
                writer.writerows([f"e{n}-{k}", f"{FIRST + n * DAY}T0{k}:30:00", "nice app but slow"] for k in range(9))

    def night(self, day: date, *, failing: str = "") -> list[Job]:
        """One night at 4 o'clock UTC of ``day``, published; what it asked for."""
        settings = load(self.folder / "earful.toml")
        now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        (settings.data / "spool").mkdir(parents=True, exist_ok=True)
        by_product = scorers(settings)
        run_context = RunContext(settings, by_product, settings.data / "spool")
        with open_store(settings.store, time_zone=settings.time_zone) as store:
            note_configured(store, settings, now)
            jobs = nightly_jobs(settings, lambda c, p: standing(store, c, p, now), now)
            for n, job in enumerate(jobs):
                source = settings.channel(job.channel).source
                if job.channel == failing:
                    for share in job.shares:
                        land_failure(
                            store, run_id=str(day), channel=job.channel, source=source, product=share.product,
                            window=share.window, error="files: it is gone", now=now,
                        )  # fmt: skip
                    continue
                for came in run_context.pull(job, f"{day}-{n}").shares:
                    land(
                        store,
                        Landing(
                            str(day), job.channel, source, came.product, came.window, came.coverage,
                            by_product[came.product].version, now, list(came.files), came.rejected, came.gone,
                        ),
                    )  # fmt: skip
            publish(store, settings.published, now=now)
        return jobs

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "earful-data" / "earful.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()

    def incomplete(self) -> list[tuple[Any, ...]]:
        """First, last and number of the incomplete days, today apart, which is not over."""
        return self.ask(
            "select min(day), max(day), count(*) from completeness"
            " where not complete and day < (select max(day) from completeness) having count(*) > 0"
        )

    def gaps(self) -> list[tuple[Any, ...]]:
        return self.ask("select channel, gap_from, gap_to, fetchable, command is null from coverage_gaps")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.chdir(tmp_path)
    made = Shop(tmp_path)
    made.export()
    return made


def channels_of(jobs: list[Job]) -> set[str]:
    return {job.channel for job in jobs}


@pytest.mark.slow
def test_an_export_with_an_end_holds_up_no_later_day(shop: Shop) -> None:
    shop.configure(end=END, covers_to=END)
    (export,) = (job for job in shop.night(date(2026, 10, 20)) if job.channel == "export")
    assert export.window.end == datetime(2026, 9, 30, 22, tzinfo=UTC), "midnight after the last day in Berlin"
    assert (shop.incomplete(), shop.gaps()) == ([], [])
    assert channels_of(shop.night(date(2026, 10, 21))) == {"living"}, "asked no more"
    assert (shop.incomplete(), shop.gaps()) == ([], [])
    last = "select channels, channels_complete from completeness where day = date '2026-{}'"
    assert shop.ask(last.format("09-30")) == [(2, 2)]
    assert shop.ask(last.format("10-01")) == [(1, 1)]
    assert shop.ask("select last_complete_day, ended_on from freshness where channel = 'export'") == [(END, END)]
    page = render(shop.folder / "earful-data" / "earful.duckdb")
    assert "ended 30 Sep 2026" in page
    assert "Complete to <b>Tue 20 Oct 2026</b>" in page


@pytest.mark.slow
def test_an_end_that_is_set_later_takes_back_what_the_days_after_it_were_said_to_lack(shop: Shop) -> None:
    shop.configure(end=None, covers_to=END)
    shop.night(date(2026, 10, 10))
    shop.night(date(2026, 10, 14), failing="export")
    after = END + DAY
    assert shop.incomplete() == [(after, date(2026, 10, 13), 13)]
    assert {(gap[1], gap[0]) for gap in shop.gaps()} >= {(after, "export")}
    without = shop.ask("from daily order by all"), shop.ask("select asked_from, asked_to, reached, until from coverage")

    shop.configure(end=END, covers_to=END)
    assert channels_of(shop.night(date(2026, 10, 15))) == {"living"}
    assert (shop.incomplete(), shop.gaps()) == ([], [])
    assert shop.ask("select count(*) from coverage_daily where channel = 'export' and day > date '2026-09-30'") == [
        (0,)
    ]
    asked = shop.ask("select asked_from, asked_to, reached, until from coverage where run_id < '2026-10-15'")
    assert sorted(asked, key=str) == sorted(without[1], key=str), "what was asked and came stays as it was"

    shop.configure(end=None, covers_to=END)  # and back: nothing was forgotten
    shop.night(date(2026, 10, 15))
    assert shop.incomplete() == [(after, date(2026, 10, 14), 14)]


@pytest.mark.slow
def test_posts_after_the_end_stay_and_the_aggregates_are_those_of_a_store_that_had_the_end_from_the_beginning(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    everything = "select * exclude (updated_at) from daily order by all"
    shop.configure(end=None, covers_to=END)
    shop.night(date(2026, 10, 5))
    shop.configure(end=date(2026, 8, 31), covers_to=END)
    shop.night(date(2026, 10, 6))
    assert shop.ask(
        "select count(*), bool_or(complete) from daily where channel = 'export' and day > date '2026-08-31'"
    ) == [(30, False)]
    assert (shop.incomplete(), shop.gaps()) == ([], [])
    late = shop.ask(
        "select * exclude (updated_at) from daily where not (channel = 'export' and day > date '2026-08-31') order by all"
    )
    other = Shop(tmp_path_factory.mktemp("other"))
    other.export()
    other.configure(end=date(2026, 8, 31), covers_to=END)
    other.night(date(2026, 10, 6))
    assert other.ask(everything) == late


@pytest.mark.slow
def test_a_channel_that_has_ended_is_not_silent(shop: Shop) -> None:
    silent = "select count(*) > 0 from verdicts where verdict = 'silent' and channel = 'export'"
    shop.configure(end=None, covers_to=date(2026, 10, 31))  # it says that nothing was written in October
    for day in (20, 21, 22):  # empty days are believed when two later looks brought the same
        shop.night(date(2026, 10, day))
    assert shop.ask(silent) == [(True,)]
    shop.configure(end=END, covers_to=date(2026, 10, 31))
    shop.night(date(2026, 10, 23))
    assert shop.ask(silent) == [(False,)]
    assert shop.ask("select count(*) from verdicts where channel = 'export' and day > date '2026-09-30'") == [(0,)]
    assert shop.ask("select count(*) > 50 from verdicts where channel = 'export'") == [(True,)]
    assert shop.ask("select count(*) from what_changed where channel = 'export' and verdict = 'silent'") == [(0,)]


@pytest.mark.slow
def test_what_never_came_is_asked_for_after_the_end_too(shop: Shop) -> None:
    """The days before the end of an export that is put there late; without a start it goes back from its end."""
    shop.configure(end=END, covers_to=END, start="days = 92")
    (export,) = (job for job in shop.night(date(2026, 11, 20), failing="export") if job.channel == "export")
    assert export.window.start == datetime(2026, 6, 29, 22, tzinfo=UTC)
    assert channels_of(shop.night(date(2026, 11, 21))) == {"living", "export"}
    assert channels_of(shop.night(date(2026, 11, 22))) == {"living"}
    assert shop.ask("select count(*) from daily where channel = 'export'") == [(92,)]


@pytest.mark.slow
def test_backfills_ask_for_no_day_after_the_end(shop: Shop) -> None:
    shop.configure(end=None, covers_to=END)
    shop.night(date(2026, 10, 10))
    shop.configure(end=END, covers_to=END)
    settings, now = load(shop.folder / "earful.toml"), datetime(2026, 10, 11, tzinfo=UTC)
    assert gap_jobs(settings, read_gaps(settings.published), now) == [], "the file is of before the end was set"
    jobs = backfill_jobs(settings, date(2026, 9, 29), date(2026, 10, 5), now)
    assert {(j.channel, j.window.end.day) for j in jobs} == {("export", 30), ("living", 5)}
    with pytest.raises(
        UserError, match=r"^the first day \(--from\), 2026-10-02, is after the end .*export ended 2026-09-30.*$"
    ):
        backfill_jobs(settings, date(2026, 10, 2), date(2026, 10, 5), now, channels=["export"])


@pytest.mark.slow
def test_check_says_that_it_ended(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    def says() -> dict[str, tuple[bool, str]]:
        check_all(shop.folder / "earful.toml", json=True)
        return {a["channel"]: (a["ok"], a["says"]) for a in json.loads(capsys.readouterr().out)["channels"]}

    shop.configure(end=date(2025, 10, 31), covers_to=END, start="start = 2025-07-01")
    ok, said = says()["export"]
    assert ok
    assert said.startswith("ended 2025-10-31, nothing of it has landed yet: 1 file")
    shop.configure(end=END, covers_to=END)
    shop.night(date(2026, 10, 10))
    (shop.folder / "export.csv").unlink()
    assert says()["export"] == (True, "ended 2026-09-30"), "its files may be put away then"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"start": date(2026, 2, 1), "end": date(2026, 1, 31)},
            "found 2026-01-31; allowed: 2026-02-01 (its start) or later",
        ),
        ({"end": "31.10.2025"}, "channels[0].end: found '31.10.2025'; allowed: a day such as 2026-01-31"),
        ({"ends": date(2026, 1, 31)}, "channels[0].ends: unknown key; did you mean end?"),
    ],
)
def test_a_wrong_end_is_said_in_one_line(keys: dict[str, Any], said: str) -> None:
    raw = {"products": [{"slug": "a", "name": "A"}], "channels": [{"name": "s", "connector": "sample", **keys}]}
    with pytest.raises(UserError) as caught:
        parse(raw, Path("earful.toml"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "channels[0]" in str(caught.value)


def test_the_calendars_last_day_is_no_end() -> None:
    raw = {
        "products": [{"slug": "a", "name": "A"}],
        "channels": [{"name": "s", "connector": "sample", "end": date.max, "start": date(2026, 1, 1)}],
    }
    settings, now = parse(raw, Path("earful.toml")), datetime(2026, 1, 3, tzinfo=UTC)
    assert settings.until(settings.channels[0], now) == now
