"""What a person meets when something is wrong: one line, an exit code, nothing lost."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import duckdb
import pytest

from earful.flows.cli.commands.start import check
from earful.flows.cli.main import call
from earful.flows.errors import Exit

MINIMAL = '[[products]]\nslug = "acme"\nname = "Acme"\n[[channels]]\nname = "demo"\nconnector = "sample"\n'


class Kept(logging.Handler):
    """Keeps the lines of a log."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def said(capsys):
    """The one line on standard error; with --json its words are also the one object on standard output."""
    out, err = capsys.readouterr()
    if out:
        answer = json.loads(out)
        assert answer.keys() == {"ok", "error", "exit_code"}
        assert answer["ok"] is False
        assert answer["exit_code"] > 0
        assert err == f"earful: {answer['error']}\n"
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run"], 2, "earful init"),
        (["run", "--config", "nowhere.toml"], 2, "nowhere.toml"),
        (["backfill", "--from", "yesterday", "--to", "2026-01-01"], 2, "--from"),
        (["bakfill"], 2, "bakfill"),
        (["sql"], 2, "query"),
        (["sql", "--json"], 2, "query"),
        (["run", "--json"], 2, "earful init"),
        (["bakfill", "--json"], 2, "bakfill"),
    ],
)
def test_a_wrong_command_line_is_one_line(home, capsys, arguments, code, says):
    assert call(arguments) == code
    assert says.lower() in said(capsys).lower()


def test_init_writes_a_configuration_that_checks_and_keeps_an_existing_one(home, capsys):
    assert call(["init"]) == 0
    assert "wrote earful.toml" in capsys.readouterr().out
    (home / "earful.toml").write_text("mine")
    assert call(["init"]) == 2
    assert "--force" in said(capsys)
    assert (home / "earful.toml").read_text() == "mine"


def test_check_says_for_every_channel_whether_it_can_work_without_showing_secrets(home, capsys, monkeypatch):
    (home / "earful.toml").write_text(
        MINIMAL
        + '[[channels]]\nname = "reddit"\nconnector = "reddit"\nsubreddits = ["x"]\n'
        + '[[channels]]\nname = "steam"\nconnector = "steam"\n'
    )
    monkeypatch.setenv("REDDIT_CLIENT_SECRET", "do-not-show-me")
    monkeypatch.delenv("REDDIT_CLIENT_ID", raising=False)
    assert call(["check", "--json"]) == 5
    out, err = capsys.readouterr()
    assert "do-not-show-me" not in out + err
    answers = {a["channel"]: a for a in json.loads(out)["channels"]}
    assert answers["demo"]["ok"]
    assert not answers["reddit"]["ok"]
    assert "approval" in answers["reddit"]["says"]
    assert "REDDIT_CLIENT_ID" in answers["reddit"]["says"]
    assert not answers["steam"]["ok"]
    assert "ids" in answers["steam"]["says"]
    assert not (home / "earful-data").exists()
    assert json.loads(out)["scorer"]["compiled"]


@pytest.mark.process
def test_check_says_what_scores_where_numba_is_not_there(home):
    (home / "earful.toml").write_text(MINIMAL)
    code = "import sys; sys.modules['numba'] = None; from earful.flows.cli.main import main; main(['check'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=home)
    assert done.returncode == 0, done.stderr
    assert "scorer: not compiled, as numba is not there: the same numbers" in done.stdout
    assert "pip install 'earful[fast]'" in done.stdout


def test_check_says_that_a_word_list_cannot_be_read(home, capsys):
    (home / "earful.toml").write_text('[scoring]\noverlay_files = ["gone.toml"]\n' + MINIMAL)
    assert call(["check"]) == 2
    assert "scoring.overlay_files" in said(capsys)


def test_a_query_before_the_first_night_says_what_to_do(home, capsys):
    (home / "earful.toml").write_text(MINIMAL)
    assert call(["sql", "select 1"]) == 4
    assert "earful run" in said(capsys)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "empty"),
        (" ; ", "empty"),
        ("selct 1", "syntax error"),
        ("select nothing_such from trend", "nothing_such"),
        ("select * from tend", "tend"),
        ("select cast('x' as integer)", "x"),
        ("create table t (a int)", "read-only"),
        ("select * from read_csv('/etc/passwd')", "disabled"),
        (".schema nothing", "nothing"),
        (".quit", ".tables"),
    ],
)
def test_a_mistake_in_a_query_is_the_asker_s(home, capsys, published, query, says):
    (home / "earful.toml").write_text(MINIMAL)
    (home / "earful-data").mkdir()
    (home / "earful-data" / "earful.duckdb").symlink_to(published)
    for more in ([], ["--json"]):
        assert call(["sql", query, *more]) == 2
        assert says in said(capsys)


