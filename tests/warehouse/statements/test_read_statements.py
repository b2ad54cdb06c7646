"""Small statements that read (landing/known_scores, days, batch; answers): on the bounds of what was asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from bare_tables import add, asked

from earful.warehouse.statements import file_literal, literal, run, text

KEY = {"channel": "rd", "product": "orbit"}
ELSEWHERE = ({"channel": "st", "product": "orbit"}, {"channel": "rd", "product": "nova"})
START = datetime(2026, 3, 1)
HOUR = timedelta(hours=1)


def day(number: int) -> date:
    return date(2026, 3, number)


def test_posts_of_asked_days_are_counted_by_their_numbers(con: duckdb.DuckDBPyConnection) -> None:
    tell, key = text("landing/known_scores/posts"), {**KEY, "first_day": day(2), "last_day": day(4)}
    assert con.execute(tell, key).fetchall() == [(0,)]
    add(con, "daily", *({**KEY, "day": day(n), "posts": 10**n} for n in range(1, 6)))
    add(
        con,
        "daily",
        {**KEY, "day": day(4), "market": "de", "posts": 7},
        *({**each, "day": day(3), "posts": 5} for each in ELSEWHERE),
    )
    assert con.execute(tell, key).fetchall() == [(11_107,)]


def test_known_scores_are_those_of_the_asked_days_and_the_present_scorer_in_the_order_of_creation(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    # Days backwards: what was created first lies on the last day.
    rows = [
        {**KEY, "post_id": str(n), "day": day(n), "created_at": START - n * HOUR, "scorer_version": "v2"}
        for n in range(1, 6)
    ]
    rows.append({**rows[2], "post_id": "old", "scorer_version": "v1"})
    add(con, "posts", *rows, *({**rows[2], **each, "post_id": "elsewhere"} for each in ELSEWHERE))
    path = tmp_path / "known.parquet"
    written = text("landing/known_scores/write").replace("$path", literal(path))
    con.execute(written, {**KEY, "first_day": day(2), "last_day": day(4), "scorer_version": "v2"})
    assert [post for (post,) in asked(con, f"select post_id from '{path}'")] == ["4", "3", "2"]


def test_a_score_is_known_of_the_same_post_words_and_language(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    #: Title, text and language hint as they were scored and as they come again, hours of creation, whether they are found.
    cases: list[tuple[tuple[Any, ...], tuple[Any, ...], int, bool]] = [
        (("t", "x", "en"), ("t", "x", "en"), 5, True), (("", "x", None), (None, "x", None), 1, True),
        (("t", "", None), ("t", None, None), 9, True), (("t", "x", "en"), ("t", "x", "de"), 5, False),
        (("t", "x", None), ("t", "x", "de"), 5, False), (("t", "x", "en"), ("t", "y", "en"), 5, False),
        (("t", "x", "en"), ("u", "x", "en"), 5, False), (("t", "x", "en"), ("t", "x", "en"), 0, False),
        (("t", "x", "en"), ("t", "x", "en"), 10, False), (("t", "x", "en"), ("t", "x", "en"), 6, True),
    ]  # fmt: skip
    con.execute("create table known as select * from posts limit 0")
    for n, ((title, words, hint), _, hour, _) in enumerate(cases):
        ((digest,),) = con.execute("select md5_number_lower(? || chr(31) || ?)", [title, words]).fetchall()
        facts = {"post_id": f"p{n}", "content_hash": digest, "language_hint": hint, "created_at": START + hour * HOUR}
        add(con, "known", {**facts, "compound": n / 100})
    path = tmp_path / "it's [1].parquet"
    con.execute(f"copy known to {literal(path)} (format parquet)")
    again = [
        {"place": n, "post_id": f"p{n}", **dict(zip(("title", "text", "language_hint"), c[1], strict=True))}
        for n, c in enumerate(cases)
    ]
    con.register("asked", pa.Table.from_pylist([*reversed(again), {**again[0], "place": 99, "post_id": "new"}]))
    query = text("landing/known_scores/find").replace("$path", file_literal(path))
    rows = con.execute(query, {"first": START + HOUR, "last": START + 9 * HOUR}).fetchall()
    assert [(row[0], row[4]) for row in rows] == [(n, n / 100) for n, case in enumerate(cases) if case[-1]]


def test_a_landing_counts_new_and_changed_posts_by_day(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create temp table batch (row_no bigint, day date)")
    con.execute("create temp table matched (row_no bigint, verdict varchar)")
    fates = [
        (3, None),
        (1, None),
        (1, "changed"),
        (1, "same"),
        (1, "older"),
        (2, "same"),
        (3, "changed"),
        (3, "changed"),
    ]
    for n, (number, verdict) in enumerate(fates):
        con.execute("insert into batch values (?, ?)", [n, day(number)])
        if verdict:
            con.execute("insert into matched values (?, ?)", [n, verdict])
    assert con.execute(text("landing/days/came")).fetchall() == [
        (day(1), 4, 1, 1),
        (day(2), 1, 0, 0),
        (day(3), 3, 1, 2),
    ]


def test_means_are_of_all_channels_and_markets_of_the_asked_days(con: duckdb.DuckDBPyConnection) -> None:
    for product in ("nova", "orbit"):
        for n in range(6, 0, -1):
            for channel, market, scored, total in (("rd", "", n, 0.5), ("rd", "de", 1, 0.25), ("st", "", 2, -0.125)):
                row = {"product": product, "channel": channel, "market": market, "day": day(n), "posts": 9}
                add(con, "daily", {**row, "scored": scored, "compound_sum": total})
    add(con, "daily", {"product": "lull", "day": day(3), "posts": 4})
    spans = [("orbit", 2, 3), ("orbit", 3, 4), ("nova", 6, 9), ("lull", 1, 9), ("never", 1, 9)]
    products, first, last = zip(*spans, strict=True)
    given = {"products": list(products), "first_days": [day(n) for n in first], "last_days": [day(n) for n in last]}
    rows = con.execute(text("landing/days/means"), given).fetchall()
    assert rows == [
        ("lull", day(3), 0, None), ("nova", day(6), 9, 0.625 / 9), *(("orbit", day(n), n + 3, 0.625 / (n + 3)) for n in (2, 3, 4)),
    ]  # fmt: skip


def test_a_batch_has_its_days_by_the_clocks_shift_and_no_outdated_row(con: duckdb.DuckDBPyConnection) -> None:
    change = START + 22 * HOUR
    con.execute("create temp table shifts as select * from (values (?, ?, 7200), (?, ?, 3600)) as s(starts_at, ends_at, shift)",
                [START, change, change, START + 48 * HOUR])  # fmt: skip
    con.execute(
        "create temp table candidates (row_no bigint, post_id varchar, version timestamp, created_at timestamp)"
    )
    con.execute("create temp table outdated as select 3 as row_no")
    # An hour before the change it is midnight there; at the change the clock is set back; of the last an older one came.
    for n, hour in enumerate((20, 21.999, 22, 23)):
        con.execute("insert into candidates values (?, ?, ?, ?)", [n, f"p{n}", START, START + hour * HOUR])
    con.execute("insert into candidates values (4, 'p4', ?, ?)", [START, START])
    run(con, "landing/batch")
    assert asked(con, "select row_no, post_id, version, day from batch order by 1") == [
        (0, "p0", START, day(1)), (1, "p1", START, day(1)), (2, "p2", START, day(1)), (4, "p4", START, day(1)),
    ]  # fmt: skip


def test_alarms_of_the_last_days_are_listed_newest_first(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "daily", {"day": day(20)}, {"day": day(10)})
    con.execute(
        "create table what_changed (alarm_day date, product varchar, episode varchar, answer varchar, answer_why varchar,"
        " answered_at timestamp, sentence varchar, told boolean, metric varchar, verdict varchar, first_day date, last_day date)"
    )
    order = [(20, "nova", "b"), (20, "orbit", "a"), (20, "orbit", "b"), (19, "nova", "c"), (16, "nova", "d")]
    more = [(15, "nova", "e", True), (20, "nova", "f", False)]
    for number, product, episode, told in [*more, *((*each, True) for each in reversed(order))]:
        add(con, "what_changed", {"alarm_day": day(number), "product": product, "episode": episode, "told": told})
    rows = con.execute(text("answers/listed"), {"days": 5}).fetchall()
    assert [row[:3] for row in rows] == [(day(number), product, episode) for number, product, episode in order]
    (one,) = con.execute(text("answers/episode"), {"episode": "d"}).fetchall()
    assert one == ("d", "nova", None, None, None, None, True)


def test_an_answer_takes_the_place_of_the_one_before(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "alarm_answers", *({"episode": name, "answer": "before"} for name in ("a", "b")))
    given = {"product": "orbit", "metric": "nps", "verdict": "worse", "first_day": day(1), "last_day": day(2)}
    run(con, "answers/write", {**given, "episode": "a", "answer": "known", "why": "ours", "at": START})
    assert asked(con, "select * from alarm_answers order by episode") == [
        ("a", "orbit", "nps", "worse", day(1), day(2), "known", "ours", START),
        ("b", "", "", "", date(2026, 1, 1), date(2026, 1, 1), "before", "", datetime(2026, 1, 1)),
    ]
