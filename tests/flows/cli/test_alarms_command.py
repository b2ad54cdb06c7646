"""``earful alarms``: a person answers an alarm, and from then on it is a note; on the demo."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from earful.flows.cli.main import call
from earful.flows.errors import Exit
from earful.reports.digest import digest
from earful.warehouse import open_store, publish, query
from earful.warehouse.answers import answer_alarm, published_episode

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(demo_folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo_folder, tmp_path / "demo")
    return tmp_path / "demo"


def told(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str, code: int = Exit.OK) -> Any:
    assert call(["alarms", *arguments, "--config", str(folder / "earful.toml"), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_an_answer_stands_in_file_page_and_digest_until_it_is_taken_back(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (alarm,) = told(capsys, folder)["alarms"]
    assert (alarm["product"], alarm["answer"], alarm["why"]) == ("notes", None, "")
    name = alarm["episode"]
    data = next(folder.glob("*/earful.duckdb"))
    assert digest(data).subject.endswith("no alarm"), "the demo's alarm is older than a week"

    assert told(capsys, folder, "wrong", name, "a  test,\nask bob@example.com")["why"] == "a test, ask [email]"
    assert told(capsys, folder, "known", name, "4.2.0 <broke> the login") == {
        "episode": name, "answer": "known", "why": "4.2.0 <broke> the login", "replaced": True,
    }  # fmt: skip
    found = told(capsys, folder)
    assert found["answered"] == {"known": 1, "wrong": 0, "expected": 0}
    assert found["alarms"][0]["sentence"].endswith(" Answered: known, 4.2.0 <broke> the login.")
    page = next(folder.glob("*/earful.html")).read_text("utf-8")
    assert "Answered: known, 4.2.0 &lt;broke&gt; the login." in page
    assert call(["alarms", "--config", str(folder / "earful.toml")]) == Exit.OK
    assert "1 alarm in 365 days; answered: 1 as known" in capsys.readouterr().out

    assert told(capsys, folder, "reopen", name)["taken_back"]
    assert not told(capsys, folder, "reopen", name)["taken_back"]
    assert told(capsys, folder)["alarms"][0]["answer"] is None
    assert "Answered: known" not in next(folder.glob("*/earful.html")).read_text("utf-8")


def test_what_is_no_alarm_and_no_reason_is_refused(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    name = told(capsys, folder)["alarms"][0]["episode"]
    assert "no episode 'notes' is published" in told(capsys, folder, "known", "notes", "x", code=Exit.USAGE)["error"]
    assert "give 1 to 300" in told(capsys, folder, "known", name, "  ", code=Exit.USAGE)["error"]
    assert "give 1 to 300" in told(capsys, folder, "known", name, "x" * 301, code=Exit.USAGE)["error"]


def test_an_answer_follows_its_episode_to_another_day_and_no_other(folder: Path) -> None:
    data = next(folder.glob("*/earful.duckdb"))
    (name,) = (row[0] for row in query(data, "select episode from what_changed where told").rows)
    episode = published_episode(data, str(name))
    assert episode is not None
    at = datetime(2026, 3, 1, tzinfo=UTC)
    asked = "select answer, answer_why from what_changed where told"
    store_path = data.with_name("store.duckdb")
    with open_store(store_path, time_zone="UTC") as store:
        # Judged anew, its alarm lies on the next day; and an answer to other days is none to it.
        answer_alarm(store, episode, "known", "the login", at)
        store.con.execute("update alarm_answers set episode = 'notes 2026-11-07 worse'")
        store.con.execute(
            "insert into alarm_answers by name select 'notes 2020-01-01 worse' as episode, product, metric, verdict,"
            " date '2020-01-01' as first_day, date '2020-01-03' as last_day, 'wrong' as answer, '' as why,"
            " answered_at + interval 1 day as answered_at from alarm_answers"
        )
        publish(store, data)
        assert query(data, asked).rows == (("known", "the login"),)
        # Of the same days, but about something else.
        store.con.execute("update alarm_answers set metric = 'volume', verdict = 'flood'")
        publish(store, data)
        assert query(data, asked).rows == ((None, ""),)
        # Its own answer wins over a later one that lost its episode.
        answer_alarm(store, episode, "expected", "a launch", at)
        store.con.execute(
            "insert into alarm_answers by name select * replace ('notes 2026-11-08 worse' as episode, 'wrong' as answer,"
            " answered_at + interval 1 day as answered_at) from alarm_answers where answer = 'expected'"
        )
        publish(store, data)
        assert query(data, asked).rows == (("expected", "a launch"),)
