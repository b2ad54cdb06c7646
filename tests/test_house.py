"""The house rules that a machine can check: arrows point down, the lock names no host, files have one purpose."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: What each floor may import of ours, besides itself.
MAY_IMPORT = {
    "connectors": set(),
    "sentiment": set(),
    "warehouse": {"connectors.post", "connectors.base", "sentiment.scorer", "sentiment.compiled"},
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
            top, _, ours = name.partition(".")
            if top == "earful" and (to := ours.split(".")[0]) in MAY_IMPORT and to != floor:
                allowed = MAY_IMPORT[floor]
                ok = any(ours == a or ours.startswith(f"{a}.") or a.startswith(f"{ours}.") for a in allowed)
                assert ok, f"{file.relative_to(ROOT)} imports {name}"
            if top in ONLY_IN:
                assert floor in ONLY_IN[top], f"{file.relative_to(ROOT)} imports {top}"


def module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_no_circle_between_rooms():
    """A room is a package inside a floor, or a module that lies on the floor itself."""
    files = {module(file): file for floor in MAY_IMPORT for file in sources(floor)}

    def room(name: str) -> str:
        while name not in files:
            name = name.rpartition(".")[0]
        return name if name.count(".") < 2 or files[name].name == "__init__.py" else name.rpartition(".")[0]

    arrows: dict[str, set[str]] = defaultdict(set)
    for name, file in files.items():
        for other in imports(file):
            ours = other.removeprefix("earful.")
            # What is imported from a floor's own face says nothing of its rooms.
            if other != ours and ours.split(".")[0] in MAY_IMPORT and room(ours) not in {room(name), *MAY_IMPORT}:
                arrows[room(name)].add(room(ours))
    arrows = {name: to for name, to in arrows.items() if name not in MAY_IMPORT}
    assert len(arrows) > 30
    tuple(TopologicalSorter(arrows).static_order())


def test_earful_is_the_one_import_name():
    """A second copy of a module, under its bare name, would have registries, locks and secrets of its own."""
    bare = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(MAY_IMPORT)})\b(?! import .*#)", re.MULTILINE)
    ours = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in (*MAY_IMPORT, "tests", "benchmarks"))
    for file in (*ours, ROOT / "earful" / "__init__.py"):
        assert not bare.search(file.read_text("utf-8")), file.relative_to(ROOT)
    found = re.findall(r"entrypoint: (\S+)", (ROOT / "prefect.yaml").read_text())
    assert len(found) == 7
    assert all(re.fullmatch(r"earful\.flows\.\w+\.\w+", entry) for entry in found)


@pytest.mark.process
def test_every_module_is_loaded_once():
    names = [f"earful.{module(file)}" for floor in MAY_IMPORT for file in sources(floor)]
    code = """
import importlib, os, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
files = [os.path.realpath(m.__file__) for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
ours = [f for f in files if f.startswith(sys.argv[1]) and "/.venv/" not in f]
print(len(ours) > 100, len(set(ours)) == len(ours))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), *(n for n in names if not n.endswith("server.serve"))],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "True True", done.stdout + done.stderr


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


#: What a file over LONGEST lines begins a line with, in the comment of its language.
REASON = re.compile(r"^(#|--|/\*|\{#) Long because: \S", re.MULTILINE)
LONGEST, FULLEST = 300, 15
WRITTEN = (*MAY_IMPORT, "earful", "benchmarks", "tests", "examples", "docs")


def written() -> list[Path]:
    """Every file that somebody wrote, but for what lies on the root."""
    found = chain.from_iterable((ROOT / folder).rglob("*") for folder in WRITTEN)
    made = re.compile(r"(^|/)(__pycache__|\.\w+|earful-(data|demo|real))(/|$)")
    ours = [f for f in found if f.is_file() and not made.search(f.relative_to(ROOT).as_posix())]
    assert len(ours) > 500
    return ours


def test_no_file_is_long_without_a_reason():
    """Cut by purpose, never by squeezing; where one purpose takes more lines, the file says so."""
    for file in written():
        name = file.relative_to(ROOT).as_posix()
        if file.suffix in {".py", ".sql", ".j2", ".css"} and not name.startswith("tests/"):
            text = file.read_text("utf-8")
            lines = text.count("\n")
            assert lines <= LONGEST or REASON.search(text), f"{name}: {lines} lines, and no line '# Long because: ...'"


def test_no_folder_holds_more_than_one_can_look_over():
    """Tests too: a room of their own for what belongs together."""
    count = Counter(file.parent for file in written())
    assert {f.relative_to(ROOT).as_posix(): n for f, n in count.items() if n > FULLEST} == {}


def test_no_test_asserts_how_many_seconds_something_takes():
    """A busy machine is no fault of the code: growth.py compares, benchmarks measure. Waiting at least so long is fine."""
    for file in sorted((ROOT / "tests").rglob("*.py")):
        text = file.read_text("utf-8")
        if file.name != "growth.py" and file != Path(__file__).resolve():
            assert not re.search(r"time\.(perf_counter|process_time|thread_time)\(", text), file.relative_to(ROOT)
            assert not re.search(r"assert .*time\.(monotonic|time)\(\) - \w+ <", text), file.relative_to(ROOT)
            assert not re.search(r"assert .*\b(seconds|elapsed|took|duration)\b <", text), file.relative_to(ROOT)
