"""Tables in rarer shapes: JSON turned on its side, delimiters that few use, joined files with marks, uneven row ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, channel, pull
from one_product import checked

from earful.connectors.files.tables import mended as mended_module
from earful.connectors.files.tables import records
from earful.connectors.files.tables.mended import mended
from earful.connectors.files.values.numbers import separators

HEAD = "post_id,created_at,text,rating"
ROWS: list[dict[str, Any]] = [
    {"post_id": "a", "created_at": "2026-03-04", "text": "Great", "rating": 5},
    {"post_id": "b", "created_at": "2026-03-05", "text": "Slow, buggy", "rating": None},
    {"post_id": "c", "created_at": "2026-03-06", "text": 'He said "no"', "rating": 1},
]
NAMES = list(ROWS[0])
CELLS = [list(row.values()) for row in ROWS]


def put(root: Path, content: str | bytes, name: str = "a.csv") -> None:
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({name: {str(at): row[name] for at, row in enumerate(ROWS)} for name in NAMES}, "columns under their names"),
        ({name: {row["post_id"]: row[name] for row in ROWS} for name in NAMES}, "columns under their names"),
        ({f"r{at}": row for at, row in enumerate(ROWS)}, "objects under their ids"),
        ({name: [row[name] for row in ROWS] for name in NAMES}, "lists under names"),
        ({"columns": NAMES, "index": [0, 1, 2], "data": CELLS}, "rows apart from their names"),
        ({"columns": NAMES, "data": CELLS}, "rows apart from their names"),
        ([NAMES, *CELLS], "rows below a row of names"),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["a.json", "a.txt"])
def test_json_whose_rows_are_no_objects(tmp_path: Path, found: Any, said: str, indent: int | None, name: str) -> None:
    put(tmp_path, json.dumps(found, indent=indent), name)
    got = pull(channel(tmp_path, name))
    assert got.column("text") == ["Great", "Slow, buggy", 'He said "no"']
    assert (got.column("rating"), got.why()) == ([5, None, 1], [])
    assert f"  {said}" in checked(channel(tmp_path, name), ACME).lines


def test_a_row_of_another_length_is_set_aside(tmp_path: Path) -> None:
    put(tmp_path, json.dumps([NAMES, CELLS[0], CELLS[1][:2], CELLS[2]]), "a.json")
    got = pull(channel(tmp_path, "a.json"))
    assert got.column("text") == ["Great", 'He said "no"']
    assert got.why() == [("a.json:2", "no created_at")]


@pytest.mark.parametrize(
    "found", [{"post_id": {"0": "a"}}, {"r": {"text": "no id, no time"}}, [["text"], ["Great"]], [[], []]]
)
def test_json_that_is_no_table_names_what_it_lacks(tmp_path: Path, found: Any) -> None:
    put(tmp_path, json.dumps(found), "a.json")
    health = checked(channel(tmp_path, "a.json"), ACME)
    assert not health.ok
    assert "created_at" in health.says or "no JSON object" in health.says


def test_a_json_text_sequence(tmp_path: Path) -> None:
    put(tmp_path, "".join(f"\x1e{json.dumps(row)}\n" for row in ROWS), "a.jsonl")
    assert pull(channel(tmp_path, "a.jsonl")).column("text")[2] == 'He said "no"'


@pytest.mark.parametrize("mark", ["^", "~", "\x01", "\x1f", ":"])
def test_rarer_delimiters(tmp_path: Path, mark: str) -> None:
    put(tmp_path, f"{HEAD}\n1,2026-03-04,Great,5\n2,2026-03-05,Slow,2\n".replace(",", mark))
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("text"), got.column("rating")) == (["Great", "Slow"], [5, 2])
    assert checked(channel(tmp_path, "a.csv"), ACME).details[0]["delimiter"] == mark


@pytest.mark.parametrize(
    ("header", "ends"), [(HEAD + ",", ""), (HEAD, ",,"), (HEAD, ",,,"), (HEAD + ",", ","), (HEAD + ",,", ",,")]
)
def test_header_and_rows_that_end_unevenly(tmp_path: Path, header: str, ends: str) -> None:
    put(tmp_path, f"{header}\n1,2026-03-04,Great,5{ends}\n2,2026-03-05,Slow,2{ends}\n")
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("text"), got.column("rating"), got.why()) == (["Great", "Slow"], [5, 2], [])


def test_cells_behind_a_row_that_have_words_are_no_end_of_it(tmp_path: Path) -> None:
    put(tmp_path, f"{HEAD}\n1,2026-03-04,Great,5,,x\n2,2026-03-05,Slow,2,,\n")
    assert "6 columns where the header has 4" in checked(channel(tmp_path, "a.csv"), ACME).says


@pytest.mark.parametrize("block", [1, 3, 10, 1 << 20])
@pytest.mark.parametrize(
    ("said", "meant"),
    [("Slow, buggy", "Slow, buggy"), ('""No"" is all, he said', '"No" is all, he said'), ('a, ""b"", c', 'a, "b", c')],
)
def test_a_blank_behind_each_delimiter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, said: str, meant: str
) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    put(tmp_path, f'post_id, created_at, text, rating\n1, 2026-03-04, "{said}", 5\n2, 2026-03-05, "x, y", 2\n')
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("text"), got.why()) == ([meant, "x, y"], [])
    assert got.column("rating") == [5, 2]
    assert "  cells in quotes have a blank before them" in checked(channel(tmp_path, "a.csv"), ACME).lines


@pytest.mark.parametrize("block", [1, 2, 5, 1 << 20])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_files_that_were_joined_with_their_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, end: str
) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    one, other = (f"{HEAD}{end}{at},2026-03-04,caf\u00e9,5{end}".encode("utf-8-sig") for at in (1, 2))
    put(tmp_path, one + other)
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("post_id"), got.column("text")) == (["1", "2"], ["café", "café"])


def test_plain_blocks_are_given_on_as_they_are() -> None:
    parts = [b"a,b\n1,2\n", b"3,4\n", b""]
    assert b"".join(part for part, _ in mended(iter(parts), ",", blanks=False)) == b"".join(parts)
    assert mended_module.mend(parts[0], ",", blanks=False) is parts[0]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("12 people found this helpful", 12), ("One person found this helpful", 1), ("1,234 people found this helpful", 1234),
        ("7 Personen fanden diese Informationen hilfreich", 7), ("3 votes", 3), ("12 of 15 people", None),
        ("3 days ago", None), ("12 people, 3 likes", None),
    ],
)  # fmt: skip
def test_helpful_votes_in_words(said: str, meant: int | None) -> None:
    assert separators([said, "2,345 people"]).count(said) == meant


@pytest.mark.parametrize(("cell", "meant"), [('"=""00123"""', "00123"), ('"=""a,b"""', "a,b"), ('"=1+1"', "=1+1")])
def test_cells_that_are_kept_from_spreadsheets(tmp_path: Path, cell: str, meant: str) -> None:
    put(tmp_path, f"{HEAD}\n{cell},2026-03-04,Great,80%\n")
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("post_id"), got.column("rating")) == ([meant], [4.2])


