"""One slow service never holds the night: deadlines of pulls and of the run, what came is kept, others are published."""

# Long because: the slow services and the nights that they must not hold are the same throughout.

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stuck_connector
from prefect.client.orchestration import get_client

from earful.connectors.base import Coverage, Window
from earful.connectors.post import page
from earful.connectors.registry import CONNECTORS
from earful.flows.cli.main import call
from earful.flows.config.sections import ChannelSettings, Schedule
from earful.flows.config.settings import Settings, load
from earful.flows.jobs.page import make_page
from earful.flows.night import pulls, steps
from earful.flows.night import work as runs
from earful.flows.night.plan import Job, nightly_jobs
from earful.flows.night.pull import RunContext, late
from earful.flows.night.spooled import Came, Pulled
from earful.flows.night.summary import Brought
from earful.flows.process.deadline import NEVER, Deadline
from earful.flows.process.fetch import Fetch, OverError, StoppedError
from earful.warehouse import QueryError, Store, WarehouseError, open_store, query, standing

HOME = """
time_zone = "UTC"
[schedule]
night_hours = {hours}
"""
PRODUCT = '[[products]]\nslug = "{0}"\nname = "{0}"\nids = {{ app_store = "1" }}\n'


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connector of tests/helpers/services/stuck_connector.py among the others."""
    monkeypatch.setitem(CONNECTORS, "stuck", "stuck_connector:StuckConnector")
    stuck_connector.WAITING.clear()


def write(home: Path, *channels: str, products: int = 1, hours: float = 4) -> None:
    parts = [PRODUCT.format(f"p{n}") for n in range(products)]
    parts += [f"[[channels]]\n{channel}\n" for channel in channels]
    (home / "earful.toml").write_text(HOME.format(hours=hours) + "".join(parts), "utf-8")


def night(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], dict[str, dict[str, Any]]]:
    """Exit code, what was said, and the lines by channel (the first product's)."""
    code = call(["run", "--json"])
    said = json.loads(capsys.readouterr().out)
    lines = {b["channel"]: b for b in reversed(said.get("brought", ()))}
    return code, said, lines


@dataclass(frozen=True)
class When(Deadline):
    """A deadline that is over as soon as something has happened: on a busy machine a test waits for that, not for time.

    Its own moment is minutes away, and only ends a test that would hang.
    """

    happened: Callable[[], object] = bool

    @property
    def left(self) -> float:
        return 0.0 if self.happened() else max(self.at - time.monotonic(), 0.0)


def over_when(patch: pytest.MonkeyPatch, kind: str, happened: dict[float, Callable[[], object]]) -> None:
    """Deadlines of that kind ("of_pull", "of_run") and length are over when something has happened."""
    real = getattr(Deadline, kind)

    def given(length: float) -> Deadline:
        deadline = real(length)
        return When(deadline.at, deadline.whose, deadline.ends_run, happened.get(length, bool))

    patch.setattr(Deadline, kind, given)


@contextmanager
def trickle(watch: Any) -> Iterator[str]:
    """A server that answers every request with blanks, five a second, for ever; calls ``watch`` at each. Its address."""
    over = threading.Event()

    def serve(peer: socket.socket) -> None:
        with peer:
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
            while not over.wait(0.2):
                watch()
                try:
                    peer.sendall(b" ")
                except OSError:
                    return

    def accept() -> None:
        while True:
            try:
                peer, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(peer,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            over.set()
            door.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Mixed:
    """One night with services of every kind: its folder, what it said, its lines by channel."""

    home: Path
    code: int
    said: dict[str, Any]
    lines: dict[str, dict[str, Any]]
    #: Channel, status and whether it has posts, as an early publish showed them.
    early: tuple[tuple[Any, ...], ...]
    #: For whom it was waited without an answer, and how long before a service was asked again.
    waiting: list[str]
    waits: list[float]
    #: How many pages were asked for.
    pages: int

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Rows of the published file."""
        return sql(question, self.home / "earful-data" / "earful.duckdb")


@pytest.fixture(scope="module")
def mixed(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    """Without deadlines it does not end: two of its services hold on for as long as they are asked."""
    home, out = tmp_path_factory.mktemp("mixed"), io.StringIO()
    published = home / "earful-data" / "earful.duckdb"
    early: list[tuple[tuple[Any, ...], ...]] = []
    waits: list[float] = []
    pages: list[Path] = []
    fast: list[Brought] = []
    land = runs._landed

    def landed(
        store: Store, run_id: str, began: datetime, run_context: RunContext, pulled: Pulled, *more: Any
    ) -> Brought:
        """The early publish is due when the fast one has landed, however busy the machine is."""
        line = land(store, run_id, began, run_context, pulled, *more)
        fast.extend([line] if pulled.job.channel == "fast" else [])
        return line

    def page_of(settings: Settings, otherwise: str, *more: Any, **how: Any) -> Path:
        """That of the early publish is not drawn: nobody looks at it here."""
        pages.append(settings.page)
        return make_page(settings, otherwise, *more, **how) if len(pages) > 1 else settings.page

    def watch() -> None:
        if published.exists() and not early:
            try:
                early.append(query(published, "select channel, status, posts_28d > 0 from freshness").rows)
            except (WarehouseError, QueryError):
                return  # just being moved into place

    stuck_connector.WAITING.clear()
    with pytest.MonkeyPatch.context() as patch, trickle(watch) as url, redirect_stdout(out):
        patch.chdir(home)
        patch.setitem(CONNECTORS, "stuck", "stuck_connector:StuckConnector")
        patch.setattr(runs, "EARLY", (1,))
        patch.setattr(runs, "monotonic", lambda: len(fast))
        patch.setattr(runs, "_landed", landed)
        patch.setattr(steps, "make_page", page_of)
        patch.setattr(RunContext, "pause", lambda _self, seconds: waits.append(seconds))
        over_when(patch, "of_pull", {2: lambda: early, 3: lambda: stuck_connector.WAITING})
        write(
            home,
            'name = "fast"\nconnector = "sample"\ndays = 3',
            f'name = "slow"\nconnector = "app_store_rss"\nbase_url = "{url}"\nspacing = 0\npull_minutes = 2',
            'name = "stuck"\nconnector = "stuck"\npull_minutes = 3',
            'name = "busy"\nconnector = "stuck"\nends = "busy"\nretry_after = 7',
            'name = "patient"\nconnector = "stuck"\nends = "busy"\nretry_after = 50\npull_minutes = 0.8',
            'name = "broken"\nconnector = "stuck"\nends = "broken"\nafter = 2',
            'name = "gone"\nconnector = "stuck"\nends = "fatal"',
            'name = "ours"\nconnector = "stuck"\nends = "bug"',
        )
        code = call(["run", "--json"])
    said = json.loads(out.getvalue())
    lines = {b["channel"]: b for b in said["brought"]}
    return Mixed(home, code, said, lines, early[0], list(stuck_connector.WAITING), waits, len(pages))


def test_a_slow_service_and_one_that_never_answers_beside_one_that_does(mixed: Mixed) -> None:
    lines, home = mixed.lines, mixed.home
    assert mixed.code == 3
    # Published while both were still being pulled, and said so.
    # (The other may have ended by then, on a busy machine.)
    early = {channel: tuple(rest) for channel, *rest in mixed.early}
    assert (early["fast"], early["slow"]) == (("ok", True), ("pending", False))
    assert early["stuck"] in {("pending", False), ("failed", True)}
    assert mixed.pages == 2
    assert lines["fast"]["status"] == "ok"
    assert lines["slow"]["error"] == (
        "slow: past its deadline of 2 minutes; what came is kept, the next night asks again"
    )
    assert (lines["stuck"]["status"], lines["stuck"]["posts"], lines["stuck"]["new"]) == ("failed", 10, 10)
    failed = "broken/p0, busy/p0, gone/p0, ours/p0, patient/p0, slow/p0, stuck/p0"
    assert sorted(mixed.said["headline"].split("; failed: ")[1].split("; ")[0].split(", ")) == failed.split(", ")
    assert mixed.said["headline"].endswith("; past their deadline: slow/p0, stuck/p0")
    assert mixed.waiting == ["p0"], "asked once: no retry after the deadline"
    of_both = "where channel in ('slow', 'stuck') order by channel"
    assert mixed.ask(f"select channel, status, posts, until from coverage {of_both}") == [
        ("slow", "failed", 0, None),
        ("stuck", "failed", 10, None),
    ]
    assert mixed.ask("select count(*), bool_or(complete) from daily where channel = 'stuck'")[0][1] is False
    assert mixed.ask("select status, error from runs") == [("failed", "past their deadline: slow/p0, stuck/p0")]
    assert not list((home / "earful-data" / "spool").iterdir())
    shown = (home / "earful-data" / "earful.html").read_text("utf-8")
    assert "the last request failed: stuck: past its deadline of 3 minutes; what came is kept" in shown
    # The next night asks again, for all of it. (That the same posts are then landed once: landing/test_cut_short.py.)
    asked = dict(mixed.ask(f"select channel, asked_from::varchar from coverage {of_both}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CONNECTORS, "stuck", "stuck_connector:StuckConnector")
        settings, now = load(home / "earful.toml"), datetime.now(UTC)
        with open_store(settings.store, time_zone="UTC") as store:
            jobs = nightly_jobs(settings, lambda channel, product: standing(store, channel, product, now), now)
    again = {j.channel: str(j.shares[0].window.start.replace(tzinfo=None)) for j in jobs}
    assert {name: again[name] for name in asked} == asked


def test_what_came_before_a_failure_is_kept_where_it_can_be_trusted(mixed: Mixed) -> None:
    # Three attempts at two of them, of which one is landed each; no wait of 50 s that would pass a deadline in 48 s.
    assert sorted(mixed.waits) == [5, 7, 7, 10]
    lines = {name: mixed.lines[name] for name in ("busy", "patient", "broken", "gone")}
    assert {name: (b["status"], b["posts"], b["error"]) for name, b in lines.items()} == {
        "busy": ("failed", 10, "stuck: busy; what came before is kept"),
        "patient": ("failed", 10, "stuck: busy; what came before is kept"),
        "broken": (
            "failed",
            20,
            "broken: Connection reset by peer while pulling; try again later; what came before is kept",
        ),
        "gone": ("failed", 0, "stuck: no such product; check the id"),
    }
    ours = mixed.lines["ours"]
    assert ours["posts"] == 0
    assert ours["error"].startswith("ours: a bug in earful (KeyError in connectors/base.py:")
    assert ours["error"].endswith("); please report it in earful's issue tracker, without posts or names")
    assert "what a service sent" not in json.dumps(mixed.said)
    of_these = "where channel not in ('fast', 'stuck') group by 1 order by 1"
    assert mixed.ask(f"select channel, count(*) from posts {of_these}") == [
        ("broken", 20), ("busy", 10), ("patient", 10)
    ]  # fmt: skip


def artifact(key: str) -> str:
    """The newest artifact's data, as the UI asks for it."""
    with get_client(sync_client=True) as client:
        return str(client.request("GET", "/artifacts/{key}/latest", path_params={"key": key}).json()["data"])


def sql(question: str, published: Path) -> list[tuple[Any, ...]]:
    return list(query(published, question).rows)


@pytest.mark.usefixtures("prefect_server", "stuck", "no_page")
def test_the_run_ends_at_its_own_deadline_and_says_so(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five products of a service that never answers, three places: two are never asked about, the other channel lands.

    Outside of tests there are eight places: each costs a pull and a landing.
    """
    monkeypatch.setattr(pulls, "PULLS", 3)
    write(
        home,
        'name = "stuck"\nconnector = "stuck"\nafter = 0',
        'name = "fast"\nconnector = "sample"\ndays = 2\nproducts = ["p4"]',
        products=5,
        hours=0.05,
    )
    # All places are taken: that of the other channel too, which has come.
    over_when(monkeypatch, "of_run", {0.05: lambda: len(stuck_connector.WAITING) == 3})
    code, said, lines = night(capsys)
    assert code == 3
    assert lines["fast"]["status"] == "ok"
    assert said["cut"] == "the run is past its deadline of 0.05 hours"
    assert said["headline"].endswith("; cut short: the run is past its deadline of 0.05 hours")
    errors = [b["error"] for b in said["brought"] if b["channel"] == "stuck"]
    late = "the run is past its deadline of 0.05 hours"
    assert (
        sorted(errors)
        == ["stuck: not asked, " + late + "; the next night asks again"] * 2
        + [f"stuck: {late}; what came is kept, the next night asks again"] * 3
    )
    published = home / "earful-data" / "earful.duckdb"
    assert sql("select status, error from runs", published) == [("failed", late)]
    assert said["headline"] in artifact("nightly-summary")


HANGING = """
import threading, sys
from earful.flows.process.deadline import Deadline
from earful.flows.process.fetch import Fetch, OverError

def pages():
    threading.Event().wait()
    yield

fetch = Fetch(pages, "hangs")
try:
    fetch.next(Deadline(0.0 + __import__("time").monotonic() + 0.2, "x"), threading.Event())
except OverError:
    fetch.end()
    print(threading.active_count())
"""


@pytest.mark.process
def test_a_thread_that_never_comes_back_holds_up_no_exit() -> None:
    done = subprocess.run([sys.executable, "-c", HANGING], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")


def test_one_page_at_a_time_is_asked_for_and_a_fetch_that_is_left_closes_its_generator() -> None:
    asked: list[int] = []
    closed, stopping = threading.Event(), threading.Event()

    def pages() -> Iterator[Any]:
        try:
            for n in range(9):
                asked.append(n)
                yield page([])
        finally:
            closed.set()

    fetch: Fetch[Any] = Fetch(pages, "counts")
    fetch.next(NEVER, stopping)
    fetch.next(NEVER, stopping)
    fetch.end()
    assert closed.wait(60)
    assert asked == [0, 1], "nothing is fetched ahead: memory is that of one page"


def test_a_run_that_is_stopped_waits_for_no_page() -> None:
    stopping = threading.Event()
    fetch = Fetch(lambda: (threading.Event().wait() for _ in [0]), "hangs")
    stopping.set()
    with pytest.raises(StoppedError):
        fetch.next(NEVER, stopping)
    with pytest.raises(OverError):
        fetch.next(Deadline(0, "over"), stopping)
    fetch.end()


NOW = datetime(2026, 11, 20, tzinfo=UTC)


def job(channel: str, number: int = 0) -> Job:
    return Job.of(channel, f"p{number}", Window(NOW - timedelta(days=1), NOW))


def begun(jobs: list[Job], at_work: list[Job]) -> list[str]:
    """The channels of the jobs that are begun while none ends."""
    waiting, busy = list(enumerate(jobs)), list(at_work)
    while (place := pulls._next(waiting, busy)) is not None:
        busy.append(waiting.pop(place)[1])
    return [j.channel for j in busy[len(at_work) :]]


def test_a_channel_has_its_share_of_the_places_and_what_others_leave() -> None:
    slow = [job("slow", n) for n in range(20)]
    assert begun(slow, []) == ["slow"] * 8
    fast = [job("fast", n) for n in range(20)]
    assert begun([*slow, *fast], []) == ["slow", "fast"] * 4
    # However many of the slow one wait and hold on: the fast one's go on, four at a time.
    assert begun([*slow, *fast[4:]], slow[:4]) == ["fast"] * 4
    assert begun(slow[4:], slow[:4]) == ["slow"] * 4
    many = [job(f"c{n}", k) for n in range(12) for k in range(3)]
    assert sorted(begun(many, [])) == sorted({f"c{n}" for n in range(8)})
    assert begun([], slow[:3]) == []


def test_of_several_attempts_the_one_that_got_furthest_is_kept(tmp_path: Path) -> None:
    run_context = RunContext(None, {}, tmp_path)  # type: ignore[arg-type]  # settings are not looked at

    def came(name: str, posts: int) -> Pulled:
        file = tmp_path / name
        file.write_text("posts")
        window = job("a").window
        return Pulled(job("a"), (Came("p0", window, Coverage.none(window, ""), (file,), posts=posts),))

    assert run_context.best(came("1", 3)).posts == 3
    assert run_context.best(came("2", 9)).posts == 9
    assert run_context.best(came("3", 1)).posts == 9
    assert [f.name for f in tmp_path.iterdir()] == ["2"]
    run_context.done(job("a"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("night_hours = 0", "schedule.night_hours: found 0; allowed: more than 0"),
        ("night_hours = 24", "schedule.night_hours: found 24; allowed: 23 or less"),
        ('backfill_hours = "x"', "schedule.backfill_hours: found 'x'; allowed: a number"),
    ],
)
def test_deadlines_are_checked(home: Path, capsys: pytest.CaptureFixture[str], section: str, says: str) -> None:
    channel = 'name = "fast"\nconnector = "sample"\n'
    (home / "earful.toml").write_text(f"[schedule]\n{section}\n{PRODUCT.format('p0')}[[channels]]\n{channel}", "utf-8")
    assert call(["check"]) == 2
    assert says in capsys.readouterr().err
    write(home, channel + "pull_minutes = 1441")
    assert call(["check"]) == 2
    assert "channels[0].pull_minutes: found 1441; allowed: 1440 or less" in capsys.readouterr().err


def test_the_documented_deadlines_are_those_of_the_code() -> None:
    said = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
    schedule, channel = Schedule(), ChannelSettings.model_fields["pull_minutes"].default
    assert f"| `pull_minutes` of a channel | {channel:g} minutes |" in said
    assert f"| `[schedule] night_hours` | {schedule.night_hours:g} hours |" in said
    assert f"| `[schedule] backfill_hours` | {schedule.backfill_hours:g} hours |" in said
    early = [f"{sum(runs.EARLY[: n + 1]) / 60:g}" for n in range(len(runs.EARLY))]
    assert f"after {early[0]}, {early[1]} and {early[2]} minutes" in said


def test_who_asks_again_is_said_as_it_is(home: Path) -> None:
    """A backfill's days may lie before its channel's start, and no night asks a channel that is switched off."""
    write(home, 'name = "on"\nconnector = "sample"', 'name = "off"\nconnector = "sample"\nenabled = false')
    nightly, backfill = (RunContext(load(), {}, home / "spool", kind) for kind in ("nightly", "backfill"))
    deadline = Deadline.of_run(24)
    said = "the run is past its deadline of 24 hours; what came is kept, "

    def told(run_context: RunContext, channel: str, **more: bool) -> str:
        return str(late(job(channel), deadline, run_context.again(job(channel)), **more))

    assert told(nightly, "on") == f"on: {said}the next night asks again"
    assert told(nightly, "off") == f"off: {said}the next run with --channel off asks again"
    assert told(backfill, "on") == f"on: {said}run the backfill again for the rest"
    assert told(backfill, "on", asked=False).endswith("24 hours; run the backfill again for the rest")
