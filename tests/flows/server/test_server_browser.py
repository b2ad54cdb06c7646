"""Strangers' pages in Chromium beside `earful up` and beside a run's own server, and the user's own pages in the same.

One `earful up` and one `earful run` for all, in the order they stand. Needs Debian's Chromium, but for the last two: how
a run ends that is told to while its service lets it wait; and what a flow under `up` is given of the environment, what
reaches the disk, and that it dies with its worker.
"""

# Long because: one `earful up`, one `earful run` and one Chromium, minutes to start, for all of it.

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from guarded import CREDENTIAL, OWN
from hostile_pages import ATTACK, naive_server, stranger
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Response as Answer
from replay import Request, Response, serve
from running import environment, wait_for

from earful.flows.server.guard import credential
from earful.flows.server.guard.layer import STOPS

pytestmark = pytest.mark.browser
on_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc here: processes cannot be looked at")

ROOT = Path(__file__).parents[3]
_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--host-resolver-rules=MAP evil.example 127.0.0.1",
]  # fmt: skip
#: What the environment of `earful up` holds: a secret that the configuration names, and one of another program.
NAMED, OTHER = "marker-of-a-secret-that-is-named", "marker-of-a-secret-of-another-program"
CONFIG = """
[[products]]
slug = "northwind"
name = "Northwind"
ids = {{ steam = "440" }}
[[channels]]
name = "steam"
connector = "steam"
base_url = "{url}"
timeout = 200
[[channels]]
name = "reddit"
connector = "reddit"
subreddits = ["x"]
client_secret_env = "TEAM_REDDIT_SECRET"
enabled = false
"""
MAIN = "from earful.flows.cli.entry import main; main()"


@dataclass(frozen=True)
class Target:
    """A running server of ours."""

    base: str
    credential: str
    printed: str = ""

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        """What its own user asks the API."""
        name, _, secret = self.credential.partition(":")
        json = None if method in {"GET", "DELETE"} else body or {}
        # The server's database is SQLite: while the services of `up` write, an answer may be 503, "ask again" (Prefect's
        # own client asks up to five times again).
        for pause in (1, 2, 4, 8, 16, 0):
            answer = httpx.request(method, f"{self.base}/api/{path}", json=json, auth=(name, secret), timeout=60)
            if answer.status_code != 503:
                break
            time.sleep(pause)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def made(self) -> dict[str, int]:
        """How many things there are of each kind."""
        return {kind: self.ask(f"{kind}/count") for kind in ("flows", "deployments")}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not _CHROMIUM.exists():
        pytest.skip("needs Chromium at /usr/bin/chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Late:
    """A service that never answers: who asks it is held until it is let go."""

    asked: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _request: Request) -> Response:
        self.asked.set()
        self.go_on.wait(240)
        return Response(500)


@pytest.fixture(scope="module")
def late() -> Late:
    return Late()


@dataclass(frozen=True)
class Command(Target):
    """A running command and its server: its folder and its process besides."""

    home: Path = Path()
    process: subprocess.Popen[bytes] | None = None

    def said(self) -> tuple[str, str]:
        """What it wrote on standard output and standard error so far."""
        return (self.home / "out.log").read_text(), (self.home / "err.log").read_text()


@contextmanager
def begun(late: Late, home: Path, *arguments: str, **env: str) -> Iterator[Command]:
    """A command of ours in a folder, with a service that never answers; its address and credential are not known yet."""
    (home / "system-tmp").mkdir()
    with serve(late) as service, (home / "out.log").open("wb") as out, (home / "err.log").open("wb") as err:
        (home / "earful.toml").write_text(CONFIG.format(url=service.url))
        with _Ours(home, MAIN, *arguments, out=out, err=err, TMPDIR=str(home / "system-tmp"), **env) as ours:
            yield Command("", "", "", home, ours)
            late.go_on.set()
            ours.send_signal(signal.SIGTERM)
            ours.wait(60)


@pytest.fixture(scope="module")
def up(late: Late, put_database: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """One for all tests of this file, in the order they stand: the last kills a part of it."""
    home = tmp_path_factory.mktemp("up")
    put_database(home / "earful-data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {"TEAM_REDDIT_SECRET": NAMED, "AWS_SECRET_ACCESS_KEY": OTHER}
    with begun(late, home, "up", "--port", str(port), **env) as ours:
        assert ours.process is not None
        wait_for(ours.process, "earful up", lambda: "Ctrl-C ends" in ours.said()[0])
        kept = (home / "earful-data/prefect" / credential.FILE).read_text().strip()
        address = re.search(r"^log in +(http\S+)", ours.said()[0], re.MULTILINE)
        assert address
        yield replace(ours, base=f"http://127.0.0.1:{port}", credential=kept, printed=address[1])


@pytest.fixture(scope="module")
def run(put_database: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """An `earful run` that waits for its service, with its own server: nobody else is told of that, so it is asked."""
    home, late = tmp_path_factory.mktemp("run"), Late()
    put_database(home / "earful-data")
    with begun(late, home, "run") as ours:
        assert ours.process is not None
        wait_for(ours.process, "a request", late.asked.is_set)
        server = next(p for p in processes(home) if b"earful.flows.server.serve" in (p / "cmdline").read_bytes())
        given = dict(pair.partition("=")[::2] for pair in environment(server).decode().split("\0"))
        port = json.loads(given["EARFUL_SERVER"])["port"]
        yield replace(ours, base=f"http://127.0.0.1:{port}", credential=given[credential.AUTH_ENV])


@pytest.fixture(scope="module")
def user(up: Command, browser: Browser) -> Iterator[BrowserContext]:
    """The user's browser with one tab, logged in by the address that was printed."""
    context = browser.new_context(viewport={"width": 1200, "height": 950})
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


class _Ours:
    """A process of ours in a folder, without the settings of other tests; ended at the end."""

    def __init__(self, home: Path, program: str, *arguments: str, out: Any, err: Any, **more: str) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "EARFUL"))}
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=home,
            env=env | {"PYTHONPATH": path} | more,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        if self._process.poll() is None and not self._ends():
            self._process.kill()
        self._process.wait()

    def _ends(self) -> bool:
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            return False
        return True


