"""The house rules that a machine can check: arrows point down, the lock names no host, files have one purpose."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: What each floor may import of ours, besides itself.
MAY_IMPORT = {
    "connectors": set(),
    "sentiment": set(),
    "warehouse": {"connectors.post", "connectors.base", "sentiment.scorer"},
    "reports": {"warehouse"},
    "flows": {"connectors", "sentiment", "warehouse", "reports"},
}
#: Libraries with a floor of their own.
ONLY_IN = {
    "prefect": {"flows"},
    "duckdb": {"warehouse", "reports"},
    "vaderSentiment": {"sentiment"},
    "praw": {"connectors"},
}


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file}: relative import"
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def sources(floor: str) -> list[Path]:
    return sorted((ROOT / floor).rglob("*.py"))


@pytest.mark.parametrize("floor", MAY_IMPORT)
def test_imports_point_down(floor):
    assert sources(floor)
    for file in sources(floor):
        for name in imports(file):
            top = name.split(".")[0]
            if top in MAY_IMPORT and top != floor:
                allowed = MAY_IMPORT[floor]
                ok = any(name == a or name.startswith(f"{a}.") or a.startswith(f"{name}.") for a in allowed)
                assert ok, f"{file.relative_to(ROOT)} imports {name}"
            if top in ONLY_IN:
                assert floor in ONLY_IN[top], f"{file.relative_to(ROOT)} imports {top}"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_has_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
    pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==\S+(?: ;[^\\\n]*)? \\$", text, re.MULTILINE)
    assert len(pins) > 100
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE))
    assert text.count("--hash=sha256:") >= len(pins)


def test_one_version_of_a_package_in_both_locks():
    def pins(name):
        return set(
            re.findall(r"^([A-Za-z0-9_.\[\]-]+==\S+(?: ;[^\\\n]*)?) \\$", (ROOT / name).read_text(), re.MULTILINE)
        )

    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert run <= dev


def test_every_package_and_its_data_is_named_for_the_wheel():
    import tomllib

    setup = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    for floor in MAY_IMPORT:
        for file in (ROOT / floor).rglob("*"):
            if "__pycache__" in file.parts or file.is_dir():
                continue
            package = ".".join(file.parent.relative_to(ROOT).parts)
            if file.suffix == ".py":
                assert package in setup["packages"], f"{package} is missing from packages"
                continue
            inside = file.relative_to(ROOT / floor)
            globs = setup["package-data"][floor]
            assert any(inside.match(g) for g in globs), f"{file.relative_to(ROOT)} would not be in the wheel"


def test_no_stored_sql_in_python():
    """SQL lives in .sql files; a one-line select in Python is the exception."""
    for floor in MAY_IMPORT:
        for file in sources(floor):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
                    assert not re.match(
                        r"\s*(select|insert|create|delete|update|with)\b.*\b(from|into|table|view|set)\b",
                        node.value,
                        re.IGNORECASE | re.DOTALL,
                    ), f"{file.relative_to(ROOT)}:{node.lineno}"


def test_no_test_asserts_how_many_seconds_something_takes():
    """A busy machine is no fault of the code: growth.py compares, benchmarks measure. Waiting at least so long is fine."""
    for file in sorted((ROOT / "tests").rglob("*.py")):
        text = file.read_text("utf-8")
        if file.name != "growth.py" and file != Path(__file__).resolve():
            assert not re.search(r"time\.(perf_counter|process_time|thread_time)\(", text), file.relative_to(ROOT)
            assert not re.search(r"assert .*time\.(monotonic|time)\(\) - \w+ <", text), file.relative_to(ROOT)
            assert not re.search(r"assert .*\b(seconds|elapsed|took|duration)\b <", text), file.relative_to(ROOT)
