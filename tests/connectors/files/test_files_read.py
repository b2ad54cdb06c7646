"""Files as they come: encodings, quotes, ragged rows, garbage. No row is ever lost without a word."""

# Long because: one case for each way in which a file can be odd.

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from files_channel import ACME, EVER, channel, pull
from hypothesis import given, settings
from hypothesis import strategies as st
from one_product import checked

from earful.connectors.base import Asked, Coverage
from earful.connectors.errors import Fatal
from earful.connectors.files.tables import read as files_read
from earful.connectors.files.tables import records
from earful.connectors.files.values.escapes import escaped, spoken
from earful.connectors.files.values.garbled import repaired
from earful.connectors.post import SCHEMA

HEAD = "post_id,created_at,text\n"


def put(root: Path, content: str | bytes, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    path = root / name
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("encoding", "asked", "says"),
    [
        ("utf-8", "auto", "csv, utf-8)"),
        ("utf-8-sig", "auto", "utf-8 (by its mark)"),
        ("utf-8-sig", "utf-8", "utf-8 (by its mark)"),
        ("utf-16", "auto", "utf-16 (by its mark)"),
        ("utf-16", "utf-16", "utf-16 (by its mark)"),
        ("utf-16-le", "auto", "utf-16 (without a mark)"),
        ("utf-16-be", "auto", "utf-16 (without a mark)"),
        ("cp1252", "auto", "cp1252 (it is not utf-8)"),
        ("cp1252", "cp1252", "cp1252 (as configured)"),
    ],
)
@pytest.mark.parametrize("block", [3, 1 << 20])
def test_encodings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, asked: str, says: str, block: int
) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    put(tmp_path, HEAD + "1,2024-01-01,naïve – “crème” €5\r\n2,2024-01-02,ok", encoding=encoding)
    got = pull(channel(tmp_path, "a.csv", encoding=asked))
    assert got.column("text") == ["naïve – “crème” €5", "ok"]
    assert says in got.coverage.note


def test_characters_outside_the_basic_plane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK", 3)  # cuts surrogate pairs in two
    put(tmp_path, HEAD + "1,2024-01-01,😀😀\n", encoding="utf-16")
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["😀😀"]


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        (HEAD.encode() + b"1,2024-01-01,a\n2,2024-01-02,\xff\xfe\n3,2024-01-03,c\n", "utf-8"),
        (HEAD.encode() + b"1,2024-01-01,a\n2,2024-01-02,\x81\n3,2024-01-03,c\n", "cp1252"),
        ((HEAD + "1,2024-01-01,a\n2,2024-01-02,\ud83d!\n3,2024-01-03,c").encode("utf-16", "surrogatepass"), "utf-16"),
    ],
)  # fmt: skip
def test_bytes_of_another_encoding_cost_their_row_only(tmp_path: Path, raw: bytes, asked: str) -> None:
    put(tmp_path, raw)
    got = pull(channel(tmp_path, "a.csv", encoding=asked))
    assert got.column("post_id") == ["1", "3"]
    assert got.why() == [("a.csv:3", "bytes of another encoding")]


def test_half_a_character_at_the_end(tmp_path: Path) -> None:
    put(tmp_path, (HEAD + "1,2024-01-01,a\n2,2024-01-02,b").encode("utf-16")[:-1])
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == ["1"]
    assert got.why() == [("a.csv:3", "bytes of another encoding")]


def test_lines_are_those_that_an_editor_shows(tmp_path: Path) -> None:
    rows = '1,2024-01-01,"two\nlines\r\nthree"\n\n\r\n2,never,x\n3,2024-01-03\n'
    rows += '4,2024-01-04,a,b\n5,2024-01-05,"fine"\n,2024-01-06,x\n'
    put(tmp_path, HEAD + rows)
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == ["1", "5"]
    assert got.column("text") == ["two\nlines\r\nthree", "fine"]
    assert sorted(got.why()) == [
        ("a.csv:11", "no id"),
        ("a.csv:7", "created_at is not a time that can be read, or not of the years 1990 to 2200"),
        ("a.csv:8", "2 columns where the header has 3"),
        ("a.csv:9", "4 columns where the header has 3"),
    ]


def test_an_open_quote_costs_its_line_only(tmp_path: Path) -> None:
    put(
        tmp_path, HEAD + '1,2024-01-01,"open\n2,2024-01-02,b\n3,2024-01-03,"c, with ""quotes"""\n4,2024-01-04,5" wide\n'
    )
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == ["2", "3", "4"]
    assert got.column("text") == ["b", 'c, with "quotes"', '5" wide']
    assert got.why() == [("a.csv:2", "a quote is not closed, or closed in mid-field")]


