from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing import DAY, T0, landing, named, put, row, rows_of, table

from earful.connectors.post import Post, page
from earful.sentiment.scorer import SCHEMA as SCORE
from earful.sentiment.scorer import TOPICS, Scored
from earful.warehouse import Store, WarehouseError, joined, land, spool
from earful.warehouse.landing.rows import SCHEMA


def reasons(store: Store) -> dict[str, str]:
    return dict(store.con.execute("select item, reason from set_aside").fetchall())


def frame(table: Any) -> pd.DataFrame:
    found: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return found


def page_and_scores(*ids: str, score: float = 0.5) -> tuple[pa.Table, Scored]:
    posts = page(Post("reddit", "rd", i, "post", "orbit", T0, text=f"words of {i}", rating=3) for i in ids).posts
    values = {
        "language": "en", "scored": True, "unscored_reason": None, "compound": score, "positive": 0.1,
        "neutral": 0.8, "negative": 0.1, "vader_compound": score, "capped": False,
    }  # fmt: skip
    arrays = [pa.array([values[f.name]] * len(posts), f.type) for f in SCORE]
    topics = [
        {"row": i, "topic": f"t{n}", "compound": score, "sentences": n} for i in range(len(posts)) for n in (1, 2)
    ]
    return posts, Scored(pa.table(arrays, schema=SCORE), pa.Table.from_pylist(topics, schema=TOPICS))


def test_a_page_with_its_scores_lands_as_frame_and_from_spooled_files_alike(store: Store, tmp_path: Path) -> None:
    first, second = page_and_scores("a", "b"), page_and_scores("b", "c", score=-0.5)
    # A name with what a shell and DuckDB would take for a pattern or a quote.
    files = [tmp_path / "it's [1] *.parquet", tmp_path / "2.parquet"]
    for file, each in zip(files, (first, second), strict=True):
        spool(file, joined(*each))
    assert [f.stat().st_mode & 0o777 for f in files] == [0o600, 0o600]
    landed = land(store, landing(rows=files))
    assert (landed.posts, landed.new) == (3, 3)
    found = store.con.execute("select post_id, compound, rating, created_at from posts order by all").fetchall()
    naive = T0.replace(tzinfo=None)
    assert found == [("a", 0.5, 3, naive), ("b", -0.5, 3, naive), ("c", -0.5, 3, naive)], "of equals the later file"
    again = land(store, landing(rows=pa.concat_tables([joined(*first), joined(*second)])))
    assert (again.unchanged, again.posts) == (3, 3)


def test_pages_and_scores_must_be_of_one_length(tmp_path: Path) -> None:
    posts, scored = page_and_scores("a", "b")
    with pytest.raises(WarehouseError, match="2 posts came with 1 scores"):
        joined(posts, Scored(scored.scores.slice(0, 1), scored.topics))
    more, _ = page_and_scores("a", "b", "c")
    with pytest.raises(WarehouseError, match="topics of other rows"):
        joined(posts, Scored(scored.scores, page_and_scores(*more["post_id"].to_pylist())[1].topics))


@pytest.mark.parametrize("looked", [True, False])
def test_topics_go_with_their_posts_whatever_order_they_come_in(store: Store, looked: bool) -> None:
    posts, scored = page_and_scores("a", "b", "c")
    assert scored.topics is not None
    some = scored.topics.take([5, 4, 1, 0])
    assert land(store, landing(rows=joined(posts, Scored(scored.scores, some if looked else None)))).new == 3
    found = store.con.execute("select post_id, topics from posts order by 1").fetchall()
    listed = [{"topic": f"t{n}", "compound": 0.5, "sentences": n} for n in (1, 2)]
    assert found == [("a", listed), ("b", []), ("c", listed)] if looked else [(i, None) for i in "abc"]
    assert rows_of(store, "post_topics") == [
        ("rd", "orbit", i, f"t{n}", T0.date(), 0.5, n) for i in "ac" for n in (1, 2) if looked
    ]


