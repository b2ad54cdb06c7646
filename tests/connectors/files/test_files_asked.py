"""Questions and losses of a channel's files, night after night: what is asked costs a field, what is gone costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from files_channel import ACME, SECRET, Pulled, pull, put, span
from one_product import checked

from earful.connectors.base import Context
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions

HEAD = "post_id,created_at,text,rating"
YEAR = span("2026-01-01", "2027-01-01")


@dataclass
class Nights:
    """A channel of all CSV files of a folder, pulled night after night."""

    root: Path
    remembered: str = ""

    def put(self, name: str, stars: list[str], ids: str = "") -> None:
        rows = [f"{ids or name}{n},2026-03-{n % 28 + 1:02d},words {n},{said}" for n, said in enumerate(stars)]
        put(self.root, HEAD, *rows, name=name)

    def connector(self, **options: object) -> FilesConnector:
        context = Context("shelf", SECRET, {}, str(self.root), remembered={ACME.slug: self.remembered})
        return FilesConnector(FilesOptions.model_validate({"paths": ["*.csv"], **options}), context)

    def night(self, **options: object) -> Pulled:
        got = pull(self.connector(**options), window=YEAR)
        self.remembered = got.coverage.remember or ""
        return got


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


def landed(got: Pulled) -> dict[str, float | None]:
    """Stars by id as the store keeps them: of two equal versions the later."""
    return dict(zip(got.column("post_id"), got.column("rating"), strict=True))


@pytest.mark.parametrize(
    ("first", "second", "tops"),
    [(["5", "4", "1"], ["10", "9", "7"], (5, 10)), (["10", "8"], ["4", "3", "2"], (10, 5)), (["1"], ["10"], (5, 10))],
)
def test_two_scales_cost_the_stars_and_no_row(
    nights: Nights, first: list[str], second: list[str], tops: tuple[int, int]
) -> None:
    nights.put("a.csv", first)
    nights.put("b.csv", second)
    got = nights.night()
    assert set(landed(got).values()) == {None}
    assert len(landed(got)) == len(first) + len(second)
    names = dict(zip(tops, ("a.csv", "b.csv"), strict=True))
    said = f"rating runs to 5 in {names[5]} and to 10 in {names[10]}: "
    (question,) = got.coverage.questions
    assert question == f'asked of a.csv: {said}set scale = "1..10" if both do, or give each its channel'
    assert got.coverage.note.startswith(question)
    health = checked(nights.connector(), ACME)
    assert health.ok
    assert said in health.says
    assert sum(any(said in ask for ask in each["questions"]) for each in health.details) == 2
    # Nothing has changed: it is asked still, and neither file is read as if it were alone.
    again = nights.night()
    assert again.coverage.questions == got.coverage.questions
    nights.put("c.csv", second)
    assert set(landed(nights.night()).values()) == {None}
    answered = landed(nights.night(scale="1..10"))
    assert None not in answered.values()


def test_what_was_read_on_one_scale_stays_when_another_comes(nights: Nights) -> None:
    nights.put("m.csv", ["5", "4", "1"])
    assert list(landed(nights.night()).values()) == [5, 4, 1]
    nights.put("a.csv", ["10", "9", "7"])  # before the other by its name, so that both are read
    got = nights.night()
    assert list(landed(got).values()) == [None] * 3 + [5, 4, 1]
    assert got.coverage.questions[0].startswith("asked of a.csv: rating runs to 5 in m.csv and to 10 in a.csv")
    nights.put("m.csv", ["5", "4", "1", "3"])
    assert list(landed(nights.night()).values())[-4:] == [5, 4, 1, 3]


def test_a_scale_of_one_file_that_cannot_be_told_is_the_same_kind_of_news(nights: Nights) -> None:
    nights.put("a.csv", ["7", "6", "2", "1"])
    got = nights.night()
    assert set(landed(got).values()) == {None}
    assert got.coverage.questions[0].startswith("asked of a.csv: rating runs from 1 to 7")
    assert got.coverage.note.startswith("asked of a.csv: ")


def test_a_file_that_has_fewer_rows_is_said_and_takes_nothing_with_it(nights: Nights) -> None:
    nights.put("a.csv", ["5"] * 9)
    nights.put("b.csv", ["4"] * 4)
    assert "when it was last read" not in nights.night().coverage.note
    nights.put("a.csv", ["5"] * 6)
    got = nights.night()
    said = "a.csv has 6 rows, 9 when it was last read; the posts of what is gone stay"
    assert got.coverage.note.startswith(said)
    assert got.coverage.questions == ()
    assert "when it was last read" not in nights.night().coverage.note


@pytest.mark.parametrize("gone", [["a.csv"], ["b.csv"], ["a.csv", "c.csv"]])
def test_a_file_that_is_gone_is_said(nights: Nights, gone: list[str]) -> None:
    for name in ("a.csv", "b.csv", "c.csv", "d.csv"):
        nights.put(name, ["4"] * 4)
    nights.night()
    for name in gone:
        (nights.root / name).unlink()
    got = nights.night()
    said = (
        f"gone since it was last read: {', '.join(f'{name} (4 rows)' for name in gone)}; the posts of what is gone stay"
    )
    assert got.coverage.note.startswith(said)
    assert "gone since" not in nights.night().coverage.note


def test_many_files_are_not_named_one_by_one(nights: Nights) -> None:
    for n in range(9):
        nights.put(f"{n}.csv", ["4"])
    nights.night()
    for n in range(8):
        (nights.root / f"{n}.csv").unlink()
    note = nights.night().coverage.note
    assert note.startswith("gone since it was last read: 0.csv (1 row), 1.csv (1 row), 2.csv (1 row), 5 more; ")


def test_files_that_grew_or_stayed_are_not_said(nights: Nights) -> None:
    nights.put("a.csv", ["4"] * 3)
    nights.put("b.csv", ["4"] * 3)
    nights.night()
    nights.put("a.csv", ["4"] * 5)
    assert nights.night().coverage.note.startswith("2 files (csv, utf-8)")
    # Under other options other rows may be meant.
    (nights.root / "b.csv").unlink()
    assert nights.night(paths=["a.csv"]).coverage.note.startswith("1 file (csv, utf-8)")
