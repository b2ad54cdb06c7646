"""`earful status`: each finding comes when its cause does and not before, and nothing is found where all is well."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from landed import END
from markupsafe import escape

from earful.flows.cli.main import call
from earful.flows.config.settings import Settings
from earful.flows.datafolder import journal
from earful.flows.datafolder.backups import Backup
from earful.flows.server import prefect_settings
from earful.flows.state import disk, lines, published, server, status
from earful.flows.state.messages import STATUS, Weight
from earful.flows.state.published import Channel, Published, Run
from earful.flows.state.status import Status
from earful.reports.page import render
from earful.warehouse import open_store, publish, start_run
from earful.warehouse.alerts.waiting import Waiting, waiting

NOW = END + timedelta(hours=6)
UP = server.Up("http://127.0.0.1:4200", NOW - timedelta(seconds=20), {"nightly": END + timedelta(days=1)})
NIGHT = Run("nightly", END, END + timedelta(minutes=5), "ok", None)
CHANNEL = Channel("shop", "acme", END, END, date(2026, 6, 19), None, None)
WELL = Published({"nightly": NIGHT}, (CHANNEL,), 0, 0, 5000, 1400)


class Stage:
    """What the parts say; ``look`` is the whole status of that."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.up, self.published, self.free = settings, UP, WELL, 500 * 10**9
        self.alerts: tuple[Waiting, ...] = ()
        self.backup: Backup | None = Backup(settings.backups / "x", NOW, 1)

    def look(self) -> Status:
        return status.status(self.settings, NOW)

    def codes(self) -> list[str]:
        return [finding.code for finding in self.look().findings]


@pytest.fixture
def stage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage(settings)
    home = prefect_settings.prefect_home(settings.data)
    home.mkdir()
    (home / prefect_settings.UP_LOCK).touch()
    real = os.statvfs(settings.data)
    monkeypatch.setattr(server, "ask", lambda _home, _now: made.up)
    monkeypatch.setattr(status, "look", lambda _path: made.published)
    monkeypatch.setattr(status, "waiting", lambda _path: made.alerts)
    monkeypatch.setattr(status, "newest_backup", lambda _settings: made.backup)
    monkeypatch.setattr(
        os, "statvfs", lambda _path: os.statvfs_result((*real[:4], made.free // real.f_frsize, *real[5:]))
    )
    return made


def test_nothing_is_found_where_all_is_well(stage: Stage) -> None:
    found = stage.look()
    assert found.findings == ()
    assert (found.night, found.restarts) == (NIGHT, 0)
    assert found.versions.keys() == {"earful", "python", "prefect", "duckdb"}


def _channel(**changed: object) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        stage.published = replace(WELL, channels=(replace(CHANNEL, **changed),))  # type: ignore[arg-type]

    return change


def _night(**changed: object) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        stage.published = replace(WELL, runs={"nightly": replace(NIGHT, **changed)})  # type: ignore[arg-type]

    return change


def _up(**changed: object) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        stage.up = replace(UP, **changed)  # type: ignore[arg-type]

    return change


def _published(**changed: object) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        stage.published = replace(WELL, **changed)  # type: ignore[arg-type]

    return change


def _restarts(count: int) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        for n in range(count):
            at = NOW - timedelta(minutes=n)
            journal.note(stage.settings.data, "worker", "was killed by SIGKILL", restart=True, now=at)

    return change


def _anew(stage: Stage) -> None:
    journal.note(stage.settings.data, "database", "was damaged and is made anew", now=NOW - timedelta(days=2))


def _free(count: int) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        stage.free = count

    return change


def _soon(stage: Stage) -> None:
    """What is there now comes each day."""
    stage.published, stage.free = replace(WELL, posts=1000, posts_28d=28_000), 50 * 10**6


def _alerts(hours: int) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        stage.alerts = (Waiting("team", 2, NOW - timedelta(hours=hours), "answered 404"),)

    return change


def _no_backup(stage: Stage) -> None:
    stage.backup = None


def _old_backup(stage: Stage) -> None:
    stage.backup = Backup(stage.settings.backups / "x", NOW - timedelta(days=4), 1)


UPKEEP = Run("upkeep", NOW - timedelta(days=4), None, "ok", None)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (_up(address=None), ["up-down"]),
        (_up(trouble="answered 500"), ["up-down"]),
        (_up(heartbeat=None), ["worker-silent"]),
        (_up(heartbeat=NOW - timedelta(seconds=121)), ["worker-silent"]),
        (_up(heartbeat=NOW - timedelta(seconds=119)), []),
        (_restarts(2), []),
        (_restarts(3), ["restarts"]),
        (_anew, ["database-anew"]),
        (_night(began=END - timedelta(hours=1)), ["night-missing"]),
        (_published(runs={}), ["night-missing"]),
        (_night(status="failed", error="the disk is full"), ["night-failed"]),
        (_night(began=NOW + timedelta(hours=1)), ["clock-behind"]),
        (_channel(error="answered 503"), ["channel-failed"]),
        (_channel(covered_to=None), ["channel-never"]),
        (_channel(covered_to=NOW - timedelta(hours=51)), ["channel-behind"]),
        (_channel(covered_to=NOW - timedelta(hours=49)), []),
        (_channel(covered_to=NOW - timedelta(days=90), ended_on=date(2026, 3, 1)), []),
        (_channel(error="answered 503", ended_on=date(2026, 3, 1)), []),
        (_published(gap_days=3), ["gaps"]),
        (_published(lost_days=3), []),
        (_published(runs={"nightly": NIGHT, "upkeep": UPKEEP}), ["upkeep-missing"]),
        (_free(10**6), ["disk-full"]),
        (_alerts(27), ["alerts-waiting"]),
        (_alerts(25), []),
        (_soon, ["disk-soon"]),
        (_no_backup, ["backup-missing"]),
        (_old_backup, ["backup-missing"]),
    ],
)
def test_each_finding_comes_with_its_cause(stage: Stage, change: Callable[[Stage], None], codes: list[str]) -> None:
    change(stage)
    assert stage.codes() == codes


