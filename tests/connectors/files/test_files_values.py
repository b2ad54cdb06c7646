"""What people write into cells is the value they mean, found from whole columns; what is none costs its field."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from files_channel import ACME, channel, pull, put
from one_product import checked

from earful.connectors.files.values.numbers import Marks, counted, marks_of, rated
from earful.connectors.files.values.scale import Scale, Seen, Stars, mixed, nps_asks, stars_of


@pytest.mark.parametrize(
    ("said", "value", "of"),
    [
        ("3.5", 3.5, None), ("3,5", 3.5, None), (" 2 ", 2, None), ("+4", 4, None), ("٣", 3, None), ("２", 2, None),
        ("2/5", 2, 5), ("7 / 10", 7, 10), ("3 out of 5", 3, 5), ("3 von 5 Sternen", 3, 5), ("4 sur 5", 4, 5),
        ("4 de 5", 4, 5), ("60%", 60, 100), ("★★☆☆☆", 2, 5), ("⭐⭐⭐", 3, None), ("★★★½", 3.5, None), ("2½", 2.5, None),
        ("1 star", 1, None), ("5 Sterne", 5, None), ("3 étoiles", 3, None), ("4 estrellas", 4, None),
        ("10 - Extremely likely", 10, None), ("0: gar nicht wahrscheinlich", 0, None), ("5 (very good)", 5, None),
        ("Excellent (5)", 5, None),
    ],
)  # fmt: skip
def test_a_rating_as_people_write_it(said: str, value: float, of: int | None) -> None:
    found = rated(said)
    assert found is not None
    assert (found.value, found.of) == (value, of)


@pytest.mark.parametrize("said", ["good", "", "4-5", "2026-03-04", "5 weeks", "★ 4", "n/a", "1 2", "v1.2.3", "☺"])
def test_what_is_no_rating(said: str) -> None:
    assert rated(said) is None


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1.000", "987", "12.000"], [1000, 987, 12000]),
        (["1,234", "5"], [1234, 5]),
        (["1.0", "2.5", "1.000"], [1, None, 1]),
        (["4.0", "12.0"], [4, 12]),
        (["1'234", "2 345", "3\u202f456"], [1234, 2345, 3456]),
        (["1.2K", "3k", "1,5M"], [1200, 3000, 1500000]),
        (["1.234.567", "12"], [1234567, 12]),
        (["-3", "many", "1e3"], [-3, None, None]),
    ],
)
def test_counts_by_the_columns_own_convention(column: list[str], expected: list[int | None]) -> None:
    marks = marks_of(column)
    assert [counted(each, marks) for each in column] == expected
    assert marks_of(reversed(column)) == marks


def test_without_a_convention_a_point_is_decimal() -> None:
    assert counted("4.0", Marks()) == 4
    assert counted("1.000", Marks()) == 1


@pytest.mark.parametrize(
    ("rows", "scale"),
    [
        ([1, 2, 5, 4, 4.5], "1..5"),
        ([1, 10, 7, 9, 8, 3], "1..10"),
        ([0, 10, 7, 9, 8, 3], "0..10"),
        ([2, 4, 6, 8, 10, 10], "1..10"),
        ([20, 40, 80, 100, 90], "0..100"),
        ([5] * 999 + [55], "1..5"),
    ],
)
def test_the_scale_is_that_of_the_whole_column(tmp_path: Path, rows: list[float], scale: str) -> None:
    random.Random(7).shuffle(rows)
    put(tmp_path, "post_id,created_at,rating", *(f"p{i},2026-03-0{i % 9 + 1},{r}" for i, r in enumerate(rows)))
    got = pull(channel(tmp_path, "a.csv"))
    expected = [Scale.of(scale).stars(each) for each in rows]
    assert [None if each is None else pytest.approx(each, abs=1e-9) for each in got.column("rating")] == expected
    assert got.why() == []
    said = checked(channel(tmp_path, "a.csv"), ACME).says
    assert ("read as" in said) == (scale != "1..5" or max(rows) > 5)


@pytest.mark.parametrize("rows", [[10, 20, 50, 30, 40], [7, 30, 12], [4, 9], [-2, 7, 8, 9]])
def test_what_is_no_known_scale_is_asked(tmp_path: Path, rows: list[int]) -> None:
    lines = [f"p{i},2026-03-04,good,{r}" for i, r in enumerate(rows)]
    put(tmp_path, "post_id,created_at,text,rating", *lines)
    health = checked(channel(tmp_path, "a.csv"), ACME)
    assert not health.ok
    assert "say scale = " in health.says
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("text") == ["good"] * len(rows), "the words are kept"
    assert got.column("rating") == [None] * len(rows)
    low, high = min(rows), max(rows)
    told = channel(tmp_path, "a.csv", scale=f"{low}..{high}")
    assert checked(told, ACME).ok
    assert sorted(pull(told).column("rating"))[:: len(rows) - 1] == [1, 5]


def test_a_scale_is_decided_by_all_files_together(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,rating", *(f"a{i},2026-03-01,{r}" for i, r in enumerate([3, 4, 2])), name="a.csv")
    put(
        tmp_path, "post_id,created_at,rating", *(f"b{i},2026-03-02,{r}" for i, r in enumerate([9, 10, 8])), name="b.csv"
    )
    assert pull(channel(tmp_path, "*.csv")).column("rating")[:3] == [pytest.approx(x) for x in (1.8889, 2.3333, 1.4444)]
    assert pull(channel(tmp_path, "a.csv")).column("rating") == [3, 4, 2]


def test_two_scales_in_one_column_are_asked_about() -> None:
    assert mixed([(12, 0)] * 20 + [(12, 8)] * 10)
    assert not mixed([(12, 7)] * 30)
    assert not mixed([(1, 0)] * 40 + [(1, 1)] * 60), "days of one rating each say nothing"
    assert not mixed([(12, 0)] * 30)
    seen = Seen(1, 10, 360, 80)
    assert "two scales" in stars_of(seen, None, [(12, 0)] * 20 + [(12, 8)] * 10).asks
    assert stars_of(seen, Scale(1, 10), [(12, 0)] * 20 + [(12, 8)] * 10) == Stars(
        Scale(1, 10), "rating read as 1..10, stars by (r-1)*4/9+1"
    )


def test_an_nps_without_a_promoter_or_passive_is_asked_about(tmp_path: Path) -> None:
    put(tmp_path, "id,score,comment,date", *(f"r{i},{i % 5 + 1},fine,2026-03-04" for i in range(12)))
    health = checked(channel(tmp_path, "a.csv", preset="nps"), ACME)
    assert not health.ok
    assert "NPS of -100" in health.says
    assert pull(channel(tmp_path, "a.csv", preset="nps")).column("nps") == [None] * 12
    sure = channel(tmp_path, "a.csv", preset="nps", scale={"nps": "0..10"})
    assert pull(sure).column("nps") == [i % 5 + 1 for i in range(12)]
    assert nps_asks(Seen(1, 5, 4, 0)) == "", "a handful says nothing"


@pytest.mark.parametrize("mark", ["NULL", "null", r"\N", "NaN", "None", "N/A", "-", "#N/A", "<NA>", "\N{EM DASH}"])
def test_a_cell_that_spells_nothing_is_empty(tmp_path: Path, mark: str) -> None:
    head = "post_id,created_at,edited_at,title,text,rating,nps,likes,recommended,author,app_version"
    put(tmp_path, head, f"1,2026-03-04,{','.join([mark] * 9)}", "2,2026-03-05,,,none of it works,1,,,,,")
    got = pull(channel(tmp_path, "a.csv"))
    assert got.why() == []
    assert got.column("text") == ["", "none of it works"]
    for name in ("edited_at", "rating", "nps", "likes", "recommended", "author", "app_version"):
        assert got.column(name)[0] is None, name
    assert "left out" not in got.coverage.note


def test_a_country_may_be_na(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,market,rating", "1,2026-03-04,NA,NA")
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("market"), got.column("rating")) == (["NA"], [None])


def test_votes_in_words(tmp_path: Path) -> None:
    said = {
        "Recommended": True, "not recommended": False, "Oui": True, "nein": False, "нет": False, "はい": True, "👍🏽": True,
        "👎": False, "-1": False, "POSITIVE": True, "maybe": None,
    }  # fmt: skip
    put(tmp_path, "post_id,created_at,recommended", *(f"p{i},2026-03-04,{each}" for i, each in enumerate(said)))
    assert pull(channel(tmp_path, "a.csv")).column("recommended") == list(said.values())


def test_configured_words(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,rating,recommended", "a,2026-03-04,Loved it,aye", "b,2026-03-04,Meh,nay")
    values = {"rating": {"loved it": 5, "Meh": 3}, "recommended": {"Aye": True, "Nay": False}}
    got = pull(channel(tmp_path, "a.csv", values=values))
    assert (got.column("rating"), got.column("recommended")) == ([5, 3], [True, False])
    with pytest.raises(ValueError, match=r"values\.rating\.loved: '9': rating is not of its scale"):
        channel(tmp_path, "a.csv", values={"rating": {"loved": 9}})
