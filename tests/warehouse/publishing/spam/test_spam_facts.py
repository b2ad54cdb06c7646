"""The flag is a fact of the store: the same in any order and pieces, kept when words go, gone with its post."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from landing import DAY, NOW, T0, landing, put, row, rows_of, span
from page_reader import PageReader
from waves import ON, flagged, numbers, posts_of

from earful.reports import wording
from earful.reports.digest import digest
from earful.reports.page import render
from earful.warehouse import Posts, Store, apply_retention, erase, land, open_store, publish, query
from earful.warehouse.publishing import near_copies, spam

KEPT = ("posts", "daily_spam", "daily_version_spam", "daily_topic_spam", "daily_robust")


def judge(store: Store) -> None:
    near_copies.refresh(store, "plain")
    spam.refresh(store)


def orbit() -> list[dict[str, Any]]:
    return posts_of("orbit", numbers)


@pytest.fixture(scope="module")
def flagged_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the wave is flagged, to copy."""
    path = tmp_path_factory.mktemp("flagged") / "store.duckdb"
    with open_store(path, time_zone="UTC") as store:
        put(store, *orbit(), window=span(0, ON + 2))
        judge(store)
    return path


@pytest.fixture
def store(flagged_store: Path, tmp_path: Path) -> Any:
    path = tmp_path / "store.duckdb"
    path.write_bytes(flagged_store.read_bytes())
    with open_store(path, time_zone="UTC") as opened:
        yield opened


def test_any_order_and_any_pieces_give_the_same_bits(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [rows_of(store, name) for name in KEPT]
    monkeypatch.setattr(near_copies, "POSTS", 60)
    with open_store(tmp_path / "other.duckdb", time_zone="UTC") as other:
        wave, own = [r for r in orbit() if "-w" in r["post_id"]], [r for r in orbit() if "-o" in r["post_id"]]
        put(other, *wave[:9], window=span(0, ON + 2))
        judge(other)
        assert flagged(other, "orbit").keys() == {r["post_id"] for r in wave[:9]}, "brazen enough without any history"
        for piece in (own[150:] + wave[9:], own[:150]):
            put(other, *piece, window=span(0, ON + 2))
            judge(other)
        assert [rows_of(other, name) for name in KEPT] == expected


def test_a_kill_between_pairs_and_flags_loses_nothing(store: Store, tmp_path: Path) -> None:
    expected = [rows_of(store, name) for name in KEPT]
    with open_store(tmp_path / "other.duckdb", time_zone="UTC") as other:
        put(other, *orbit(), window=span(0, ON + 2))
        near_copies.refresh(other, "plain")
        assert flagged(other, "orbit") == {}
        judge(other)
        assert [rows_of(other, name) for name in KEPT] == expected


def test_a_flag_outlives_its_words_and_goes_with_other_words(store: Store) -> None:
    before = flagged(store, "orbit")
    apply_retention(store, {"reddit": 0}, NOW + DAY)
    wave = [r for r in orbit() if "-w" in r["post_id"]]
    put(store, *({**r, "likes": 7} for r in wave), window=span(ON, ON + 2), now=NOW + DAY)
    judge(store)
    assert flagged(store, "orbit") == before
    assert len(before) == len(wave)
    edited = {**wave[0], "text": "The calendar view is fine again, thanks", "edited_at": T0 + (ON + 1) * DAY}
    put(store, edited, window=span(ON, ON + 2), now=NOW + DAY)
    judge(store)
    assert before.keys() - flagged(store, "orbit").keys() == {wave[0]["post_id"]}


def test_what_is_forgotten_takes_its_flag_and_sums_along(store: Store) -> None:
    total = "select cast(sum(posts) as bigint) from daily_spam"
    before = store.con.execute(total).fetchall()[0][0]
    gone = sorted(flagged(store, "orbit"))[:2]
    erase(store, Posts("rd", tuple(gone)), kind="posts", why="asked for", now=NOW)
    judge(store)
    assert store.con.execute(total).fetchall() == [(before - 2,)]
    assert not set(gone) & flagged(store, "orbit").keys()


def test_another_scorer_changes_the_sums_not_the_flags(store: Store) -> None:
    before = flagged(store, "orbit")
    land(store, landing([{**r, "compound": -0.5} for r in orbit()], window=span(0, ON + 2), scorer_version="v2"))
    judge(store)
    assert flagged(store, "orbit") == before
    sums = store.con.execute("select sum(compound_sum), sum(negative), sum(posts) from daily_spam").fetchall()
    assert sums == [(-0.5 * len(before), len(before), len(before))]


def test_the_wave_is_published_and_told_without_a_number(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "earful.duckdb"
    publish(store, file, now=T0 + (ON + 3) * DAY)
    answer = query(file, "from spam_episodes")
    assert len(answer.rows) == 1
    wave: Any = dict(zip(answer.columns, answer.rows[0], strict=True))
    first = date(2026, 3, 2) + timedelta(ON)
    assert (wave["kind"], wave["channel"], wave["first_day"], wave["last_day"]) == (
        "spam?",
        "rd",
        first,
        first + timedelta(1),
    )
    assert (wave["posts"], wave["posts_of_days"]) == (20, 32)
    assert wave["mean_compound"] > wave["mean_without"] + 0.4
    assert wave["effect"] == pytest.approx(wave["mean_compound"] - wave["mean_without"])
    assert wave["example"].startswith("How do I reach Vantora")
    assert not any(mark.isdigit() or mark in "[]*" for mark in wave["example"])
    assert wording.spam_wave(wave) == (
        "a wave of advertising (20 posts, 4 Apr 2026 to 5 Apr 2026: 62% of the channel's posts of these days)."
        f" Without it the mean is {wording.signed(wave['mean_without'])}, with it {wording.signed(wave['mean_compound'])}."
    )
    days: Any = query(file, f"select mean_compound, robust_mean from robust_daily where day >= '{first}'").rows
    assert all(robust < mean - 0.3 for mean, robust in days)
    assert query(file, f"select sum(posts) from daily where day >= '{first}'").rows == ((32,),)
    assert query(file, "select count(*), count(spam) from posts").rows == ((32 + 6 * ON, 20),)
    said = wording.spam_wave(wave)
    week, page = digest(file), PageReader(render(file)).text
    assert f"rd: {said}" in week.markdown
    assert said in week.html.replace("&#39;", "'")
    assert f"rd: {said} One begins: {wave['example']}" in page
    assert "Vantora" not in week.markdown + week.html


def test_a_quiet_store_holds_no_sums_of_spam(tmp_path: Path) -> None:
    with open_store(tmp_path / "quiet.duckdb", time_zone="UTC") as quiet:
        put(quiet, row("a", T0))
        judge(quiet)
        assert [rows_of(quiet, name) for name in KEPT[1:4]] == [[], [], []]
        assert quiet.con.execute("select * from spam_due").fetchall() == []


@pytest.mark.parametrize(
    ("mean", "without", "said"),
    [
        (None, None, "None of these days' posts has a score."),
        (0.5, None, "No other post of these days has a score; with it"),
    ],
)
def test_a_wave_without_scores_says_so(mean: float | None, without: float | None, said: str) -> None:
    day = date(2026, 3, 2)
    wave = {"first_day": day, "last_day": day, "posts": 5, "share": 1.0, "mean_compound": mean, "mean_without": without}
    assert said in wording.spam_wave({**wave, "reason": "author"})
    assert wording.spam_wave({**wave, "reason": "author"}).startswith(
        "a burst of alike posts by one author (5 posts, 2 Mar 2026:"
    )