def test_a_night_at_work_is_not_missing(stage: Stage) -> None:
    stage.published = replace(WELL, runs={})
    stage.up = replace(UP, at_work=("nightly",))
    assert stage.codes() == []


def test_the_page_and_prefects_pages_say_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page without channels, which have a table there, and without the machine's folders: it is given to others."""
    stage.up, stage.published = server.Up(), replace(WELL, gap_days=3)
    _old_backup(stage)
    monkeypatch.setattr(lines, "status", lambda settings, store=None: status.status(settings, NOW, store=store))
    screen = [*lines.findings(stage.look()), *lines.lines(stage.settings, stage.look())]
    home = str(stage.settings.file.parent)
    assert home in str(screen)
    stands = lines.standing(stage.settings)
    assert not stands.ok
    assert home not in str(stands)
    shown = [*stands.findings, *stands.lines]
    assert [name for name, _ in shown] == [name for name, _ in screen if name != "channel"]
    html = render(stage.settings.published, standing=stands)
    told = re.sub(r"</?(bdi|code)>", "", html)
    assert [text for _, text in shown if str(escape(text)) not in told] == []
    rows = lines.markdown(stage.settings).splitlines()
    assert [row for row in rows if row.startswith("| CRITICAL |")] == [
        "| CRITICAL | up-down: no `earful up` runs for this folder: no night begins; start it, or its service |"
    ]
    assert len(rows) == len(screen) + 4


def test_a_run_reads_the_store_that_it_has_open_and_a_missing_night_stays_missing(settings: Settings) -> None:
    """Also on the page that a backfill or `forget` makes: a night at work stands among the published runs."""
    with open_store(settings.store, time_zone="UTC") as store:
        found = status.status(settings, store=store)
        assert "night-missing" in {finding.code for finding in found.findings}
        assert found.alerts == ()
        assert status.status(settings).alerts is None
        start_run(store, "now", "nightly", datetime.now(UTC))
        publish(store, settings.published)
        assert "night-missing" not in {finding.code for finding in status.status(settings, store=store).findings}


def test_what_the_machine_refuses_costs_no_page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_settings: Settings) -> None:
        raise PermissionError(13, "Permission denied", str(settings.backups))

    monkeypatch.setattr(status, "newest_backup", refuse)
    stands = lines.standing(settings)
    says = "how the nights stand cannot be told (Permission denied); `earful doctor` says what to do"
    assert (stands.ok, stands.findings) == (False, (("WARNING", says),))
    assert says in lines.markdown(settings)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see {root}/earful-data/prefect/worker.log", "see prefect/worker.log"),
        ("{root}/earful-backups: no backup yet", "earful-backups: no backup yet"),
        ("{root}-2/x and http://h{root}/x stay", "{root}-2/x and http://h{root}/x stay"),
    ],
)
def test_paths_are_shown_from_the_folder_on(settings: Settings, said: str, shown: str) -> None:
    root = str(settings.root)
    assert lines._shared(settings, [("x", said.format(root=root))]) == (("x", shown.format(root=root)),)


