"""``earful try FILE``: the guess is said, the figures are the table's, and what it writes is the same as a night's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import pytest
from kept_try import MASKED, Tried, found
from tried_table import FIRST, reviews, write

from earful.connectors.files.guess import Guess
from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.first import drafting
from earful.warehouse import query

ROWS = reviews()
README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")


#: `earful try` in a process of its own; what of the heavy libraries it loaded goes to standard error.
COLD = """
import sys
from earful.flows.cli.main import call
assert call(["try", "acme reviews.csv", "--json"]) == 0
print([name for name in ("prefect", "fastapi", "numba", "praw") if name in sys.modules], file=sys.stderr)
"""


class Cold(NamedTuple):
    """COLD in ``home``: its answer, and what it wrote to standard error."""

    home: Path
    said: dict[str, Any]
    stderr: str


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> Cold:
    home = tmp_path_factory.mktemp("cold")
    write(home / "acme reviews.csv", ROWS)
    done = subprocess.run([sys.executable, "-c", COLD], cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Cold(home, json.loads(done.stdout), done.stderr)


def tried(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = call(["try", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.process
def test_neither_prefect_nor_the_compiler_is_loaded(cold: Cold) -> None:
    assert cold.stderr.strip().splitlines()[-1] == "[]", cold.stderr


@pytest.mark.process
def test_the_figures_are_those_of_the_table(cold: Cold) -> None:
    said = cold.said
    assert said["ok"]
    guessed = [re.match(r"(\w+): '([^']+)'", line) for line in said["guessed"]["said"]]
    assert {found[1]: found[2] for found in guessed if found} == {
        "post_id": "Review ID", "created_at": "Date", "rating": "Stars", "text": "Review", "app_version": "App Version",
        "author": "User Name",
    }  # fmt: skip
    (seen,) = said["pictures"]
    folder = cold.home / "earful-try-acme-reviews"
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
    scores = query(folder / "earful-data" / "earful.duckdb", "select day, compound from posts").rows
    first_week = [float(str(c)) for day, c in scores if c is not None and (day - FIRST).days < 7]  # type: ignore[operator]
    assert seen["trend"][0]["mean_compound"] == pytest.approx(fmean(first_week))

    bad_word = {word["word"]: (word["bad_posts"], word["posts"]) for word in seen["words"]}
    assert bad_word["crashes"] == (sum("crashes" in row.text for row in ROWS),) * 2
    assert {"lovely", "easy", "terribly", "and", "it"}.isdisjoint(bad_word)
    assert {post["rating"] for post in seen["worst"]} == {1.0}
    topics = {topic["topic"]: topic["posts"] for topic in seen["topics"]}
    assert topics["Crashes and stability"] == sum("crashes" in row.text for row in ROWS)

    assert (folder / "earful-data" / "earful.html").read_text("utf-8").count("Acme") > 0
    assert not (folder / "earful.toml").exists()
    assert tomllib.loads(said["configuration"])["channels"][0]["paths"] == ["../acme reviews.csv"]


def test_what_is_shown_is_masked_nameless_and_without_control_characters(kept_try: Tried) -> None:
    shown = kept_try.shown
    assert "write to [email] or @…" in " ".join(shown.split())
    assert "jane" not in shown
    assert "somebody" not in shown
    assert "\x1b" not in shown
    for part in ("by week", "topics, by how many posts", "words of posts with 1 or 2 stars", "the worst posts"):
        assert part in shown
    assert MASKED in shown
    assert found(kept_try.folder / "earful-data") == set()


def test_a_doubt_is_shown_and_stands_in_the_configuration(kept_try: Tried) -> None:
    shown = {line.rstrip() for line in kept_try.shown.splitlines()}
    assert '  in doubt: likes: "Helpful"' in shown
    text = (kept_try.folder / "earful.toml").read_text("utf-8")
    assert '# In doubt: likes: "Helpful" may be it (columns.likes)\\x1b\n' in text
    assert "Where no more will come: end = 2026-04-12" in text
    assert tomllib.loads(text)["products"] == [{"slug": "acme", "name": "Acme"}, {"slug": "two", "name": "Two"}]

    (sample,) = re.findall(r"made-up reviews:\n\n```text\n(.*?)```", README, re.DOTALL)
    for line in filter(None, sample.splitlines()):
        assert line in shown or any(each.startswith(line) for each in shown), f"the README shows {line!r}"


def test_several_products_each_have_a_picture(kept_try: Tried) -> None:
    assert f"Acme: {len(kept_try.rows)} posts, 2026-03-02 to 2026-04-12" in kept_try.shown
    assert "Two: no post of it came" in kept_try.shown


@pytest.mark.process
@pytest.mark.usefixtures("no_page")
def test_tried_again_it_begins_anew_and_all_rows_refused_is_a_failed_channel(
    cold: Cold, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(cold.home, home, dirs_exist_ok=True)
    write(home / "acme reviews.csv", ROWS[:40])
    made = Guess({"columns": {"post_id": "User Name", "created_at": "Review", "text": "Review"}}, "Acme")
    monkeypatch.setattr(drafting, "guess", lambda paths, zone: made)
    code, said = tried(capsys, "acme reviews.csv", "--keep")
    assert (code, said["ok"]) == (3, False)
    assert said["brought"][0]["status"] == "failed"
    assert "failed: files/acme" in said["headline"]
    assert said["pictures"][0]["totals"]["posts"] == 0
    folder = home / "earful-try-acme-reviews"
    for file in ("store.duckdb", "earful.duckdb"):
        assert query(folder / "earful-data" / file, "select count(*) from posts").rows == ((0,),), "begun anew"
    assert (folder / "earful.toml").read_text("utf-8") == said["configuration"]
    assert Path(said["kept"]).resolve() == folder / "earful.toml"
    assert load(folder / "earful.toml").products[0].slug == "acme"


def test_a_kept_configuration_is_not_tried_over_and_a_store_of_others_stays(
    kept_try: Tried, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(kept_try.home, home, dirs_exist_ok=True)
    code, refused = tried(capsys, "reviews.csv")
    assert (code, refused["exit_code"]) == (2, 2)
    assert "is there already; `earful run --config" in refused["error"]
    folder = home / kept_try.folder.name
    (folder / "earful.toml").unlink()
    code, refused = tried(capsys, "reviews.csv")
    assert code == 2
    assert "no try made it" in refused["error"]
    count = query(folder / "earful-data" / "earful.duckdb", "select count(*) from posts").rows
    assert count == ((len(kept_try.rows),),)


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
