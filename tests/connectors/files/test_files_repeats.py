"""Ids that stand in more rows than one: the later of two of one time, the newest of several, and what that costs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from files_channel import ACME, Pulled, channel, pull, put
from one_product import checked

from earful.connectors.files.tables import read as files_read

HEAD = "post_id,created_at,text"
SAME = "its id and time are those of a later row of this file"
OTHER = f"{SAME}, which has other words"


def by_id(got: Pulled) -> dict[str, str]:
    """What the store keeps: of versions the newest by time, of equal times the later row."""
    kept: dict[str, tuple[object, str]] = {}
    for post_id, at, text in zip(*(got.column(name) for name in ("post_id", "created_at", "text")), strict=True):
        if post_id not in kept or kept[post_id][0] <= at:
            kept[post_id] = (at, text)
    return {post_id: text for post_id, (_, text) in kept.items()}


def test_of_one_id_and_time_the_later_row_stands_in_one_file_as_in_many(tmp_path: Path) -> None:
    put(tmp_path, HEAD, "1,2026-03-01,first", "2,2026-03-01,same", "1,2026-03-01,later", "2,2026-03-01,same")
    got = pull(channel(tmp_path, "a.csv"))
    assert by_id(got) == {"1": "later", "2": "same"}
    assert got.why() == [("a.csv:2", OTHER), ("a.csv:3", SAME)]
    assert got.coverage.missing == ()
    put(tmp_path, HEAD, "1,2026-03-01,first", name="b.csv")
    put(tmp_path, HEAD, "1,2026-03-01,later", name="c.csv")
    assert by_id(pull(channel(tmp_path, ["b.csv", "c.csv"]))) == {"1": "later"}


def test_edits_are_versions_and_told(tmp_path: Path) -> None:
    put(tmp_path, HEAD, "1,2026-03-01,Great", "2,2026-03-01,ok", "1,2026-03-20,crashes", "3,2026-03-02,ok")
    got = pull(channel(tmp_path, "a.csv"))
    assert by_id(got) == {"1": "crashes", "2": "ok", "3": "ok"}
    assert got.why() == []
    said = (
        "1 row with the id of another row and another time, at least 1 of them with other words (first a.csv:4): "
        "one post an id stays, the newest by time"
    )
    assert said in got.coverage.note
    health = checked(channel(tmp_path, "a.csv"), ACME)
    assert health.details[0]["repeated_ids"] == {"rows": 1, "other_words": 1, "first": "a.csv:4"}
    assert any(said in line for line in health.lines)


@pytest.mark.parametrize("page", [70, 1_000])
def test_a_column_that_tells_no_rows_apart_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """Twenty customers, 200 answers: all but twenty would be gone."""
    monkeypatch.setattr(files_read, "PAGE", page)
    rows = [f"c{n % 20},2026-03-{1 + n // 20:02d},{'x' * (n + 1)}" for n in range(200)]
    put(tmp_path, HEAD, *rows)
    health = checked(channel(tmp_path, "a.csv"), ACME)
    assert health.details[0]["repeated_ids"] == {"rows": 180, "other_words": 180, "first": "a.csv:22"}
    assert any('if the ids do not tell rows apart, set id = "row"' in line for line in health.lines)
    assert len(by_id(pull(channel(tmp_path, "a.csv")))) == 20
    assert len(by_id(pull(channel(tmp_path, "a.csv", id="row")))) == 200
    assert "repeated" not in str(checked(channel(tmp_path, "a.csv", id="row"), ACME).lines)


def test_what_is_counted_is_what_is_lost_however_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(13)
    rows = [(rng.randrange(60), rng.randrange(1, 6), "y" * rng.randrange(1, 9)) for _ in range(150)]
    put(tmp_path, HEAD, *(f"{a},2026-03-0{b},{c}" for a, b, c in rows))
    ids = {a for a, _, _ in rows}
    versions = {(a, b): c for a, b, c in rows}
    for page in (13, 64, 1_000):
        monkeypatch.setattr(files_read, "PAGE", page)
        health = checked(channel(tmp_path, "a.csv"), ACME)
        told = health.details[0]
        assert (told["rows"], told["landed"]) == (150, len(versions))
        assert sum(each["rows"] for each in told["set_aside"]) == 150 - len(versions)
        assert told["repeated_ids"]["rows"] == len(versions) - len(ids)
        got = pull(channel(tmp_path, "a.csv"))
        assert by_id(got) == {str(a): c for (a, _), c in sorted(versions.items())}
        assert len(got.rejected) == 150 - len(versions)


def test_ids_that_stand_once_say_nothing(tmp_path: Path) -> None:
    put(tmp_path, HEAD, *(f"{n},2026-03-01,same words" for n in range(9)))
    assert "id of another" not in pull(channel(tmp_path, "a.csv")).coverage.note