def test_a_configuration_in_the_root_of_the_disk_takes_no_slash_away(settings: Settings) -> None:
    at_root = settings.model_copy(update={"file": Path("/earful.toml")})
    said = [("server", "http://127.0.0.1:4200"), ("disk", "1 / 2"), ("log", "see /earful-data/x.log")]
    assert lines._shared(at_root, said) == (*said[:2], ("log", "see x.log"))


def test_who_never_had_an_up_is_told_of_nights_alone(stage: Stage) -> None:
    (prefect_settings.prefect_home(stage.settings.data) / prefect_settings.UP_LOCK).unlink()
    stage.up = server.Up()
    assert stage.codes() == []
    stage.published = replace(WELL, runs={})
    assert stage.codes() == ["night-missing"]


def test_the_worst_is_first(stage: Stage) -> None:
    stage.published = replace(WELL, gap_days=3)
    stage.up = server.Up()
    found = stage.look().findings
    assert [finding.weight for finding in found] == [Weight.CRITICAL, Weight.WARNING]


def test_the_tests_above_have_every_code(stage: Stage) -> None:
    """But the two of the published file itself, which come below."""
    marks = test_each_finding_comes_with_its_cause.pytestmark  # type: ignore[attr-defined]
    seen = {code for mark in marks for _, codes in mark.args[1] for code in codes}
    assert seen == STATUS.keys() - {"unpublished", "published-unreadable"}


def test_what_was_published_is_read(settings: Settings) -> None:
    found = published.look(settings.published)
    assert found.runs["nightly"].began == END.replace(tzinfo=UTC)
    assert [(c.channel, c.product, c.complete_to) for c in found.channels] == [
        ("nps", "acme", date(2026, 6, 19)),
        ("shop", "acme", date(2026, 6, 19)),
    ]
    assert found.posts > 200


def test_alerts_that_wait_are_counted_and_a_store_in_use_is_not_waited_for(settings: Settings) -> None:
    assert waiting(settings.store) == ()
    with open_store(settings.store, time_zone="UTC") as store:
        store.con.execute(
            "insert into alert_outbox (message, target, what, queued_at, status, attempts, tried_at, error) values"
            " ('m1', 'team', 'new', '2026-06-01', 'due', 2, '2026-06-02', 'answered 404'),"
            " ('m2', 'team', 'new', '2026-06-03', 'sending', 1, '2026-06-03', null),"
            " ('m3', 'team', 'new', '2026-05-01', 'delivered', 1, '2026-05-01', null)"
        )
    assert waiting(settings.store) == (Waiting("team", 2, datetime(2026, 6, 1, tzinfo=UTC), "answered 404"),)
    assert waiting(settings.published) is None  # no store: nobody can tell


def test_a_missing_and_a_foreign_published_file_are_told_apart(settings: Settings) -> None:
    settings.published.unlink()
    assert "unpublished" in {finding.code for finding in status.status(settings).findings}
    settings.published.write_bytes(b"nonsense" * 2000)
    assert "published-unreadable" in {finding.code for finding in status.status(settings).findings}


def test_the_day_on_which_the_disk_is_full(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 6, 20, tzinfo=UTC)
    home = prefect_settings.prefect_home(settings.data)
    few = disk.measure(settings, home, None, 999, 280, now)
    assert (few.a_day, few.full) == (None, None)
    found = disk.measure(settings, home, None, 1000, 280, now)
    assert found.a_day == pytest.approx((found.store + found.published) / 1000 * 10)
    assert found.store > 1_000_000
    real = os.statvfs(settings.data)
    assert found.a_day
    blocks = int(found.a_day * 100.5) // real.f_frsize
    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result((*real[:4], blocks, *real[5:])))
    assert disk.measure(settings, home, None, 1000, 280, now).full == date(2026, 9, 28)


def test_the_screen_the_object_and_the_line(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night is long ago: two findings at least."""
    monkeypatch.setenv("EARFUL_CONFIG", str(settings.file))
    assert call(["status"]) == 5
    screen = capsys.readouterr().out
    assert "night-missing: " in screen
    assert "shop/acme  last landed 2026-06-20 03:00, complete to 2026-06-19" in screen
    assert call(["status", "--json"]) == 5
    whole = json.loads(capsys.readouterr().out)
    assert whole["ok"] is False
    assert {"night-missing", "backup-missing"} <= {finding["code"] for finding in whole["findings"]}
    assert whole["published"]["runs"]["nightly"]["status"] == "ok"
    assert call(["status", "--nagios"]) == 2
    line = capsys.readouterr().out
    assert line.startswith("EARFUL CRITICAL - ")
    assert line.count("\n") == 1
    assert line.count("|") == 1
    assert call(["status", "--nagios", "--config", "/nowhere/earful.toml"]) == 3
    assert capsys.readouterr().out.startswith("EARFUL UNKNOWN - ")
