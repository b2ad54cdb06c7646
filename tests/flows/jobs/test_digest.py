"""The weekly digest: its numbers are the views', hostile names are only text, and it reaches a receiver without a trace."""

from __future__ import annotations

import json
import logging
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from demo_landed import demo_settings, land_demo
from replay import Response, serve

from earful.flows.cli.main import call
from earful.reports import wording
from earful.reports.digest import Digest, digest
from earful.reports.wording import signed
from earful.warehouse import open_store, publish, query, register
from earful.warehouse.answers import answer_alarm, published_episode

ANCHOR = date(2026, 11, 24)
DAYS_AFTER_RELEASE = date(2026, 11, 7)
HOSTILE = "<img src=x onerror=alert(1)> **Acme** [x](javascript:y)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as it stood four days after its bad release; the folder of its earful.toml."""
    folder = tmp_path_factory.mktemp("digest")
    text = (
        (Path(__file__).parents[3] / "flows" / "demo.toml").read_text("utf-8").replace("2026-01-01", ANCHOR.isoformat())
    )
    (folder / "earful.toml").write_text(text)
    settings = demo_settings(folder, ANCHOR)
    with open_store(settings.store, time_zone="UTC") as store:
        land_demo(store, settings, DAYS_AFTER_RELEASE)
        names = [(p.slug, HOSTILE if p.slug == "jotter" else p.name, p.own) for p in settings.products]
        register(store, names, [])
        publish(store, settings.published, now=datetime(2026, 11, 7, 3, tzinfo=UTC))
    return folder


@pytest.fixture
def made(home: Path) -> Digest:
    return digest(home / "data" / "earful.duckdb")


def rows(home: Path, sql: str) -> list[dict[str, object]]:
    answer = query(home / "data" / "earful.duckdb", sql)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_it_says_what_the_views_say(home: Path, made: Digest) -> None:
    (changed,) = rows(home, "select sentence, topics from what_changed")
    assert wording.readable(str(changed["sentence"])).split(",")[0] in made.markdown.replace("\\", "")
    assert changed["topics"][0] == "login"  # type: ignore[index]
    assert made.subject == "earful, 31 Oct 2026 to 6 Nov 2026: 1 alarm"
    for week in rows(home, "from this_week where own"):
        change = signed(week["change"])  # type: ignore[arg-type]
        line = next(li for li in made.markdown.splitlines() if li.startswith(f"- **{week['product_name']}**"))
        assert f"{week['scored']} scored posts" in line
        assert f"{str(week['verdict']).capitalize()}: {change} (" in line
    (words,) = rows(
        home,
        'select list(term order by "rank") as t from emerging_words'
        " where product = 'notes' and \"window\" = 'last 7 days' and direction = 'more' and \"rank\" <= 5",
    )
    assert "Lumen Notes: " + ", ".join(f'"{term}"' for term in words["t"]) in made.markdown  # type: ignore[attr-defined]
    (nps,) = rows(home, "select comparison from nps_summary where product = 'notes'")
    assert str(nps["comparison"]) in made.markdown


def test_an_answered_alarm_is_a_note_and_no_news(home: Path, tmp_path: Path) -> None:
    (told,) = rows(home, "select episode from what_changed where told")
    shutil.copy(home / "data" / "store.duckdb", tmp_path)
    with open_store(tmp_path / "store.duckdb", time_zone="UTC") as store:
        episode = published_episode(home / "data" / "earful.duckdb", str(told["episode"]))
        assert episode is not None
        answer_alarm(store, episode, "expected", "the new [login]", datetime(2026, 11, 7, tzinfo=UTC))
        publish(store, tmp_path / "earful.duckdb", now=datetime(2026, 11, 7, 3, tzinfo=UTC))
    answered = digest(tmp_path / "earful.duckdb")
    assert answered.subject == "earful, 31 Oct 2026 to 6 Nov 2026: no alarm"
    assert r" Answered: expected, the new \[login\]." in answered.markdown


def test_html_says_the_same_loads_nothing_and_runs_nothing(made: Digest) -> None:
    assert not re.search(
        r"<(script|img|link|iframe|style)\b|\bon\w+=\"|src=|url\(", made.html.replace("&lt;img src=x onerror=", "")
    )
    numbers = re.compile(r"[+−]?\d+(?:\.\d+)?")
    shown = re.sub(r"<[^>]*>", "", made.html[made.html.index("<h1") :])
    assert numbers.findall(shown) == numbers.findall(made.markdown)


def test_a_hostile_name_is_only_text(made: Digest) -> None:
    assert HOSTILE not in made.html
    assert "&lt;img src=x onerror=alert(1)&gt;" in made.html
    assert "\\<img src=x onerror=alert(1)\\> \\*\\*Acme\\*\\* \\[x\\](javascript:y)" in made.markdown


def test_no_words_of_posts_are_in_it(home: Path, made: Digest) -> None:
    texts = [str(r["text"]) for r in rows(home, "select text from posts where length(text) > 30")]
    assert len(texts) > 100
    assert [t for t in texts if t in made.markdown or t in made.html] == []


def test_files_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["digest", "--config", str(home / "earful.toml"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["sent"] == 0
    assert Path(said["markdown"]).read_text("utf-8").startswith("# earful, 31 Oct 2026")
    assert Path(said["html"]).read_text("utf-8").startswith("<!doctype html>")


def with_target(home: Path, name: str) -> str:
    config = home / f"{name}.toml"
    config.write_text((home / "earful.toml").read_text() + f'\n[digest]\ntarget_env = "{name}"\n')
    return str(config)


def test_it_is_sent_where_a_target_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serve(lambda _request: Response(200)) as server:
        place = server.url.removeprefix("http://")
        monkeypatch.setenv("WEEKLY", f"json://user:hunter2@{place}/secret-path json://{place}/mail?format=html")
        assert call(["digest", "--quiet", "--config", with_target(home, "WEEKLY")]) == 0
        plain, html = server.requests
    said = capsys.readouterr()
    assert "sent to 2 addresses" in said.err
    assert plain.path == "/secret-path"
    assert plain.json["title"] == "earful, 31 Oct 2026 to 6 Nov 2026: 1 alarm"
    assert plain.json["message"].startswith("# earful, 31 Oct 2026 to 6 Nov 2026: 1 alarm\n")
    assert "<h1" in html.json["message"]
    for secret in ("hunter2", "secret-path"):
        assert secret not in said.out + said.err + caplog.text


def test_who_does_not_take_it_is_told_without_the_address(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    config = with_target(home, "REFUSED")
    with serve(lambda _request: Response(500)) as server:
        monkeypatch.setenv("REFUSED", server.url.replace("http://", "json://user:hunter2@") + "/secret-path")
        assert call(["digest", "--quiet", "--config", config]) == 3
    said = capsys.readouterr().err
    assert "1 of 1 addresses in REFUSED did not take the digest" in said
    monkeypatch.setenv("REFUSED", "nonsense://hunter2")
    assert call(["digest", "--quiet", "--config", config]) == 2
    said += capsys.readouterr().err
    assert "REFUSED: holds no address that Apprise knows" in said
    monkeypatch.delenv("REFUSED")
    assert call(["digest", "--quiet", "--config", config]) == 2
    said += capsys.readouterr().err
    assert "REFUSED is not set" in said
    assert "hunter2" not in said + caplog.text
    assert "secret-path" not in said + caplog.text


def test_without_a_published_file_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (tmp_path / "earful.toml").write_text((home / "earful.toml").read_text())
    assert call(["digest", "--config", str(tmp_path / "earful.toml")]) == 4
    assert "there is no published file yet" in capsys.readouterr().err
