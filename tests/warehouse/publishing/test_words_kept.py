"""The terms of a window are found once, by either way of counting, and are those of a store that never kept any."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from landing import DAY, HOUR, NOW, T0, landing, put, row, span

from earful.warehouse import Store, apply_retention, land, open_store, publish, statements
from earful.warehouse.privacy.erase import Authors, Posts, erase, unname
from earful.warehouse.privacy.rewrite import rewrite
from earful.warehouse.publishing import words
from earful.warehouse.publishing.letters import kinds, texts

NOON = T0 + 12 * HOUR
#: What people write: apostrophes, links, versions, capitals, other scripts, marks, nothing.
PIECES = (
    "Can't log in", "I can’t LOG IN", "since 4.2.0beta", "v4.2", "12345", "see https://spam.example/x?y=1,ok", "foohttp://a b",
    "http://", "me@example.org.", "@", "a@", "Ünïcode ÉCLAIR größer", "привет мир", "データ が 消えた", "it's.its,it",
    "crash!!crash", "3.5.7.9.", "1.", "don't5", "rock'n'roll", "'quoted'", "line\nbreak", "tab\there", "🙂crash🙂", "x٣", "ⅷ²",
    "payment (failed)", "payment:failed", "", " ", "\u00a0no break", "the app is slow", "re-login", "a\u0301ccent",
)  # fmt: skip


def texts_of(draw: Random) -> str:
    return draw.choice((" ", "", "\n", ". ")).join(draw.choices(PIECES, k=draw.randrange(7)))


def fill(store: Store, draw: Random, days: int = 70) -> None:
    posts = [
        row(
            f"p{n}",
            NOON + (n % days) * DAY,
            draw.choice((-0.8, -0.1234, 0.0, 0.4571, 0.9)),
            author=draw.choice((None, *(f"a{k}" for k in range(40)))),
            title=draw.choice(("", texts_of(draw))),
            text=texts_of(draw) + (" checkout odd" if n % days > days - 8 and draw.random() < 0.7 else ""),
            app_version=draw.choice(("", "4.2.0")),
        )
        for n in range(600)
    ]
    put(store, *posts, window=span(0, days))


def published_terms(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(path, read_only=True) as con:
        return con.execute("select * from emerging_words order by all").fetchall()


def from_nothing(store: Store, path: Path) -> list[tuple[Any, ...]]:
    """What a publish finds that has no terms to go by; those that are kept are left as they are."""
    store.con.execute("create or replace temp table kept_terms as from window_terms")
    store.con.execute("delete from window_terms")
    found = published_terms(publish(store, path, now=NOW).path)
    store.con.execute("delete from window_terms")
    store.con.execute("insert into window_terms from kept_terms")
    return found


def by(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = words.find_terms
    monkeypatch.setattr("earful.warehouse.publishing.insights.find_terms", lambda con, home: find(con, home, engine))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_both_ways_of_counting_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    pytest.importorskip("numba")
    # Limits within reach of a small store: so that posts are drawn, and terms are listed.
    monkeypatch.setattr(words, "MOST_POSTS", 150 if seed else 20_000)
    monkeypatch.setattr(words, "_NEARLY", 0.0)
    monkeypatch.setattr(words, "text", _lax)
    monkeypatch.setattr(words, "run", lambda con, name, params=None: statements.run_text(con, _lax(name), params))
    found = []
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        fill(store, Random(seed))
        for engine in ("plain", "compiled"):
            with monkeypatch.context() as patch:
                by(engine, patch)
                found.append(from_nothing(store, tmp_path / f"{engine}.duckdb"))
    assert found[0] == found[1]
    assert len(found[0]) > 10


def _lax(name: str) -> str:
    return statements.text(name).replace("15.13", "0.5")


def test_words_are_those_of_the_regular_expressions() -> None:
    tokens = pytest.importorskip("earful.warehouse.publishing.tokens_compiled")
    draw = Random(11)
    said = [*PIECES, *(texts_of(draw) for _ in range(3000))]
    with duckdb.connect() as con:
        con.execute(
            "create table t as select unnest(range($n)) as no, unnest($said) as said", {"n": len(said), "said": said}
        )
        con.execute("update t set said = replace(lower(said), '’', '''')")
        plain = con.execute(
            r"select regexp_extract_all(regexp_replace(said, 'https?://[^[:space:]]+|[^[:space:]]+@[^[:space:]]+', ' ', 'g'),"
            r" '[0-9]+(?:[.][0-9]+)+|[\pL\pN]+(?:''[\pL]+)?|[.!?;:,()\n]+'), regexp_extract_all(said, '[\pL\pN]+') from t order by no"
        ).fetchall()
        letters, known = kinds(con), tokens.dictionary()
        spoken: list[Any] = []
        simple: list[Any] = []
        for _, data, bounds in texts(con, "select no, said from t order by no"):
            for find, into in ((tokens.spoken_words, spoken), (lambda *a: tokens.plain_words(*a, 300), simple)):
                hashes, firsts, ends, begins = find(data, bounds, letters)
                numbers, known = tokens.numbered(data, hashes, firsts, ends, known)
                _, _, starts, pool, _ = known
                each = [bytes(pool[starts[n] : starts[n + 1]]).decode() if n >= 0 else None for n in numbers]
                into += [each[a:b] for a, b in pairwise(begins.tolist())]
    for text, (expected, runs), ours, plainly in zip(said, plain, spoken, simple, strict=True):
        marked = [w if any(c.isalnum() for c in w) else None for w in expected]
        once = [w for k, w in enumerate(marked) if w is not None or (k and marked[k - 1] is not None)]
        assert ours == once, text
        assert plainly == runs, text


def more(store: Store) -> None:
    put(
        store,
        *(row(f"n{i}", NOON + 69 * DAY, text=f"refund please {i}", author=f"n{i}") for i in range(30)),
        window=span(69, 70),
    )


def edited(store: Store) -> None:
    put(
        store,
        *(
            row(f"p{i}", NOON + (i % 70) * DAY, -0.7, text="refund wanted", edited_at=NOON + 71 * DAY)
            for i in range(480, 560)
        ),
        window=span(0, 70),
    )


def gone(store: Store) -> None:
    land(store, landing(gone=tuple(f"p{i}" for i in range(100, 700)), window=span(0, 70)))


def rescored(store: Store) -> None:
    store.con.execute("update posts set compound = -compound where post_id like '%7'")


def uncovered(store: Store) -> None:
    store.con.execute("update coverage_daily set complete = false where day = (select max(day) from coverage_daily)")


def empty_day(store: Store) -> None:
    put(store, window=span(70, 71))


def aged(store: Store) -> None:
    assert apply_retention(store, {"reddit": 1}, NOW + 2 * DAY)["reddit"] > 500


def without_an_author(store: Store) -> None:
    assert unname(store, "rd", tuple(f"p{i}" for i in range(300)), NOW).posts


def forgotten(store: Store) -> None:
    erase(
        store,
        Authors(tuple(f"author-{i}" for i in range(9)) + tuple(f"a{k}" for k in range(20))),
        kind="author",
        why="asked",
        now=NOW,
    )


def retold(store: Store) -> None:
    store.con.execute("update texts set text = text || ' refund' where day > date '2026-05-01'")


CHANGES = [more, edited, gone, rescored, uncovered, empty_day, aged, without_an_author, forgotten, retold]


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
def test_after_any_change_the_terms_are_those_found_from_nothing(
    tmp_path: Path, change: Callable[[Store], None]
) -> None:
    path = tmp_path / "earful.duckdb"
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        fill(store, Random(3))
        before = published_terms(publish(store, path, now=NOW).path)
        change(store)
        after = published_terms(publish(store, path, now=NOW).path)
        assert after == from_nothing(store, tmp_path / "anew.duckdb")
        assert before
        # A whole day without a post is doubted first, and counts for nothing.
        assert (after == before) == (change is empty_day)


@pytest.mark.slow
def test_in_another_time_zone_the_terms_are_those_found_from_nothing(tmp_path: Path) -> None:
    path = tmp_path / "earful.duckdb"
    for zone in ("UTC", "Pacific/Auckland"):
        with open_store(tmp_path / "s.duckdb", time_zone=zone) as store:
            if zone == "UTC":
                fill(store, Random(3))
            found = published_terms(publish(store, path, now=NOW).path)
            assert found == from_nothing(store, tmp_path / "anew.duckdb")
            assert found


def test_a_window_none_of_whose_posts_changed_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    find = words.find_terms

    def noted(con: duckdb.DuckDBPyConnection, home: str) -> int:
        read.append(find(con, home))
        return read[-1]

    monkeypatch.setattr("earful.warehouse.publishing.insights.find_terms", noted)
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        fill(store, Random(3))
        put(store, *(row(f"far{i}", NOON - 200 * DAY, text="long ago") for i in range(3)), window=span(-201, -199))
        for _ in range(2):
            publish(store, tmp_path / "earful.duckdb", now=NOW)
        assert read[0] > 0
        assert read[1:] == [0]
        put(store, row("far", NOON - 200 * DAY, text="long ago, too"), window=span(-201, -199))
        publish(store, tmp_path / "earful.duckdb", now=NOW)
        assert read[1:] == [0, 0], "no window reaches so far back"
        more(store)
        publish(store, tmp_path / "earful.duckdb", now=NOW)
        assert read[3] > 0


@pytest.mark.slow
def test_an_erased_posts_terms_are_in_no_byte_of_the_store(tmp_path: Path) -> None:
    path, said = tmp_path / "s.duckdb", "zyzzyvaserpent"
    with open_store(path, time_zone="UTC") as store:
        fill(store, Random(3))
        ids = tuple(f"z{i}" for i in range(20))
        put(store, *(row(i, NOON + 69 * DAY, text=f"{said} bites", author=i) for i in ids), window=span(69, 70))
        publish(store, tmp_path / "earful.duckdb", now=NOW)
        assert said in str(store.con.execute("select terms from window_terms").fetchall())
        erase(store, Posts("rd", ids), kind="post", why="asked", now=NOW)
        assert store.con.execute("select count(*) from window_terms").fetchall() == [(0,)], (
            "at once, before any publish"
        )
        publish(store, tmp_path / "earful.duckdb", now=NOW)
        rewrite(store, NOW)
        assert store.con.execute("select count(*) from window_terms").fetchall() != [(0,)]
    assert said.encode() not in path.read_bytes()
