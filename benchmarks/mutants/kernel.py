"""``python -m benchmarks.mutants``: breaks the kernel in one place after the other; the texts must notice each break.

The kernel is run as plain Python (numba switched off, its three bit tricks replaced by slow ones that say the same), so
a break costs no compilation. Every number, comparison, operator and step of the kernel's files is changed once. What
survives is printed: a hole in the texts, or a break that changes no score (the size of a buffer, a short cut).
tests/sentiment/vader/test_mutants.py holds the short list of breaks of VADER's rules, all of which must be caught.

With ``--sql`` the faults are put into the SQL and the modules around it instead: see benchmarks.mutants.sql.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import adversarial
import numpy as np
import numpy.typing as npt
from numba.core import config

from benchmarks import identity
from earful.sentiment.lexicon import Lexicon
from earful.sentiment.vader.kernel.table import table

FOLDER = Path(__file__).parents[2] / "sentiment" / "vader" / "kernel"
#: The kernel's files in the order in which they import each other; the first says what compiled code is made of.
FILES = ("find", "wide", "tokens", "rules", "sums", "entry")
#: Texts scored at once, and seconds after which a break that runs for ever is taken for noticed.
_CHUNK, _PATIENCE = 20, 60
#: The share of faults of the SQL that the tests must notice.
WANTED = 0.9

# fmt: off
_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break: the file's whole source with it, and what it is for people."""

    file: str
    source: str
    what: str


def read(file: str) -> str:
    """A kernel file's source."""
    return (FOLDER / f"{file}.py").read_text("utf-8")


def replaced(file: str, old: str, new: str) -> Mutant:
    """The break that puts new in the place of old, which the file must hold once, or ValueError is raised."""
    source = read(file)
    if source.count(old) != 1:
        raise ValueError(f"{file}.py holds {old!r} {source.count(old)} times, not once: the list of breaks is outdated")
    return Mutant(file, source.replace(old, new), f"{file}: {old.strip()} -> {new.strip()}")


def every(file: str) -> Iterator[Mutant]:
    """Every break of a file: each number one more (or 1% more), each operator swapped, each += left out."""
    tree = ast.parse(read(file))
    inside = [node for top in tree.body if isinstance(top, ast.FunctionDef) for node in _code(top)]
    inside += [node for top in tree.body if isinstance(top, ast.Assign) for node in ast.walk(top.value)]
    for node in inside:
        for name, value in _broken(node):
            before, kept = ast.unparse(node), getattr(node, name)
            setattr(node, name, value)
            after, source = ast.unparse(node), ast.unparse(tree)
            setattr(node, name, kept)
            yield Mutant(file, source, f"{file}:{getattr(node, 'lineno', 0)}: {before} -> {after}")


def _code(function: ast.FunctionDef) -> Iterator[ast.AST]:
    for step in function.body:
        if not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)):
            yield from ast.walk(step)


def _broken(node: ast.AST) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield "value", node.value + 1
    elif isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield "value", node.value * 1.01 or 0.5
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        yield "ops", [_SWAPS[type(node.ops[0])](), *node.ops[1:]]
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPS:
        yield "op", _SWAPS[type(node.op)]()
    elif isinstance(node, ast.AugAssign):
        yield "value", ast.Constant(value=0 if isinstance(node.op, ast.Add | ast.Sub) else 1)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts to be scored with one lexicon, and what the package makes of them."""

    texts: Sequence[str]
    expected: npt.NDArray[np.float64]
    odd: bool


@cache
def texts(n: int, seed: int = 1) -> list[Texts]:
    """Generated texts for the package's lexicon, and a third as many for the odd one (identity.ODD_WORDS).

    Texts of over 900 bytes are left out: slow, and nothing new in them.
    """
    some = [text for text in adversarial.texts(n, seed) if len(text.encode()) <= 900]
    laced = identity.laced(some[: n // 3], seed)
    return [Texts(some, identity.expected(some), False), Texts(laced, identity.expected(laced, odd=True), True)]


def caught(mutant: Mutant | None, n: int, seed: int = 1) -> bool:
    """Whether the first n texts of a seed tell a broken kernel from the package. None: the kernel as it is.

    The break is tried in a process of its own, which ends at the first text that differs.
    """
    some = texts(n, seed)
    for lexicon in (Lexicon.vader(), identity.odd_lexicon()):
        table(lexicon)  # kept from here on, so that no child makes its own
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            signal.alarm(_PATIENCE if mutant else 600)
            code = int(_differs(mutant, some))
        finally:
            # A break that raises is noticed as well.
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return status != 0


def _differs(mutant: Mutant | None, some: list[Texts]) -> bool:
    kernel = _as_python(mutant)
    space = np.zeros(4096, np.int32), np.empty(4096, np.int32), np.empty(4096, np.uint8)
    with np.errstate(all="ignore"):
        for part in some:
            lexicon = table(identity.odd_lexicon() if part.odd else Lexicon.vader())
            for at in range(0, len(part.texts), _CHUNK):
                encoded = [text.encode() for text in part.texts[at : at + _CHUNK]]
                offsets = np.cumsum([0, *map(len, encoded)])
                out = np.empty((4, len(encoded)))
                text = np.frombuffer(b"".join(encoded) or b" ", np.uint8)
                kernel._score_rows(text, offsets, lexicon, kernel.COMPENSATED, out, 0, *space)  # noqa: SLF001
                if identity.differing(out, part.expected[:, at : at + _CHUNK]):
                    return True
    return False


def _as_python(mutant: Mutant | None) -> Any:  # noqa: ANN401 - the kernel's module
    """The kernel's modules anew, as plain Python, one of them broken. For a process that ends afterwards."""
    config.DISABLE_JIT = 1  # type: ignore[attr-defined]
    sys.modules["earful.sentiment.vader.kernel.bits"] = _bits()
    for file in FILES:
        module = ModuleType(f"earful.sentiment.vader.kernel.{file}")
        module.__file__ = str(FOLDER / f"{file}.py")
        sys.modules[module.__name__] = module
        source = mutant.source if mutant is not None and mutant.file == file else read(file)
        exec(compile(source, module.__file__, "exec"), module.__dict__)
    return sys.modules["earful.sentiment.vader.kernel.entry"]


