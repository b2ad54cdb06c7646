"""What files of one channel make doubtful of each other, from hand-made summaries with counts on each bound."""

from __future__ import annotations

from typing import Any

import pytest

from earful.connectors.errors import Fatal
from earful.connectors.files.report.asked import between_files, questions, read_on, refuse_contradictions
from earful.connectors.files.report.lost import lost

Row = dict[str, Any]
OPEN = "rating runs from 1 to 7: say on what scale with scale = ..."


def summary(name: str, **more: Any) -> Row:
    return {
        "name": name, "questions": {}, "orders": {}, "counted": {}, "scales": {}, "seen": {}, "configured": [],
        "between_files": [], **more,
    }  # fmt: skip


def stars(name: str, low: int, high: int, count: int = 10, **more: Any) -> Row:
    return summary(name, scales={"rating": [low, high, ""]}, seen={"rating": [count, high]}, **more)


def answers(name: str, count: int, high: int, **more: Any) -> Row:
    return summary(name, scales={"nps": [0, 10, ""]}, seen={"nps": [count, high]}, **more)


def asked(*files: Row, before: dict[str, set[tuple[int, int]]] | None = None) -> list[list[str]]:
    """The fields that are asked about, file by file."""
    return [sorted(each) for each in between_files(files, before or {})]


def test_each_question_is_asked_once_of_the_first_file() -> None:
    files = [
        summary("a", questions={}),
        summary("b", questions={"nps": "what?"}),
        summary("c", questions={"nps": "what?"}),
    ]
    assert questions(files) == ["asked of b: what?"]


@pytest.mark.parametrize(
    ("orders", "refused"),
    [
        (("dmy", "mdy"), True),
        (("mdy", "dmy"), True),
        (("dmy", "dmy"), False),
        (("dmy", "?"), False),
        (("?", "mdy"), False),
    ],
)
def test_days_and_months_come_first_in_one_way(orders: tuple[str, str], refused: bool) -> None:
    files = [summary(name, orders={"created_at": order}) for name, order in zip("ab", orders, strict=True)]
    if not refused:
        refuse_contradictions(files)
        return
    names = dict(zip(orders, "ab", strict=True))
    with pytest.raises(
        Fatal, match=f"^days come first in {names['dmy']} and months in {names['mdy']}: set time_format"
    ):
        refuse_contradictions(files)


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        ({"1": 10, "2": 20, "3": 30, "4": 40}, False),
        ({"1": 10, "2": 20, "3": 31, "4": 41}, False),  # half of them
        ({"1": 10, "2": 21, "3": 31, "4": 41}, True),
        ({"1": 11, "2": 21, "3": 31, "4": 41}, True),
        ({"7": 70, "8": 80}, False),  # they go on where the other ends
        ({"1": 11, "8": 80}, True),  # of what both have
        ({}, False),
    ],
)
def test_ids_that_count_the_rows_of_each_file_are_refused(second: dict[str, int], refused: bool) -> None:
    first = {"1": 10, "2": 20, "3": 30, "4": 40}
    files = [summary("a"), summary("b", counted=first), summary("c", counted=second), summary("d")]
    if not refused:
        refuse_contradictions(files)
        return
    with pytest.raises(Fatal, match=r"^the ids of b and c count the rows of each file: "):
        refuse_contradictions(files)


def test_scales_that_were_read_on_are_those_that_nobody_asks_about() -> None:
    files = [stars("a", 1, 5), stars("b", 1, 10, questions={"rating": "?"}), answers("c", 3, 9), stars("d", 0, 100)]
    assert read_on(files) == {"rating": {(1, 5), (0, 100)}, "nps": {(0, 10)}}


def test_of_several_scales_of_stars_the_two_lowest_are_named_with_their_first_files() -> None:
    files = [stars("a", 1, 10), stars("b", 0, 100), stars("c", 1, 5), stars("d", 1, 5), summary("e")]
    why = 'rating runs to 100 in b and to 5 in c: set scale = "1..5" if both do, or give each its channel'
    assert between_files(files, {}) == [{"rating": why}] * 4 + [{}]
    two = [stars("x", 1, 10), stars("c", 1, 5)]
    why = 'rating runs to 5 in c and to 10 in x: set scale = "1..10" if both do, or give each its channel'
    assert between_files(two, {}) == [{"rating": why}] * 2


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (set(), [["rating"], ["rating"]]),
        ({(1, 5)}, [[], ["rating"]]),
        ({(1, 10)}, [["rating"], []]),
        ({(0, 100)}, [["rating"], ["rating"]]),
        ({(1, 5), (1, 10)}, [["rating"], ["rating"]]),  # two are no one's
    ],
)
def test_a_scale_that_files_were_read_on_stays_theirs(before: set[tuple[int, int]], says: list[list[str]]) -> None:
    assert asked(stars("a", 1, 5), stars("b", 1, 10), before={"rating": before, "nps": {(1, 5)}}) == says


