"""``earful try FILE``: the guess is said, the figures are the table's, and what it writes is the same as a night's."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from tried_table import FIRST, reviews, write

from earful.connectors.files.guess import Guess
from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.first import drafting
from earful.warehouse import query

ROWS = reviews()
README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")


def tried(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = call(["try", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_figures_are_those_of_the_table(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home / "acme reviews.csv", ROWS)
    code, said = tried(capsys, "acme reviews.csv")
    assert (code, said["ok"]) == (0, True)
    guessed = [re.match(r"(\w+): '([^']+)'", line) for line in said["guessed"]["said"]]
    assert {found[1]: found[2] for found in guessed if found} == {
        "post_id": "Review ID", "created_at": "Date", "rating": "Stars", "text": "Review", "app_version": "App Version",
        "author": "User Name",
    }  # fmt: skip
    (seen,) = said["pictures"]
    totals = seen["totals"]
    german = [row for row in ROWS if row.text.startswith("Die")]
    assert (totals["posts"], totals["scored"]) == (len(ROWS), len(ROWS) - len(german))
    assert (totals["first_day"], totals["last_day"]) == (str(ROWS[0].day), str(ROWS[-1].day))
    assert totals["stars"] == pytest.approx(fmean(row.stars for row in ROWS))
    assert seen["unscored"] == [{"reason": "language", "language": "de", "posts": len(german)}]
    assert totals["negative"] == sum(row.bad for row in ROWS)

    assert seen["unit"] == "week"
    weeks = Counter((row.day - FIRST).days // 7 for row in ROWS)
    assert [week["posts"] for week in seen["trend"]] == [weeks[n] for n in sorted(weeks)]
    assert seen["trend"][0]["begins"] == str(FIRST)
    scores = query(home / "earful-try-acme-reviews/earful-data/earful.duckdb", "select day, compound from posts").rows
    first_week = [float(str(c)) for day, c in scores if c is not None and (day - FIRST).days < 7]  # type: ignore[operator]
    assert seen["trend"][0]["mean_compound"] == pytest.approx(fmean(first_week))

    bad_word = {word["word"]: (word["bad_posts"], word["posts"]) for word in seen["words"]}
    assert bad_word["crashes"] == (sum("crashes" in row.text for row in ROWS),) * 2
    assert {"lovely", "easy", "terribly", "and", "it"}.isdisjoint(bad_word)
    assert {post["rating"] for post in seen["worst"]} == {1.0}
    topics = {topic["topic"]: topic["posts"] for topic in seen["topics"]}
    assert topics["Crashes and stability"] == sum("crashes" in row.text for row in ROWS)

    folder = home / "earful-try-acme-reviews"
    assert (folder / "earful-data" / "earful.html").read_text("utf-8").count("Acme") > 0
    assert not (folder / "earful.toml").exists()
    assert tomllib.loads(said["configuration"])["channels"][0]["paths"] == ["../acme reviews.csv"]


def test_what_is_shown_is_masked_nameless_and_without_control_characters(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [row for row in ROWS if row.bad]
    worst = "It crashes, terrible, awful, horrible, I hate it\x1b[31m, write to jane.doe@example.org or @janedoe"
    write(home / "reviews.csv", ROWS, more={bad[3].id: worst})
    assert call(["try", "reviews.csv", "--folder", "out"]) == 0
    shown = capsys.readouterr().out
    assert "write to [email] or @…" in " ".join(shown.split())
    assert "jane" not in shown
    assert "somebody" not in shown
    assert "\x1b" not in shown
    for part in ("by week", "topics, by how many posts", "words of posts with 1 or 2 stars", "the worst posts"):
        assert part in shown
    assert "(--keep writes it)" in shown
    data = b"".join(path.read_bytes() for path in (home / "out").rglob("*") if path.is_file())
    assert b"jane.doe" not in data


def test_a_doubt_is_shown_and_stands_in_the_configuration(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "reviews.csv", ROWS[: 4 * 42])
    columns = {
        "post_id": "Review ID",
        "created_at": "Date",
        "text": "Review",
        "rating": "Stars",
        "app_version": "App Version",
    }
    doubt = 'likes: "Helpful"\nmay be it (columns.likes)\x1b'
    made = Guess({"columns": columns}, "Acme", ("text: 'Review'",), (doubt,))
    monkeypatch.setattr(drafting, "guess", lambda paths, zone: made)
    assert call(["try", "reviews.csv", "--keep"]) == 0
    shown = {line.rstrip() for line in capsys.readouterr().out.splitlines()}
    assert '  in doubt: likes: "Helpful"' in shown
    text = (home / "earful-try-reviews" / "earful.toml").read_text("utf-8")
    assert '# In doubt: likes: "Helpful" may be it (columns.likes)\\x1b\n' in text
    assert "Where no more will come: end = 2026-04-12" in text
    assert tomllib.loads(text)["products"] == [{"slug": "acme", "name": "Acme"}]

    (sample,) = re.findall(r"made-up reviews:\n\n```text\n(.*?)```", README, re.DOTALL)
    for line in filter(None, sample.splitlines()):
        assert line in shown or any(each.startswith(line) for each in shown), f"the README shows {line!r}"


def test_several_products_each_have_a_picture(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "reviews.csv", ROWS[:80])
    columns = {"post_id": "Review ID", "created_at": "Date", "text": "Review"}
    values = {"one": ["1.0"], "two": ["1.1"]}
    made = Guess(
        {"columns": columns, "product_column": "App Version", "product_values": values}, "One", products=("One", "Two")
    )
    monkeypatch.setattr(drafting, "guess", lambda paths, zone: made)
    assert call(["try", "reviews.csv"]) == 0
    shown = capsys.readouterr().out
    assert "One: 80 posts, 2026-03-02 to 2026-03-21" in shown
    assert "Two: no post of it came" in shown


def test_a_kept_configuration_is_not_tried_over_and_a_store_of_others_stays(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(home / "reviews.csv", ROWS[:40])
    assert tried(capsys, "reviews.csv", "--folder", "here")[0] == 0
    write(home / "reviews.csv", ROWS[:20])
    code, again = tried(capsys, "reviews.csv", "--folder", "here", "--keep")
    assert (code, again["pictures"][0]["totals"]["posts"]) == (0, 20), "begun anew"
    kept = home / "here" / "earful.toml"
    assert kept.read_text("utf-8") == again["configuration"]
    assert Path(again["kept"]).resolve() == kept
    assert load(kept).products[0].slug == "my-product"
    code, refused = tried(capsys, "reviews.csv", "--folder", "here")
    assert (code, refused["exit_code"]) == (2, 2)
    assert "is there already; `earful run --config" in refused["error"]
    kept.unlink()
    code, refused = tried(capsys, "reviews.csv", "--folder", "here")
    assert code == 2
    assert "no try made it" in refused["error"]
    assert query(home / "here/earful-data/earful.duckdb", "select count(*) from posts").rows == ((20,),)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing.csv",), "nothing.csv: no such file"),
        (
            ("https://www.example.org/acme",),
            "no connector knows this link; links of these kinds can be tried: https://",
        ),
        (("words.csv",), "has no column that is known as a date"),
        (("reviews.csv", "--time-zone", "Berlin"), "allowed: an IANA time zone such as Europe/Berlin"),
    ],
)
def test_what_cannot_be_tried_is_said_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    write(home / "reviews.csv", ROWS[:8])
    (home / "words.csv").write_text("text\nonly words stand here\nand here\n")
    assert call(["try", *arguments]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in home.iterdir()) == ["reviews.csv", "words.csv"]


def test_all_rows_refused_is_a_failed_channel(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "reviews.csv", ROWS[:40])
    made = Guess({"columns": {"post_id": "User Name", "created_at": "Review", "text": "Review"}}, "Acme")
    monkeypatch.setattr(drafting, "guess", lambda paths, zone: made)
    code, said = tried(capsys, "reviews.csv")
    assert (code, said["ok"]) == (3, False)
    assert said["brought"][0]["status"] == "failed"
    assert "failed: files/acme" in said["headline"]


@pytest.mark.process
def test_neither_prefect_nor_the_compiler_is_loaded(home: Path) -> None:
    write(home / "reviews.csv", ROWS[:80])
    code = """
import sys
from earful.flows.cli.main import call
assert call(["try", "reviews.csv", "--json"]) == 0
print([name for name in ("prefect", "fastapi", "numba", "praw") if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=False)
    assert done.stderr.strip().splitlines()[-1] == "[]", done.stderr
    assert math.isclose(json.loads(done.stdout)["pictures"][0]["totals"]["posts"], 80)
