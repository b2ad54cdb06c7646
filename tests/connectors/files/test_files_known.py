"""Files that were read before: what is read again and what is not, counted in bytes; and that nothing told differs."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, SECRET, Pulled, pull, span

from earful.connectors.base import Asked, Context, Coverage, Product, Window
from earful.connectors.files import known
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions
from earful.connectors.toolkit import stamps

HEAD = "post_id,created_at,text,rating"
YEAR = span("2026-01-01", "2027-01-01")


@dataclass
class Shelf:
    """A folder of files that is pulled night after night, each told what the one before remembered."""

    root: Path
    remembered: str = ""

    def put(self, name: str, *rows: str, days_ago: float = 1) -> Path:
        path = self.root / name
        path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
        then = time.time() - 86400 * days_ago
        os.utime(path, (then, then))
        return path

    def connector(self, context: dict[str, Any] | None = None, **options: Any) -> FilesConnector:
        told = {ACME.slug: self.remembered}
        with_all = Context("shelf", SECRET, {}, str(self.root), remembered=told)
        given = {"paths": ["*.csv"], **options}
        return FilesConnector(FilesOptions(**given), replace(with_all, **context or {}))

    def night(
        self, window: Window = YEAR, product: Product = ACME, context: dict[str, Any] | None = None, **options: Any
    ) -> Pulled:
        got = pull(self.connector(context, **options), product, window)
        self.remembered = got.coverage.remember or ""
        return got


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    # The entry's time (ctime) is that of the test itself: as if it were long ago.
    monkeypatch.setattr(stamps, "RACY_NS", -(10**12))
    return Shelf(tmp_path)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, int]]:
    """Bytes read of each file since it was asked last."""
    found: dict[str, int] = {}
    opened = io.open

    class Counting(io.FileIO):
        def readinto(self, buffer: Any) -> int | None:
            got = super().readinto(buffer)
            found[Path(str(self.name)).name] = found.get(Path(str(self.name)).name, 0) + (got or 0)
            return got

    def counted(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
        if mode == "rb" and str(file).endswith(".csv"):
            return io.BufferedReader(Counting(str(file)))
        return opened(file, mode, *args, **named)

    monkeypatch.setattr(io, "open", counted)

    def since() -> dict[str, int]:
        told = dict(found)
        found.clear()
        return told

    return since


def told(got: Pulled) -> tuple[Any, ...]:
    coverage = got.coverage
    return (coverage.reached, coverage.until, coverage.capped, coverage.note, got.why())


Read = Callable[[], dict[str, int]]


def test_files_that_are_the_same_are_not_read_and_all_they_said_is_said_again(shelf: Shelf, read: Read) -> None:
    shelf.put("a.csv", "1,2026-02-01,fine,4", "2,1926-02-03,bad,4", ",2026-02-04,no id,", "4,nonsense,undated,")
    shelf.put("b.csv", "5,2026-03-01,late,", "6,2026-03-05,later,")
    first = shelf.night()
    assert (len(first.posts), first.coverage.kept) == (3, 0)
    assert "set aside in 1 row: no id (first a.csv:4)" in first.coverage.note
    assert set(read()) == {"a.csv", "b.csv"}
    for _ in range(2):
        again = shelf.night()
        assert read() == {}
        assert (len(again.posts), again.coverage.kept) == (0, 3)
        assert told(again) == told(first)
    assert [reason for _, reason in first.why()] == [first.why()[2][1], "no id", first.why()[0][1]]


def test_a_file_that_comes_later_is_read_alone_unless_others_come_behind_it(shelf: Shelf, read: Read) -> None:
    shelf.put("b.csv", "1,2026-02-01,fine,4")
    shelf.night()
    read()
    shelf.put("c.csv", "2,2026-01-15,older than the other,4")
    got = shelf.night()
    assert set(read()) == {"c.csv"}
    assert (got.posts["post_id"].tolist(), got.coverage.kept) == (["2"], 1)
    assert told(got) == told(pull(Shelf(shelf.root).connector(), ACME, YEAR)), "as if both had been read"
    read()
    # Of two equal versions of a row the one in the later file counts, so that is read after the new one.
    shelf.put("a.csv", "1,2026-02-01,another,4")
    got = shelf.night()
    assert set(read()) == {"a.csv", "b.csv", "c.csv"}
    assert got.posts["text"].tolist() == ["another", "fine", "older than the other"]


def test_a_file_that_is_gone_makes_the_others_be_read(shelf: Shelf, read: Read) -> None:
    for name in "abc":
        shelf.put(f"{name}.csv", f"{name},2026-02-01,fine,4")
    shelf.night()
    read()
    (shelf.root / "c.csv").unlink()
    assert shelf.night().posts["post_id"].tolist() == ["a", "b"]
    assert set(read()) == {"a.csv", "b.csv"}
    shelf.night()
    assert read() == {}


def test_bytes_decide_where_size_and_time_are_as_they_were(shelf: Shelf, read: Read) -> None:
    path = shelf.put("a.csv", "1,2026-02-01,fine,4")
    before = path.stat()
    shelf.night()
    read()
    path.write_text(path.read_text("utf-8").replace("fine", "poor"), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert shelf.night().posts["text"].tolist() == ["poor"]


def test_a_touched_file_is_hashed_and_no_more(shelf: Shelf, read: Read) -> None:
    path = shelf.put("a.csv", *(f"{n},2026-02-01,fine,4" for n in range(100)))
    size = path.stat().st_size
    shelf.night()
    read()
    path.touch()
    assert (len(shelf.night().posts), read()) == (0, {"a.csv": size})
    assert (len(shelf.night().posts), read()) == (0, {}), "the new time is remembered"


def test_a_time_too_fresh_to_trust_is_not_trusted(shelf: Shelf, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "RACY_NS", 3_000_000_000)
    path = shelf.put("a.csv", "1,2026-02-01,fine,4", days_ago=0)
    shelf.night()
    read()
    # Its stamp is as it was, but another write in the same tick would have left it so as well.
    assert (len(shelf.night().posts), set(read())) == (0, {"a.csv"})
    stamp = stamps.Stamp.of(path)
    looked = max(stamp.modified, stamp.changed)
    assert not stamp.settled(looked + 2_000_000_000)
    assert stamp.settled(looked + 4_000_000_000)


@pytest.mark.parametrize(
    "other",
    [
        {"context": {"secret": b"another one"}},
        {"context": {"former": (b"one before",)}},
        {"product": replace(ACME, include=("acme", "acme two"))},
        {"constants": {"market": "de"}},
        {"time_zone": "Europe/Berlin"},
    ],
    ids=["secret", "former", "product", "constants", "zone"],
)
def test_whatever_decides_how_rows_are_read_is_remembered_with_them(
    shelf: Shelf, read: Read, other: dict[str, Any]
) -> None:
    shelf.put("a.csv", "1,2026-02-01,fine,4")
    shelf.night()
    read()
    assert len(shelf.night(**other).posts) == 1
    assert set(read()) == {"a.csv"}
    assert len(shelf.night(**other).posts) == 0, "and then that is remembered"


def test_another_reader_reads_anew(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("a.csv", "1,2026-02-01,fine,4")
    shelf.night()
    monkeypatch.setattr(known, "_code", lambda: "the reader of another version")
    assert len(shelf.night().posts) == 1


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"fingerprint": "x"}', '{"files": 3}'])
def test_what_cannot_be_understood_is_forgotten(shelf: Shelf, text: str) -> None:
    shelf.put("a.csv", "1,2026-02-01,fine,4")
    shelf.remembered = text
    assert len(shelf.night().posts) == 1


def test_rows_that_are_not_due_yet_come_when_they_are(shelf: Shelf, read: Read) -> None:
    soon = datetime.now(UTC) + timedelta(hours=3)
    shelf.put("a.csv", "1,2026-02-01,fine,4", f"2,{soon:%Y-%m-%dT%H:%M:%S}Z,soon,4")
    for _ in range(2):
        got = shelf.night(Window(YEAR.start, datetime.now(UTC)))
        assert (len(got.posts), got.coverage.kept) == (1, 0)
    assert len(shelf.night(Window(YEAR.start, soon + timedelta(hours=1))).posts) == 2
    ahead = datetime.now(UTC) + timedelta(days=30)
    shelf.put("a.csv", f"3,{ahead:%Y-%m-%d},a mistyped year,4")
    for _ in range(2):
        assert (
            shelf.night(Window(YEAR.start, ahead + timedelta(days=60))).why()[0][1] == "created_at lies in the future"
        )


def test_another_start_is_another_question_where_rows_lie_before_it(shelf: Shelf, read: Read) -> None:
    shelf.put("a.csv", "1,2026-02-01,fine,4", "2,2026-04-01,fine,4")
    assert len(shelf.night(span("2026-03-01", "2027-01-01")).posts) == 1
    assert len(shelf.night(span("2026-01-01", "2027-01-01")).posts) == 2, "rows before the first start are asked now"
    read()
    assert (len(shelf.night(span("2026-01-15", "2027-01-01")).posts), read()) == (0, {}), "all rows lie in both"
    assert len(shelf.night(span("2026-02-15", "2027-01-01")).posts) == 1


def test_a_file_with_very_many_refused_rows_is_read_again(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST_REFUSED", 2)
    shelf.put("a.csv", "1,2026-02-01,fine,4", *(f",2026-02-0{n},no id,4" for n in range(1, 5)))
    assert [len(shelf.night().why()) for _ in range(2)] == [4, 4]
    assert shelf.night().coverage.kept == 0


def test_whether_there_is_anything_new_is_told_without_reading(shelf: Shelf, read: Read) -> None:
    shelf.put("a.csv", "1,2026-02-01,fine,4")
    assert not shelf.connector().unchanged(ACME, YEAR)
    shelf.night()
    read()
    assert shelf.connector().unchanged(ACME, YEAR)
    shelf.put("b.csv", "2,2026-02-01,fine,4")
    assert not shelf.connector().unchanged(ACME, YEAR)
    assert read() == {}


def test_files_are_read_once_for_all_products_and_not_at_all_when_each_knows_them(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "RACY_NS", -(10**12))
    products = [replace(ACME, slug=slug, name=slug.title(), include=(), ids={}) for slug in ("one", "two", "three")]

    def put(name: str, *rows: str) -> int:
        path = tmp_path / name
        path.write_text("\n".join([HEAD + ",app", *rows]) + "\n", "utf-8")
        os.utime(path, (time.time() - 86400,) * 2)
        return path.stat().st_size

    def night(asked: list[Product], remembered: dict[str, str]) -> tuple[dict[str, Coverage], list[str], list[str]]:
        context = Context("shelf", SECRET, {}, str(tmp_path), remembered=remembered)
        options = FilesOptions(paths=["*.csv"], product_column="app", product_values="slug")
        pull = FilesConnector(options, context).pull([Asked(each, YEAR) for each in asked])
        pages = list(pull)
        came = {slug: coverage for slug, coverage in pull.coverage.items() if isinstance(coverage, Coverage)}
        assert list(came) == [each.slug for each in asked]
        refused = sorted(f"{one.product}: {one.reason}" for page in pages for one in page.rejected)
        return came, sorted(n for page in pages for n in page.posts["post_id"].to_pylist()), refused

    def what(came: dict[str, Coverage]) -> dict[str, str]:
        return {slug: coverage.remember or "" for slug, coverage in came.items()}

    def seen(came: dict[str, Coverage]) -> dict[str, Coverage]:
        return {slug: replace(coverage, kept=0, remember=None) for slug, coverage in came.items()}

    sizes = {"a.csv": put("a.csv", "1,2026-02-01,fine,4,one", "2,2026-02-02,fine,4,two", ",2026-02-03,fine,4,two")}
    sizes["b.csv"] = put("b.csv", "4,2026-03-01,fine,4,two", ",2026-03-02,fine,4,three", "5,2026-03-03,fine,4,three")
    two, ids, refused = night(products[:2], {})
    assert (ids, refused) == (["1", "2", "4"], ["two: no id"])
    once = read()
    assert set(once) == set(sizes)
    again, ids, still = night(products[:2], what(two))
    assert (ids, still, read()) == ([], refused, {})
    assert {slug: coverage.kept for slug, coverage in again.items()} == {"one": 1, "two": 2}
    assert seen(again) == seen(two)
    # A product that does not know them yet: all is read, once, for all of them.
    three, ids, refused = night(products, what(again))
    assert ids == ["1", "2", "4", "5"]
    assert refused == [f"{slug}: no id" for slug in ("three", "two")]
    assert read() == once
    assert {slug: seen(three)[slug] for slug in two} == seen(two)
    # What one of them forgets is read for all, from there on.
    put("c.csv", "6,2026-04-01,fine,4,one")
    known_now = what(night(products, what(three))[0])
    read()
    came, ids, _ = night(products, {**known_now, "two": what(three)["two"]})
    assert (ids, set(read())) == (["6"], {"c.csv"})
    assert {slug: coverage.kept for slug, coverage in came.items()} == {"one": 1, "two": 2, "three": 1}
