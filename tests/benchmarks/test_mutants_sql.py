"""Faults of SQL and Python: drawn by a seed, small, valid; tried in a copy, where the nearest tests notice them."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.mutants import faults_python, faults_sql
from benchmarks.mutants.checkout import Checkout
from benchmarks.mutants.near import listed, nearest, others
from benchmarks.mutants.sql import PLACES, ROOT, Fault, draw, equivalents

SQL = """-- one row
select max(a.n) - 1 as n, count(distinct a.who) as k
from a left join b on b.id = a.id and b.day > $day -- "and" is no condition here
where a.kind = 'x' and a.n between 1 and 3 or not b.old
qualify row_number() over (order by a.n desc, a.id rows between 2 preceding and current row) <= 5
"""


def made(text: str, found: list[faults_sql.Edit]) -> list[tuple[str, str, str]]:
    return [(kind, text[start:end], new) for start, end, new, kind in found]


def test_each_kind_of_fault_of_a_statement() -> None:
    found = made(SQL, list(faults_sql.edits(SQL)))
    assert {
        ("aggregate", "max", "min"),
        ("aggregate", "distinct", ""),
        ("sign", "-", "+"),
        ("join", "left join", "join"),
        ("bound", ">", ">="),
        ("comparison", ">", "<"),
        ("comparison", "=", "<>"),
        ("condition", "b.day > $day", "true"),
        ("condition", "b.id = a.id", "true"),
        ("condition", "a.kind = 'x' and a.n between 1 and 3 or not b.old", "true"),
        ("comparison", "or", "and"),
        ("comparison", "not", ""),
        ("order", "desc", ""),
        ("order", "a.id", "a.id desc"),
        ("frame", "2", "3"),
        ("frame", "2", "1"),
        ("bound", "<=", "<"),
        ("constant", "5", "6"),
    } <= set(found)
    for start, end, new, _ in faults_sql.edits(SQL):
        assert faults_sql.says_another_thing(SQL, SQL[:start] + new + SQL[end:]), (SQL[start:end], new)
    assert not faults_sql.says_another_thing(SQL, SQL.replace("one row", "two rows")), "a comment says nothing"
    assert not faults_sql.says_another_thing(SQL, SQL.replace("<= 5", "<= )")), "no SQL"


PYTHON = """def f(a: int = 3) -> bool:
    if a > 1 and not a == 5:
        raise ValueError("a > 1 and " + "more")
    return max(a - 2, 0.5) in [x for x in sorted(g(a)) if x]
"""


def test_each_kind_of_fault_of_a_function() -> None:
    found = made(PYTHON, list(faults_python.edits(PYTHON)))
    assert {
        ("bound", ">", ">="),
        ("comparison", ">", "<"),
        ("comparison", "==", "!="),
        ("comparison", "and", "or"),
        ("comparison", "not ", ""),
        ("comparison", "in", "not in"),
        ("condition", "a > 1", "True"),
        ("condition", "x", "True"),
        ("constant", "3", "4"),
        ("constant", "0.5", "0.55"),
        ("sign", "-", "+"),
        ("aggregate", "max", "min"),
        ("order", "", ", reverse=True"),
    } <= set(found)
    assert not [new for _, old, new in found if old == "+"], "what is raised is a message"
    for start, end, new, _ in faults_python.edits(PYTHON):
        assert faults_python.says_another_thing(PYTHON, PYTHON[:start] + new + PYTHON[end:]), (PYTHON[start:end], new)


@pytest.mark.slow
def test_the_same_seed_draws_the_same_faults_of_every_kind_one_a_line() -> None:
    first, again, other = (list(itertools.islice(draw(ROOT, seed), 40)) for seed in (5, 5, 6))
    assert first == again
    assert {f.key for f in first} != {f.key for f in other}
    assert len({(f.file, f.line) for f in first}) == 40
    kinds = Counter(f.kind for f in first)
    assert set(kinds) >= {"bound", "comparison", "condition", "join", "order", "aggregate", "constant", "sign", "frame"}
    assert {Path(f.file).suffix for f in first} == {".sql", ".py"}
    for fault in first:
        assert len([line for line in fault.diff.splitlines() if line.startswith("-")]) >= 1
        assert (ROOT / fault.file).read_text("utf-8") == fault.before


def test_what_a_person_judged_equivalent_is_still_written_so() -> None:
    """A key is void once its line is written otherwise: the list then says something of a fault that is no more."""
    known = equivalents()
    assert all(reason for reason in known.values())
    assert set(known) <= {fault.key for fault in every()}


def every() -> list[Fault]:
    """All faults of the files that the list names."""
    import tomllib

    listed = tomllib.loads((ROOT / "benchmarks" / "mutants" / "equivalent.toml").read_text("utf-8"))["faults"]
    found = []
    for file in {each["file"] for each in listed}:
        text = (ROOT / file).read_text("utf-8")
        for start, end, new, kind in (faults_sql if file.endswith(".sql") else faults_python).edits(text):
            line = text.count("\n", 0, start) + 1
            found.append(Fault(file, line, kind, text, text[:start] + new + text[end:]))
    return found


def test_the_nearest_tests_come_first() -> None:
    near = nearest(ROOT, "warehouse/sql/aggregates/recompute.sql")
    assert near[0] == "tests/warehouse/statements/test_days_computed.py"
    rest = others(ROOT, "warehouse/sql/aggregates/recompute.sql", near)
    assert not set(near) & set(rest)
    assert {"tests/warehouse/publishing/test_guards.py", "tests/reports/test_questions.py"} <= {*near, *rest}


def test_every_test_file_of_the_table_is_there_and_every_file_with_faults_has_tests() -> None:
    names = [p.name for p in ROOT.glob("tests/*/**/test_*.py")]
    assert [part for part in listed() if not any(name.startswith(part) for name in names)] == []
    files = {p.relative_to(ROOT).as_posix() for place in PLACES for p in ROOT.glob(place)}
    assert [file for file in sorted(files) if not nearest(ROOT, file)] == []
    assert nearest(ROOT, "warehouse/sql/landing/versions.sql")[0] == "tests/warehouse/statements/test_versions_told.py"


@pytest.mark.process
def test_a_fault_is_noticed_in_the_copy_and_the_copy_passes_without(tmp_path: Path) -> None:
    file = "warehouse/sql/aggregates/recompute.sql"
    before = (ROOT / file).read_text("utf-8")
    checkout, tests = Checkout(ROOT, tmp_path), ["tests/warehouse/test_bounds.py"]
    with checkout.holding(file, before.replace("compound >= cast", "compound > cast", 1)):
        found = checkout.test(tests)
    assert (found.state, found.by) == (
        "noticed",
        "tests/warehouse/test_bounds.py::test_a_score_of_exactly_five_hundredths_is_on_a_side",
    )
    checkout.passes_without(found.by)
    with checkout.holding(file, before.replace("sum(compound)", "sum(no_such_column)", 1)):
        assert checkout.test(tests).state == "invalid"
    assert (ROOT / file).read_text("utf-8") == before == (checkout.root / file).read_text("utf-8")
