"""A channel whose posts cannot be landed fails alone; a full disk and a store that takes nothing more end the run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from earful.flows.cli.main import call
from earful.flows.night import steps
from earful.warehouse import Landed, Landing, Store, WarehouseError
from earful.warehouse import land as land_really
from earful.warehouse.errors import FullDiskError

pytestmark = pytest.mark.usefixtures("prefect_server")

CHANNEL = """
[[channels]]
name = "{name}"
connector = "files"
paths = ["{name}*.csv"]
source = "reviews"
kind = "review"
"""
NOW = datetime.now(UTC).isoformat()


@dataclass(frozen=True)
class Night:
    bad: bytes
    capsys: pytest.CaptureFixture[str]

    def __call__(self) -> tuple[int, dict[str, Any], dict[str, Any], str]:
        code = call(["run", "--json"])
        out, err = self.capsys.readouterr()
        said = json.loads(out)
        return code, said, {b["channel"]: b for b in said.get("brought", ())}, err


@pytest.fixture
def night(home: Path, capsys: pytest.CaptureFixture[str]) -> Night:
    """Two channels of files and a run of them: exit code, what was said, what came by channel."""
    (home / "earful.toml").write_text(
        'time_zone = "UTC"\n[[products]]\nslug = "orbit"\nname = "Orbit"\n'
        + "".join(CHANNEL.format(name=name) for name in ("aa", "bb")),
        "utf-8",
    )
    header = "post_id,created_at,author,title,text,rating\n"
    (home / "bb.csv").write_text(f"{header}p3,{NOW},u,orbit,orbit good,5\n", "utf-8")
    # A name that is no text: as a Latin-1 file has it that was unpacked on a UTF-8 machine.
    bad = os.fsencode(home) + b"/aa\xff.csv"
    with open(bad, "w", encoding="utf-8") as file:
        file.write(f"{header}p1,{NOW},u,orbit,orbit good,5\np2,never,u,orbit,orbit bad,9\n")

    return Night(bad, capsys)


def test_a_file_whose_name_is_no_text_is_a_file_like_any_other(night: Night) -> None:
    code, _, by_channel, _ = night()
    assert code == 0
    assert (by_channel["aa"]["new"], by_channel["aa"]["rejected"], by_channel["bb"]["new"]) == (1, 1, 1)
    with open(night.bad, "wb"):
        pass
    code, said, by_channel, _ = night()
    assert code == 3
    assert "failed: aa/orbit" in said["headline"]
    assert "\ufffd.csv: is empty" in by_channel["aa"]["error"]


def land_or(error: Exception) -> Callable[[Store, Landing], Landed]:
    def land(store: Store, landing: Landing) -> Landed:
        if landing.channel == "aa":
            # Deep inside, as any mistake of ours or of DuckDB's would be: the transaction is rolled back.
            with store.transaction() as con:
                con.execute("delete from posts")
                raise error
        return land_really(store, landing)

    return land


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (WarehouseError("3 rows are not of channel aa"), "aa: what came could not be landed: 3 rows are not of"),
        (RuntimeError("private words"), "aa: a bug in earful (RuntimeError in flows/night/steps.py:"),
    ],
)
def test_a_batch_that_cannot_be_landed_fails_alone(
    night: Night, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, says: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(steps, "land", land_or(error))
        code, said, by_channel, _ = night()
    assert code == 3
    assert "failed: aa/orbit" in said["headline"]
    assert by_channel["aa"]["error"].startswith(says)
    assert by_channel["bb"]["new"] == 1
    assert call(["sql", "--json", "select channel, status, error from coverage order by all"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(r["channel"], r["status"]) for r in rows] == [("aa", "failed"), ("bb", "ok")]
    assert rows[0]["error"].startswith(says)
    code, _, by_channel, _ = night()
    assert (code, by_channel["aa"]["new"]) == (0, 1), "nothing is claimed of the failed window: it is asked for again"


def test_a_full_disk_and_a_store_that_takes_nothing_end_the_run(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(steps, "land", land_or(FullDiskError("the disk with x is full")))
        code, said, _, err = night()
    assert code == 4
    assert "the disk with x is full" in json.dumps(said) + err

    def refuses(*_args: object, **_named: object) -> None:
        raise WarehouseError("the store takes nothing")

    with monkeypatch.context() as patched:
        patched.setattr(steps, "land", land_or(WarehouseError("broke first")))
        patched.setattr(steps, "land_failure", refuses)
        code, said, _, err = night()
    assert code == 4
    assert "broke first" in json.dumps(said) + err
