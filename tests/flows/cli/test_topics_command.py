"""``earful topics try`` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from earful.flows.cli.main import call

CONFIG = """
[topics.recipes]
include = ["recipe~"]

[[products]]
slug = "notes"
name = "Notes"

[[channels]]
name = "sample"
connector = "sample"
"""


def test_shows_topic_words_and_phrase(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(["topics", "try", "It crashed [again]. I love it"]) == 0
    said = capsys.readouterr().out
    assert "crashes" in said
    assert "crash~" in said
    assert "[again]" in said


def test_json_and_nothing_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(["topics", "try", "--json", "It logs me out"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["topics"] == ["login"]
    assert said["matches"][0]["found"] == "logs me out"
    assert call(["topics", "try", "lovely"]) == 0
    assert "no topic" in capsys.readouterr().out


def test_says_how_the_text_speaks_of_each_topic_as_the_night_would(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "The price is wonderful. But it crashes all the time. It crashes &amp; freezes"
    assert call(["topics", "try", "--json", text]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["scores"]["billing"] == {"compound": 0.5719, "sentences": 1}
    assert said["scores"]["crashes"]["sentences"] == 2
    assert said["scores"]["crashes"]["compound"] < -0.3
    assert call(["topics", "try", text]) == 0
    assert "billing: +0.5719 over 1 sentence\n" in capsys.readouterr().out
    assert call(["topics", "try", "Die neue Version ist schlecht und es gibt nur Crashes"]) == 0
    assert "unscored (not taken for English)" in " ".join(capsys.readouterr().out.split())


def test_topics_of_the_configuration(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "earful.toml"
    file.write_text(CONFIG)
    assert call(["topics", "try", "--config", str(file), "--json", "nice recipes"]) == 0
    assert json.loads(capsys.readouterr().out)["topics"] == ["recipes"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('include = ["log~ .."]', "a phrase starts and ends with a word"),
        ('inclde = ["x"]', "did you mean include?"),
        ('exclude = ["x"]', "has no include phrases"),
    ],
)
def test_mistakes_in_the_configuration_are_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: str, says: str
) -> None:
    file = tmp_path / "earful.toml"
    file.write_text(CONFIG.replace('include = ["recipe~"]', line))
    assert call(["topics", "try", "--config", str(file), "x"]) == 2
    said = capsys.readouterr().err.strip()
    assert says in said
    assert "\n" not in said


def test_the_gates_other_model_needs_its_extra(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earful.flows.config.scoring.find_spec", lambda _: None)
    file = tmp_path / "earful.toml"
    file.write_text('[scoring]\ngate = "eldc"\n' + CONFIG)
    assert call(["topics", "try", "--config", str(file), "x"]) == 2
    assert "scoring.gate: found 'eldc'; not installed; pip install 'earful[eldc]'" in capsys.readouterr().err


def test_topics_and_gate_of_the_configuration_reach_the_scorer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from earful.flows.config.scorers import scorers
    from earful.flows.config.settings import load

    file = tmp_path / "earful.toml"
    file.write_text(CONFIG)
    plain = scorers(load(file))["notes"].version
    file.write_text(CONFIG.replace("recipe~", "recipes"))
    assert scorers(load(file))["notes"].version != plain
    monkeypatch.setattr("earful.flows.config.scoring.find_spec", lambda _: True)
    file.write_text('[scoring]\ngate = "eldc"\n' + CONFIG)
    assert scorers(load(file))["notes"].version == plain.replace("/gate-3/", "/gate-3-eldc/")
