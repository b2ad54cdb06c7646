"""Strangers' pages in Chromium beside `earful up` and beside a run's own server, and the user's own pages in the same.

The `earful up` of test_server.py, and two `earful run` that begin at once in a new folder, for all, in the order they
stand. Needs Debian's Chromium, but for the last: how those two runs end, of which one is told to while its service lets
it wait.
"""

# Long because: two `earful run` and one Chromium, a minute to start, for all of it.

from __future__ import annotations

import json
import re
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from first_runs import FirstRuns, two_first_runs
from guarded import CREDENTIAL, OWN
from hostile_pages import ATTACK, naive_server, stranger
from our_server import Command, processes, wait_until
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from playwright.sync_api import Response as Answer

from benchmarks.first_runs import left_behind
from earful.flows.server.guard import credential
from earful.flows.server.guard.layer import STOPS

pytestmark = pytest.mark.browser
on_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here: processes cannot be looked at")


@pytest.fixture(scope="module")
def first_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstRuns]:
    with two_first_runs(tmp_path_factory.mktemp("run")) as runs:
        yield runs


@pytest.fixture
def run(first_runs: FirstRuns) -> Command:
    """That of the two which waits for its service, with its own server."""
    return first_runs.waits


@pytest.fixture(scope="module")
def refused() -> list[str]:
    """What the user's browser was not given, from the login on."""
    return []


@pytest.fixture(scope="module")
def user(up: Command, browser: Browser, refused: list[str]) -> Iterator[BrowserContext]:
    """The user's browser with one tab, logged in by the address that was printed."""
    context = browser.new_context(viewport={"width": 1200, "height": 950})

    def look(answer: Answer) -> None:
        if answer.status in {401, 403, 413, 415, 421}:
            refused.append(f"{answer.status} {answer.url}")

    context.on("response", look)
    page = context.new_page()
    page.goto(up.printed, wait_until="load")
    assert page.url.startswith(up.base)
    assert "token" not in page.url
    yield context
    context.close()


@pytest.fixture
def tab(user: BrowserContext) -> Page:
    """The user's tab."""
    return user.pages[0]


@pytest.fixture(scope="module")
def _passing(browser: Browser) -> Iterator[Page]:
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)  # as long as others wait here: a busy machine
    yield page
    page.context.close()


@pytest.fixture
def visitor(_passing: Page) -> Page:
    """A tab of a browser that knows nothing of us; one for all tests, since a new one costs a second, but no cookie."""
    _passing.context.clear_cookies()
    return _passing


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    with stranger() as port:
        yield port


def attacked(page: Page, place: str, base: str, touched: Path) -> dict[str, object]:
    """What a page at `place` gets out of `base`; a frame that shows it counts."""
    page.goto(place)
    got: dict[str, object] = page.evaluate(ATTACK, [base, re.sub(r"\W", "-", place), str(touched)])
    frame = page.frame("framed")
    # A frame that was refused holds an error page of Chromium's, and no page of the server's.
    got["frames it"] = frame is not None and not frame.url.startswith("chrome-error:") and bool(frame.title())
    return got


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_where_nothing_is_stopped_all_of_it_goes_through(
    visitor: Page, elsewhere: int, host: str, tmp_path: Path
) -> None:
    """That the attacks are attacks: without our stops each gets there."""
    with naive_server(frozenset()) as (port, app):
        got = attacked(visitor, f"http://{host}:{elsewhere}/", f"http://127.0.0.1:{port}", tmp_path / "touched")
        sent = b"".join(app.bodies)
    assert {name for name, result in got.items() if result is False} == set()
    assert all(word in sent for word in (b"evil-chain", b"evil-blob", b"evil-form"))


#: What each stop keeps a page on another port of 127.0.0.1 from, alone: no cookie is asked for here, nothing else helps.
ALONE = {
    "origin": {"reads by fetch", "reads by get", "runs a command", "opens a websocket"},
    "fetch_site": {"reads by fetch", "reads by get", "runs a command", "shows an image", "frames it"},
    "cors": {"reads by fetch", "reads by get", "runs a command"},
    "framing": {"frames it"},
}


@pytest.mark.parametrize("stop", sorted(ALONE))
def test_in_a_browser_too_each_stop_is_no_decoration(visitor: Page, elsewhere: int, stop: str, tmp_path: Path) -> None:
    with naive_server(frozenset({stop})) as (port, app):
        got = attacked(visitor, f"http://127.0.0.1:{elsewhere}/", f"http://127.0.0.1:{port}", tmp_path / "x")
        sent = b"".join(app.bodies)
    stopped = {name for name, result in got.items() if result is False}
    assert ALONE[stop] <= stopped
    if stop in {"origin", "fetch_site"}:
        assert b"evil" not in sent  # neither a blob nor a form reached the app


