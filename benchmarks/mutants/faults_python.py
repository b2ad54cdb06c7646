"""Small faults of Python: one operator, condition, number or name changed in a text; all else stays as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from benchmarks.mutants.faults_sql import Edit

_BOUNDS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
}  # fmt: skip
_FLIPS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", ">"), ast.LtE: ("<=", ">="), ast.Gt: (">", "<"), ast.GtE: (">=", "<="), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}  # fmt: skip
_SWAPPED = {
    "min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum",
    "nansum": "nanmean", "argmax": "argmin", "argmin": "argmax", "floor": "ceil", "ceil": "floor",
}  # fmt: skip


def says_another_thing(before: str, after: str) -> bool:
    """Whether the second text is Python, and other code than the first."""
    try:
        return ast.dump(ast.parse(before)) != ast.dump(ast.parse(after))
    except SyntaxError:
        return False


def edits(text: str) -> Iterator[Edit]:
    """Every fault of a file's text."""
    place = _Places(text)
    for node in _code(ast.parse(text)):
        if isinstance(node, ast.Compare):
            yield from _compared(place, node)
        elif isinstance(node, ast.BoolOp):
            yield from _joined(place, node)
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
            yield from _signed(place, node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
            start = place.of(node)[0]
            kind = "comparison" if isinstance(node.op, ast.Not) else "sign"
            yield start, place.of(node.operand)[0], "", kind
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield from _counted(place, node)
        elif isinstance(node, ast.Call):
            yield from _called(place, node)
        elif isinstance(node, ast.comprehension):
            for test in node.ifs:
                yield (*place.of(test), "True", "condition")


class _Places:
    """Where nodes are in the text, in characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [0]
        for line in text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def at(self, line: int, byte: int) -> int:
        begin = self.lines[line - 1]
        whole = self.text[begin : self.lines[line]]
        return begin + len(whole.encode()[:byte].decode())

    def of(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return (
            self.at(node.lineno, node.col_offset),
            self.at(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset),
        )

    def between(self, left: ast.expr, right: ast.expr, old: str) -> tuple[int, int]:
        """The operator ``old`` between two nodes."""
        begin, end = self.of(left)[1], self.of(right)[0]
        start = self.text.index(old, begin, end)
        return start, start + len(old)


def _code(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node of the code: no annotations, no error messages, no arguments of raise."""
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop(0)
        yield node
        left_out: Sequence[ast.AST | None] = ()
        if isinstance(node, ast.AnnAssign):
            left_out = (node.annotation,)
        elif isinstance(node, ast.FunctionDef):
            left_out = (node.returns, *node.decorator_list)
        elif isinstance(node, ast.arg):
            left_out = (node.annotation,)
        elif isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
            continue
        todo += [child for child in ast.iter_child_nodes(node) if child not in left_out]


def _compared(place: _Places, node: ast.Compare) -> Iterator[Edit]:
    sides = [node.left, *node.comparators]
    for n, operator in enumerate(node.ops):
        for table, kind in ((_BOUNDS, "bound"), (_FLIPS, "comparison")):
            if found := table.get(type(operator)):
                yield (*place.between(sides[n], sides[n + 1], found[0]), found[1], kind)


def _joined(place: _Places, node: ast.BoolOp) -> Iterator[Edit]:
    is_and = isinstance(node.op, ast.And)
    old, new = ("and", "or") if is_and else ("or", "and")
    yield (*place.between(node.values[0], node.values[1], old), new, "comparison")
    for value in node.values:
        yield (*place.of(value), str(is_and), "condition")


def _signed(place: _Places, node: ast.BinOp | ast.AugAssign) -> Iterator[Edit]:
    old, new = ("+", "-") if isinstance(node.op, ast.Add) else ("-", "+")
    left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    if not any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (left, right)):
        yield (*place.between(left, right, old), new, "sign")


def _counted(place: _Places, node: ast.Constant) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, float):
        yield (*place.of(node), repr(value * 1.1 or 0.1), "constant")
    elif isinstance(value, int):
        yield (*place.of(node), str(value + 1), "constant")
        if value:
            yield (*place.of(node), str(value - 1), "constant")


def _called(place: _Places, node: ast.Call) -> Iterator[Edit]:
    name = node.func
    word = name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""
    if word in _SWAPPED:
        end = place.of(name)[1]
        yield end - len(word), end, _SWAPPED[word], "aggregate"
    if word == "sorted" and not any(k.arg == "reverse" for k in node.keywords):
        end = place.of(node)[1] - 1
        yield end, end, ", reverse=True", "order"
    for keyword in node.keywords:
        if keyword.arg == "reverse" and isinstance(keyword.value, ast.Constant):
            yield (*place.of(keyword.value), str(not keyword.value.value), "order")