def _wait_for(what: str, ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + 240
    while not ready():
        assert time.monotonic() < deadline, f"{what}: not within 240 s"
        time.sleep(0.3)


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


def test_beside_up_a_changed_name_gets_nowhere(up: Command, tab: Page) -> None:
    port = httpx.URL(up.base).port
    answer = tab.goto(f"http://evil.example:{port}/")
    assert answer is not None
    assert answer.status == 421
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


def test_the_user_s_own_pages_work(up: Command, tab: Page) -> None:
    """One by its address, the others by the menu, as people do: to load all of it again costs a second each."""
    refused: list[str] = []

    def look(answer: Answer) -> None:
        if answer.status in {401, 403, 413, 415, 421}:
            refused.append(f"{answer.status} {answer.url}")

    tab.on("response", look)
    tab.goto(f"{up.base}/v2/deployments")
    tab.get_by_text("backfill-gaps").first.wait_for(timeout=60_000)
    for path, shows in (
        ("/v2/runs", "Flow Runs"),
        ("/v2/flows", "nightly"),
        ("/v2/work-pools", "earful"),
        ("/v2/events", "Events"),
    ):
        tab.locator(f'a[href="{path}"]').first.click(timeout=60_000)
        tab.get_by_text(shows).first.wait_for(timeout=60_000)
    said = tab.evaluate(
        """() => new Promise((done, fail) => {
        const socket = new WebSocket(`ws://${location.host}/api/events/out`, ["prefect"]);
        socket.onopen = () => socket.send(JSON.stringify({type: "auth", token: null}));
        socket.onmessage = message => done(message.data); socket.onclose = () => fail("closed"); })"""
    )
    tab.remove_listener("response", look)
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


def _start_backfill(up: Command, page: Page) -> None:
    page.set_default_timeout(60_000)
    if page.url.startswith(up.base):
        page.locator('a[href="/v2/deployments"]').first.click()
    else:
        page.goto(f"{up.base}/v2/deployments")
    page.get_by_text("backfill", exact=True).first.click()
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
    asked: list[dict[str, Any]] = []

    def created() -> bool:
        runs = up.ask("flow_runs/filter", {"deployments": {"name": {"any_": ["backfill"]}}})
        asked[:] = runs
        return bool(asked)

    _wait_for("the run", created)
    (run,) = asked
    given = run["parameters"]
    assert (given["first_day"], given["last_day"]) == (f"{month}-01", f"{month}-02")
    up.ask(f"flow_runs/{run['id']}", method="DELETE")


def processes(home: Path) -> set[Path]:
    return {p for p in Path("/proc").iterdir() if p.name.isdigit() and str(home).encode() in environment(p)}


def holding(folder: Path, text: str) -> list[Path]:
    return [f for f in folder.rglob("*") if f.is_file() and text.encode() in content(f)]


def content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""  # gone meanwhile


@pytest.mark.process
@on_proc
def test_a_signal_while_a_service_lets_wait_ends_a_run(run: Command) -> None:
    """Was: 18.7 s, exit code 3, for SIGTERM. The run is down as stopped, in the store and at Prefect."""
    home, data, process = run.home, run.home / "earful-data", run.process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 143
    assert run.said() == ("", "earful: stopped; what had landed stays, the next run closes the gap\n")
    assert processes(home) == set()
    assert not list((home / "system-tmp").iterdir())
    assert not list((data / "tmp").iterdir())
    assert not list((data / "spool").iterdir())
    with duckdb.connect(str(data / "store.duckdb"), read_only=True) as store:
        assert store.execute("select status, error from runs").fetchall() == [("failed", "stopped")]
    with closing(sqlite3.connect(data / "prefect" / "prefect.db")) as prefect:
        states = prefect.execute("select name, message from flow_run_state order by timestamp desc").fetchall()
    assert states[0] == ("Crashed", "stopped")


@pytest.mark.process
@on_proc
def test_a_flow_gets_what_it_needs_leaves_no_environment_on_disk_and_dies_with_its_worker(
    up: Command, late: Late
) -> None:
    """Needs no browser, but `earful up`: what a flow is given, what reaches the disk, and the end of it all."""
    home, process = up.home, up.process
    assert process is not None
    deployment = up.ask("deployments/name/nightly/nightly", method="GET")["id"]
    up.ask(f"deployments/{deployment}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    wait_for(process, "a nightly's request", late.asked.is_set)
    parts = {p: environment(p) for p in processes(home) if int(p.name) != process.pid}
    flow = next(p for p in parts if b"prefect.engine" in (p / "cmdline").read_bytes())
    worker = next(p for p in parts if b"worker" in (p / "cmdline").read_bytes())
    assert [p for p in parts if OTHER.encode() in parts[p]] == []
    assert {p for p in parts if NAMED.encode() in parts[p]} == {flow, worker}
    assert f"TMPDIR={home}/earful-data/tmp/".encode() in parts[flow]
    assert holding(home, OTHER) == holding(home, NAMED) == []
    assert list((home / "system-tmp").iterdir()) == []

    os.kill(int(worker.name), signal.SIGKILL)
    assert process.wait(60) == 5
    late.go_on.set()
    said = up.said()[1]
    assert said.count("\n") == 1
    assert "the worker ended by itself" in said
    assert processes(home) == set()
    assert list((home / "earful-data" / "tmp").iterdir()) == []
