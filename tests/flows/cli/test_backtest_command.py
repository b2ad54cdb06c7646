"""``earful backtest`` as a person runs it, on the demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from earful.flows.cli.main import call
from earful.flows.config.settings import load
from earful.flows.errors import Exit, UserError

KNOWN = """
[[incidents]]
product = "notes"
day = 2026-11-03
name = "4.2.0 [login]"

[[incidents]]
product = "tasks"
day = 2026-10-10
name = "a rumour"

[[incidents]]
product = "jotter"
day = 2026-08-01
name = "before anything could be judged"
"""


def replayed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert call(["backtest", "--json", *arguments]) == Exit.OK
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.slow
def test_found_missed_and_not_to_be_judged(
    capsys: pytest.CaptureFixture[str], demo_folder: Path, tmp_path: Path
) -> None:
    known = tmp_path / "incidents.toml"
    known.write_text(KNOWN, "utf-8")
    config = str(demo_folder / "earful.toml")
    found = replayed(capsys, "--config", config, "--incidents", str(known), "--budget", "1", "--budget", "4")
    asked = [(r["per_year"], r["matters"]) for r in found["replays"]]
    assert asked == [(1, 1), (4, 1), (1, 0.5), (1, 2)]
    for each in found["replays"]:
        unjudged, missed, release = each["outcomes"]
        assert release["alarm"]["product"] == "notes"
        assert 0 <= release["delay"] <= 1
        assert (missed["alarm"], missed["delay"], missed["note"]) == (None, None, "")
        assert unjudged["note"] == "not enough history or posts to judge these days"
        assert each["other_alarms"] == len(each["alarms"]) - 1
    assert call(["backtest", "--config", config, "--incidents", str(known)]) == Exit.OK
    shown = capsys.readouterr().out
    assert "1 of 3" in shown
    assert "[login]" in shown


@pytest.mark.slow
def test_more_budget_means_no_fewer_alarms_and_the_configured_one_is_the_files(
    capsys: pytest.CaptureFixture[str], demo_folder: Path
) -> None:
    found = replayed(capsys, "--config", str(demo_folder / "earful.toml"))
    counts = {(r["per_year"], r["matters"]): len(r["alarms"]) for r in found["replays"]}
    assert list(counts) == [(0.5, 1), (1, 1), (2, 1), (4, 1), (1, 0.5), (1, 2)]
    assert counts[4, 1] >= counts[0.5, 1]
    assert counts[1, 0.5] >= counts[1, 1] >= counts[1, 2]
    assert found["configured"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--budget", "0"], "--budget: found 0; allowed: alarms a year, from 0.1 to 366"),
        (["--days", "0"], "--days: found 0; allowed: 1 and more"),
        (["--incidents", "no.toml"], "no.toml: cannot be read: No such file or directory"),
    ],
)
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], demo_folder: Path, arguments: list[str], said: str
) -> None:
    assert call(["backtest", "--config", str(demo_folder / "earful.toml"), *arguments]) == Exit.USAGE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[incidents]]\nproduct = "acme"\nday = 2026-01-01\nname = "x"',
            "found 'acme'; allowed: jotter, notes, tasks",
        ),
        ('[[incidents]]\nproduct = "notes"\nname = "x"', "incidents[0].day: is missing"),
        ('[[incident]]\nproduct = "notes"', "incident: unknown key; did you mean incidents?"),
        ("[[incidents", "not valid TOML"),
    ],
)
def test_a_wrong_file_of_incidents(
    capsys: pytest.CaptureFixture[str], demo_folder: Path, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text, "utf-8")
    config = str(demo_folder / "earful.toml")
    assert call(["backtest", "--config", config, "--incidents", str(file)]) == Exit.USAGE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[alarms]\nper_yeer = 3", "alarms.per_yeer: unknown key; did you mean per_year?"),
        ("[alarms]\nper_year = 0", "alarms.per_year: found 0; allowed: 0.1 or more"),
        (
            '[[incidents]]\nproduct = "x"\nday = 2026-01-01\nname = "n"',
            "incidents[0].product: found 'x'; allowed: jotter",
        ),
    ],
)
def test_wrong_settings(demo_folder: Path, tmp_path: Path, more: str, said: str) -> None:
    file = tmp_path / "earful.toml"
    file.write_text(f"{(demo_folder / 'earful.toml').read_text('utf-8')}\n{more}\n", "utf-8")
    with pytest.raises(UserError) as caught:
        load(file)
    assert said in str(caught.value)
