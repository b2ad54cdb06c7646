"""Play Console exports: the recorded ones against the csv module, and what newer or odder exports have."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, Pulled, channel, pull, span
from one_product import checked
from recordings import recording

from earful.connectors.base import Product, Window
from earful.connectors.errors import Fatal
from earful.connectors.files.report.spans import Span, month_span

KIWIX = Product("kiwix", "Kiwix", ids={"google_play": ("org.kiwix.kiwixmobile",)})
MONTHS = ("201606", "201607", "201608")
SUBMIT, UPDATE = "Review Submit Millis Since Epoch", "Review Last Update Millis Since Epoch"


def recorded_rows() -> list[dict[str, str]]:
    """The three exports as the csv module reads them."""
    rows = []
    for month in MONTHS:
        path = recording(f"google_play_console/reviews_org.kiwix.kiwixmobile_{month}.csv")
        rows += list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-16"), newline="")))
    return rows


def recorded(window: Window | None = None) -> Pulled:
    folder = recording("google_play_console")
    connector = channel(folder, "reviews_*.csv", preset="play_console")
    return pull(connector, KIWIX, window or span("2010-01-01", "2016-09-01"))


def when(millis: str) -> datetime:
    return datetime.fromtimestamp(int(millis) / 1000, UTC)


def test_every_recorded_row_comes_with_all_that_it_says() -> None:
    rows, got = recorded_rows(), recorded()
    assert got.rejected == ()
    expected = Counter(
        (
            when(r[SUBMIT]),
            when(r[UPDATE]) if r[UPDATE] != r[SUBMIT] else None,
            int(r["Star Rating"]),
            r["Reviewer Language"],
            r["Reviewer Language"],
            r["App Version Name"] or r["App Version Code"] or None,
            int(bool(r["Developer Reply Text"])),
            hashlib.sha256((r["Review Title"] + "\t" + r["Review Text"]).encode()).hexdigest(),
        )
        for r in rows
    )
    names = ("created_at", "edited_at", "rating", "market", "language_hint", "app_version", "reply_count")
    texts = [
        hashlib.sha256(f"{a}\t{b}".encode()).hexdigest()
        for a, b in zip(got.column("title"), got.column("text"), strict=True)
    ]
    found = Counter(zip(*(got.column(name) for name in names), texts, strict=True))
    same = found == expected  # not in the assertion: it would print the rows
    assert same, f"{sum((expected - found).values())} rows of {len(rows)} differ"
    assert set(got.column("source")) == {"google_play"}
    assert set(got.column("kind")) == {"review"}
    assert got.column("author") == [None] * len(rows)


def test_the_numbers_of_the_recorded_exports() -> None:
    rows, got = recorded_rows(), recorded()
    stars_only = [r for r in rows if not r["Review Link"]]
    assert len(rows) == len(got.posts) == 972
    made = [i for i in got.column("post_id") if i.startswith("stars-")]
    assert len(stars_only) == len(made) == 547
    # The same row of stars in another month's export: same app, same submission, same device.
    keys = Counter((r["Package Name"], r[SUBMIT], r["Device"]) for r in stars_only)
    assert len(set(made)) == len(keys) == 544
    links = Counter(i for r in rows for i in re.findall(r"reviewid=([^&]+)", r["Review Link"]))
    assert len(rows) - len(stars_only) == sum(links.values()) == 425
    ids = Counter(got.column("post_id"))
    same = links == Counter({i: n for i, n in ids.items() if not i.startswith("stars-")})
    assert same
    assert sum(n > 1 for n in ids.values()) == 5


def test_recurring_rows_are_versions_that_the_newest_wins() -> None:
    posts = recorded().posts
    for _, versions in posts[posts.duplicated("post_id", keep=False)].groupby("post_id"):
        assert versions["created_at"].nunique() == 1
        changed = versions["edited_at"].fillna(versions["created_at"])
        assert changed.nunique() == len(versions)


def test_a_window_gets_what_was_created_or_edited_in_it() -> None:
    july = span("2016-07-01", "2016-08-01")
    got = recorded(july)
    expected = sum(july.holds(when(r[SUBMIT]), when(r[UPDATE])) for r in recorded_rows())
    assert len(got.posts) == expected > 324  # the rows of the month's own export, and those edited after it
    assert (got.coverage.reached, got.coverage.until, got.coverage.capped) == (july.start, july.end, False)


def test_windows_add_up_to_the_whole() -> None:
    parts: Counter[Any] = Counter()
    for a, b in (("2010-01-01", "2016-06-10"), ("2016-07-20", "2016-09-01"), ("2016-06-10", "2016-07-20")):
        got = recorded(span(a, b))
        parts |= Counter(zip(got.column("post_id"), got.column("edited_at"), strict=True))
    whole = recorded()
    same = parts == Counter(zip(whole.column("post_id"), whole.column("edited_at"), strict=True))
    assert same


def test_coverage_is_the_months_of_the_names() -> None:
    got = recorded(span("2016-01-01", "2016-12-01")).coverage
    assert (got.reached, got.until) == (datetime(2016, 6, 1, tzinfo=UTC), datetime(2016, 9, 1, tzinfo=UTC))
    assert got.capped
    assert "utf-16" in got.note
    later = recorded(span("2016-10-01", "2016-11-01")).coverage
    assert later.reached is None
    assert "2016-06-01 to 2016-09-01" in later.note


def test_check_says_what_is_there() -> None:
    health = checked(channel(recording("google_play_console"), "*.csv", preset="play_console"), KIWIX)
    assert health.ok
    assert health.says == "3 files (csv, utf-16 (by its mark)): 972 rows of kiwix, 2016-06-01 to 2016-08-31"
    assert health.reaches_back == "2016-06-01"


HEADER = "Package Name,App Version Code,Reviewer Language,Device," + ",".join(
    ("Review Submit Date and Time", SUBMIT, "Review Last Update Date and Time", UPDATE, "Star Rating", "Review Text")
)


def export(
    root: Path, month: str, *rows: str, package: str = "com.acme", header: str = HEADER + ",Review Link"
) -> Path:
    path = root / f"reviews_{package}_{month}.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-16")
    return path


def row(
    moment: str,
    *,
    edited: str = "",
    stars: int = 4,
    text: str = "",
    link: str = "",
    app: str = "com.acme",
    dev: str = "p",
) -> str:
    at, changed = (datetime.fromisoformat(f"{t}T10:00:00+00:00") for t in (moment, edited or moment))
    cells = [app, "31", "de", dev]
    for t in (at, changed):
        cells += [t.strftime("%Y-%m-%dT%H:%M:%SZ"), str(int(t.timestamp()) * 1000)]
    return ",".join([*cells, str(stars), text, link])


def test_an_edited_row_of_stars_keeps_its_id_and_another_device_has_another(tmp_path: Path) -> None:
    export(tmp_path, "202401", row("2024-01-05"), row("2024-01-05", dev="q"))
    export(tmp_path, "202402", row("2024-01-05", edited="2024-02-03", stars=1))
    got = pull(channel(tmp_path, "*.csv", preset="play_console"))
    first, other, later = got.column("post_id")
    assert first == later != other
    assert got.column("rating") == [4, 4, 1]
    assert got.column("app_version") == ["31"] * 3  # no column for the version's name: its code


@pytest.mark.parametrize(
    ("link", "post_id"),
    [
        ("https://play.google.com/apps/publish?account=1#ReviewDetailsPlace:p=com.acme&reviewid=gp:AbC-1", "gp:AbC-1"),
        ("https://play.google.com/console/x/user-feedback/review-details?reviewId=gp%3AAbC-1&corpus=P", "gp:AbC-1"),
        ("http://market.android.com/publish?reviewId=6e2c7f0a-9d3b-4a67-b6a5", "6e2c7f0a-9d3b-4a67-b6a5"),
    ],
)
def test_the_id_in_old_and_new_links(tmp_path: Path, link: str, post_id: str) -> None:
    export(tmp_path, "202401", row("2024-01-05", text="fine", link=link))
    got = pull(channel(tmp_path, "*.csv", preset="play_console"))
    assert got.column("post_id") == [post_id]
    assert got.column("url") == [link]


def test_columns_that_may_be_absent(tmp_path: Path) -> None:
    header = f"Package Name,{SUBMIT},Star Rating,Something New"
    export(tmp_path, "202401", "com.acme,1704448800000,5,x", header=header)
    got = pull(channel(tmp_path, "*.csv", preset="play_console"))
    assert got.column("created_at") == [datetime(2024, 1, 5, 10, tzinfo=UTC)]
    assert got.column("reply_count") == [0]
    assert got.column("edited_at") == [None]


def test_a_column_that_may_not_be_absent(tmp_path: Path) -> None:
    export(tmp_path, "202401", "com.acme,5", header="Package Name,Stars")
    with pytest.raises(Fatal, match=r"^reviews_com.acme_202401.csv: has no column .*Submit.*found: 'Package Name', 'S"):
        pull(channel(tmp_path, "*.csv", preset="play_console"))


def test_rows_of_other_apps_are_not_the_products(tmp_path: Path) -> None:
    export(
        tmp_path,
        "202401",
        row("2024-01-05"),
        row("2024-01-06", app="com.other", stars=9),
        row("2024-01-07", app="COM.ACME"),
    )
    got = pull(channel(tmp_path, "*.csv", preset="play_console"))
    assert len(got.posts) == 2
    assert got.rejected == ()


def test_a_product_without_a_package(tmp_path: Path) -> None:
    export(tmp_path, "202401", row("2024-01-05"))
    connector = channel(tmp_path, "*.csv", preset="play_console")
    bare = Product("bare", "Bare")
    with pytest.raises(Fatal, match="product bare: has no id 'google_play'"):
        pull(connector, bare)
    assert checked(connector, bare).ok is False


def test_a_missing_month_is_a_gap(tmp_path: Path) -> None:
    for month in ("202401", "202402", "202404"):
        export(tmp_path, month, row(f"{month[:4]}-{month[4:]}-05"))
    connector = channel(tmp_path, "*.csv", preset="play_console")
    got = pull(connector, window=span("2024-01-01", "2024-06-01")).coverage
    first, *_, last = (datetime(2024, month, 1, tzinfo=UTC) for month in range(1, 6))
    assert (got.reached, got.until) == (first, last)
    assert got.missing == (Window(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)),)
    assert not got.capped
    assert "gap 2024-03-01 to 2024-04-01" in got.note
    before = pull(connector, window=span("2024-01-10", "2024-03-10")).coverage
    assert (before.reached, before.until) == (datetime(2024, 1, 10, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))


def test_an_empty_month_is_covered_and_a_month_under_way_only_to_its_newest_row(tmp_path: Path) -> None:
    export(tmp_path, "202401")
    under_way = export(tmp_path, "202402", row("2024-02-03"), row("2024-02-05"))
    stamp = datetime(2024, 2, 9, tzinfo=UTC).timestamp()
    os.utime(under_way, (stamp, stamp))
    got = pull(channel(tmp_path, "*.csv", preset="play_console"), window=span("2024-01-01", "2024-02-20")).coverage
    assert got.reached == datetime(2024, 1, 1, tzinfo=UTC)
    assert got.until == datetime(2024, 2, 5, 10, 0, 0, 1, tzinfo=UTC)


def test_a_product_of_two_apps_is_covered_while_both_are(tmp_path: Path) -> None:
    both = Product("acme", "Acme", ids={"google_play": ("com.acme", "com.acme.pro")})
    for month in ("202401", "202402"):
        export(tmp_path, month, row(f"{month[:4]}-{month[4:]}-05"))
    export(tmp_path, "202402", row("2024-02-06", app="com.acme.pro"), package="com.acme.pro")
    got = pull(channel(tmp_path, "*.csv", preset="play_console"), both, span("2024-01-01", "2024-06-01"))
    assert len(got.posts) == 3
    assert (got.coverage.reached, got.coverage.until) == (
        datetime(2024, 2, 1, tzinfo=UTC),
        datetime(2024, 3, 1, tzinfo=UTC),
    )


def test_a_renamed_export_covers_its_rows_of_updates(tmp_path: Path) -> None:
    edits = [row(f"2024-01-0{day}", text=f"text {day}") for day in range(4, 10)]
    path = export(tmp_path, "202401", row("2014-05-05", edited="2024-01-03"), *edits)
    path.rename(tmp_path / "mine.csv")
    got = pull(channel(tmp_path, "mine.csv", preset="play_console"), ACME, span("2014-01-01", "2024-06-01"))
    assert len(got.posts) == 7
    assert got.coverage.reached == datetime(2024, 1, 3, 10, tzinfo=UTC)  # not the year in which the edited one was new


def test_a_month_is_over_at_its_last_moment_and_not_before() -> None:
    first, end, last = (datetime(2026, *at, tzinfo=UTC) for at in ((2, 1), (3, 1), (2, 27)))
    tick = timedelta(microseconds=1)
    assert month_span("202602", end, last) == Span(first, end)
    assert month_span("202602", end, None) == Span(first, end), "a month without a review is covered once it is over"
    assert month_span("202602", end - tick, last) == Span(first, last + tick)
    assert month_span("202602", end - tick, first) == Span(first, first + tick)
    assert [month_span("202602", end - tick, row) for row in (None, end, first - tick)] == [None] * 3
