"""JSON whose rows are inside objects, over many lines, or hold numbers that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, channel, pull
from one_product import checked

from earful.connectors.files.tables import records

COLUMNS = ("post_id", "text", "rating")
TWO = [("p1", "Great", 5), ("p2", "Slow", 2)]


def got(root: Path, name: str | list[str], **options: Any) -> list[tuple[Any, ...]]:
    found = pull(channel(root, name, **options))
    assert found.why() == []
    return list(zip(*map(found.column, COLUMNS), strict=True))


def details(root: Path, name: str, **options: Any) -> dict[str, Any]:
    return dict(checked(channel(root, name, **options), ACME).details[0])


def says(root: Path, name: str, **options: Any) -> str:
    health = checked(channel(root, name, **options), ACME)
    assert not health.ok
    assert "\n" not in health.says
    return health.says


ROWS = [{"post_id": "p1", "created_at": "2026-03-04", "text": "Great", "rating": 5}]
ROWS += [{"post_id": "p2", "created_at": "2026-03-05", "text": "Slow", "rating": 2}]
APPS = [{"app": "a", "id": 1}, {"app": "b", "id": 2}, {"app": "c", "id": 3}]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"reviews": ROWS}, ["rows are the objects in 'reviews'"]),
        ({"data": {"count": 2, "items": ROWS}, "next": None}, ["rows are the objects in 'data.items'"]),
        ({"ok": True, "a": {"b": {"c": {"rows": ROWS}}}}, ["rows are the objects in 'a.b.c.rows'"]),
        ({"ios": ROWS[:1], "android": ROWS[1:]}, ["rows are the objects in 'ios' and 'android'"]),
        (
            {"meta": {"apps": APPS, "tags": [1, 2]}, "reviews": ROWS, "errors": []},
            ["rows are the objects in 'reviews'", "objects elsewhere are not read: 'meta.apps' (3)"],
        ),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("block", [5, 1 << 20])
def test_rows_inside_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: Any, said: list[str], indent: int | None, block: int
) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    (tmp_path / "a.json").write_text(json.dumps(document, indent=indent))
    assert got(tmp_path, "a.json") == TWO
    assert details(tmp_path, "a.json")["found"] == said


def test_pages_and_objects_over_many_lines(tmp_path: Path) -> None:
    pages = "\n".join(json.dumps({"items": [row], "page": n}) for n, row in enumerate(ROWS))
    spread = "\n".join(json.dumps({**row, "replies": ROWS}, indent=1) for row in ROWS)
    one_a_line = '{"reviews": [\n' + ",\n".join(map(json.dumps, ROWS)) + "\n]}"
    for name, text in (("a.json", pages), ("b.jsonl", spread), ("c.json", one_a_line)):
        (tmp_path / name).write_text(text)
        assert got(tmp_path, name) == TWO, name
    (tmp_path / "d.json").write_text(json.dumps({"reviews": APPS}))
    assert "columns found: 'app', 'id'" in says(tmp_path, "d.json")
    (tmp_path / "e.json").write_text(json.dumps({"reviews": ROWS})[:-9])
    assert "no JSON object in its first lines" in says(tmp_path, "e.json")


@pytest.mark.parametrize("mark", ["NaN", "Infinity", "-Infinity", "null"])
@pytest.mark.parametrize("shape", ["%s", '{"reviews": [%s]}', "[%s]"])
def test_numbers_that_are_none(tmp_path: Path, mark: str, shape: str) -> None:
    row = json.dumps(ROWS[0]).replace("5}", mark + "}")
    (tmp_path / "a.json").write_text(shape % row)
    assert got(tmp_path, "a.json") == [("p1", "Great", None)]
