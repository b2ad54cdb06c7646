"""``python -m benchmarks.odd_files``: what it counts is what came; a reader that errs is found out, a good one is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.odd_files import build, measure, reading
from benchmarks.odd_files.draft import CELLS, LOST, Draft, Way
from benchmarks.odd_files.reading import Reading
from benchmarks.odd_files.ways import ALL

BY_NAME = {way.name: way for way in ALL}
PLAIN = Way("plain", CELLS, lambda draft: None, frozenset())


def trial(folder: Path, *names: str, seed: int = 13) -> measure.Trial:
    place = folder / str(len(list(folder.iterdir())))
    place.mkdir()
    one = measure.trial([BY_NAME.get(name, PLAIN) for name in names], seed, place)
    assert one is not None
    return one


def test_there_are_over_200_ways_each_under_its_own_name_and_many_pairs() -> None:
    assert len(BY_NAME) == len(ALL) > 200
    assert len(build.pairs(ALL[::4])) > 1_000
    assert not any(one.touches & other.touches for one, other in build.pairs(ALL[::20]))


def test_the_same_seed_is_the_same_table_and_another_is_another() -> None:
    first, again, other = (build.build([PLAIN], seed) for seed in (1, 1, 2))
    assert first.posts == again.posts != other.posts
    assert len({post.text for post in first.posts}) == len(first.posts)


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("plain", "right"), ("bytes: cp1250", "right"), ("bytes: utf-16", "right"), ("table: delimiter ;", "right"),
        ("time: e-mail", "right"), ("files: overlapping", "right"), ("shape: Parquet, categories", "right"),
        ("text: HTML entities", "right"), ("pack: gzip", "right"), ("rating: 4/5", "right"),
        ("time: day or month first cannot be told", "asked"), ("rating: 0..100", "asked"),
        ("id: rounded to 5.70306E+17", "asked"), ("nps: stars", "asked"), ("rating: words", "asked"),
        ("time: words", "refused"), ("time: letters of a zone that are many", "refused"),
        ("likes: 12 people found this helpful", "right"),
        ("table: one row has a cell too many", "right"),
    ],
)  # fmt: skip
def test_how_tables_end(tmp_path: Path, name: str, end: str) -> None:
    one = trial(tmp_path, name)
    assert one.end == end, measure.shown(one)
    assert [*one.wrong, *one.silent, *one.unreasoned] == []


@pytest.mark.parametrize("seed", range(3))
def test_pairs_are_read(tmp_path: Path, seed: int) -> None:
    for names in (
        ("time: Google Forms", "table: line ends of Windows"),
        ("bytes: koi8_r", "files: newest first"),
        ("id: none", "nothing: 'NULL'"),
    ):
        one = trial(tmp_path, *names, seed=seed)
        assert one.end == "right", measure.shown(one)


def _changed(change: Callable[[Reading], object]) -> Callable[..., Reading]:
    real = reading.read

    def read(draft: Draft, folder: Path, options: dict[str, Any]) -> Reading:
        found = real(draft, folder, options)
        change(found)
        return found

    return read


def _without_one(found: Reading) -> None:
    del found.rows[3]


def _zone_off(found: Reading) -> None:
    found.rows = [{**row, "created_at": row["created_at"] + timedelta(hours=2)} for row in found.rows]


def _field_off(name: str, value: object) -> Callable[[Reading], None]:
    def change(found: Reading) -> None:
        found.rows = [{**row, name: value} if at == 4 else row for at, row in enumerate(found.rows)]

    return change


def _one_more(found: Reading) -> None:
    found.rows.append({**found.rows[0], "post_id": "of nobody"})


def _cells_swapped(found: Reading) -> None:
    found.rows = [{**row, "title": row["text"], "text": row["title"]} for row in found.rows]


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        (_without_one, "silent"),
        (_zone_off, "wrong"),
        (_field_off("text", "other words"), "wrong"),
        (_field_off("text", ""), "silent"),
        (_field_off("rating", 2.5), "wrong"),
        (_field_off("app_version", None), "silent"),
        (_field_off("nps", 7), "wrong"),
        (_one_more, "wrong"),
        (_cells_swapped, "wrong"),
        (lambda found: setattr(found, "differ", "check says so, the run another way"), "wrong"),
        (lambda found: setattr(found, "refused", "no reason that any way gives"), "unreasoned"),
        (lambda found: found.aside.update({"it is Friday": 1}), "unreasoned"),
    ],
)
def test_a_reader_that_errs_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Reading], object], counted: str
) -> None:
    way = "version: two parts with a zero behind"  # a table with stars and versions
    assert trial(tmp_path, way).end == "right"
    monkeypatch.setattr(reading, "read", _changed(change))
    one = trial(tmp_path, way)
    found = {kind: len(getattr(one, kind)) for kind in ("wrong", "silent", "unreasoned")}
    assert one.end == "wrong"
    assert found.pop(counted) > 0
    assert counted == "wrong" or not any(found.values())
    figures = measure.measured([one])
    assert figures["read_right"] == 0
    total = {"wrong": "wrong_values", "silent": "silent_losses", "unreasoned": "refused_without_reason"}[counted]
    assert figures[total] > 0


def test_a_loss_that_is_said_is_no_silent_one_and_no_reading_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(found: Reading) -> None:
        _field_off("rating", None)(found)
        found.not_read["rating"] = 1

    monkeypatch.setattr(reading, "read", _changed(change))
    one = trial(tmp_path, "rating: 4/5")
    assert (one.end, one.silent, one.told) == ("told", [], ["rating not read in 1 rows"])


def test_a_guess_at_what_nobody_can_know_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(draft: Draft) -> None:
        draft.cells["likes"][2], draft.known["likes"][2] = "many", LOST

    way = Way("a count in words", CELLS, spoil, frozenset({"likes"}), needs=frozenset({"likes"}))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    honest = measure.trial([way], 13, tmp_path / "a")
    assert honest is not None
    assert honest.end == "right", honest

    def change(found: Reading) -> None:
        found.rows = [row if row["likes"] is not None else {**row, "likes": 0} for row in found.rows]

    monkeypatch.setattr(reading, "read", _changed(change))
    guessed = measure.trial([way], 13, tmp_path / "b")
    assert guessed is not None
    assert guessed.wrong == ["row 2: likes is 0, was (nothing can be known)"]
