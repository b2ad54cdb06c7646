"""``earful exclude-author``: the name comes from a pipe or a prompt and is kept nowhere; posts go, and come no more."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from forgetting import CONFIG, NAME, NOW, POST, T0, fill, found
from landing import put, row, span

from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.datafolder.authors import bots
from earful.flows.night.configured import note_configured
from earful.warehouse import excluded_authors, open_store, publish, query


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one author's post among nine others; nothing published."""
    home = tmp_path_factory.mktemp("filled")
    (home / "earful.toml").write_text(CONFIG)
    (home / "earful-data").mkdir()
    fill(home / "earful-data")
    return home


@pytest.fixture
def data(filled: Path, home: Path) -> Path:
    """A copy of it to work on."""
    shutil.copytree(filled, home, dirs_exist_ok=True)
    return home / "earful-data"


def say(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(words))


def posts_in(data: Path) -> int:
    with open_store(data / "store.duckdb", time_zone="UTC") as store:
        return int(store.con.execute("select count(*) from posts").fetchall()[0][0])


def test_a_name_from_a_pipe_is_left_out_and_kept_nowhere(
    data: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, f"{NAME}\n")
    assert call(["exclude-author"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert posts_in(data) == 10
    say(monkeypatch, f"{NAME}\nnever met\n")
    assert call(["exclude-author", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"dry_run": True, "names": 2, "posts": 1}
    say(monkeypatch, f"{NAME}\r\n\n")
    assert call(["exclude-author", "--yes"]) == 0
    out, err = capsys.readouterr()
    assert "left out from now on: 1 posts that had landed are gone, 1 days computed anew" in out
    assert "1 author in reddit: 1 posts are stored" in err
    assert NAME not in out + err
    assert posts_in(data) == 9
    assert found(home, NAME) == set()
    fill(data)
    assert posts_in(data) == 9


def test_it_can_be_undone(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for undo, says in (([], ""), (["--undo"], "left out no more"), (["--undo"], "nothing was changed")):
        say(monkeypatch, f"{NAME}\n")
        assert call(["exclude-author", *undo, "--yes"]) == 0
        assert says in capsys.readouterr().out
    fill(data)
    assert posts_in(data) == 10


@pytest.mark.parametrize(
    ("arguments", "words", "says"),
    [
        (["Some_Body_77"], "", "takes no name on the command line"),
        ([], " \n\n", "no name was given"),
        (["--source", "steam"], "x\n", "allowed: reddit"),
    ],
)
def test_mistakes_are_one_line_without_the_name(
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
    says: str,
) -> None:
    say(monkeypatch, words)
    assert call(["exclude-author", *arguments, "--yes"]) == 2
    out, err = capsys.readouterr()
    assert says in err
    assert err.count("\n") == 1
    assert NAME not in out + err
    assert posts_in(data) == 10


class Terminal(io.StringIO):
    """A person at the keyboard."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_for_the_name(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(f"{NAME}\nsomebody else\n"))
    assert call(["exclude-author", "--yes", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"dry_run": False, "names": 1, "posts": 1, "days": 1}
    assert err.startswith("author's name")


@pytest.mark.slow
def test_what_was_published_is_without_them_and_check_names_what_is_configured_no_more(
    data: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(data / "store.duckdb", time_zone="UTC") as store:
        publish(store, data / "earful.duckdb")
    say(monkeypatch, f"{NAME}\n")
    assert call(["exclude-author", "--yes", "--json"]) == 0
    assert query(data / "earful.duckdb", f"select count(*) from posts where post_id = '{POST}'").rows == ((0,),)
    assert query(data / "earful.duckdb", "select sum(posts), sum(negative) from daily").rows == ((9, 0),)
    assert (data / "earful.html").exists()
    capsys.readouterr()
    asked = ["trend", "orbit", "--json"], ["trend", "nothing", "--json"]
    for formerly, moves_to in (("", ""), ('formerly = ["orbit"]', "comet")):
        (home / "earful.toml").write_text(CONFIG.replace('slug = "orbit"', f'slug = "comet"\n{formerly}'))
        assert call(["check", "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)["not_configured"]
        assert told == {"product": "orbit", "posts": 9, "last_day": "2026-03-02", "moves_to": moves_to}
        assert call(["check"]) == 0
        out = capsys.readouterr().out
        assert ("moves its history to comet" in out) == bool(moves_to)
        assert ("no product of the configuration any more" in out) == (not moves_to)
    assert [call(arguments) for arguments in asked] == [0, 2]
    assert json.loads(capsys.readouterr().out.splitlines()[0])["rows"][-1]["posts"] == 9


def test_every_run_leaves_out_the_bot_that_all_know_and_moves_renamed_products(data: Path, home: Path) -> None:
    (bot,) = bots(load())
    with open_store(data / "store.duckdb", time_zone="UTC") as store:
        put(store, row("thanks", T0, 0.91, author=bot), window=span(0, 1), now=NOW)
        assert note_configured(store, load(), NOW) == ()
        assert store.con.execute("select count(*) from posts").fetchall() == [(10,)]
        assert excluded_authors(store) == 1
        text = CONFIG.replace('slug = "orbit"', 'slug = "comet"\nformerly = ["orbit", "never"]')
        (home / "earful.toml").write_text(text)
        assert note_configured(store, load(), NOW) == ("orbit is comet now: 10 posts moved",)
        assert note_configured(store, load(), NOW) == ()
        assert store.con.execute("select product, tracked from products").fetchall() == [("comet", True)]
