"""`earful rescore` masks what landed before: no file of the data folder holds it afterwards."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from landing import row, table

from earful.connectors.base import Coverage, Window
from earful.flows.cli.main import call
from earful.flows.config.settings import Settings, load
from earful.warehouse import Landing, land, open_store, publish, query, register, unfinished

SECRETS = ("zaphod.bx@heartofgold.example", "+49 171 2345678", "Beeblebroxson")
SAID = (
    f"It crashes, mail {SECRETS[0]}",
    f"Love it, call {SECRETS[1]}",
    f"My name is {SECRETS[2]} and it is bad",
    "fine",
)
CONFIG = """
[privacy]
mask = {mask}
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "rd"
connector = "sample"
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which SAID landed unmasked and was published."""
    home = tmp_path_factory.mktemp("unmasked")
    (home / "earful.toml").write_text(CONFIG.format(mask="false"), "utf-8")
    settings = load(home / "earful.toml")
    settings.data.mkdir()
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    window = Window(end - timedelta(days=9), end)
    posts = [
        row(f"p{n}", end - timedelta(days=n + 1), 0.0, source="forum", text=text, title="")
        for n, text in enumerate(SAID)
    ]
    with open_store(settings.store, time_zone="UTC") as store:
        register(store, [("orbit", "Orbit", True)], [("rd", "forum", "sample")])
        whole = Coverage.whole(window)
        land(store, Landing("r1", "rd", "forum", "orbit", window, whole, "old-1", end, table(posts)))
        publish(store, settings.published)
    return settings.data


def landed(home: Path, published: Path, *, mask: bool) -> Settings:
    """A copy of it, under a configuration that masks or does not."""
    (home / "earful.toml").write_text(CONFIG.format(mask=str(mask).lower()), "utf-8")
    settings = load(home / "earful.toml")
    shutil.copytree(published, settings.data, dirs_exist_ok=True)
    return settings


def found(home: Path) -> set[str]:
    """Which of SECRETS stand in any file of the data folder."""
    files = [file.read_bytes() for file in (home / "earful-data").rglob("*") if file.is_file()]
    return {each for each in SECRETS if any(each.encode() in content for content in files)}


@pytest.mark.slow
def test_what_landed_before_the_mask_is_in_no_file_after_a_rescore(
    home: Path, published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = landed(home, published, mask=True)
    assert found(home) == set(SECRETS)
    assert call(["rescore", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["masked"] == 3
    assert said["rescored"][0]["posts"] == 4
    assert found(home) == set()
    texts = ["It crashes, mail [email]", "Love it, call [phone]", "My name is [name] and it is bad", "fine"]
    rows = query(settings.published, "select text, compound from posts order by post_id").rows
    assert [text for text, _ in rows] == texts
    assert query(settings.published, "select distinct scorer_version from posts").rows == ((said["versions"][0],),)
    assert query(settings.published, "select kind, texts from erasures").rows == (("masked", 3),)
    assert call(["rescore", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["masked"] == 0


class Killed(BaseException):
    """Nobody catches it."""


@pytest.mark.slow
@pytest.mark.parametrize("mask", [True, False])
def test_one_that_was_killed_before_it_published_is_finished_by_the_next(
    home: Path, published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, mask: bool
) -> None:
    """Was: the second found nothing to do, and file and page held the old words and scores until the next night."""

    def kill(*_: object) -> None:
        raise Killed

    pages: list[object] = []
    for module in ("jobs.erasure", "jobs.rescoring"):  # the test above looks into one
        monkeypatch.setattr(f"earful.flows.{module}.make_page", lambda *given: pages.append(given))

    settings = landed(home, published, mask=mask)
    with monkeypatch.context() as patch:
        patch.setattr("earful.flows.jobs.rescoring.finish", kill)
        patch.setattr("earful.flows.jobs.rescoring.publish", kill)
        with pytest.raises(Killed):
            call(["rescore"])
    capsys.readouterr()
    assert query(settings.published, "select distinct scorer_version from posts").rows == (("old-1",),)
    assert call(["rescore"]) == 0
    out = capsys.readouterr().out
    assert "an earlier command was ended before its end; finished now: " in out
    assert ("its erasure" in out) is mask
    assert "what it had scored is published" in out
    assert query(settings.published, "select count(*) from posts where scorer_version = 'old-1'").rows == ((0,),)
    assert len(pages) == 1
    assert found(home) == (set() if mask else set(SECRETS))
    with open_store(settings.store, time_zone="UTC") as store:
        assert unfinished(store) == 0
    before = settings.published.stat().st_ino
    assert call(["rescore"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert (settings.published.stat().st_ino, len(pages)) == (before, 1)


def test_where_nothing_is_masked_words_stay(
    home: Path, published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> int:
        raise AssertionError("asked to mask")

    monkeypatch.setattr("earful.flows.jobs.rescoring.mask_kept", never)
    settings = landed(home, published, mask=False)
    (home / "earful.toml").write_text(
        CONFIG.format(mask="false").replace("orbit", "other"), "utf-8"
    )  # nothing to score
    assert call(["rescore"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert found(home) == set(SECRETS)
    assert settings.store.exists()