def test_columns_of_one_name_do_not_hide_each_other(home, capsys, published):
    (home / "earful.toml").write_text(MINIMAL)
    (home / "earful-data").mkdir()
    (home / "earful-data" / "earful.duckdb").symlink_to(published)
    assert call(["sql", "select 1 as a, 2 as a, 3 as a_2, 4 as a", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["columns"] == ["a", "a_3", "a_2", "a_4"]
    assert answer["rows"] == [{"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}]


@pytest.mark.usefixtures("prefect_server")
def test_a_store_from_a_newer_version_is_refused_and_left_as_it_is(home, capsys):
    (home / "earful.toml").write_text(MINIMAL)
    assert call(["run", "--json"]) == 0
    capsys.readouterr()
    store = home / "earful-data" / "store.duckdb"
    with duckdb.connect(str(store)) as con:
        con.execute("insert into migrations values (9999, 'from the future', now())")
    before = store.read_bytes()
    assert call(["run", "--json"]) == 4
    assert "newer" in said(capsys)
    assert store.read_bytes() == before


@pytest.mark.usefixtures("prefect_server")
def test_a_store_held_by_another_process_is_named(home, capsys, monkeypatch):

    from earful.flows.datafolder import store as data_store

    (home / "earful.toml").write_text(MINIMAL)
    assert call(["run", "--json"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(data_store, "STORE_WAIT", 1.0)
    log = logging.getLogger("prefect.flow_runs")
    monkeypatch.setattr(log, "level", logging.WARNING)
    kept = Kept()
    log.addHandler(kept)
    holder = subprocess.Popen(
        [sys.executable, "-c", "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()",
         str(home / "earful-data" / "store.duckdb")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        assert call(["run", "--json"]) == 4
        out, err = capsys.readouterr()
        assert json.loads(out)["exit_code"] == 4
        lines = err.splitlines()
        # In the run's log too, where a night without a terminal is read.
        waits = next(line for line in kept.lines if "waiting up to 1 s" in line)
        assert f"process {holder.pid} " in waits
        assert waits in lines
        assert lines[-1].startswith("earful: ")
        assert f"process {holder.pid} " in lines[-1]
    finally:
        log.removeHandler(kept)
        holder.stdin.close()
        holder.wait(10)


@pytest.mark.usefixtures("prefect_server")
def test_a_csv_of_garbage_fails_alone_in_one_line(home, capsys):
    (home / "junk.csv").write_bytes(bytes(range(256)) * 50)
    (home / "earful.toml").write_text(
        MINIMAL + '[[channels]]\nname = "survey"\nconnector = "files"\npreset = "nps"\npaths = ["junk.csv"]\n'
    )
    assert call(["run", "--json"]) == 3
    out, _ = capsys.readouterr()
    lines = {b["channel"]: b for b in json.loads(out)["brought"]}
    assert lines["demo"]["new"] > 0
    assert "junk.csv" in lines["survey"]["error"]
    assert "\n" not in lines["survey"]["error"]


@pytest.mark.usefixtures("prefect_server")
def test_a_full_disk_loses_nothing(home, tmp_path, capsys, monkeypatch):
    """A small tmpfs; needs the right to mount one. py3langid unpacks 66 MB on the way to its model."""
    import os

    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a tmpfs (root)")
    try:
        monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
        config = home / "earful.toml"
        config.write_text(f'paths.data = "{small}/data"\n' + MINIMAL + "days = 10\n")
        assert call(["run", "--json"]) == 0
        capsys.readouterr()
        published = small / "data" / "earful.duckdb"
        good = published.read_bytes()
        with (small / "ballast").open("wb") as file:
            free = os.statvfs(small).f_bavail * os.statvfs(small).f_frsize
            file.write(b"\0" * max(0, free - 64 * 1024))
        assert call(["backfill", "--from", "2026-01-01", "--to", "2026-06-30", "--json"]) == 4
        assert "space" in said(capsys)
        assert published.read_bytes() == good
        (small / "ballast").unlink()
        assert call(["run", "--json"]) == 0
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


def test_an_export_names_its_format_and_its_days(home, capsys, published):
    (home / "earful.toml").write_text(MINIMAL)
    (home / "earful-data").mkdir()
    (home / "earful-data" / "earful.duckdb").write_bytes(published.read_bytes())
    assert call(["export", "days.xlsx"]) == 2
    assert "--format" in said(capsys)
    assert call(["export", "days.csv", "--from", "2026-06-05", "--to", "2026-06-04"]) == 2
    assert "earlier day first" in said(capsys)
    assert call(["export", "days.csv", "--product", "nobody"]) == 2
    assert "allowed: acme" in said(capsys)
    # A product that has left the configuration keeps its days.
    (home / "earful.toml").write_text(MINIMAL.replace('"acme"', '"newer"'))
    assert call(["export", "old.csv", "--product", "acme", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] > 0
    assert call(["export", "old.csv", "--product", "nobody"]) == 2
    assert "allowed: acme, newer" in said(capsys)
    (home / "earful.toml").write_text(MINIMAL)
    assert call(["export", "days.csv", "--from", "2026-06-05", "--to", "2026-06-06", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["table"] == "daily"
    assert answer["rows"] == len((home / "days.csv").read_text().splitlines()) - 1 > 0
    assert call(["export", "posts", "--posts", "--format", "parquet"]) == 0
    assert "rows of posts in posts" in capsys.readouterr().out


def test_a_bug_of_ours_is_told_without_words_that_may_be_a_post_s(home, capsys, monkeypatch):
    def unforeseen(_config):
        raise LookupError("could not convert 'what somebody wrote'")

    monkeypatch.setattr(check, "load", unforeseen)
    assert call(["check"]) == Exit.BUG
    line = said(capsys)
    assert line.startswith("earful: a bug in earful (LookupError in flows/cli/commands/start/check.py:")
    assert "somebody" not in line


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_reason_to_fail(home, closed):
    earful = f'"{sys.executable}" -c "from earful.flows.cli.main import main; main()"'
    script = f"{earful} --version {closed} && {earful} nosuch {closed}"
    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert ran.returncode == Exit.USAGE
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "a bug" not in ran.stdout + ran.stderr
