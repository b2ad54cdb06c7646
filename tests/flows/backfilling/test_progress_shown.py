"""How far a backfill is, while it is at it: in Prefect's pages, looked at by the service that it waits for, and on a terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from replay import Request, Response, serve

from earful.flows.backfilling import shown
from earful.flows.cli.main import call

pytestmark = pytest.mark.usefixtures("prefect_server", "no_page")

CONFIG = """
[[products]]
slug = "acme"
name = "Acme"
ids = {{ steam = "440" }}
[[channels]]
name = "export"
connector = "files"
paths = ["in.csv"]
covers = [".."]
[[channels]]
name = "steam"
connector = "steam"
base_url = "{url}"
"""
DAYS = ("--from", "2026-03-01", "--to", "2026-03-03")


class Looks:
    """A service that answers when the pages show what they are to show, and not at all well."""

    def __init__(self, api: str, until: str) -> None:
        self._api, self._until = api, until
        self.seen: list[tuple[float, str]] = []

    def __call__(self, _request: Request) -> Response:
        for _ in range(600):
            found = artifacts(self._api)
            if found and found[0]["description"] not in [said for _, said in self.seen]:
                self.seen.append((found[0]["data"], found[0]["description"]))
            if self.seen and self.seen[-1][1].startswith(self._until):
                break
            time.sleep(0.1)
        return Response(404)


def artifacts(api: str) -> list[dict[str, Any]]:
    """Those of progress, newest first."""
    asked = {"artifacts": {"key": {"any_": [shown.KEY]}}, "sort": "CREATED_DESC"}
    found: list[dict[str, Any]] = httpx.post(f"{api}/artifacts/filter", json=asked, timeout=30).json()
    return found


@contextmanager
def folder(home: Path, until: str) -> Iterator[tuple[str, Looks]]:
    from prefect.settings import PREFECT_API_URL

    api = str(PREFECT_API_URL.value())
    looks = Looks(api, until)
    with serve(looks) as service:
        (home / "earful.toml").write_text(CONFIG.format(url=service.url))
        (home / "in.csv").write_text("post_id,created_at,text\na,2026-03-01,good\nb,2026-03-02,bad\nc,2026-03-09,bad\n")
        yield api, looks


def test_the_pages_show_what_is_done_while_the_rest_is_asked(home: Path, capsys: Any) -> None:
    with folder(home, "0 of 3 days, 1 of 2 questions done; ") as (api, looks):
        assert call(["backfill", *DAYS, "--json"]) == 3
        told = json.loads(capsys.readouterr().out)
    assert {line["channel"]: line["status"] for line in told["brought"]} == {"export": "ok", "steam": "failed"}
    share, said = looks.seen[-1]
    # Of steam nothing is known yet, so no time is promised.
    assert (share, said) == (50, "0 of 3 days, 1 of 2 questions done; time left not known yet; 2 posts so far")
    newest = artifacts(api)[0]
    assert (newest["data"], newest["description"]) == (100, "3 of 3 days, 2 of 2 questions done; ended; 2 posts so far")
    assert newest["type"] == "progress"
    assert newest["flow_run_id"]


def test_a_night_has_none_and_a_refused_backfill_too(home: Path, capsys: Any) -> None:
    with folder(home, "") as (api, _):
        before = len(artifacts(api))
        assert call(["run", "--channel", "export", "--json"]) == 0
        assert call(["backfill", "--from", "2026-03-03", "--to", "2026-03-01", "--json"]) == 2
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["error"].startswith(
            "the first day (--from), 2026-03-03"
        )
        assert len(artifacts(api)) == before
        assert call(["backfill", *DAYS, "--channel", "export", "--json"]) == 0
        assert len(artifacts(api)) == before + 1, "they would be seen"


def test_a_server_that_takes_no_progress_ends_no_backfill(
    home: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import SyncPrefectClient

    asked: list[object] = []

    def refuse(client: SyncPrefectClient, artifact: Any) -> Any:
        if artifact.key == shown.KEY:
            asked.append(artifact)
            raise httpx.ConnectError("no")
        return made(client, artifact)

    made = SyncPrefectClient.create_artifact
    monkeypatch.setattr(SyncPrefectClient, "create_artifact", refuse)
    with folder(home, ""):
        assert call(["backfill", *DAYS, "--channel", "export", "--json"]) == 0
    assert asked
    assert json.loads(capsys.readouterr().out)["ok"]