def test_one_scale_alone_is_no_doubt() -> None:
    assert asked(stars("a", 1, 5), stars("b", 1, 5)) == [[], []]
    assert asked(summary("a")) == [[]]
    # What is asked of a file alone is no scale; what was asked because of others is one.
    alone = stars("b", 1, 10, questions={"rating": "alone"})
    assert asked(stars("a", 1, 5), alone) == [[], []]
    others = stars("b", 1, 10, questions={"rating": "others"}, between_files=["rating"])
    assert asked(stars("a", 1, 5), others) == [["rating"], ["rating"]]


@pytest.mark.parametrize(("count", "doubted"), [(1, False), (2, False), (3, True), (50, True)])
def test_an_open_scale_of_more_than_slips_is_asked_of_all(count: int, doubted: bool) -> None:
    """2% of 100 answers are slips."""
    mine = summary("c", seen={"rating": [count, 7]}, questions={"rating": OPEN})
    files = [summary("x"), stars("a", 1, 5, 40), stars("b", 1, 5, 60 - count), mine]
    found = between_files(files, {})
    why = {"rating": f"{OPEN} (so in c, to 5 in a)"} if doubted else {}
    assert found == [{}, why, why, {}]


def test_of_another_question_than_for_the_scale_nothing_is_asked_of_all() -> None:
    mine = summary("c", seen={"rating": [50, 7]}, questions={"rating": "name it in columns.recommended"})
    assert asked(stars("a", 1, 5), mine) == [[], []]
    told = summary("c", seen={"rating": [50, 7]}, questions={"rating": OPEN}, between_files=["rating"])
    assert asked(stars("a", 1, 5), told) == [[], []]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        # More than a handful in all, none above 5.
        ([answers("a", 3, 5), answers("b", 3, 2)], "6 of 2"),
        ([answers("a", 3, 5), answers("b", 2, 2)], ""),
        ([answers("a", 3, 6), answers("b", 3, 2)], ""),
        ([answers("a", 6, 5)], ""),
        ([answers("a", 6, 5), summary("b")], ""),
        ([answers("a", 6, 5), summary("b"), answers("c", 1, 1)], "7 of 2"),
        # One whose scale is configured answers for all.
        ([answers("a", 3, 5), answers("b", 3, 2, configured=["nps"])], ""),
        ([answers("a", 3, 5), answers("b", 3, 2, configured=["rating"])], "6 of 2"),
        # One that is asked about itself is none of them.
        ([answers("a", 3, 5), answers("b", 3, 2), answers("c", 9, 10, questions={"nps": "?"})], "6 of 2"),
    ],
)
def test_answers_that_all_stay_low_are_asked_about_together(files: list[Row], said: str) -> None:
    found = between_files(files, {})
    those = [bool(said) and "nps" in each["seen"] and not each["questions"] for each in files]
    assert [bool(each) for each in found] == those
    for each in filter(None, found):
        assert each["nps"].startswith(f"nps has no answer above 5 in {said} files: set scale = ")


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({"d/a": 2}, {"d/a": 2}, []),
        ({"d/a": 2}, {"d/a": 3, "d/b": 1}, []),
        ({"d/a": 2}, {"d/a": 1}, ["a has 1 row, 2 when it was last read"]),
        ({"d/a": 1, "d/b": 5}, {"d/b": 5}, ["gone since it was last read: a (1 row)"]),
        (
            {f"d/{n}": n for n in range(1, 9)},
            {"d/5": 4, "d/6": 5, "d/7": 6, "d/8": 0},
            [
                "gone since it was last read: 1 (1 row), 2 (2 rows), 3 (3 rows), 1 more",
                *(f"{n} has {n - 1} rows, {n} when it was last read" for n in (5, 6, 7)),
                "1 more",
            ],
        ),
        (
            {f"d/{n}": n for n in range(1, 4)},
            {},
            ["gone since it was last read: 1 (1 row), 2 (2 rows), 3 (3 rows)"],
        ),
    ],
)
def test_what_is_gone_and_what_has_fewer_rows(before: dict[str, int], now: dict[str, int], said: list[str]) -> None:
    assert lost(before, now) == ([*said, "the posts of what is gone stay"] if said else [])
