"""``earful evaluate`` as a person runs it: files of every kind, what it prints, and what it refuses."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.parquet
import pytest
from recordings import recording

from earful.flows.cli.main import call

REVIEWS = [
    ("Great", "I love this app, it works well", 5),
    ("", "Nice and simple", 4),
    ("", "It is an app for lists", 3),
    ("Hm", "App crashes every time I open it", 1),
    ("", "I hate the ads", 1),
    ("", "Läuft leider überhaupt nicht mehr seit dem Update", 1),
    ("", "Please fix [the login]", 2),
    ("", "No stars here", None),
]  # fmt: skip


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    file = tmp_path / "reviews.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [("headline", "body", "stars"), *((t, b, "" if s is None else s) for t, b, s in REVIEWS)]
        )
    return file


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert call(["evaluate", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, object] = json.loads(out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert call(["evaluate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_a_csv_with_stars(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, str(reviews), "--text", "headline", "--text", "body", "--label", "stars")
    assert (found["file"], found["kind"]) == ("reviews.csv", "stars")
    assert (found["texts"], found["unlabelled"], found["unscored"]) == (6, 1, 1)
    assert found["truth"] == {"negative": 3, "neutral": 1, "positive": 2}
    profiles = found["profiles"]
    assert isinstance(profiles, dict)
    assert list(profiles) == ["vader", "product"]
    assert profiles["product"]["accuracy"] > profiles["vader"]["accuracy"]
    assert [level["level"] for level in profiles["vader"]["calibration"]] == [1, 2, 3, 4, 5]
    assert sum(sum(row.values()) for row in profiles["product"]["confusion"].values()) == 6


def test_jsonl_and_parquet_give_the_same(reviews: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("headline", "body", "stars")
    rows = [dict(zip(names, row, strict=True)) for row in REVIEWS]
    lines = tmp_path / "reviews.jsonl.gz"
    with gzip.open(lines, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    table = tmp_path / "reviews.parquet"
    pa.parquet.write_table(pa.Table.from_pylist(rows), table)
    options = ("--text", "headline", "--text", "body", "--label", "stars")
    csv_says, jsonl_says, parquet_says = (answer(capsys, str(f), *options) for f in (reviews, lines, table))
    for said in (csv_says, jsonl_says, parquet_says):
        del said["file"]
    assert csv_says == jsonl_says == parquet_says


def test_parts_show_what_repairs_and_words_do_alone(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, str(reviews), "--text", "body", "--label", "stars", "--parts")
    profiles = found["profiles"]
    assert isinstance(profiles, dict)
    assert list(profiles) == ["vader", "repairs", "overlay", "product"]


def test_labels_of_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("what,mood\nI love it,Positive\nI hate it,negative\nIt is a ticket,neutral\n")
    found = answer(capsys, str(file), "--text", "what", "--label", "mood")
    profiles = found["profiles"]
    assert isinstance(profiles, dict)
    assert profiles["vader"]["accuracy"] == 1
    assert profiles["vader"]["auc"] == 1
    assert profiles["vader"]["worst"] == []


def test_the_table_names_counts_measures_and_misses(reviews: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["evaluate", str(reviews), "--text", "body", "--label", "stars"]) == 0
    out = capsys.readouterr().out
    assert "6 texts labelled and scored (1-2 negative, 3 neutral, 4-5 positive); 1 unscored, 1 unlabelled" in " ".join(
        out.split()
    )
    for said in (
        "accuracy",
        "macro F1",
        "AUC",
        "vader: worst misses",
        "[the login]",
        "product: what it says at each star",
    ):
        assert said in out


def test_the_picture_is_an_svg_with_its_numbers(
    reviews: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "evaluation.svg"
    arguments = ["evaluate", str(reviews), "--text", "body", "--label", "stars", "--picture", str(picture)]
    assert call(arguments) == 0
    assert "evaluation.svg" in capsys.readouterr().out.replace("\n", "")
    root = ET.parse(picture).getroot()
    texts = [e.text for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert root.tag.endswith("svg")
    for said in ("reviews.csv: 6 texts, people against scores", "vader says", "product says", "AUC", "1★", "5★"):
        assert said in texts


def test_the_papers_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = recording("vader_ground_truth")
    for file in source.glob("*.txt"):  # a part of each set is enough to see the table
        (tmp_path / file.name).write_text("\n".join(file.read_text("utf-8").splitlines()[:300]), "utf-8")
    found = answer(capsys, "--paper", "--ground-truth", str(tmp_path))
    sets = found["sets"]
    assert isinstance(sets, list)
    assert [row["by"] for row in sets[:3]] == ["the paper", "vader", "product"]
    assert {row["set"] for row in sets} == {"tweets", "Amazon reviews", "film reviews", "newspaper editorials"}
    assert sets[0]["r"] == 0.881
    assert 0.8 < sets[1]["r"] < 1
    picture = tmp_path / "paper.svg"
    assert call(["evaluate", "--paper", "--ground-truth", str(tmp_path), "--picture", str(picture)]) == 0
    out = capsys.readouterr().out
    assert "F1 weighted" in out
    assert "newspaper editorials" in out
    assert "F1, weighted by class size" in picture.read_text("utf-8")


def test_what_is_wrong_is_one_line(reviews: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(reviews)
    assert "give FILE --text COLUMN --label COLUMN, or --paper" in refusal(capsys)
    assert "has no column 'review'; it has headline, body, stars" in refusal(
        capsys, file, "--text", "review", "--label", "stars"
    )
    assert "does not know the labels" in refusal(capsys, file, "--text", "body", "--label", "body")
    assert "must be numbers" in refusal(capsys, file, "--text", "body", "--label", "body", "--kind", "stars")
    assert "ends with .svg" in refusal(capsys, file, "--text", "body", "--label", "stars", "--picture", "x.png")
    nowhere = str(tmp_path / "no" / "x.svg")
    assert "is not there" in refusal(capsys, file, "--text", "body", "--label", "stars", "--picture", nowhere)
    assert "cannot be read" in refusal(capsys, str(tmp_path / "none.csv"), "--text", "a", "--label", "b")
    assert "tweets_GroundTruth.txt is not in" in refusal(capsys, "--paper", "--ground-truth", str(tmp_path))
    assert "takes no file" in refusal(capsys, file, "--paper")
    (tmp_path / "ragged.csv").write_text("a,b\nx,1\ny\n")
    assert "ragged.csv:3" in refusal(capsys, str(tmp_path / "ragged.csv"), "--text", "a", "--label", "b")
    (tmp_path / "german.csv").write_text("a,b\nDie App läuft leider gar nicht,1\nFunktioniert überhaupt nicht mehr,5\n")
    assert "2 unscored" in refusal(capsys, str(tmp_path / "german.csv"), "--text", "a", "--label", "b")
