"""``earful init TABLE``: what it writes loads, reads the table, and `earful check` says the same of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from guess_tables import TABLES, Told
from preset_tables import SHAPED, Shaped

from earful.flows.cli.main import call
from earful.flows.config.settings import load


def written(home: Path, name: str, data: bytes) -> Path:
    (home / "in").mkdir()
    table = home / "in" / name
    table.write_bytes(data)
    return table


def checked(capsys: pytest.CaptureFixture[str], config: Path) -> list[dict[str, Any]]:
    """The files of `earful check`, all of whose channels can work."""
    capsys.readouterr()
    assert call(["check", "--json", "--config", str(config)]) == 0
    answer = json.loads(capsys.readouterr().out)
    return [detail for channel in answer["channels"] for detail in channel["details"]]


@pytest.mark.parametrize("told", TABLES, ids=lambda told: told.name)
def test_a_table_becomes_a_configuration_that_check_agrees_with(
    told: Told, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = written(home, told.name, told.data)
    assert call(["init", str(table), "--folder", "out", "--time-zone", "Europe/Berlin"]) == 0
    out = capsys.readouterr().out
    config = home / "out" / "earful.toml"
    assert f"wrote {Path('out/earful.toml')}" in out
    assert "`earful check --config out/earful.toml`" in out
    settings = load(config)
    assert settings.time_zone == "Europe/Berlin"
    assert len(settings.channels) == 1
    # An older export's words would be gone the next day.
    assert settings.retention.by_source == {settings.channels[0].source: 36_500}
    assert settings.products[0].name == told.product
    given = tomllib.loads(config.read_text("utf-8"))["channels"][0]
    assert given["paths"] == [f"../in/{told.name}"]
    guessed = {name: given[name] for name in given if name not in ("name", "connector", "paths")}
    assert guessed == {**told.rest, "columns": told.columns}
    # What is in doubt is said where it is read and where it is written.
    comments = config.read_text("utf-8").partition("# ---- more of both")[0]
    assert bool(told.doubt) == ("in doubt: " in out) == ("# In doubt: " in comments)
    assert told.doubt in comments
    assert told.doubt in out
    details = checked(capsys, config)
    assert details[0]["landed"] == told.rows
    assert not any(one["set_aside"] or one["questions"] for one in details)
    assert details[0]["columns"].keys() >= told.columns.keys()


@pytest.mark.parametrize("shaped", [each for each in SHAPED if each.found], ids=lambda shaped: shaped.preset)
def test_a_table_that_is_known_becomes_its_preset(
    shaped: Shaped, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = written(home, shaped.name, shaped.data)
    assert call(["init", str(table)]) == 0
    given = tomllib.loads((home / "earful.toml").read_text("utf-8"))["channels"][0]
    assert given["preset"] == shaped.preset
    assert "`earful check`, then `earful run`" in capsys.readouterr().out
    assert sum(one["landed"] for one in checked(capsys, home / "earful.toml")) > 0


def test_the_rest_of_the_example_is_there_and_only_as_comments(home: Path) -> None:
    call(["init", str(written(home, TABLES[0].name, TABLES[0].data)), "--folder", "guessed"])
    call(["init", "plain"])
    guessed, plain = ((home / name / "earful.toml").read_text("utf-8") for name in ("guessed", "plain"))
    settings, mark, rest = plain.partition("# ---- products:")
    assert mark
    above, example, below = settings.rstrip().partition("# by_source = { app_store = 365 }")
    kept = "# A table's words stay as long as the table itself lies there.\nby_source = { files = 36500 }"
    assert example
    assert guessed.startswith(f"{above}{kept}{below}")
    taken = guessed.partition(mark)[2]
    assert [line.removeprefix("# ") for line in taken.splitlines()] == [
        line.removeprefix("# ") for line in rest.splitlines()
    ]
    assert all(line.startswith("#") for line in taken.splitlines()[1:] if line)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.csv"], "nowhere.csv: no such file"),
        (["in/prices.csv"], "prices.csv: no column of words, stars or answers was found among 'date', 'price'"),
        (["in/prices.csv", "--time-zone", "Mars/Olympus"], "--time-zone: found 'Mars/Olympus'"),
        (["one", "--folder", "two"], "one: is no file, so it names the folder, and --folder two another"),
        (["--time-zone", "Europe/Berlin"], "--time-zone goes with a table"),
    ],
)
def test_what_cannot_be_begun_is_one_line_and_writes_nothing(
    arguments: list[str], says: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(home, "prices.csv", b"date,price\n" + b"".join(b"2026-03-0%d,9.99\n" % n for n in range(1, 8)))
    assert call(["init", *arguments]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert sorted(each.name for each in home.rglob("*")) == ["in", "prices.csv"]


def test_a_configuration_that_is_there_is_kept_unless_forced(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = written(home, TABLES[0].name, TABLES[0].data)
    (home / "earful.toml").write_text("mine")
    assert call(["init", str(table)]) == 2
    assert "--force" in capsys.readouterr().err
    assert (home / "earful.toml").read_text() == "mine"
    assert call(["init", str(table), "--force"]) == 0
    assert "[[products]]" in (home / "earful.toml").read_text("utf-8")
