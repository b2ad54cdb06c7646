"""The switch "Score again" of a backfill's form: what other rules have scored is scored by the present ones first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from landing import row, table

from earful.connectors.base import Coverage, Window
from earful.flows.backfill import backfill
from earful.flows.config.settings import Settings, load
from earful.warehouse import Landing, land, open_store, publish, query, register

pytestmark = pytest.mark.usefixtures("prefect_server")

CONFIG = """
[[products]]
slug = "orbit"
name = "Orbit"
[[channels]]
name = "rd"
connector = "sample"
kind = "comment"
"""
NOW = datetime.now(UTC)
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
VERSIONS = "select scorer_version, count(*) from posts where post_id like 'old-%' group by all"


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A store of three posts that other rules have scored, ten to twelve days ago."""
    (home / "earful.toml").write_text(CONFIG, "utf-8")
    monkeypatch.setenv("EARFUL_CONFIG", str(home / "earful.toml"))
    settings = load()
    settings.data.mkdir(exist_ok=True)
    window = Window(MIDNIGHT - timedelta(days=13), MIDNIGHT)
    posts = [
        row(f"old-{n}", MIDNIGHT - timedelta(days=n), 0.0, source="sample", text="I love it", title="")
        for n in (10, 11, 12)
    ]
    with open_store(settings.store, time_zone="UTC") as store:
        register(store, [("orbit", "Orbit", True)], [("rd", "sample", "sample")])
        whole = Coverage.whole(window)
        land(store, Landing("r1", "rd", "sample", "orbit", window, whole, "other-1", NOW, table(posts)))
        publish(store, settings.published)
    return settings


def newest_summary() -> str:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import ArtifactSort

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(sort=ArtifactSort.CREATED_DESC)
    return str(next(each.data for each in found if each.key == "backfill-summary"))


def on(day: date, **switches: bool) -> str:
    state = backfill(first_day=day, last_day=day, **switches, return_state=True)
    assert state.is_completed(), state.message
    return str(state.message)


def test_days_before_and_after_are_scored_again_too(settings: Settings) -> None:
    day = (MIDNIGHT - timedelta(days=1)).date()
    said = on(day, score_again=True, preview=True)
    assert said.startswith("preview: what other rules have scored would be scored again; then 1 channel, 1 product, ")
    on(day, only_missing=True)
    assert query(settings.published, VERSIONS).rows == (("other-1", 3),)
    assert newest_summary().startswith("**backfill**: ")
    on(day, score_again=True, only_missing=True)
    ((version, posts),) = query(settings.published, VERSIONS).rows
    assert (version != "other-1", posts) == (True, 3)
    said = f"3 posts scored again, 3 of them with another result; now {version}"
    assert newest_summary().startswith(f"Before the days were asked for: {said}.\n\n**backfill**: ")
    good = "select count(*) from posts where post_id like 'old-%' and compound > 0.5"
    assert query(settings.published, good).rows == ((3,),)
    on(day, score_again=True, only_missing=True)
    assert f"asked for: nothing to do: everything is scored by {version}.\n" in newest_summary()


def test_days_that_cannot_be_asked_for_end_it_before_anything_is_scored(settings: Settings) -> None:
    tomorrow = (MIDNIGHT + timedelta(days=1)).date()
    state = backfill(first_day=tomorrow, last_day=tomorrow, score_again=True, return_state=True)
    assert state.is_failed()
    assert "has not begun yet" in str(state.message)
    assert query(settings.published, VERSIONS).rows == (("other-1", 3),)
