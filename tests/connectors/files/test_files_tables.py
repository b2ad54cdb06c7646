"""Tables as they are: encodings, damaged characters, shapes of CSV and JSON, escaped words, columns that are missing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from files_channel import ACME, channel, pull
from one_product import checked

from earful.connectors.files.tables import packed, read_json, records, wrapped

HEAD = "post_id,created_at,text,rating"
WEST = ["I don’t like it, it isn’t “good”", "Très déçu, ça ne marche pas à l’école", "Größe für 5 € – schön"]
OTHERS = {
    "cp932": "アプリがすぐ落ちるので使えません。とても残念です。改善してください。",
    "euc_jp": "ログインできません。何度やってもエラーになります。サポートからの返事もありません。",
    "koi8_r": "Приложение постоянно вылетает, пользоваться невозможно, верните старую версию",
    "cp1251": "Приложение постоянно вылетает, пользоваться невозможно, верните старую версию",
    "gb18030": "这个应用程序总是崩溃，完全无法使用，希望尽快修复这个问题，谢谢。",
}


def put(root: Path, content: str | bytes, name: str = "a.csv") -> None:
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)


def rows(*texts: str) -> str:
    return "\n".join([HEAD, *(f'p{i},2026-03-04,"{text}",4' for i, text in enumerate(texts))]) + "\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_western_words_in_every_usual_encoding(tmp_path: Path, codec: str) -> None:
    put(tmp_path, rows(*WEST).encode(codec))
    assert pull(channel(tmp_path, "a.csv")).column("text") == WEST


@pytest.mark.parametrize("codec", OTHERS)
def test_other_scripts(tmp_path: Path, codec: str) -> None:
    texts = [OTHERS[codec]] * 20
    put(tmp_path, rows(*texts).encode(codec))
    assert pull(channel(tmp_path, "a.csv", encoding=codec)).column("text") == texts
    assert pull(channel(tmp_path, "a.csv")).column("text") == texts


def test_a_character_that_was_cut_costs_its_row_and_not_the_file(tmp_path: Path) -> None:
    whole = rows(*WEST, "Love it 😍", "fine").encode()
    put(tmp_path, whole.replace("😍".encode(), "😍".encode()[:2]))
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("text") == [*WEST, "fine"]
    assert got.why() == [("a.csv:5", "bytes of another encoding")]
    assert "utf-8 (2 bytes of it are not)" in checked(channel(tmp_path, "a.csv"), ACME).says


def test_one_odd_byte_in_plain_words_is_no_utf_8(tmp_path: Path) -> None:
    put(tmp_path, rows("It isn\x92t good").encode("latin-1"))
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["It isn’t good"]


@pytest.mark.parametrize("ending", [b"caf\xe9", "café".encode()])
def test_a_long_line_of_plain_letters_is_looked_at_once(tmp_path: Path, ending: bytes) -> None:
    """Looked at anew from each of its letters, as a pattern for whole lines does, it would take an hour."""
    put(tmp_path, f"{HEAD}\np0,2026-03-04,{'a' * 2_000_000},4\np1,2026-03-04,".encode() + ending + b",4\n")
    assert pull(channel(tmp_path, "a.csv")).column("text")[1] == "café"


@pytest.mark.parametrize("mark", [";", ",", "|"])
def test_excels_first_line(tmp_path: Path, mark: str) -> None:
    table = rows("Great", "Slow").replace(",", mark)
    put(tmp_path, f"sep={mark}\r\n" + table)
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("text"), got.why()) == (["Great", "Slow"], [])


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_rows_that_end_with_a_delimiter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    lines = rows("Great", "Slow").splitlines()
    put(tmp_path, "\n".join([lines[0], *(f"{line}," for line in lines[1:])]) + "\n")
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["Great", "Slow"]
    # Where only some do, they are no rows of this table.
    put(tmp_path, "\n".join([lines[0], lines[1] + ",", lines[2]]) + "\n")
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["Slow"]


REVIEWS = [
    {"id": "a", "at": "2026-03-04 10:00:00", "user": {"name": "x"}, "review": {"body": "Great", "stars": 5}},
    {"id": "b", "at": "2026-03-04 11:00:00", "review": {"body": "Slow", "stars": float("nan")}},
]
NESTED = {"post_id": "id", "created_at": "at", "text": "review.body", "rating": "review.stars"}


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_of_objects_and_what_is_nested(tmp_path: Path, name: str, indent: int | None) -> None:
    put(tmp_path, json.dumps([*REVIEWS, "no object"], indent=indent), name)
    got = pull(channel(tmp_path, name, columns=NESTED))
    assert (got.column("text"), got.column("rating")) == (["Great", "Slow"], [5, None])
    assert got.why() == [(f"{name}:3", "not a JSON object")]


def test_nested_objects_a_line(tmp_path: Path) -> None:
    put(tmp_path, "\n".join(map(json.dumps, REVIEWS)), "a.jsonl")
    got = pull(channel(tmp_path, "a.jsonl", columns=NESTED))
    assert (got.column("text"), got.column("rating")) == (["Great", "Slow"], [5, None])


def test_a_key_that_comes_late(tmp_path: Path) -> None:
    early = [{"post_id": str(i), "created_at": "2026-03-04"} for i in range(150)]
    late = [{**each, "post_id": f"l{i}", "rating": 4, "app_version": "2"} for i, each in enumerate(early[:5])]
    put(tmp_path, "\n".join(map(json.dumps, [*early, *late])), "a.jsonl")
    got = pull(channel(tmp_path, "a.jsonl"))
    assert got.column("rating")[-5:] == [4] * 5
    assert got.column("app_version")[-6:] == [None, *["2"] * 5]


def test_an_array_that_is_cut_is_said(tmp_path: Path) -> None:
    put(tmp_path, json.dumps(REVIEWS)[:-20], "a.json")
    assert "cannot be read as JSON" in checked(channel(tmp_path, "a.json", columns=NESTED), ACME).says


def test_a_missing_column_of_versions_costs_itself_and_is_said(tmp_path: Path) -> None:
    put(tmp_path, rows("Great"))
    columns = {"post_id": "post_id", "created_at": "created_at", "text": "text", "app_version": "Version"}
    connector = channel(tmp_path, "a.csv", columns=columns)
    got = pull(connector)
    assert (got.column("text"), got.column("app_version")) == (["Great"], [None])
    assert "no column 'Version' (for app_version) in a.csv" in got.coverage.note
    assert "has no column 'Body'" in checked(channel(tmp_path, "a.csv", columns={**columns, "text": "Body"}), ACME).says


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (r"Slow\nBuggy", "Slow\nBuggy"),
        (r"Bad.\r\n\r\nVery bad", "Bad.\n\nVery bad"),
        (r"I don\u2019t like it", "I don’t like it"),
        (r"I don\'t like it", "I don't like it"),
        (r"so bad \ud83d\ude21", "so bad 😡"),
        ("Fish &amp; chips &lt;3 it&#39;s", "Fish & chips <3 it's"),
        (r"C:\new\table is lost", r"C:\new\table is lost"),
        (r"\\server\notes", r"\\server\notes"),
        (r"look in \new folder", r"look in \new folder"),
        ("it&rsquo;s caf&eacute;", "it’s café"),
        ("AT&T; and &unknown;", "AT&T; and &unknown;"),
        ("cafe\u0301", "café"),
        ("Slow_x000D__x000A_and buggy_x000d_", "Slow\nand buggy\n"),
        ("a_x0009_b_x0007_c", "a\tbc"),
        ("my_x000_name and _x0041_", "my_x000_name and _x0041_"),
        ("R&D", "R&D"),
        ("plain", "plain"),
    ],
)
def test_words_of_an_escaped_export(tmp_path: Path, said: str, meant: str) -> None:
    put(tmp_path, rows(said))
    assert pull(channel(tmp_path, "a.csv")).column("text") == [meant]


def test_one_word_of_an_escaped_column_shows_what_its_line_ends_are(tmp_path: Path) -> None:
    put(tmp_path, rows(r"slow\nbuggy", r"it doesn\'t work"))
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["slow\nbuggy", "it doesn't work"]
    put(tmp_path, rows(r"slow\nbuggy", "it doesn't work"))
    assert pull(channel(tmp_path, "a.csv")).column("text")[0] == r"slow\nbuggy", "nothing shows it"


def test_an_emoji_that_was_cut_in_plain_words_is_no_other_encoding(tmp_path: Path) -> None:
    for cut in ("😍".encode()[:2], "😍".encode()[:3], "’".encode()[:2]):
        put(tmp_path, rows("I love it", "odd").encode().replace(b"odd", b"cut " + cut))
        got = pull(channel(tmp_path, "a.csv"))
        assert got.column("text") == ["I love it"]
        assert got.why() == [("a.csv:3", "bytes of another encoding")]
    put(tmp_path, rows("the café’s great").encode("cp1252"))
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["the café’s great"]


def test_a_large_array_is_read_an_element_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [{"post_id": f"p{i}", "created_at": "2026-03-04", "text": f"é {i} " + "x" * (i % 50)} for i in range(3_000)]
    put(tmp_path, json.dumps(many, ensure_ascii=False), "a.json")
    whole = pull(channel(tmp_path, "a.json")).column("text")
    assert whole == [each["text"] for each in many]
    monkeypatch.setattr(records, "BLOCK", 997)
    monkeypatch.setattr(read_json, "ELEMENTS", 100)
    assert pull(channel(tmp_path, "a.json")).column("text") == whole
    put(tmp_path, json.dumps(many[:3]).encode("utf-16"), "b.json")
    assert len(pull(channel(tmp_path, "b.json")).posts) == 3
    monkeypatch.setattr(wrapped, "LONGEST", 100)
    put(tmp_path, '[{"post_id": "' + "x" * 3_000, "c.json")
    assert "cannot be read as JSON" in checked(channel(tmp_path, "c.json"), ACME).says
    put(tmp_path, "[" * 100_000, "d.json")
    assert not checked(channel(tmp_path, "d.json"), ACME).ok


def test_late_names_in_nested_objects(tmp_path: Path) -> None:
    early = [{"id": str(i), "at": "2026-03-04", "review": {"body": "fine"}} for i in range(150)]
    late = [{**each, "id": f"l{i}", "review": {"body": "late", "stars": 4}} for i, each in enumerate(early[:3])]
    put(tmp_path, "\n".join(map(json.dumps, [*early, *late])), "a.jsonl")
    assert pull(channel(tmp_path, "a.jsonl", columns=NESTED)).column("rating")[-4:] == [None, 4, 4, 4]


def test_a_value_that_is_an_object_is_refused_and_not_lost(tmp_path: Path) -> None:
    odd = [
        {"post_id": "a", "created_at": "2026-03-04", "text": "fine"},
        {"post_id": "b", "created_at": "2026-03-04", "text": {"x": 1}},
    ]
    put(tmp_path, "\n".join(map(json.dumps, odd)), "a.jsonl")
    got = pull(channel(tmp_path, "a.jsonl"))
    assert (got.column("text"), got.why()) == (["fine"], [("a.jsonl:2", "text holds a list or an object")])


def test_a_packed_file_that_unpacks_beyond_measure_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNPACKED", 1 << 16)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(rows("fine").encode() + b"\n" * (1 << 20)))
    assert "unpacks to over 300 times its size" in checked(channel(tmp_path, "a.csv.gz"), ACME).says
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(rows(*(f"text {i}" for i in range(9_000))).encode()))
    assert len(pull(channel(tmp_path, "b.csv.gz")).posts) == 9_000


def test_a_header_that_comes_again_is_no_post(tmp_path: Path) -> None:
    for how in ({}, {"columns": {"created_at": "created_at", "text": "text"}, "id": "row"}):
        put(tmp_path, rows("one") + rows("two").replace("p0", "p1"))
        got = pull(channel(tmp_path, "a.csv", **how))
        assert got.column("text") == ["one", "two"]
        assert got.why() == []
        assert checked(channel(tmp_path, "a.csv", **how), ACME).details[0]["left_out"] == [
            {"reason": "the header once more", "rows": 1, "first": "a.csv:3"}
        ]