def test_a_changed_name_is_stopped_by_the_host_alone(visitor: Page) -> None:
    """DNS rebinding: the page and what it asks for have one origin, and no other stop sees anything."""
    for stops, reached in (
        (frozenset[str](), True),
        (frozenset({"host"}), False),
        (STOPS - {"host"}, True),
        (STOPS, False),
    ):
        with naive_server(stops) as (port, app):
            visitor.goto(f"http://evil.example:{port}/api/health")
            visitor.evaluate("async () => (await fetch('/api/health')).text()")
            assert (f"evil.example:{port}" in app.hosts) is reached, stops


def test_the_form_logs_in(visitor: Page) -> None:
    """Where the user has set a credential of their own."""
    with naive_server(STOPS, OWN) as (port, _):
        visitor.goto(f"http://127.0.0.1:{port}/")
        for given, title in (("wrong", "earful"), (OWN, "inside")):
            visitor.get_by_label("Credential").fill(given)
            visitor.get_by_role("button").click()
            visitor.wait_for_load_state()
            assert visitor.title() == title
        assert visitor.url == f"http://127.0.0.1:{port}/"


def test_a_link_on_a_page_of_another_site_logs_in(visitor: Page, elsewhere: int) -> None:
    """As in a chat's web page: the cookie is SameSite=Strict, and the pages show all the same."""
    with naive_server(STOPS) as (port, _):
        base = f"http://127.0.0.1:{port}"
        address = credential.login_address(base, base, CREDENTIAL)
        visitor.goto(f"http://evil.example:{elsewhere}/")
        visitor.evaluate("address => { location.href = address; }", address)
        visitor.wait_for_url(f"{base}/")
        assert visitor.title() == "inside"


def go(tab: Page, path: str) -> None:
    """Click on the menu; while the page before is still being drawn a click may be lost, and a person clicks again."""
    for last in (False, False, True):
        tab.locator(f'a[href="{path}"]').first.click(timeout=60_000)
        try:
            tab.wait_for_url(f"**{path}*", timeout=20_000)
        except Error:
            if last:
                raise
        else:
            return


def test_the_user_s_own_pages_work(tab: Page, refused: list[str]) -> None:
    """The first by the address that logs in, the others by the menu, as people do: to load it all again costs seconds."""
    for path, shows in (
        ("/v2/deployments", "backfill-gaps"),
        ("/v2/runs", "Flow Runs"),
        ("/v2/flows", "nightly"),
        ("/v2/work-pools", "earful"),
        ("/v2/events", "Events"),
    ):
        go(tab, path)
        tab.get_by_text(shows).first.wait_for(timeout=60_000)
    said = tab.evaluate(
        """() => new Promise((done, fail) => {
        const socket = new WebSocket(`ws://${location.host}/api/events/out`, ["prefect"]);
        socket.onopen = () => socket.send(JSON.stringify({type: "auth", token: null}));
        socket.onmessage = message => done(message.data); socket.onclose = () => fail("closed"); })"""
    )
    assert "auth_success" in said
    assert refused == []


def test_a_backfill_is_started_by_its_form(up: Command, tab: Page) -> None:
    """By clicks, as the README says. The worker is held back: that such a run lands is test_server's business."""
    up.ask("work_pools/earful", {"is_paused": True}, "PATCH")
    try:
        _start_backfill(up, tab)
    finally:
        up.ask("work_pools/earful", {"is_paused": False}, "PATCH")
        tab.goto("about:blank")  # Prefect's page would go on asking its server