def test_an_open_quote_in_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK", 256)
    monkeypatch.setattr(records, "LONGEST", 1024)
    rows = [f"{i},2024-01-01,text {i}" for i in range(500)]
    rows[100] = '100,2024-01-01,"open'
    put(tmp_path, HEAD + "\n".join(rows))
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == [str(i) for i in range(500) if i != 100]
    assert [item for item, _ in got.why()] == ["a.csv:102"]


def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK", 1 << 10)
    monkeypatch.setattr(records, "LONGEST", 1 << 12)
    put(tmp_path, HEAD + "1,2024-01-01," + "x" * 10_000 + "\n")
    with pytest.raises(Fatal, match=r"^a.csv:2: a line of over"):
        pull(channel(tmp_path, "a.csv"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("asked", [True, False])
def test_delimiters(tmp_path: Path, delimiter: str, asked: bool) -> None:
    rows = [["post_id", "created_at", "text"], ["1", "2024-01-01", f"a{delimiter}b,c;d"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    put(tmp_path, out.getvalue())
    assert pull(channel(tmp_path, "a.csv", delimiter=delimiter if asked else "auto")).column("text") == [rows[1][2]]


def test_gzip(tmp_path: Path) -> None:
    packed = gzip.compress((HEAD + "1,2024-01-01,a\n").encode("utf-16"))
    put(tmp_path, packed, "a.csv.gz")
    assert pull(channel(tmp_path, "*.gz")).column("text") == ["a"]
    lines = gzip.compress(b'{"post_id": "1", "created_at": "2024-01-01"}\n')
    put(tmp_path, lines, "b.jsonl.gz")
    assert pull(channel(tmp_path, "b.*")).column("post_id") == ["1"]
    put(tmp_path, packed[:-12], "a.csv.gz")
    with pytest.raises(Fatal, match=r"^a.csv.gz: cannot be read \(.+\); put a whole copy in its place$"):
        pull(channel(tmp_path, "a.csv.gz"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "a.csv: is empty; expected a table with a header"),
        ("a.csv", b"\n\n", "a.csv: has no header"),
        ("a.csv", b"PK\x03\x04\x14\x00", "a.csv: cannot be read"),
        ("a.csv", bytes(range(256)) * 40, "a.csv: its first line is binary data"),
        ("a.csv", b"%PDF-1.7\n", "a.csv: is a PDF"),
        ("a.csv", b"id,created_at\n1,2024-01-01\n", "has no column 'post_id' (for post_id); columns found: 'id', 'created_at'"),
        ("a.csv", b"post_id,created_at,text,text\n", "a.csv: has two columns 'text'; rename one of them"),
        ("a.csv", b'"post_id,created_at\n1,2024-01-01\n', "a.csv: its first line cannot be read"),
        ("a.jsonl", b"post_id,created_at\n", "a.jsonl: no JSON object in its first lines; expected one object a line"),
        ("a.jsonl", b'[{"post_id": 1}]', "a.jsonl: has no column 'created_at'"),
        ("a.jsonl", b'{"post_id": 1}\n', "has no column 'created_at' (for created_at); columns found: 'post_id'"),
        ("a.parquet", b"PAR1 and nothing else PAR1", "a.parquet: cannot be read as Parquet"),
        ("a.parquet", b"post_id,created_at\n", "a.parquet: cannot be read as Parquet"),
    ],
)  # fmt: skip
def test_garbage(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    put(tmp_path, content, name)
    connector = channel(tmp_path, name)
    with pytest.raises(Fatal) as caught:
        pull(connector)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    health = checked(connector, ACME)
    assert not health.ok
    assert says in health.says


def test_no_file(tmp_path: Path) -> None:
    put(tmp_path, HEAD)
    for paths in (["b.csv"], ["a.csv", "**/*.parquet"]):
        with pytest.raises(Fatal, match=r"^files: '.*' matches no file \(seen from .*\); put it there, or mend paths$"):
            pull(channel(tmp_path, paths))


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        '{"post_id": 1, "created_at": 1704103200, "text": "a", "rating": 5, "extra": {"deep": [1]}}',
        "",
        '{"post_id": 2, "created_at": 1704103200, "text": "b", "rating": null}',
        '{"post_id": 3, "created_at": 1704103200, "text": "nul \\u0000 here"}',
    ]
    put(tmp_path, "\n".join(lines), "a.jsonl")
    got = pull(channel(tmp_path, "a.jsonl"))
    assert got.column("post_id") == ["1", "2", "3"]
    assert got.column("rating") == [5, None, None]
    assert got.column("text") == ["a", "b", "nul  here"]
    assert got.rejected == ()


@pytest.mark.parametrize("block", [7, 1 << 20])
def test_json_lines_after_an_undecodable_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    put(tmp_path, b'"\xff"\n{"post_id": 1, "created_at": "2024-01-01"}\n', "a.jsonl")
    got = pull(channel(tmp_path, "a.jsonl", encoding="utf-8"))
    assert got.column("post_id") == ["1"]
    assert got.why() == [("a.jsonl:1", "bytes of another encoding")]


def test_json_lines_that_arrow_refuses_are_read_one_by_one(tmp_path: Path) -> None:
    lines = [
        '{"post_id": 1, "created_at": 1704103200, "text": "a", "rating": 5}',
        '{"post_id": "two", "created_at": "2024-01-01T10:00:00Z", "text": "half a \\ud83d pair", "rating": "4"}',
        '{"post_id": 3, "created_at": 1704103200.0, "text": "c", "rating": 3.0}',
        '{"post_id": 4, "created_at": 1704103200',
        "[1, 2]",
        '{"post_id": 6, "created_at": 1704103200, "text": ["a", "list"]}',
        '{"post_id": 7, "created_at": 1704103200, "rating": 4.5}',
        '{"post_id": 8, "created_at": 1704103200} {"post_id": 9, "created_at": 1704103200}',
    ]
    put(tmp_path, "\r\n".join(lines) + "\r\n", "a.jsonl")
    got = pull(channel(tmp_path, "a.jsonl"))
    assert got.column("post_id") == ["1", "two", "3", "7"]
    assert got.column("text") == ["a", "half a \ufffd pair", "c", ""]
    assert got.column("rating") == [5, 4, 3, 4.5]
    assert len(set(got.column("created_at"))) == 1
    assert got.why() == [
        ("a.jsonl:4", "not JSON"),
        ("a.jsonl:5", "not a JSON object"),
        ("a.jsonl:6", "text holds a list or an object"),
        ("a.jsonl:8", "not JSON"),
    ]


def test_parquet(tmp_path: Path) -> None:
    texts = pa.array([b"a", b"\xff", b"c", b"d"]).view(pa.string())  # Parquet's writers do not check
    table = pa.table(
        {
            "post_id": pa.array([10, 11, 12, 12]),
            "created_at": pa.array([1704103200000] * 4, pa.timestamp("ms")),
            "text": texts,
            "kind": pa.array(["review", "review", "letter", "review"]).dictionary_encode(),
            "rating": pa.array([5.0, 4.0, None, 1.0]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    got = pull(channel(tmp_path, "a.parquet"))
    assert got.column("post_id") == ["10", "12"]
    assert got.column("text") == ["a", "d"]
    assert (got.column("rating"), got.column("kind")) == ([5, 1], ["review", "review"])
    assert got.why() == [
        ("a.parquet:2", "bytes of another encoding"),
        ("a.parquet:3", "its id and time are those of a later row of this file, which has other words"),
    ]


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(),
     pa.dictionary(pa.int32(), pa.string()), pa.dictionary(pa.int32(), pa.large_string())],
    ids=str,
)  # fmt: skip
def test_text_of_parquet_under_every_type(tmp_path: Path, kind: pa.DataType) -> None:
    """polars writes large strings, pandas categories, Spark bytes: each is the same text, and broken UTF-8 is refused."""
    texts = [b"nice app", b"na\xc3\xafve", b"caf\xe9"]
    raw, category = pa.array(texts, pa.binary()), pa.types.is_dictionary(kind)
    text = raw.cast(kind.value_type if category else kind, safe=False)  # not safe: bytes are taken for text unseen
    text = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2], pa.int32()), text) if category else text
    ids, times = [f"p{n}" for n in range(3)], ["2026-03-02T10:00:00Z"] * 3
    pq.write_table(pa.table({"post_id": ids, "created_at": times, "text": text}), tmp_path / "a.parquet")
    got = pull(channel(tmp_path, "a.parquet"))
    assert got.column("text") == ["nice app", "naïve"]
    assert got.why() == [("a.parquet:3", "bytes of another encoding")]


def test_parquet_with_lists(tmp_path: Path) -> None:
    table = pa.table({"post_id": ["1"], "created_at": ["2024-01-01"], "text": [["a"]]})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(Fatal, match=r"^a.parquet: the column for text holds lists"):
        pull(channel(tmp_path, "a.parquet"))


def test_large_files_come_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_read, "PAGE", 10)
    rows = [{"post_id": str(i % 33), "created_at": "2024-01-01"} for i in range(36)]
    put(tmp_path, "\n".join(json.dumps(r) for r in rows), "a.jsonl")
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    out = "".join(f"{r['post_id']},{r['created_at']}\n" for r in rows)
    put(tmp_path, "post_id,created_at\n" + out)
    for name, first in (("a.jsonl", 1), ("a.parquet", 1), ("a.csv", 2)):
        connector = channel(tmp_path, name)
        assert max(len(page.posts) for page in connector.pull([Asked(ACME, EVER)])) == 10
        got = pull(connector)
        # The three that repeat an id stand on a later page than the first of their id, which has been yielded by then:
        # the store takes the later, and the first is told as set aside.
        assert got.column("post_id") == [str(i % 33) for i in range(36)]
        assert [item for item, _ in got.why()] == [f"{name}:{first + i}" for i in range(3)]
        assert checked(connector, ACME).details[0]["landed"] == 33


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(st.lists(cells, min_size=1, max_size=4), max_size=12),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    dated=st.booleans(),
    block=st.sampled_from([40, 1 << 20]),
)
def test_no_row_of_any_table_is_lost(
    rows: list[list[str]], delimiter: str, encoding: str, dated: bool, block: int
) -> None:
    if dated:
        rows = [[f"id {i}", "2024-01-01", *row[:1]] for i, row in enumerate(rows)]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["post_id", "created_at", "text"], *rows])
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BLOCK", block)
        put(Path(folder), out.getvalue(), encoding=encoding)
        pages = channel(Path(folder), "a.csv").pull([Asked(ACME, EVER)])
        came = list(pages)
        posts = pa.concat_tables([SCHEMA.empty_table(), *(page.posts for page in came)])
    assert len(posts) + sum(len(page.rejected) for page in came) == len(rows)
    assert isinstance(pages.coverage[ACME.slug], Coverage if len(posts) or not rows else Fatal)
    if dated:
        nothing = {"NULL", "null", "Null", r"\N", "NaN", "nan", "NAN", "#N/A", "<NA>"}
        texts = [row[2].replace("\x00", "") for row in rows]
        plain = pa.array(["" if text in nothing else text for text in texts], pa.string())
        meant, _ = repaired(spoken(plain, lines=escaped(plain)))
        assert posts["text"].to_pylist() == meant.to_pylist()


