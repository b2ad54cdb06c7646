"""What docs/frames.md says is so: every column of every frame, with its type and what the file itself says of it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from earful import warehouse

TEXT = (Path(__file__).parents[2] / "docs" / "frames.md").read_text("utf-8")
FRAMES = ("daily", "trend", "verdicts", "posts")


@pytest.mark.parametrize("name", FRAMES)
def test_the_table_of_a_frame_is_the_frame(published: Path, name: str) -> None:
    with duckdb.connect(published, read_only=True) as con:
        said = dict(
            con.execute(
                "select column_name, comment from duckdb_columns() where not internal and table_name = $name",
                {"name": name},
            ).fetchall()
        )
    with warehouse.read(published) as earful:
        frame = getattr(earful, name)()
    assert len(frame) > 0
    expected = "\n".join(f"| `{column}` | {frame[column].dtype} | {said[column]} |" for column in frame.columns)
    table = TEXT.split(f"## `{name}`\n")[1].split("\n## ")[0].split("|---|---|---|\n")[1].strip()
    assert table == expected, f"docs/frames.md, `{name}`, should be:\n{expected}"


def test_every_frame_has_a_table_and_every_table_a_frame() -> None:
    assert tuple(re.findall(r"^## `(\w+)`$", TEXT, re.MULTILINE)) == FRAMES
    methods = {name for name in vars(warehouse.Reading) if not name.startswith("_")}
    assert methods == {*FRAMES, "close", "meta", "time_zone"}


def test_the_example_runs(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "earful-data").mkdir()
    (tmp_path / "earful-data" / "earful.duckdb").symlink_to(published)
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    found: dict[str, object] = {}
    exec(code, found)
    assert found["weeks"] is not None
    assert str(found["berlin"]) == "Europe/Berlin"
