"""examples/: every configuration loads and is checked, every notebook runs on a published file, made-up files land."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from earful.flows.cli.main import call
from earful.flows.config.settings import load

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("nps", "own_app", "team")


def copied(name: str, to: Path) -> Path:
    """An example as a user copies it; the App Store is a port of this machine where nobody answers."""
    folder = Path(shutil.copytree(EXAMPLES / name, to / name, ignore=shutil.ignore_patterns("earful-data")))
    file = folder / "earful.toml"
    lines = file.read_text("utf-8").replace(
        'connector = "app_store_rss"', 'connector = "app_store_rss"\nbase_url = "http://127.0.0.1:9"'
    )
    file.write_text(lines, "utf-8")
    return folder


def code_of(name: str) -> list[str]:
    """The code cells of an example's notebook."""
    cells = json.loads((EXAMPLES / name / "notebook.ipynb").read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def executed(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the cells one after the other in ``folder``, the last line of each too, charts down to their JSON."""
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    for number, code in enumerate(code_of(name)):
        tree = ast.parse(code, f"{name}, cell {number}")
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"{name}, cell {number}", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"{name}, cell {number}", "eval"), names)
            if isinstance(value, (alt.Chart, alt.LayerChart)):
                drawn = value.to_dict()
                assert any(drawn["datasets"].values()), f"{name}: a chart of nothing"
            else:
                repr(value)
    return names


def test_there_is_a_folder_for_each_and_the_page_names_it() -> None:
    # "service" is no configuration: how `earful up` is kept running.
    assert {p.name for p in EXAMPLES.iterdir() if p.is_dir()} == {*NAMES, "service"}
    table = (EXAMPLES / "README.md").read_text("utf-8")
    assert set(re.findall(r"^\| \[(\w+)\]", table, re.MULTILINE)) - {"service"} == set(NAMES)
    assert "service/README.md" in table


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_plain_and_holds_no_data(name: str) -> None:
    notebook = json.loads((EXAMPLES / name / "notebook.ipynb").read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert all(c["outputs"] == [] and c["execution_count"] is None for c in notebook["cells"] if "outputs" in c)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert any("import earful" in code for code in code_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_loads_and_check_says_what_is_missing_in_a_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied(name, tmp_path)
    settings = load(folder / "earful.toml")
    monkeypatch.delenv("REDDIT_CLIENT_ID", raising=False)
    monkeypatch.delenv("REDDIT_CLIENT_SECRET", raising=False)
    code = call(["check", "--config", str(folder / "earful.toml"), "--json"])
    answers = json.loads(capsys.readouterr().out)["channels"]
    missing = {"nps": {}, "own_app": {"app_store": "no answer from 127.0.0.1"}, "team": {"reddit": "REDDIT_CLIENT_ID"}}
    expected: Mapping[str, str] = missing[name]
    assert code == (5 if expected else 0)
    assert {a["channel"] for a in answers if not a["ok"]} == set(expected)
    for answer in answers:
        assert "\n" not in answer["says"]
        assert expected.get(answer["channel"], "rows of") in answer["says"]
    # The files channels are the part that needs no network, and every one finds rows of every product it serves.
    assert {a["channel"] for a in answers if a["ok"]} == {c.name for c in settings.channels if c.connector == "files"}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_on_a_published_file(
    name: str, demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "earful-data").mkdir()
    (tmp_path / "earful-data" / "earful.duckdb").symlink_to(demo_folder / "data" / "earful.duckdb")
    found = executed(name, tmp_path, monkeypatch)
    if name == "own_app":
        assert set(found["mine"]) == {"notes", "tasks"}
        assert found["rivals"] == ["jotter"]
        assert len(found["standing"]) == 3
        assert len(found["alarms"]) > 0
        assert len(found["unhappiest"]) == 10
    elif name == "nps":
        assert set(found["weeks"]["product"]) == {"notes", "tasks"}
        assert (found["weeks"]["nps_low"] < found["weeks"]["nps"]).all()
        assert (found["weeks"]["nps"] < found["weeks"]["nps_high"]).all()
        mean = found["said"]["mean"]
        assert mean["detractor"] < mean["passive"] < mean["promoter"]
    else:
        assert found["scores"]["scored"].tolist() == [True, True, False, False]
        assert len(found["by_channel"]) == 8
        assert (found["by_channel"]["unscored"] > 0).any()


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize(
    ("name", "only", "posts"),
    [
        ("nps", [], {"survey": 224}),
        ("team", ["--channel", "tickets", "--channel", "forum"], {"tickets": 228, "forum": 166}),
    ],
)
def test_the_made_up_files_land_without_a_network_and_the_notebook_reads_them(
    name: str,
    only: list[str],
    posts: dict[str, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = copied(name, tmp_path)
    assert call(["run", "--config", str(folder / "earful.toml"), *only, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    brought: dict[str, int] = {}
    for part in said["brought"]:
        brought[part["channel"]] = brought.get(part["channel"], 0) + part["new"]
        assert part["rejected"] == 0
    assert brought == posts
    found = executed(name, folder, monkeypatch)
    assert found["published"]
    if name == "nps":
        weeks = found["weeks"].set_index("week")["nps"]
        assert weeks[:"2026-10-05"].min() > weeks["2026-10-12":"2026-11-01"].max(), "the made-up release of 12 October"
