"""docs/way-of-a-post.md lists every form that a post takes, in order, and no more than there are."""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "way-of-a-post.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d) (\w+) \| .* \| `([\w/.]+)`(?: `(\w+)`)? \| (.*) \|$", re.MULTILINE)
FORMS = ROW.findall(TEXT)
#: Folders that a post passes.
ON_THE_WAY = ("connectors", "sentiment", "flows/night", "warehouse/landing")
#: What only looks at a post that is stored already, or at one on its way back from the store.
NO_FORM = {
    "warehouse/landing/known_scores.py": "scores that the store has, to be put beside a page: form 4",
    "sentiment/plain.py": "one text's score in the reference scorer of the tests: a row of form 4 before it is one",
    "sentiment/vader/polarity.py": "VADER's numbers of one text: a part of that row",
}


def statements(file: str) -> list[exp.Expr]:
    text = re.sub(r"\$(\w+)", r"'\1'", (ROOT / file).read_text("utf-8"))
    return [each for each in sqlglot.parse(text, dialect="duckdb") if each is not None]


def columns_of(file: str, table: str) -> list[str]:
    """The columns that a statement of the file gives ``table``."""
    for statement in statements(file):
        if isinstance(statement, exp.Create) and statement.this.name == table:
            return [each.alias_or_name for each in statement.expression.selects]
        into = statement.this if isinstance(statement, exp.Insert) else None
        if isinstance(into, exp.Schema) and into.this.name == table:
            return [each.name for each in into.expressions]
    raise AssertionError(f"{file} makes no {table}")


def test_there_are_at_most_eight_in_order() -> None:
    assert [number for number, *_ in FORMS] == [str(n) for n in range(1, len(FORMS) + 1)]
    assert 0 < len(FORMS) <= 8
    said = re.findall(r"\((\d)\) (\w+)", TEXT.split("```")[1])
    assert said == [(number, name) for number, name, *_ in FORMS]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form[1])
def test_each_is_where_the_page_says_and_has_so_many_fields(form: tuple[str, str, str, str, str]) -> None:
    _, _, file, name, many = form
    assert (ROOT / file).is_file()
    if not name:
        assert many == "the service's own"
        return
    if file.endswith(".sql"):
        assert len(columns_of(file, name)) == int(many)
        return
    found = getattr(importlib.import_module("earful." + file.removesuffix(".py").replace("/", ".")), name)
    if isinstance(found, pa.Schema):
        assert len(found) == int(many)
    elif is_dataclass(found):
        assert len(fields(found)) == int(many)
    else:
        assert callable(found)
        before = FORMS[FORMS.index(form) - 1]
        assert (before[2], before[4]) == (file, many), "it writes the form before it"


def holds_a_post(node: ast.AST) -> bool:
    """Whether a class or an Arrow schema has the fields of a post, or of a post's scores."""
    if isinstance(node, ast.ClassDef):
        names = {
            each.target.id
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        }
        around = any(isinstance(each, ast.AnnAssign) and "Post" in ast.unparse(each.annotation) for each in node.body)
        return not around and ("post_id" in names or {"text", "title"} <= names or "compound" in names)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pa.schema":
        said = ast.unparse(node)
        return any(word in said for word in ("'post_id'", "'compound'", "*POST", "*SCORE"))
    return False


def test_no_class_or_schema_on_the_way_is_another_form() -> None:
    found = set()
    for folder in ON_THE_WAY:
        for file in sorted((ROOT / folder).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            if name in NO_FORM or name.startswith(("connectors/testing/", "sentiment/evaluation/")):
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if holds_a_post(node):
                    found.add(name)
    assert found == {file for _, _, file, name, _ in FORMS if file.endswith(".py") and name}
    for name in NO_FORM:
        assert any(map(holds_a_post, ast.walk(ast.parse((ROOT / name).read_text("utf-8"))))), f"{name} needs no excuse"


def test_no_table_of_the_landing_holds_a_post_a_second_time() -> None:
    """Words are in the stage and in texts: a table with a text beside them would be another form."""
    found = set()
    for file in sorted((ROOT / "warehouse" / "sql" / "landing").rglob("*.sql")):
        name = file.relative_to(ROOT).as_posix()
        for statement in statements(name):
            if isinstance(statement, exp.Create) and isinstance(statement.expression, exp.Query):
                columns = {each.alias_or_name for each in statement.expression.selects}
                if columns & {"text", "title", "*"}:
                    found.add(f"{name} {statement.this.name}")
    assert found == {f"{file} {name}" for _, number, file, name, _ in FORMS if file.endswith("stage.sql")}


def test_the_words_of_a_refusal_stand_once() -> None:
    """The landing and page() refuse alike, in words that only connectors/post.py spells."""
    from earful.connectors import post

    words = {name: getattr(post, name) for name in ("OUT_OF_YEARS", "NOT_STARS", "NOT_NPS")}
    assert all("{" in each for each in words.values())
    for folder in ("connectors", "warehouse"):
        for file in (ROOT / folder).rglob("*.*"):
            if file.suffix not in {".py", ".sql"} or file == ROOT / "connectors" / "post.py":
                continue
            text = file.read_text("utf-8")
            for each in words.values():
                assert re.sub(r"{.*?}", "", each).strip() not in text, f"{file.name} spells {each!r}"


def test_every_file_it_names_is_there() -> None:
    for name in re.findall(r"`((?:connectors|flows|sentiment|warehouse|docs|tests)/[\w./]*)`", TEXT):
        assert (ROOT / name).exists(), name
