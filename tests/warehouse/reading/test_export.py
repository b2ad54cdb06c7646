"""Exports: numbers stay numbers, text cannot run in a spreadsheet, two readers agree."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from landing import DAY, NOW, T0, put, row

from earful.warehouse import Store, WarehouseError, export, open_store, publish, query
from earful.warehouse.reading.export import guarded

NASTY = [
    "=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\x00=1", "＝1",
    'plain "quoted", with comma', "two\r\nlines", "bell\x07 and \x9b escape", "fine = not first",
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file, which no test changes."""
    home = tmp_path_factory.mktemp("published")
    with open_store(home / "store.duckdb", time_zone="Europe/Berlin") as store:
        put(store, *(row(f"p{i:02}", T0 + i * DAY / 8, -0.5, text=text) for i, text in enumerate(NASTY)))
        put(store, row("v", T0 + 3 * DAY, market="=cmd|'/c calc'!A1", product="other"), product="other")
        return publish(store, home / "earful.duckdb", now=NOW).path


def test_a_csv_is_text_to_a_spreadsheet_and_numbers_to_everybody(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "days.csv"
    done = export(path, out, form="csv", first=date(2026, 3, 2), last=date(2026, 3, 5))
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert done.rows == len(rows) == 3
    assert {r["market"] for r in rows} == {"", "'=cmd|'/c calc'!A1"}
    assert [float(r["mean_compound"]) for r in rows if r["product"] == "orbit"] == [-0.5, -0.5]
    assert not any(r["mean_compound"].startswith("'") for r in rows)
    con = duckdb.connect()
    con.execute(f"create table found as from read_csv('{out}', header = true)")
    kinds = {name: kind for name, kind, *_ in con.execute("describe found").fetchall()}
    assert (kinds["day"], kinds["posts"], kinds["mean_compound"]) == ("DATE", "BIGINT", "DOUBLE")
    assert kinds["complete"] == "BOOLEAN"
    assert str(kinds["updated_at"]).startswith("TIMESTAMP")
    sums = query(path, "select sum(posts), sum(compound_sum) from daily").rows
    assert tuple(con.execute("select sum(posts), sum(compound_sum) from found").fetchall()) == sums


def test_every_text_of_posts_is_guarded_and_comes_back_the_same_in_two_readers(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "posts.csv"
    export(path, out, what="posts", form="csv", product="orbit")
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert len(rows) == len(NASTY)
    assert "author" not in rows[0]
    texts = {r["post_id"]: r["text"] for r in rows}
    for value in texts.values():
        assert value.lstrip()[0] not in "=+-@＝\t\r"
        assert all(c in "\n\t" or (ord(c) >= 32 and not 127 <= ord(c) < 160) for c in value)
    assert texts["p10"] == NASTY[10]
    assert texts["p11"] == "two\nlines"
    assert texts["p12"] == "bell and  escape"
    assert texts["p13"] == NASTY[13]
    con = duckdb.connect()
    read = con.execute(f"select post_id, text from read_csv('{out}', header = true, all_varchar = true)").fetchall()
    assert dict(read) == texts


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("", ""), ("-", "'-"), ("a-b", "a-b"), ("\x00=1", "'=1"), ("1", "1"), ('"=1"', '\'"=1"'),
        ("ok;=1+2", "ok;'=1+2"), ("ok\t=1+2", "ok\t'=1+2"), ("ok\n=1+2", "ok\n'=1+2"), ("ok\r+1", "ok\n'+1"),
        ("ok; =1;\ufeff@x", "ok;' =1;'\ufeff@x"), ('ok;"=1', 'ok;\'"=1'), ("ok;;=1", "ok;;'=1"), ("\t=1", "'\t'=1"),
        ("fine ;-) yes", "fine ;-) yes"), ("fine ;-(1)", "fine ;'-(1)"), ("good; bad\tugly\nover", "good; bad\tugly\nover"),
    ],
)  # fmt: skip
def test_the_rule(value: str, safe: str) -> None:
    assert guarded(value) == safe


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫")
def test_no_invisible_character_hides_a_sign(sign: str) -> None:
    unseen = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cf"]
    assert {"\ufeff", "\u200b", "\u2060", "\u00ad", "\u200f", "\u202e", "\u2066"} <= set(unseen)
    for each in unseen:
        assert guarded(f"{each} {each}{sign}1") == f"'{each} {each}{sign}1", hex(ord(each))
        assert guarded(f"a;{each}{sign}1") == f"a;'{each}{sign}1", hex(ord(each))
        assert guarded(f"{each}a{sign}1") == f"{each}a{sign}1"


def test_a_text_of_separators_costs_its_length() -> None:
    assert guarded("\n\t;" * 100_000) == "\n\t;" * 100_000


def test_what_another_separator_would_part_is_quoted_and_begins_no_formula(store: Store, tmp_path: Path) -> None:
    texts = ["ok;=1+2", "ok\t=1+2;x", "one\n=1+2\nthree", 'say "x";"=1+2;', "plain", "fine ;-)"]
    put(store, *(row(f"p{i}", T0, text=text) for i, text in enumerate(texts)))
    out = tmp_path / "posts.csv"
    export(publish(store, tmp_path / "earful.duckdb", now=NOW).path, out, what="posts", form="csv")
    raw = out.read_text("utf-8")
    assert '"ok;\'=1+2"' in raw
    assert ',"fine ;-)",' in raw
    assert ",plain," in raw
    for separator in ";\t":
        # As Excel reads it: a quote counts at the beginning of a cell only.
        for line in raw.splitlines():
            for cell in line.split(separator):
                assert not cell.lstrip('" ').startswith(("=", "+", "@", "-1")), cell


def test_parquet_holds_the_values_as_they_are(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "posts.parquet"
    export(path, out, what="posts", product="orbit")
    table = pq.read_table(out)
    assert table["text"].to_pylist()[0] == NASTY[0]
    assert str(table.schema.field("day").type) == "date32[day]"
    assert str(table.schema.field("created_at").type) == "timestamp[us, tz=UTC]"
    assert "author" not in table.column_names


def test_a_failed_export_leaves_the_old_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WarehouseError):
        export(path, tmp_path / "file" / "days.csv", form="csv")
    assert (tmp_path / "file").read_text() == "x"
