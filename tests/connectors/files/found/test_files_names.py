"""Files whose rows name their products: which land, what ``check`` says of the others; notices are left out."""

from __future__ import annotations

from pathlib import Path

from files_channel import EVER, channel, pull, put, span

from earful.connectors.base import Asked, Product

NOTES = Product("acme-notes", "Acme Notes", include=("acme notes",))
MACY = Product("macys", "Macy's")


def test_rows_are_told_by_names_as_people_type_them(tmp_path: Path) -> None:
    texts = ["#AcmeNotes!", "Macy’s &amp; Acme‑Notes", "ＭＡＣＹＳ", "acme ntoes", "nothing", "The macys"]
    put(tmp_path, "post_id,created_at,text", *(f"{n},2026-03-04,{text}" for n, text in enumerate(texts)))
    made = channel(tmp_path, "a.csv", match=True)
    asked = made.pull([Asked(NOTES, EVER), Asked(MACY, EVER)])
    found = [(row["product"], row["post_id"]) for page in asked for row in page.posts.to_pylist()]
    assert sorted(found) == [("acme-notes", "0"), ("acme-notes", "1"), ("macys", "1"), ("macys", "2"), ("macys", "5")]


def test_a_row_out_of_the_asked_time_is_none_of_a_product(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,text", "1,2026-03-04,macys", "2,2026-03-05,macys", "3,2026-03-05,other")
    got = pull(channel(tmp_path, "a.csv", match=True), MACY, span("2026-03-05", "2026-03-06"))
    assert got.column("post_id") == ["2"]


def test_check_tells_of_rows_that_name_nobody_and_of_near_misses(tmp_path: Path) -> None:
    texts = ["acme ntoes", "acme ntoes again", "macy", "Macyss", "AcmeNotes", "macys"]
    put(tmp_path, "post_id,created_at,text", *(f"{n},2026-03-04,{text}" for n, text in enumerate(texts)))
    health = channel(tmp_path, "a.csv", match=True).check([NOTES, MACY])
    (found,) = health["macys"].details
    assert (found["rows"], found["landed"], found["unnamed"]) == (6, 2, 4)
    assert found["near_misses"] == {"acme-notes": {"acme ntoes": 2}, "macys": {"macyss": 1}}
    lines = health["macys"].lines
    assert lines == health["acme-notes"].lines
    assert lines[0] == "a.csv (csv, utf-8, ','): 6 rows, 2 land" or lines[0].endswith("6 rows, 2 land")
    assert "  4 rows name none of the products" in lines
    assert "  nearly macys, and not taken for it: 'macyss' 1 (include = [...] takes what is meant)" in lines


def test_check_tells_of_near_misses_where_no_row_names_the_product(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,text", "1,2026-03-04,acme nots", "2,2026-03-04,hello")
    health = channel(tmp_path, "a.csv", match=True).check([NOTES])["acme-notes"]
    assert not health.ok
    assert any("'acme nots' 1" in line for line in health.lines)


def test_notices_of_moderators_and_bots_are_left_out_and_counted(tmp_path: Path) -> None:
    put(
        tmp_path,
        "post_id,created_at,text,author,distinguished",
        "1,2026-03-04,Thank you for your helpful post!,AutoModerator,",
        "2,2026-03-04,Be nice,somebody,moderator",
        "3,2026-03-04,It crashes,somebody,",
        "4,2026-03-04,It is slow,other,NULL",
        "5,2026-03-04,Hello,automoderator,",
        "6,2026-03-04,About AutoModerator,not AutoModerator,",
        "7,2026-03-04,An admin speaks,somebody,admin",
    )
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == ["3", "4", "6"]
    assert "; left out: 4 by moderators and bots" in got.coverage.note
    health = channel(tmp_path, "a.csv").check([NOTES])["acme-notes"]
    assert (health.details[0]["rows"], health.details[0]["landed"], health.details[0]["notices"]) == (7, 3, 4)
    assert health.lines[0].endswith(": 7 rows, 3 land, left out: 4 by moderators and bots")


def test_a_column_of_marks_without_authors_and_one_without_marks(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,text,distinguished", "1,2026-03-04,x,special", "2,2026-03-04,y,false")
    assert pull(channel(tmp_path, "a.csv")).column("post_id") == ["2"]
    put(tmp_path, "post_id,created_at,text,author", "1,2026-03-04,x,AutoModerator", "2,2026-03-04,y,z", name="b.csv")
    assert pull(channel(tmp_path, "b.csv")).column("post_id") == ["2"]
    put(tmp_path, "post_id,created_at,text", "1,2026-03-04,x", name="c.csv")
    got = pull(channel(tmp_path, "c.csv"))
    assert got.column("post_id") == ["1"]
    assert "left out" not in got.coverage.note
