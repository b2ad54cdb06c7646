"""``earful upkeep``: what is gone at Reddit is gone here, in every byte; what is missing or unanswered stays."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from landing import put, row, span
from reddit_fake import ENV, Fake, listing, thing
from replay import Request, Response, Server, serve

from earful.connectors.toolkit.web import Spacing
from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.jobs.erasure import finish, opened
from earful.flows.process.deadline import Deadline
from earful.warehouse import open_store, query, start_run

T0 = datetime(2026, 3, 2, tzinfo=UTC)
NOW = datetime.now(UTC)
TEXT, AUTHOR = "QXJ7WKZV3YTEXT", "deadbeefcafe0badf00d0123456789ab"


def config(url: str, **more: str) -> str:
    return f"""
time_zone = "UTC"
[retention]
recheck = {more.get("recheck", "60000")}
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "rd"
connector = "reddit"
subreddits = ["acme"]
reddit_url = "{url}"
oauth_url = "{url}"
"""


@pytest.fixture
def data(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four posts of three days ago (the words of the first three still kept), published."""
    for name in ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"):
        monkeypatch.setenv(name, ENV[name])
    monkeypatch.setattr(Spacing, "wait", lambda self: None)
    folder = home / "earful-data"
    folder.mkdir()
    (home / "earful.toml").write_text(config("http://127.0.0.1:1"))
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        store.con.execute("set force_compression = 'uncompressed'")
        posts = [row(f"t3_n{i}", T0 + timedelta(hours=i), -0.5, text=f"{TEXT} {i}", author=AUTHOR) for i in range(4)]
        put(store, *posts, window=span(0, 1), now=NOW - timedelta(days=1))
        finish(load(), store)
    return folder


def grep(folder: Path, needle: str) -> set[str]:
    seen = subprocess.run(["grep", "-raoFh", f"-e{needle}", str(folder)], capture_output=True, text=True, check=False)
    return set(seen.stdout.split("\n")) - {""}


def reddit(*children: Any) -> Any:
    asked: list[str] = []

    def handler(request: Request) -> Response:
        if request.path != "/api/info/":
            return Fake()(request)
        asked.extend(request.query["id"].split(","))
        return listing(list(children))

    handler.asked = asked  # type: ignore[attr-defined]
    return handler