messy = st.text(st.sampled_from('",\n\r ab'), max_size=60)


@settings(deadline=None, max_examples=60)
@given(body=messy, block=st.integers(1, 9))
def test_where_blocks_are_cut_changes_nothing(body: str, block: int) -> None:
    def read(size: int) -> tuple[list[Any], list[Any]]:
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(records, "BLOCK", size)
            file = files_read.look(put(Path(folder), "x,y\n" + body), "csv", "auto", ",")
            found = list(files_read.batches(file, lambda columns: columns))
        rows = [(line, *values) for b in found for line, *values in zip(b.lines, *b.table.columns, strict=True)]
        return [(int(n), str(x), str(y)) for n, x, y in rows], sorted(
            (r.item, r.reason) for b in found for r in b.refused
        )

    rows, refused = read(1 << 20)
    assert (rows, refused) == read(block)
    # Every line that is not blank is a row, a line of a row's quoted value, or refused.
    inside = sum(len((x + y).replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1 for _, x, y in rows)
    lines = [line for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line]
    assert len(lines) <= len(rows) + inside + _lines_of_refused(body, refused)


def _lines_of_refused(body: str, refused: list[Any]) -> int:
    """Refused rows, each with the lines inside its quotes (at most as many as there are quoted line ends)."""
    return sum(1 + (body.count("\n") + body.count("\r") if "columns" in reason else 0) for _, reason in refused)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.one_of(st.text(max_size=20), st.integers().map(str)), max_size=8))
def test_no_line_of_json_is_lost(garbage: list[str]) -> None:
    good = '{"post_id": "%d", "created_at": "2024-01-01", "text": "x"}'
    lines = [good % 0]
    for i, text in enumerate(garbage, 1):
        lines += [
            text.replace("\n", " "),
            good % i,
            json.dumps({"post_id": f"g{i}", "created_at": 1704103200, "text": text}),
        ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        got = pull(channel(Path(folder), "a.jsonl", encoding="utf-8"))
    blank = sum(line in ("", "\r") for line in lines)
    assert len(got.posts) + len(got.rejected) == len(lines) - blank
    assert len(got.posts) >= 1 + 2 * len(garbage)