def test_stars_as_googles_names_for_them(tmp_path: Path) -> None:
    put(
        tmp_path,
        HEAD
        + "".join(f"\n{at},2026-03-04,x,{said}" for at, said in enumerate(("FIVE", "ONE", "Three", "two", "FOUR"))),
    )
    assert pull(channel(tmp_path, "a.csv")).column("rating") == [5, 1, 3, 2, 4]


def test_stars_in_words_of_their_own_are_asked_about(tmp_path: Path) -> None:
    put(tmp_path, HEAD + "".join(f"\n{at},2026-03-04,x,{'Poor' if at % 2 else 'Fair'}" for at in range(8)))
    says = "rating holds 2 different words and no number: say what they mean with values = { rating = { ... } }"
    assert says in checked(channel(tmp_path, "a.csv"), ACME).says
    values = {"rating": {"Poor": 1, "Fair": 2}}
    assert pull(channel(tmp_path, "a.csv", values=values)).column("rating") == [2, 1] * 4


def test_a_scale_that_one_file_leaves_open_is_asked_of_the_others_too(tmp_path: Path) -> None:
    for name, stars in (("a.csv", [1, 7, 6, 7, 6, 5, 4]), ("b.csv", [1, 2, 3, 4, 5, 4, 3])):
        put(tmp_path, HEAD + "".join(f"\n{name}{at},2026-03-04,x,{n}" for at, n in enumerate(stars)), name)
    got = pull(channel(tmp_path, ["a.csv", "b.csv"]))
    newest = got.posts.drop_duplicates("post_id", keep="last")
    assert newest["rating"].isna().all()
    assert 'say on what scale with scale = "1..10"' in got.coverage.note
    assert len(pull(channel(tmp_path, ["a.csv", "b.csv"], scale="1..7")).posts) == 14
