"""What a table leaves open: taken one way with a doubt that names the option, or refused in one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from files_channel import channel, pull
from workbook import workbook

from earful.connectors.base import Product
from earful.connectors.errors import Fatal
from earful.connectors.files.guess import Guess, guess
from earful.connectors.files.guess.trial import slug_of
from earful.connectors.files.options import FilesOptions

WORDS = (
    "Great app, easy to use",
    "It crashes every morning",
    "Sync is slow today",
    "Love the new editor",
    "Too many ads",
)


def table(folder: Path, header: str, rows: Sequence[str], name: str = "acme.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def words(number: int) -> str:
    return f"{WORDS[number % 5].replace(',', '')} {number}"


def guessed(path: Path, zone: str = "UTC") -> Guess:
    found = guess([path], zone)
    FilesOptions(paths=["a"], **found.options)
    return found


def doubted(found: Guess, word: str) -> bool:
    return any(word in line for line in found.doubts)


def landed(path: Path, found: Guess, zone: str = "UTC") -> list[Any]:
    """The times of the rows as the options land them."""
    options = {"time_zone": zone, **found.options} if "preset" not in found.options else found.options
    came = pull(channel(path.parent, path.name, **options), Product(slug_of(found.name), found.name))
    assert came.rejected == ()
    return came.column("created_at")


# -- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "form", "sure"),
    [
        # The second number runs through a month, the first stays.
        ([f"03/{day:02d}/2026" for day in range(1, 11)], "%m/%d/%Y", True),
        ([f"{day:02d}/03/2026" for day in range(1, 11)], "%d/%m/%Y", True),
        # Sorted by time one way only.
        (["01/02/2026", "05/02/2026", "09/02/2026", "03/03/2026", "08/03/2026", "02/04/2026", "07/04/2026"], "%d/%m/%Y",
         True),
        # Nothing tells.
        (["04/05/2026", "05/04/2026", "06/07/2026", "07/06/2026", "03/03/2026", "02/08/2026", "08/02/2026"], "%m/%d/%Y",
         False),
        (["4/5/26 9:01 AM", "5/4/26 1:12 PM", "6/7/26 9:00 AM", "7/6/26 9:09 AM", "3/3/26 8:08 PM", "2/8/26 7:07 AM"],
         "%m/%d/%y %I:%M %p", False),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month(days: list[str], form: str, sure: bool, tmp_path: Path) -> None:
    path = table(tmp_path, "Date,Comment", [f"{day},{words(n)}" for n, day in enumerate(days)])
    found = guessed(path)
    assert found.options["time_format"] == form
    assert doubted(found, "which is the day and which the month") is not sure
    if not sure:
        assert doubted(found, 'time_format = "%d/%m/%')
    assert len(landed(path, found)) == len(days)


def test_another_column_tells_the_order(tmp_path: Path) -> None:
    rows = [f"0{n}/0{10 - n}/2026,2{n}/01/2026,{words(n)}" for n in (4, 5, 6, 3, 2, 7)]
    found = guessed(table(tmp_path, "Submitted,Joined,Comment", rows))
    assert found.options["time_format"] == "%d/%m/%Y"
    assert not doubted(found, "which is the day")


def test_another_file_tells_the_order(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    table(folder, "Date,Comment", [f"0{n}/0{n}/2026,{words(n)}" for n in range(1, 6)], "a.csv")
    table(folder, "Date,Comment", [f"{20 + n}/03/2026,{words(n)}" for n in range(1, 6)], "b.csv")
    found = guess([folder], "UTC")
    assert found.options["time_format"] == "%d/%m/%Y"
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("name", "zone", "doubt"),
    [
        ("Submitted (UTC)", "UTC", ""),
        ("created_at_utc", "UTC", ""),
        ("Time (Europe/Paris)", "Europe/Paris", ""),
        ("Created (EST)", None, "names EST, which several zones share"),
        ("Created", None, "names no zone"),
    ],
)
def test_the_zone_of_a_name(name: str, zone: str | None, doubt: str, tmp_path: Path) -> None:
    rows = [f"2026-03-0{n} 10:00:00,{words(n)}" for n in range(1, 7)]
    found = guessed(table(tmp_path, f"{name},Comment", rows), "Asia/Tokyo")
    assert found.options.get("time_zone") == zone
    assert doubted(found, "read as Asia/Tokyo, time_zone") == bool(doubt)
    assert not doubt or doubted(found, doubt)


@pytest.mark.parametrize("days", ["2026-03-0{}", "2026-03-0{}T10:00:00Z", "177261840{}", "2026-03-0{} 00:00:00"])
def test_days_and_times_with_a_zone_leave_nothing_open(days: str, tmp_path: Path) -> None:
    found = guessed(table(tmp_path, "created,Comment", [f"{days.format(n)},{words(n)}" for n in range(1, 7)]))
    assert "time_zone" not in found.options
    assert found.doubts == ()


def test_of_two_times_the_other_is_named(tmp_path: Path) -> None:
    rows = [f"2026-03-0{n},2026-03-0{n + 1},2026-03-0{n + 2},{words(n)}" for n in range(1, 6)]
    found = guessed(table(tmp_path, "Start Date,End Date,Last updated,Comment", rows))
    assert found.options["columns"]["created_at"] == "End Date"
    assert found.options["columns"]["edited_at"] == "Last updated"
    assert doubted(found, "created_at: could be 'Start Date', too")


# -- grades ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "field", "extra", "doubt"),
    [
        ("score", "1234554321", "rating", {}, ""),
        ("score", "0359879926", "nps", {}, "columns.rating"),
        ("NPS", "0359879926", "nps", {}, ""),
        ("NPS", "1234554321", "rating", {}, "columns.nps"),
        ("Satisfaction (1-7)", "1234567765", "rating", {"scale": {"rating": "1..7"}}, ""),
        ("rating", "2345678998", "rating", {}, "scale"),
        ("c17", "1234554321", "rating", {}, "called otherwise"),
    ],
)
def test_a_grade_is_what_its_values_are(
    name: str, values: str, field: str, extra: dict[str, Any], doubt: str, tmp_path: Path
) -> None:
    rows = [f"2026-03-0{n % 9 + 1},{value},{words(n)}" for n, value in enumerate(values * 2)]
    found = guessed(table(tmp_path, f"date,{name},comment", rows))
    assert found.options["columns"][field] == name
    assert len({"rating", "nps"} & found.options["columns"].keys()) == 1
    assert {key: each for key, each in found.options.items() if key in ("scale", "values")} == extra
    assert bool(found.doubts) == bool(doubt)
    assert not doubt or doubted(found, doubt)


def test_per_cent_and_counts(tmp_path: Path) -> None:
    """100 is the top of answers per cent, not of votes that happen to end there."""
    rows = [f"2026-03-0{n % 9 + 1},{(0, 25, 50, 75, 100)[n % 5]},{words(n)}" for n in range(20)]
    found = guessed(table(tmp_path, "date,csat,comment", rows))
    assert found.options["scale"] == {"rating": "0..100"}
    rows = [f"2026-03-0{n % 9 + 1},{(0, 3, 1, 17, 100, 41)[n % 6]},{words(n)}" for n in range(20)]
    assert "rating" not in guessed(table(tmp_path, "date,score,comment", rows)).options["columns"]


def test_words_that_are_no_known_steps_are_asked_about(tmp_path: Path) -> None:
    rows = [f"2026-03-0{n % 9 + 1},{('Gold', 'Silver', 'Bronze')[n % 3]},{words(n)}" for n in range(12)]
    found = guessed(table(tmp_path, "date,Rating,comment", rows))
    assert "rating" not in found.options["columns"]
    assert doubted(found, "values = { rating = { ... } }")


def test_a_column_of_words_called_rating_and_one_of_texts_called_date(tmp_path: Path) -> None:
    """Contents decide where names mislead."""
    rows = [f"{words(n)},2026-03-0{n % 9 + 1},Very satisfied" for n in range(9)]
    rows[3] = rows[3].replace("Very satisfied", "Dissatisfied")
    found = guessed(table(tmp_path, "date,when it was,rating", rows))
    assert found.options["columns"] == {"created_at": "when it was", "text": "date", "rating": "rating"}
    assert found.options["values"] == {"rating": {"Very satisfied": 5, "Dissatisfied": 2}}


# -- ids -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ids", "why"),
    [
        ("id", [str(n) for n in range(1, 10)], "counts the rows"),
        ("tweet_id", [f"5.7030{n}E+17" for n in range(1, 10)], "was rounded by a spreadsheet"),
        ("review_id", [f"c{n % 3}" for n in range(9)], "stands in several rows with other words"),
        ("review_id", ["a1", "", "", *[f"a{n}" for n in range(4, 10)]], "is empty in 2 rows"),
    ],
)
def test_ids_that_are_none(name: str, ids: list[str], why: str, tmp_path: Path) -> None:
    rows = [f"{each},2026-03-0{n % 9 + 1},{words(n)}" for n, each in enumerate(ids)]
    path = table(tmp_path, f"{name},date,comment", rows)
    found = guessed(path)
    assert found.options["id"] == "row"
    assert "post_id" not in found.options["columns"]
    assert any(why in line for line in found.said)
    assert len(landed(path, found)) == len(rows)


def test_a_person_is_no_id_and_an_edited_review_keeps_its_own(tmp_path: Path) -> None:
    rows = [f"kim{n},r-{n}7,2026-03-0{n},{words(n)}" for n in range(1, 9)]
    rows.append("kim1,r-17,2026-03-09,Now it works")
    found = guessed(table(tmp_path, "user_id,review_id,date,comment", rows))
    assert found.options["columns"]["post_id"] == "review_id"
    assert found.options["columns"]["author"] == "user_id"
    assert "id" not in found.options


# -- words, products, what there is not ------------------------------------------------------------------------------


def test_of_two_texts_the_other_is_named(tmp_path: Path) -> None:
    rows = [f"2026-03-0{n},{words(n)} and I mean it,{words(n + 1)}" for n in range(1, 8)]
    found = guessed(table(tmp_path, "date,What do you like?,What could we improve?", rows))
    assert found.options["columns"]["text"] == "What do you like?"
    assert doubted(found, "text: could be 'What could we improve?', too")
    assert doubted(found, "columns.text")


def test_the_answer_of_a_developer_is_no_review(tmp_path: Path) -> None:
    rows = [f"2026-03-0{n},{words(n)},Thank you very much for these kind words to all of us" for n in range(1, 8)]
    found = guessed(table(tmp_path, "date,review,developer reply", rows))
    assert found.options["columns"]["text"] == "review"
    assert found.doubts == ()


def test_many_products_are_read_as_one_and_said(tmp_path: Path) -> None:
    rows = [f"2026-03-0{n % 9 + 1},item {n % 20},{words(n)}" for n in range(60)]
    found = guessed(table(tmp_path, "date,product,review", rows))
    assert "product_column" not in found.options
    assert doubted(found, 'product_column = "product"')
    rows = [f"2026-03-0{n % 9 + 1},{('Acme', 'Acme', 'Rival')[n % 3]},{words(n)}" for n in range(60)]
    found = guessed(table(tmp_path, "date,product,review", rows))
    assert found.options["product_column"] == "product"
    assert (found.name, found.products) == ("Acme", ("Acme", "Rival"))


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("Acme Notes - reviews 2026-03.csv", "Acme Notes"),
        ("acme_nps_export_q1.csv", "Acme"),
        ("reviews.csv", "My product"),
        ("bewertungen_acme.csv", "Acme"),
        ("Acme Feedback (Responses) - Form Responses 1.csv", "Acme"),
        ("アクメのレビュー.csv", "アクメの"),
    ],
)
def test_a_product_called_after_the_file(name: str, product: str, tmp_path: Path) -> None:
    rows = [f"2026-03-0{n},{words(n)}" for n in range(1, 8)]
    assert guessed(table(tmp_path, "date,review", rows, name)).name == product


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("date,review", "2 months ago,{}", "no time can be read in 'date'"),
        ("review,stars", "{},4", "no column of dates or times was found among 'review', 'stars'"),
        ("date,price", "2026-03-04,9.99", "no column of words, stars or answers was found among 'date', 'price'"),
    ],
)
def test_what_cannot_be_guessed_is_refused_in_a_line(header: str, row: str, says: str, tmp_path: Path) -> None:
    path = table(tmp_path, header, [row.format(words(n)) for n in range(8)])
    with pytest.raises(Fatal) as caught:
        guess([path], "UTC")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("acme.csv: ")


def test_a_column_that_stands_there_twice_is_left_out_and_said(tmp_path: Path) -> None:
    rows = [f"2026-03-0{n},{words(n)},a,b" for n in range(1, 8)]
    found = guessed(table(tmp_path, "date,review,Other,Other", rows))
    assert doubted(found, "column 'Other' stands there twice")


def test_nothing_of_the_table_is_kept_or_changed(tmp_path: Path) -> None:
    path = table(tmp_path, "date,review", [f"2026-03-0{n},{words(n)}" for n in range(1, 8)])
    before = path.read_bytes()
    guessed(path)
    assert [each.name for each in tmp_path.iterdir()] == ["acme.csv"]
    assert path.read_bytes() == before


def test_of_a_very_wide_table_some_columns_are_looked_at_and_said(tmp_path: Path) -> None:
    header = ",".join(["date", "review", *(f"q{n}" for n in range(500))])
    rows = [",".join([f"2026-03-0{n}", words(n), *["x"] * 500]) for n in range(1, 8)]
    found = guessed(table(tmp_path, header, rows))
    assert found.options["columns"] == {"created_at": "date", "text": "review"}
    assert doubted(found, "of 502 columns the first 400 are looked at")


@pytest.mark.parametrize(
    ("name", "marks", "first"),
    [("Zufriedenheit (1 = sehr zufrieden, 5 = sehr unzufrieden)", "1234512345", 5.0), ("Schulnote", "1234561234", 5.0)],
)
def test_marks_of_which_one_is_the_best_are_turned_with_a_doubt(
    name: str, marks: str, first: float, tmp_path: Path
) -> None:
    rows = [f"2026-03-{n + 1:02d},{mark},{words(n)}" for n, mark in enumerate(marks)]
    path = table(tmp_path, f'date,"{name}",comment', rows)
    found = guessed(path)
    assert doubted(found, "is read with 1 as the best of")
    came = pull(channel(tmp_path, path.name, **found.options), Product("acme", "Acme"))
    stars = [came.posts.loc[came.posts["text"] == words(n), "rating"].iloc[0] for n in (0, 1, 4)]
    assert stars[0] == first
    assert stars[0] > stars[1] > stars[2] >= 1


def test_a_survey_whose_score_stays_low_may_be_asked_otherwise(tmp_path: Path) -> None:
    rows = [f"2026-03-0{n % 9 + 1},{n % 5 + 1},{words(n)}" for n in range(9)]
    found = guessed(table(tmp_path, "date,score,comment", rows, "customer survey.csv"))
    assert found.options["columns"]["rating"] == "score"
    assert doubted(found, "columns.nps")


def test_what_the_reader_left_out_is_a_doubt(tmp_path: Path) -> None:
    """Another sheet of a workbook, other objects of a JSON file."""
    sheet = [["date", "review"], *([f"2026-03-0{n}", words(n)] for n in range(1, 8))]
    (tmp_path / "acme.xlsx").write_bytes(workbook({"March": sheet, "Notes": [["who", "when"], ["kim", "today"]]}))
    found = guessed(tmp_path / "acme.xlsx")
    assert doubted(found, "sheet 'March' is read, not 'Notes'; sheet says another")
    rows = [{"date": f"2026-03-0{n}", "review": words(n)} for n in range(1, 8)]
    (tmp_path / "acme.json").write_text(json.dumps({"reviews": rows, "apps": [{"id": 1}]}), "utf-8")
    found = guessed(tmp_path / "acme.json")
    assert doubted(found, "objects elsewhere are not read: 'apps' (1)")
    assert any("rows are the objects in 'reviews'" in line for line in found.said)