def test_spooling_where_there_is_no_room_leaves_no_file(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "x.parquet"
    with pytest.raises(WarehouseError):
        spool(target, joined(*page_and_scores("a")))
    assert not target.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rating": 5.5}, "rating 5.5 is not 1..5"),
        ({"nps": 300}, "nps does not fit int8"),
        ({"rating": 6}, "rating 6 is not 1..5"),
        ({"nps": 11}, "nps 11 is not 0..10"),
        ({"kind": "rumour"}, "kind is not one of post, comment, review, survey"),
        ({"created_at": None}, "no created_at"),
        ({"created_at": datetime(1970, 1, 1, tzinfo=UTC)}, "created_at is in the year 1970"),
        ({"created_at": datetime(9999, 12, 31, tzinfo=UTC)}, "created_at is in the year 9999"),
        ({"created_at": "yesterday"}, "created_at does not fit timestamp[us, tz=UTC]"),
        ({"created_at": datetime(2026, 3, 2)}, "created_at does not fit timestamp[us, tz=UTC]"),
        ({"edited_at": datetime(2500, 1, 1, tzinfo=UTC)}, "edited_at is in the year 2500"),
        ({"compound": None}, "scored, but compound is not in [-1, 1]"),
        ({"compound": float("nan")}, "scored, but compound is not in [-1, 1]"),
        ({"compound": 1.5}, "scored, but compound is not in [-1, 1]"),
        ({"likes": 2**62}, "likes is out of range"),
        ({"likes": 2**70}, "likes does not fit int64"),
        ({"likes": "many"}, "likes does not fit int64"),
        ({"source": None}, "no source"),
        ({"topics": named(ads=1.5)}, "a topic has no name, no sentence, or a compound not in [-1, 1]"),
        ({"topics": named(ads=float("nan"))}, "a topic has no name, no sentence, or a compound not in [-1, 1]"),
        (
            {"topics": [{**named(ads=0.5)[0], "topic": None}]},
            "a topic has no name, no sentence, or a compound not in [-1, 1]",
        ),
        (
            {"topics": [{**named(ads=0.5)[0], "sentences": 0}]},
            "a topic has no name, no sentence, or a compound not in [-1, 1]",
        ),
        ({"topics": [*named(ads=0.5), *named(ads=0.1)]}, "a topic comes twice"),
    ],
)
def test_a_bad_row_of_a_plain_frame_is_set_aside_and_the_rest_lands(
    store: Store, change: dict[str, Any], reason: str
) -> None:
    frame = pd.DataFrame([row("good", T0), {**row("bad", T0), **change}, row("fine", T0)], dtype=object)
    landed = land(store, landing(rows=frame))
    assert (landed.new, landed.rejected) == (2, 1)
    assert reasons(store) == {"bad": reason}
    assert store.con.execute("select post_id from posts order by all").fetchall() == [("fine",), ("good",)]


def test_rows_without_an_id_are_set_aside(store: Store) -> None:
    landed = put(store, row("", T0), {**row("x", T0), "post_id": None}, row("a", T0))
    assert (landed.new, landed.rejected) == (1, 2)
    assert reasons(store) == {"(no id)": "no id"}


def test_hostile_text_is_mended(store: Store) -> None:
    frame = pd.DataFrame([row("a", T0, text="half \ud83d"), row("b", T0, title="n\x00ul")], dtype=object)
    landed = land(store, landing(rows=frame))
    assert (landed.new, landed.rejected) == (2, 0)
    found = store.con.execute("select title, text from texts order by post_id").fetchall()
    assert found == [("", "half \ufffd"), ("nul", "words of b")]


def test_invalid_utf8_in_arrow_is_set_aside(store: Store) -> None:
    good = table([row("a", T0), row("b", T0)])
    raw = pa.array([b"fine", b"\xff\xfe"]).view(pa.string())
    text = good.schema.get_field_index("text")
    landed = land(store, landing(rows=good.set_column(text, "text", raw)))
    assert (landed.new, landed.rejected) == (1, 1)
    assert reasons(store) == {"b": "text does not fit string"}


def test_unknown_columns_are_dropped_and_missing_nullable_ones_are_null(store: Store) -> None:
    frame = pd.DataFrame([row("a", T0)]).drop(columns=["likes", "url", "edited_at"]).assign(surprise=1)
    assert land(store, landing(rows=frame)).new == 1
    assert store.con.execute("select likes, url, edited_at from posts").fetchall() == [(None, None, None)]


def test_a_missing_required_column_is_an_error(store: Store, tmp_path: Path) -> None:
    frame = pd.DataFrame([row("a", T0)]).drop(columns=["post_id"])
    with pytest.raises(WarehouseError, match="no column 'post_id'"):
        land(store, landing(rows=frame))
    pq.write_table(table([row("a", T0)]).drop_columns(["text"]), tmp_path / "x.parquet")
    with pytest.raises(WarehouseError, match="no column 'text'"):
        land(store, landing(rows=[tmp_path / "x.parquet"]))
    assert rows_of(store, "coverage") == []


def test_times_without_a_zone_are_an_error(store: Store) -> None:
    naive = table([row("a", T0)])
    at = naive.schema.get_field_index("created_at")
    column = naive["created_at"].cast(pa.timestamp("us"))
    with pytest.raises(WarehouseError, match="created_at has no time zone"):
        land(store, landing(rows=naive.set_column(at, "created_at", column)))


def test_a_broken_parquet_file_is_one_line(store: Store, tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("not parquet")
    with pytest.raises(WarehouseError) as caught:
        land(store, landing(rows=[tmp_path / "x.parquet"]))
    assert "\n" not in str(caught.value)
    assert put(store, row("a", T0 + DAY)).new == 1


def test_the_row_schema_is_that_of_page_and_scores() -> None:
    assert len(SCHEMA.names) == len(set(SCHEMA.names)), "no column of a page is called like one of its scores"


@pytest.mark.parametrize("name", ["topics", "text", "rating"])
def test_a_value_that_holds_itself_is_set_aside(store: Store, name: str) -> None:
    itself: list[Any] = []
    itself.append({"topic": itself})
    rows = [row("good", T0, topics=named(ads=0.5)), {**row("bad", T0), name: itself}]
    columns = {column: pd.Series([each[column] for each in rows], dtype=object) for column in SCHEMA.names}
    assert land(store, landing(rows=pd.DataFrame(columns))).posts == 1
    assert [reason.split(" ")[:4] for reason in reasons(store).values()] == [[name, "does", "not", "fit"]]
