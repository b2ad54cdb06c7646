"""The measurement itself: a fault that did not happen, and a night that did not come, fail it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from benchmarks.torture import measure
from benchmarks.torture.desk import Desk, telling
from benchmarks.torture.faults import FAULTS
from benchmarks.torture.service import PAGE, Reviews
from benchmarks.torture.world import LateError, World


class Calm(World):
    """All that is waited for comes at once, but what is named."""

    def __init__(self, home: Path, missing: str = "") -> None:
        super().__init__(home, "http://127.0.0.1:9")
        self.missing = missing

    def wait(self, what: str, ready: Callable[[], bool], seconds: float = 300) -> None:
        if self.missing and what.startswith(self.missing):
            raise LateError(f"{what}: not within {seconds:.0f} s")


@pytest.mark.parametrize(
    ("happened", "missing", "says"),
    [
        (True, "", []),
        (False, "", ["sleep: did not happen"]),
        (True, "a night after", ["sleep: a night after sleep: not within 400 s"]),
    ],
)
def test_what_did_not_happen_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happened: bool, missing: str, says: list[str]
) -> None:
    monkeypatch.setitem(FAULTS, "sleep", lambda _world, _draw: happened)
    reviews = Reviews(10)
    said, _ = measure._round(Calm(tmp_path / "home", missing), reviews, "sleep", random.Random(1))
    assert said == says
    assert len(reviews.newest_first()) == 80  # each round has new ones, and some that come late


def test_a_kill_that_hits_nobody_did_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.torture import faults

    monkeypatch.setattr(faults.time, "sleep", lambda _seconds: None)  # type: ignore[attr-defined]
    assert FAULTS["kill-server"](Calm(tmp_path / "home"), random.Random(1)) is False


def test_an_alert_that_never_came_is_lost_and_one_that_came_after_its_success_is_doubled() -> None:
    desk = Desk()
    before, after = (datetime.now(UTC) + timedelta(minutes=n) for n in (-1, 1))
    assert [desk.met(name) for name in ("a", "a", "b", "c", "c")] == ["refused", "taken", "taken", "cut", "taken"]
    rows = [("a", "delivered", after), ("b", "delivered", after), ("c", "sending", None)]
    told = {"alerts": 2, "alerts_lost": 1, "alerts_doubled": 0, "alerts_dropped": 0, "alerts_refused_or_cut": 2}
    assert desk.figures(rows) == told, "the one that was cut is there, but the store does not know it"
    rows = [("a", "delivered", before), ("d", "delivered", after), ("e", "dropped", None), ("f", "due", None)]
    assert desk.figures(rows) == told | {"alerts_lost": 2, "alerts_doubled": 2, "alerts_dropped": 1}


def test_the_desk_answers_refuses_and_cuts() -> None:
    desk = Desk()
    with telling(desk) as address:
        codes = []
        for name in "wxyzw":
            try:
                codes.append(httpx.post(address, json={"id": name}).status_code)
            except httpx.RemoteProtocolError:
                codes.append(0)
    assert codes == [500, 200, 0, 200, 200]


def test_the_reviews_are_in_order_and_more_than_a_page() -> None:
    reviews = Reviews()
    reviews.reveal()
    times = [each["timestamp_created"] for each in reviews.newest_first()]
    assert times == sorted(times, reverse=True)
    assert len(times) > PAGE