def _bits() -> Any:  # noqa: ANN401 - the module
    """What kernel/bits offers, in plain Python."""
    module: Any = ModuleType("earful.sentiment.vader.kernel.bits")
    lanes = 32

    def load8(array: npt.NDArray[np.uint8], at: int) -> np.uint64:
        return np.uint64(int.from_bytes(array[at : at + 8].tobytes(), "little"))

    def among(array: npt.NDArray[np.uint8], at: int, bits: int, first: int, count: int) -> int:
        found = (array[at : at + lanes] | np.uint8(bits)) - np.uint8(first) < count
        return int.from_bytes(np.packbits(found, bitorder="little").tobytes(), "little")

    def lower8(word: np.uint64) -> np.uint64:
        return np.uint64(int.from_bytes(int(word).to_bytes(8, "little").lower(), "little"))

    module.LANES, module.load8, module.among, module.lower8 = lanes, load8, among, lower8
    module.FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
    module.low_zeros = lambda x: ((int(x) & -int(x)).bit_length() - 1) % 65
    module.high_zeros = lambda x: 64 - int(x).bit_length()
    module.ones = lambda x: int(x).bit_count()
    module.plain = module.inlined = lambda function: function
    return module


def _sql(arguments: argparse.Namespace) -> int:
    from benchmarks.mutants.sql import dump, measure, printed

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    found = measure(
        arguments.seed,
        arguments.count,
        start=arguments.start,
        only=arguments.only,
        near=arguments.near,
        jobs=arguments.jobs,
        say=say,
    )
    print(dump(found) if arguments.json else printed(found))
    return int((found["share"] or 0) < WANTED)


def main() -> int:
    """Break, look, say; 1 where something survived."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--texts", type=int, default=4_000, help="texts that may notice a break (default 4,000)")
    parser.add_argument("--files", nargs="*", choices=FILES, default=FILES, help="files to break (default all)")
    parser.add_argument("--sql", action="store_true", help="faults of the SQL and of the modules around it instead")
    parser.add_argument("--seed", type=int, default=1, help="with --sql: which faults (default 1)")
    parser.add_argument("--count", type=int, default=120, help="with --sql: how many (default 120)")
    parser.add_argument(
        "--start",
        type=int,
        default=0,
        help="with --sql: leave out the first faults drawn (go_on_with of an earlier run)",
    )
    parser.add_argument("--only", nargs="*", default=(), help="with --sql: parts of file names")
    parser.add_argument("--near", action="store_true", help="with --sql: the nearest tests only, a quick look")
    parser.add_argument("--jobs", type=int, default=2, help="with --sql: copies tried at once (default 2)")
    arguments = parser.parse_args()
    if arguments.sql:
        return _sql(arguments)
    if caught(None, arguments.texts):
        print("the kernel as it is differs from the package; see python -m benchmarks.identity", file=sys.stderr)
        return 2
    begin, counts, survivors = time.monotonic(), dict.fromkeys(arguments.files, 0), []
    for file in arguments.files:
        for mutant in every(file):
            counts[file] += 1
            if not caught(mutant, arguments.texts):
                survivors.append(mutant.what)
                if not arguments.json:
                    print(f"survives: {mutant.what}", flush=True)
    said = {
        "mutants": sum(counts.values()),
        "caught": sum(counts.values()) - len(survivors),
        "by_file": counts,
        "survivors": survivors,
        "seconds": round(time.monotonic() - begin),
    }
    if arguments.json:
        print(json.dumps(said))
    else:
        print(f"{said['caught']} of {said['mutants']} breaks caught in {said['seconds']} s")
    return int(bool(survivors))