def upkeep(
    home: Path, server: Server, capsys: pytest.CaptureFixture[str], code: int = 0, **more: str
) -> dict[str, Any]:
    (home / "earful.toml").write_text(config(server.url, **more))
    assert call(["upkeep", "--json"]) == code
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.slow
def test_gone_there_is_gone_here_and_nothing_else(home: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grep(data, "t3_n1")
    handler = reddit(thing(0, T0), thing(1, T0, selftext="[removed]"), thing(2, T0, author="[deleted]"))
    with serve(handler) as server:
        done = upkeep(home, server, capsys)
        assert sorted(handler.asked) == [f"t3_n{i}" for i in range(4)]
        (looked,) = done["looked"]
        assert looked == {"channel": "rd", "asked": 4, "gone": 1, "unnamed": 1, "missing": 1, "left": 0, "error": ""}
        assert query(data / "earful.duckdb", "select post_id, author is null from posts order by 1").rows == (
            ("t3_n0", False), ("t3_n2", True), ("t3_n3", False),
        )  # fmt: skip
        assert query(data / "earful.duckdb", "select sum(posts), sum(authors) from daily").rows == ((3, 1),)
        kinds = "select kind, why, posts from erasures order by kind"
        assert query(data / "earful.duckdb", kinds).rows == (
            ("author", "account deleted there", 1), ("gone", "deleted there", 1),
        )  # fmt: skip
        assert grep(data, "t3_n1") == set()
        assert grep(data, f"{TEXT} 1") == set()
        # Asked a moment ago: not asked again.
        assert done["unasked"] == {}
        handler.asked.clear()
        assert upkeep(home, server, capsys)["looked"][0]["asked"] == 0
        assert handler.asked == []
    assert query(data / "earful.duckdb", "select kind, status from runs").rows == (("upkeep", "ok"), ("upkeep", "ok"))


@pytest.mark.slow
def test_words_first_then_the_longest_unasked_and_a_bound(
    home: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(load()) as store:
        store.con.execute("delete from texts where post_id <> 't3_n3'")
        store.con.execute("insert into checks values ('rd', 't3_n0', now()::timestamp - interval 10 hour)")
        store.con.execute("update posts set first_seen_at = now()::timestamp - interval 30 hour")
    handler = reddit()
    with serve(handler) as server:
        done = upkeep(home, server, capsys, recheck="2")
    assert handler.asked == ["t3_n3", "t3_n1"]
    assert done["looked"][0]["left"] == 1
    assert "1 not looked at for a day" in done["headline"]


@pytest.mark.slow
def test_a_service_that_does_not_answer_takes_nothing_and_says_so(
    home: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(request: Request) -> Response:
        return Response(403) if request.path == "/api/info/" else Fake()(request)

    with serve(down) as server:
        done = upkeep(home, server, capsys, code=3)
    assert "403" in done["looked"][0]["error"]
    assert query(data / "earful.duckdb", "select count(*) from posts").rows == ((4,),)
    assert query(data / "earful.duckdb", "select status from runs").rows == (("partial",),)


@pytest.mark.slow
def test_retention_reaches_file_page_and_bytes_of_a_source_that_left(
    home: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "earful.toml").write_text(
        '[[products]]\nslug = "orbit"\nname = "Orbit"\n[[channels]]\nname = "s"\nconnector = "sample"\n'
    )
    with opened(load()) as store:
        store.con.execute("update texts set seen_at = seen_at - interval 3 day")
    assert grep(data, TEXT)
    assert call(["upkeep"]) == 0
    out = capsys.readouterr().out
    assert "4 texts past retention dropped" in out
    assert "; rd: is not configured or not enabled, its 4 posts are not asked about any more" in out
    assert "store rewritten" in out
    assert grep(data, TEXT) == set()
    assert query(data / "earful.duckdb", "select sum(posts) from daily").rows == ((4,),)


@pytest.mark.usefixtures("prefect_server")
def test_the_flow_is_the_same(home: Path, data: Path) -> None:
    from earful.flows.upkeep import upkeep as flow

    handler = reddit(thing(1, T0, selftext="[removed]"))
    with serve(handler) as server:
        (home / "earful.toml").write_text(config(server.url))
        state = flow(return_state=True)
    assert state.is_completed()
    assert "1 of 4 posts asked about are gone there" in str(state.message)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1])
def test_a_service_that_never_answers_holds_no_upkeep(
    home: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Each answer may take its two minutes, and 60,000 posts are 600 of them: the deadlines of pulls and nights hold."""
    over, asked = threading.Event(), []

    def handler(request: Request) -> Response:
        if request.path != "/api/info/":
            return Fake()(request)
        asked.append(request.query["id"])
        if len(asked) > after:
            over.wait(60)
        return listing([thing(int(asked[-1].split(",")[0].removeprefix("t3_n")), T0, selftext="[removed]")])

    monkeypatch.setattr("earful.connectors.reddit.connector.BATCH", 2)
    real = Deadline.of_pull
    monkeypatch.setattr(Deadline, "of_pull", lambda minutes: replace(real(minutes), at=time.monotonic() + 2))
    with serve(handler) as server:
        done = upkeep(home, server, capsys, code=3)
        over.set()
    (looked,) = done["looked"]
    assert looked["error"] == "past its deadline of 120 minutes; what came counts, the next upkeep asks for the rest"
    assert (looked["asked"], looked["gone"]) == (2 * after, after)
    assert query(data / "earful.duckdb", "select count(*) from posts").rows == ((4 - after,),)


def test_an_upkeep_that_was_killed_is_told_of_by_the_next(
    home: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(load()) as store:
        start_run(store, "killed", "upkeep", NOW - timedelta(hours=1))
    with serve(reddit()) as server:
        upkeep(home, server, capsys)
    rows = query(
        data / "earful.duckdb", "select status, error like 'killed before%' from runs order by started_at"
    ).rows
    assert rows == (("failed", True), ("ok", None))
