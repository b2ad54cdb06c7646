"""Releases, and what changed with them, against the same numbers worked out in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from landing import DAY, HOUR, T0, named, published, put, row, span

from earful.warehouse import Store, open_store, register

NOON = T0 + 12 * HOUR
APP = {"channel": "app", "source": "app_store", "kind": "review"}
D0 = T0.date()


@pytest.fixture
def utc(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as opened:
        yield opened


def reviews(days: range, count: int, version: str | None, tag: str = "", **more: Any) -> list[dict[str, Any]]:
    return [
        row(f"{tag}{version}-{day}-{n}", NOON + day * DAY, **{"app_version": version, **APP, **more})
        for day in days
        for n in range(count)
    ]


def test_a_release_is_seen_and_typos_and_old_versions_are_not(utc: Store, tmp_path: Path) -> None:
    rows = (
        reviews(range(40), 3, "1.0")
        + reviews(range(20, 40), 4, "1.1")
        + reviews(range(5, 6), 2, "9.9", "typo")
        + reviews(range(30, 40), 1, "0.9", "old")
        + reviews(range(30, 40), 2, "unknown")
    )
    put(utc, *rows, window=span(0, 40), **{k: APP[k] for k in ("channel", "source")})
    found = published(utc, tmp_path, "from releases")
    assert [(r["release"], r["day"], r["kind"], r["channels"]) for r in found] == [
        ("1.1", D0 + timedelta(20), "version", ["app"])
    ], "1.0 was out when the reviews began: its day is not known"
    assert found[0]["posts"] == 4 * 14


@pytest.mark.parametrize(("day", "out"), [(33, False), (34, True)])
def test_a_release_is_named_by_one_in_twenty_of_its_fortnight(utc: Store, tmp_path: Path, day: int, out: bool) -> None:
    """The fourteenth day of it counts, the next does not; 5 of 101 is too few."""
    rows = (
        reviews(range(10), 1, "1.0")
        + reviews(range(20, 21), 5, "2.0")
        + reviews(range(day, day + 1), 96, "1.0", "many")
    )
    put(utc, *rows, window=span(0, 60), **{k: APP[k] for k in ("channel", "source")})
    found = published(utc, tmp_path, "from releases")
    assert [(r["release"], r["day"]) for r in found] == ([("2.0", D0 + timedelta(20))] if out else [])


def test_an_edited_review_names_the_version_of_its_edit(utc: Store, tmp_path: Path) -> None:
    rows = reviews(range(30), 3, "1.0") + reviews(range(20, 30), 3, "1.1")
    rows += reviews(range(10, 14), 3, "1.1", "edited", edited_at=NOON + 21 * DAY)
    put(utc, *rows, window=span(0, 30), channel="app", source="app_store")
    (found,) = published(utc, tmp_path, "from releases")
    assert (found["release"], found["day"]) == ("1.1", D0 + timedelta(20))
    assert found["posts"] == 3 * 10 + 3 * 4, "those of the fortnight, and the edited on the day of their edit"


def test_a_repair_of_the_old_line_is_a_release_where_it_takes_over(utc: Store, tmp_path: Path) -> None:
    rows = reviews(range(40), 3, "1.0") + reviews(range(10, 40), 1, "2.0", "beta") + reviews(range(20, 40), 6, "1.0.1")
    put(utc, *rows, window=span(0, 40), channel="app", source="app_store")
    found = published(utc, tmp_path, "select release, previous_day, next_day from releases order by day")
    assert [r["release"] for r in found] == ["2.0", "1.0.1"]
    assert (found[0]["previous_day"], found[0]["next_day"]) == (None, D0 + timedelta(20))


@pytest.mark.slow
def test_a_launch_of_the_configuration_takes_the_version_along(utc: Store, tmp_path: Path) -> None:
    put(
        utc,
        *reviews(range(40), 3, "1.0"),
        *reviews(range(22, 40), 3, "1.1"),
        window=span(0, 40),
        channel="app",
        source="app_store",
    )
    launches = [("orbit", date(2026, 3, 20), "Big one", "1.1"), ("orbit", date(2026, 4, 3), "New price", None)]
    register(utc, [("orbit", "Orbit", True)], [], launches=launches)
    found = published(utc, tmp_path, "select release, version, day, kind, channels from releases order by day")
    assert [tuple(r.values()) for r in found] == [
        ("Big one", "1.1", date(2026, 3, 20), "launch", ["app"]),
        ("New price", None, date(2026, 4, 3), "launch", []),
    ]
    register(utc, [("orbit", "Orbit", True)], [])
    assert [r["release"] for r in published(utc, tmp_path, "from releases")] == ["1.1"], "no launch any more"


def test_release_effect_is_welch_on_the_same_mix(utc: Store, tmp_path: Path) -> None:
    """Two markets that sound different, and whose shares turn around: the pooled mean moves, neither market does."""
    rng = np.random.default_rng(5)
    rows: list[dict[str, Any]] = []
    kept: dict[tuple[str, bool], list[float]] = {}
    for day in range(40):
        after = day >= 20
        for market, count, mean in (("de", 8 if after else 2, -0.3), ("us", 2 if after else 8, 0.4)):
            scores = np.clip(rng.normal(mean, 0.3, count), -1, 1).round(4)
            if 6 <= day < 34:
                kept.setdefault((market, after), []).extend(scores)
            rows += [
                row(
                    f"{market}{day}-{n}",
                    NOON + day * DAY,
                    float(c),
                    market=market,
                    app_version="1.1" if after else "1.0",
                    **APP,
                )
                for n, c in enumerate(scores)
            ]
    put(utc, *rows, window=span(0, 40), channel="app", source="app_store")
    (found,) = published(utc, tmp_path, "from release_effect where scope = 'product'")
    b, a = ({m: np.array(kept[m, side]) for m in ("de", "us")} for side in (False, True))
    n = {m: len(b[m]) + len(a[m]) for m in b}
    w = {m: n[m] / sum(n.values()) for m in n}

    def side(x: dict[str, Any]) -> tuple[float, float, float]:
        df = sum(len(v) - 1 for v in x.values())
        pooled = sum(((v - v.mean()) ** 2).sum() for v in x.values()) / df
        return sum(w[m] * x[m].mean() for m in x), pooled * sum(w[m] ** 2 / len(x[m]) for m in x), df

    (mb, vb, db), (ma, va, da) = side(b), side(a)
    assert (found["mean_before"], found["mean_after"]) == (pytest.approx(mb), pytest.approx(ma))
    assert (found["days_before"], found["days_after"], found["n_before"], found["n_after"]) == (14, 14, 140, 140)
    half = 1.9690 * np.sqrt(vb + va + 2 * 0.04**2 / 14)  # t at about 268 degrees of freedom
    assert (vb + va) ** 2 / (vb**2 / db + va**2 / da) == pytest.approx(268, abs=10)
    assert found["change_high"] - found["change"] == pytest.approx(half, rel=1e-3)
    assert found["verdict"] == "no real change"
    pooled = np.concatenate([*a.values()]).mean() - np.concatenate([*b.values()]).mean()
    assert pooled < -0.3, "what a plain mean would have shown"


def test_release_effect_by_topic_and_version_and_not_enough_posts(utc: Store, tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    rows = []
    for day in range(40):
        after = day >= 20
        for n in range(6):
            hit = after and n < 3
            c = float(np.clip(rng.normal(-0.6 if hit else 0.4, 0.2), -1, 1).round(4))
            topics = named(login=c) if n < 3 else named(ads=c) if day % 5 == 0 and n == 4 else []
            rows.append(
                row(f"{day}-{n}", NOON + day * DAY, c, app_version="1.1" if hit else "1.0", topics=topics, **APP)
            )
    put(utc, *rows, window=span(0, 40), channel="app", source="app_store")
    found = {(r["scope"], r["topic"]): r for r in published(utc, tmp_path, "from release_effect where release = '1.1'")}
    assert (
        found["topic", "login"]["verdict"]
        == found["version", ""]["verdict"]
        == found["product", ""]["verdict"]
        == "worse"
    )
    assert found["topic", "login"]["change"] == pytest.approx(-1.0, abs=0.15)
    assert found["product", ""]["change"] == pytest.approx(-0.5, abs=0.15)
    ads = found["topic", "ads"]
    assert (ads["verdict"], ads["change"], ads["mean_after"]) == ("not enough posts", None, None)
    assert ads["posts_after"] == 3


def test_no_more_than_28_days_a_side_are_compared_however_far_the_neighbours_are(utc: Store, tmp_path: Path) -> None:
    """Fewer than 14 days of a side are complete, so that the 28th is among them; the 29th is not."""
    middle, covered = 40, (11, 12, 13, 39, 40, 67, 68, 69)
    for day in covered:
        put(utc, *reviews(range(day, day + 1), 2, None), window=span(day, day + 1), channel="app", source="app_store")
    on = [D0 + timedelta(day) for day in (0, middle, 80)]
    register(utc, [("orbit", "Orbit", True)], [], launches=[("orbit", day, f"{day}", None) for day in on])
    found = published(utc, tmp_path, f"from release_effect where scope = 'product' and day = date '{on[1]}'")
    wanted = [D0 + timedelta(day) for day in covered if middle - 28 <= day < middle + 28]
    assert [(r["first_day"], r["last_day"], r["days_before"], r["days_after"]) for r in found] == [
        (wanted[0], wanted[-1], 3, 2)
    ]


def test_a_day_that_is_not_covered_is_not_compared(utc: Store, tmp_path: Path) -> None:
    rows = reviews(range(40), 4, None, compound=0.4) + reviews(range(20, 40), 4, "1.1", compound=0.4)
    rows += reviews(range(16, 20), 20, None, "half", compound=-0.9)
    put(utc, *rows, window=span(0, 40), channel="app", source="app_store")
    utc.con.execute("update coverage_daily set complete = false where day between '2026-03-18' and '2026-03-21'")
    utc.con.execute("update daily set complete = false where day between '2026-03-18' and '2026-03-21'")
    (found,) = published(utc, tmp_path, "from release_effect where scope = 'product'")
    assert (found["days_before"], found["mean_before"]) == (14, pytest.approx(0.4))
    assert found["first_day"] == D0 + timedelta(2), "further back, in place of the four"


def test_a_release_without_anything_around_it_has_its_row(utc: Store, tmp_path: Path) -> None:
    put(utc, *reviews(range(10), 3, "1.0"), window=span(0, 10), channel="app", source="app_store")
    register(utc, [("orbit", "Orbit", True)], [], launches=[("orbit", date(2030, 1, 1), "Some day", None)])
    (found,) = published(utc, tmp_path, "from release_effect")
    assert (found["release"], found["verdict"], found["n_after"], found["days_before"]) == (
        "Some day",
        "not enough posts",
        0,
        0,
    )


@pytest.mark.slow
def test_old_releases_are_listed_and_those_of_a_year_or_the_newest_are_compared(utc: Store, tmp_path: Path) -> None:
    register(
        utc,
        [("orbit", "Orbit", True), ("nova", "Nova", False)],
        [],
        launches=[("orbit", D0 + timedelta(20 * n), f"{n}", None) for n in range(40)]
        + [("nova", D0 + timedelta(n), f"{n}", None) for n in range(30)],
    )
    put(utc, row("first", NOON), row("last", NOON + 800 * DAY), window=span(0, 801), now=T0 + 802 * DAY)
    listed = published(utc, tmp_path, "select product, count(*) as n from releases group by product order by product")
    assert [r["n"] for r in listed] == [30, 40]
    found = published(
        utc, tmp_path, "select product, min(day) as day, count(*) as n from release_effect group by product"
    )
    compared = {r["product"]: (r["day"], r["n"]) for r in found}
    assert compared == {
        "nova": (D0 + timedelta(10), 20),  # all of them are old
        "orbit": (D0 + timedelta(400), 20),
    }
    register(
        utc,
        [("orbit", "Orbit", True)],
        [],
        launches=[("orbit", D0 + timedelta(700 + n), f"{n}", None) for n in range(40)],
    )
    assert len(published(utc, tmp_path, "from release_effect")) == 40, "all of the last year"