def _backfills(up: Command, but: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """The runs of the deployment, without those that were there before."""
    known, asked = {run["id"] for run in but}, {"deployments": {"name": {"any_": ["backfill"]}}}
    return [run for run in up.ask("flow_runs/filter", asked) if run["id"] not in known]


def _start_backfill(up: Command, page: Page) -> None:
    before = _backfills(up)
    page.set_default_timeout(60_000)
    if not page.url.startswith(up.base):  # this test alone
        page.goto(up.base)
    page.locator('a[href="/v2/deployments"]').first.click()
    # Not the flow of that name, which other pages name as well.
    page.locator('a[href*="/deployments/deployment/"]').get_by_text("backfill", exact=True).click()
    page.get_by_role("button", name="Run", exact=True).first.click()
    page.get_by_text("Custom run").first.click()
    fields = page.get_by_text("Pick a date")
    for day, left in (("1", 1), ("2", 0)):
        fields.first.click()
        # Cells of the months before and after are in the grid too, greyed.
        page.locator("[role=gridcell]:not([data-outside])").get_by_text(day, exact=True).first.click()
        page.keyboard.press("Escape")
        # On a busy machine the field that has its day would else be the first once more, and its calendar close.
        page.get_by_role("grid").wait_for(state="hidden")
        expect(fields).to_have_count(left, timeout=60_000)
    page.get_by_role("button", name="Submit").click()
    month = datetime.now(UTC).strftime("%Y-%m")
    (run,) = wait_until("the run", lambda: _backfills(up, before))
    given = run["parameters"]
    assert (given["first_day"], given["last_day"]) == (f"{month}-01", f"{month}-02")
    up.ask(f"flow_runs/{run['id']}", method="DELETE")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_beside_up_a_stranger_s_page_gets_nowhere(
    up: Command, tab: Page, elsewhere: int, host: str, tmp_path: Path
) -> None:
    """In the browser that is logged in: to a page on another port of 127.0.0.1 the cookie is of the same site."""
    before = up.made()
    got = attacked(tab, f"http://{host}:{elsewhere}/", up.base, tmp_path / "touched")
    assert {name for name, result in got.items() if result} == set()
    assert up.made() == before
    assert not up.ask("flows/filter", {"flows": {"name": {"like_": "evil"}}})
    assert not (tmp_path / "touched").exists()


def test_beside_up_a_changed_name_gets_nowhere(up: Command, tab: Page, refused: list[str]) -> None:
    port = httpx.URL(up.base).port
    answer = tab.goto(f"http://evil.example:{port}/")
    assert answer is not None
    assert answer.status == 421
    assert refused[-1].startswith("421 "), "what the user's own pages are watched with hears it"
    asked = tab.evaluate(
        """async () => Promise.all(["/api/health", "/api/flows/filter", "/earful/login"].map(
        async path => (await fetch(path, {method: path.endsWith("filter") ? "POST" : "GET"})).status))"""
    )
    assert asked == [421, 421, 421]


@on_proc
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_beside_a_run_s_own_server_a_stranger_s_page_gets_nowhere(
    run: Command, tab: Page, elsewhere: int, host: str, tmp_path: Path
) -> None:
    before = run.made()
    got = attacked(tab, f"http://{host}:{elsewhere}/", run.base, tmp_path / "touched")
    assert {name for name, result in got.items() if result} == set()
    assert run.made() == before
    assert not (tmp_path / "touched").exists()


@pytest.mark.usefixtures("user")
def test_the_printed_address_is_used_up(up: Command, visitor: Page) -> None:
    answer = visitor.goto(up.printed)
    assert answer is not None
    assert answer.status == 403
    assert "earful open" in visitor.inner_text("body")
    visitor.goto(up.base)
    assert "earful open" in visitor.inner_text("body")
    assert visitor.context.cookies() == []


#: Either of the two may say that it waits for the store while the other lands.
WAITS = "earful-data/store.duckdb is in use by process"


@pytest.mark.process
@on_proc
def test_of_two_first_runs_at_once_the_one_ends_right_beside_the_other(first_runs: FirstRuns) -> None:
    """`python -m benchmarks.first_runs` has many of which both go to their end; CI has three."""
    out, err = first_runs.said
    assert (first_runs.code, [line for line in err.splitlines() if WAITS not in line]) == (0, [])
    (reviews,) = json.loads(out)["brought"]
    assert (reviews["channel"], reviews["status"], reviews["posts"]) == ("reviews", "ok", 2)
    assert left_behind(first_runs.waits.home / "earful-data") == []


def landed(store: Path) -> list[tuple[str]]:
    """The runs that have landed what the file holds; none while one of them has the store open."""
    with suppress(duckdb.IOException), duckdb.connect(str(store), read_only=True) as con:
        return con.execute("select run_id from coverage where channel = 'reviews' and status = 'ok'").fetchall()
    return []


@pytest.mark.process
@on_proc
def test_a_signal_while_a_service_lets_wait_ends_the_other(run: Command) -> None:
    """Was: 18.7 s, exit code 3, for SIGTERM. The run is down as stopped, in the store and at Prefect."""
    home, data, process = run.home, run.home / "earful-data", run.process
    wait_until("both landings", lambda: len(landed(data / "store.duckdb")) == 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 143
    out, err = run.said()
    lines = [line for line in err.splitlines() if WAITS not in line]
    assert (out, lines) == ("", ["earful: stopped; what had landed stays, the next run closes the gap"])
    assert processes(home) == set()
    assert not list((home / "system-tmp").iterdir())
    assert not list((data / "tmp").iterdir())
    assert not list((data / "spool").iterdir())
    with duckdb.connect(str(data / "store.duckdb"), read_only=True) as store:
        assert store.execute("select status, error from runs order by 1").fetchall() == [
            ("failed", "stopped"),
            ("ok", None),
        ]
        assert store.execute("select post_id from posts order by 1").fetchall() == [("1",), ("2",)]
    with closing(sqlite3.connect(data / "prefect" / "prefect.db")) as prefect:
        runs = prefect.execute("select state_name from flow_run order by 1").fetchall()
        states = prefect.execute("select name, message from flow_run_state order by timestamp desc").fetchall()
    assert runs == [("Completed",), ("Crashed",)]
    assert states[0] == ("Crashed", "stopped")
