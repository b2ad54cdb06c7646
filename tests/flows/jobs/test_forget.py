"""``earful forget``: counts, asks, and leaves nothing in any file; ``earful secret rotate`` loses nobody."""

from __future__ import annotations

import json
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from forgetting import CONFIG, NAME, NOW, POST, TEXT, fill, found, landed_data

from earful.connectors.post import pseudonym
from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.datafolder.secret import author_secrets, fingerprint
from earful.flows.datafolder.spool import spool_folder, sweep
from earful.flows.datafolder.store import opened
from earful.warehouse import note_secret, query, unfinished


@pytest.fixture
def data(home: Path) -> Path:
    """A folder with one author's post among others, published, with its page and what a killed run left."""
    folder = landed_data(home)
    (folder / "spool" / "killed").mkdir(parents=True)
    (folder / "spool" / "killed" / "00000.parquet").write_text(TEXT)
    return folder


@pytest.mark.slow
def test_an_author_is_gone_from_store_file_page_and_spool(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    author = str(pseudonym(author_secrets(data).present, "reddit", NAME))
    everywhere = [data / "store.duckdb", data / "earful.duckdb", data / "earful.html", data / "spool"]
    assert [bool(found(each, TEXT)) for each in everywhere] == [True] * 4
    assert found(data, TEXT, author, POST) == {TEXT, author, POST}
    assert call(["forget", "--author", NAME, "--dry-run", "--json"]) == 0
    dry = json.loads(capsys.readouterr().out)
    assert (dry["posts"], dry["texts"], dry["days"], dry["dry_run"]) == (1, 1, 1, True)
    assert query(data / "earful.duckdb", "select sum(posts) from daily").rows == ((10,),)
    # Nobody to ask: nothing is done.
    assert call(["forget", "--author", NAME]) == 2
    assert "--yes" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", __import__("io").StringIO(f"{NAME}\n"))
    assert call(["forget", "--author", "-", "--yes"]) == 0
    out, err = capsys.readouterr()
    assert "erased: 1 posts; 1 days computed anew" in out
    assert NAME not in out + err
    assert found(data, TEXT, author, POST, NAME) == set()
    assert query(data / "earful.duckdb", "select sum(posts), sum(negative) from daily").rows == ((9, 0),)
    assert query(data / "earful.duckdb", "select kind, why, posts from erasures").rows == (("author", "asked for", 1),)
    fill(data)
    assert found(data, TEXT) == set()


@pytest.mark.slow
def test_a_post_and_a_product(data: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["forget", "--post", "nowhere", "--yes"]) == 2
    assert "no channel has such a post" in capsys.readouterr().err
    assert call(["forget", "--post", "nowhere", "--channel", "rd", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["posts"] == 0
    assert call(["forget", "--post", POST, "--why", "legal", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["posts"] == 1
    assert found(data, TEXT, POST) == set()
    assert call(["forget", "--product", "orbit", "--yes"]) == 2
    assert "take it out there first" in capsys.readouterr().err
    (home / "earful.toml").write_text(CONFIG.replace('"orbit"', '"comet"'))
    assert call(["forget", "--product", "nothing", "--yes"]) == 2
    assert "there is orbit" in capsys.readouterr().err
    assert call(["forget", "--product", "orbit", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["posts"] == 9
    assert query(data / "earful.duckdb", "select count(*) from posts").rows == ((0,),)
    assert query(data / "earful.duckdb", "select count(*) from coverage").rows == ((0,),)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder, once for all mistakes: they must change nothing."""
    home = tmp_path_factory.mktemp("untouched")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        return landed_data(home)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give one of"),
        (["--post", "a", "--author", "b"], "give one of"),
        (["--author", "b", "--channel", "rd"], "--channel goes with --post"),
        (["--post", "b", "--source", "reddit"], "--source goes with --author"),
        (["--author", " "], "is empty"),
        (["--author", "x", "--source", "steam"], "allowed: reddit"),
        (["--post", "x", "--channel", "st"], "allowed: rd"),
    ],
)
def test_mistakes_are_one_line_and_change_nothing(
    untouched: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(untouched.parent)
    before = (untouched / "earful.duckdb").stat().st_ino, (untouched / "store.duckdb").read_bytes()
    assert call(["forget", *arguments, "--yes"]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert ((untouched / "earful.duckdb").stat().st_ino, (untouched / "store.duckdb").read_bytes()) == before


def test_before_the_first_night_there_is_nothing_to_forget(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "earful.toml").write_text(CONFIG)
    assert call(["forget", "--post", "x", "--yes"]) == 4
    assert "earful run" in capsys.readouterr().err


@pytest.mark.slow
def test_a_forget_that_was_killed_is_finished_by_the_next(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from earful.warehouse import Posts, erase

    with opened(load()) as store:
        erase(store, Posts("rd", (POST,)), kind="post", why="asked for", now=NOW)
        assert unfinished(store, asked_for=True) == 1
    assert found(data / "earful.duckdb", TEXT)
    assert call(["forget", "--post", POST, "--channel", "rd", "--yes"]) == 0
    assert "1 earlier erasure(s)" in capsys.readouterr().out
    assert found(data, TEXT, POST) == set()


def test_a_run_at_work_keeps_its_spool_and_a_killed_ones_goes(data: Path) -> None:
    with spool_folder(data, "alive") as folder:
        assert not (data / "spool" / "killed").exists()
        (folder / "x").write_text("pulled")
        (data / "spool" / "left.parquet").write_text("left")
        swept = sweep(data)
        assert (swept.removed, swept.at_work) == (1, 1)
        assert (folder / "x").exists()
    assert list((data / "spool").iterdir()) == []


def test_init_makes_the_secret_for_its_owner_only(home: Path) -> None:
    assert call(["init"]) == 0
    assert (home / "earful-data" / "author.secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_a_new_secret_still_finds_and_keeps_out_who_was_there_before(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = author_secrets(data)
    assert call(["secret", "rotate"]) == 0
    assert "known to be the same" in capsys.readouterr().out
    after = author_secrets(data)
    assert after.present != before.present
    assert after.former == (before.present,)
    assert (data / "author.secret").stat().st_mode & 0o777 == 0o600
    assert before.present.decode() not in repr(after)
    with opened(load()) as store:
        said = store.con.execute("select kind, why from erasures").fetchall()
        assert said == [("secret", "new secret; authors are recognised as they are met")]
    assert call(["forget", "--author", NAME, "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["posts"] == 1


@pytest.mark.slow
def test_discarding_former_secrets_says_what_it_costs(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(["forget", "--author", "Other", "--yes"]) == 0
    capsys.readouterr()
    assert call(["secret", "rotate", "--discard"]) == 2
    err = capsys.readouterr().err
    assert "1 forgotten or excluded ones are not kept out" in err
    assert call(["secret", "rotate", "--discard", "--yes"]) == 0
    assert author_secrets(data).former == ()
    assert call(["forget", "--author", NAME, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["posts"] == 0
    monkeypatch.setenv("EARFUL_AUTHOR_SECRET", "from elsewhere")
    assert call(["secret", "rotate"]) == 2
    assert "EARFUL_FORMER_AUTHOR_SECRETS" in capsys.readouterr().err


@pytest.mark.slow
def test_a_secret_that_changed_by_itself_is_recorded(data: Path) -> None:
    with opened(load()) as store:
        assert note_secret(store, fingerprint(author_secrets(data).present), [], NOW) is None
        assert note_secret(store, "another", [], NOW) == "new secret; authors from before are others"
        assert note_secret(store, "another", [], NOW) is None


def test_a_connector_tells_who_it_met_under_former_secrets() -> None:
    from earful.connectors.base import Context

    context = Context("rd", b"new", {}, former=(b"old", b"older"))
    present = context.author("reddit", "x")
    assert context.former_pseudonyms == {
        pseudonym(b"old", "reddit", "x"): present,
        pseudonym(b"older", "reddit", "x"): present,
    }
    assert context.author("reddit", None) is None
    assert len(context.former_pseudonyms) == 2


@pytest.mark.slow
def test_backup_and_restore_from_the_command_line(data: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = author_secrets(data)
    assert call(["backup", "kept"]) == 0
    assert "author.secret apart" in capsys.readouterr().out
    assert call(["backup", "kept.zip", "--with-secret", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["secret"] is True
    assert call(["restore", "kept"]) == 2
    assert "--yes" in capsys.readouterr().err
    for file in data.iterdir():
        if file.is_file():
            file.unlink()
    assert call(["restore", "kept.zip", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["secret"] is True
    assert author_secrets(data).present == keys.present
    assert query(data / "earful.duckdb", "select sum(posts) from daily").rows == ((10,),)
    assert (data / "earful.html").exists()
    assert call(["forget", "--author", NAME, "--yes"]) == 0
    capsys.readouterr()
    assert call(["restore", "kept", "--yes"]) == 0
    out = capsys.readouterr().out
    assert "1 posts in it had been erased here since" in out
    assert "no secret in it" in out
    assert query(data / "earful.duckdb", "select sum(posts) from daily").rows == ((9,),)
    assert found(data, TEXT) == set()


@pytest.mark.slow
def test_a_restore_publishes_no_words_past_retention(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import datetime as real

    from earful.flows.cli.commands.keep import backup

    assert call(["backup", "kept"]) == 0
    assert found(data, TEXT)

    class Later(real):
        @classmethod
        def now(cls, tz: Any = None) -> Later:
            return cls.fromtimestamp(real.now(UTC).timestamp() + 3 * 86400, tz)

    monkeypatch.setattr(backup, "datetime", Later)
    assert call(["restore", "kept", "--yes"]) == 0
    assert query(data / "earful.duckdb", "select count(text), count(*) from posts").rows == ((0, 10),)
    assert found(data, TEXT) == set()


@pytest.mark.slow
def test_a_restore_that_could_not_take_over_the_secret_changes_nothing(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = author_secrets(data)
    assert call(["backup", "kept.zip", "--with-secret"]) == 0
    assert call(["forget", "--post", POST, "--yes"]) == 0
    capsys.readouterr()
    before = {f.name: f.read_bytes() for f in data.iterdir() if f.is_file()}
    monkeypatch.setenv("EARFUL_AUTHOR_SECRET", "from elsewhere")
    assert call(["restore", "kept.zip", "--yes"]) == 2
    err = capsys.readouterr().err
    assert "kept.zip: holds secrets that EARFUL_AUTHOR_SECRET and EARFUL_FORMER_AUTHOR_SECRETS do not" in err
    assert err.count("\n") == 1
    assert keys.present.decode() not in err
    assert {f.name: f.read_bytes() for f in data.iterdir() if f.is_file()} == before
    # With the backup's among the former ones nobody becomes a stranger.
    monkeypatch.setenv("EARFUL_FORMER_AUTHOR_SECRETS", keys.present.decode())
    assert call(["restore", "kept.zip", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["secret"] is True
    assert (data / "author.secret").read_bytes() == before["author.secret"]


@pytest.mark.slow
def test_forget_reaches_what_killed_backups_and_restores_left(data: Path) -> None:
    for folder in (data / ".store.duckdb.restoring" / "unpacked", data / ".kept.zip.writing"):
        folder.mkdir(parents=True)
        (folder / "texts.parquet").write_text(TEXT)
        (folder / "author.secret").write_text("s3cret")
    (data / "spool" / "killed" / "00000.parquet").unlink()
    assert call(["forget", "--post", POST, "--yes"]) == 0
    assert found(data, TEXT, "s3cret") == set()
