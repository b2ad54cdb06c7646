"""What can be said: the clauses of templates, Python and SQL, as they stand there, with {} for every value.

A clause is what stands between two ends of a line, a row or a branch: what an `if` adds is a clause of its own. One word
alone (a verdict, the head of a column) is none.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

HOLE = "{}"
#: A value, wherever a sentence has one; kept apart from braces that are text.
_HOLE = "\x00"
#: An element that ends a clause of HTML; others, such as <b>, stand inside of one.
_BLOCK = re.compile(
    r"</?(?:p|li|ul|ol|h\d|td|th|tr|table|caption|dt|dd|div|title|head|body|html|main|section|summary)\b[^>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]*>|<!doctype[^>]*>", re.IGNORECASE)
_JS_VALUE = re.compile(r"\$\{[^{}]*\}")
#: What a screen reader says, or one sees who points at it.
_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt)="([^"]*)"')
#: Python's and DuckDB's holes in a format string.
_FORMAT = re.compile(r"\{[^{}]*\}")


def clauses(file: Path, only: tuple[str, ...] = ()) -> set[str]:
    """Every clause of a file: a template, a script, a Python file (of the functions and classes ``only``, or all), or SQL."""
    text = file.read_text("utf-8")
    if file.suffix == ".j2":
        found = set(_of_template(Environment().parse(text)))
    elif file.suffix == ".py":
        found = set(_of_python(ast.parse(text), only))
    elif file.suffix == ".js":
        # Quoted texts; what a back tick holds has its values in ${}.
        found = {_JS_VALUE.sub(_HOLE, quoted) for _, quoted in re.findall(r"""(["'`])(.*?)\1""", text)}
    else:
        found = set(_of_sql(text))
    return {each for each in map(plain, found) if _says(each)}


def plain(text: str) -> str:
    """A line without the marks of Markdown, HTML and rich, and with single blanks."""
    text = html.unescape(_TAG.sub("", re.sub(r"(?<!\\)\[/?(?:bold|red|green|yellow)?\]", "", text)))
    text = text.replace("**", "").replace("\\", "").replace(_HOLE, HOLE)
    return re.sub(r"\s+", " ", re.sub(r"^(?:- |#+ )", "", text)).strip()


def lines(text: str) -> str:
    """What was written, line by line, as a clause is compared with it."""
    spoken = [text, *_ATTRIBUTE.findall(text)]
    return "\n".join(map(plain, _BLOCK.sub("\n", "\n".join(spoken)).split("\n")))


def pattern(clause: str) -> re.Pattern[str]:
    """Finds a clause in lines()."""
    # Holes side by side, and at an end, find no more than one or none, at the cost of every split between them.
    return re.compile("[^\n]*?".join(map(re.escape, filter(None, clause.split(HOLE)))))


def _says(clause: str) -> bool:
    """Two words, or a word and a value, or what something is called before it comes."""
    if clause.startswith("select "):
        return False
    words = [w for w in clause.split() if re.fullmatch(r"\W*[A-Za-z]{2,}\W*", w)]
    return len(words) > 1 or (bool(words) and (HOLE in clause or clause.endswith(":")))


# Templates


def _of_template(tree: nodes.Node) -> Iterator[str]:
    for body in _bodies(tree):
        line = "".join(_text(node) for node in body)
        yield from _ATTRIBUTE.findall(line)
        yield from re.split(r"\n", _BLOCK.sub("\n", line))
    yield from _strings(tree)


def _bodies(node: nodes.Node) -> Iterator[list[nodes.Node]]:
    """Each run of nodes that is rendered as one: of the file, of a branch, of a loop, of a macro."""
    for name in ("body", "else_"):
        body = getattr(node, name, None)
        if isinstance(body, list):
            yield body
    for child in node.iter_child_nodes():
        yield from _bodies(child)


def _text(node: nodes.Node) -> str:
    if not isinstance(node, nodes.Output):
        return (
            _HOLE
            if isinstance(node, nodes.If) and _inline(node)
            else "\n"
            if not isinstance(node, nodes.Assign)
            else ""
        )
    return "".join(each.data if isinstance(each, nodes.TemplateData) else _HOLE for each in node.nodes)


def _inline(node: nodes.If) -> bool:
    """Whether a branch stands inside of a line."""
    first = next(iter(node.find_all(nodes.TemplateData)), None)
    return first is None or not first.data.startswith("\n")


def _strings(tree: nodes.Node) -> Iterator[str]:
    """Texts in expressions: joined with ~ they are one clause; what only chooses a word of a filter is none."""
    inside: set[int] = set()
    for joined in tree.find_all(nodes.Concat):
        inside |= {id(each) for each in joined.nodes}
        parts = [str(n.value) if isinstance(n, nodes.Const) else _HOLE for n in joined.nodes]
        yield "".join(parts)
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and id(const) not in inside:
            yield const.value


# Python


def _of_python(tree: ast.Module, only: tuple[str, ...]) -> Iterator[str]:
    roots: list[ast.AST] = [tree]
    if only:
        roots = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name in only]
        roots += [
            n
            for n in tree.body
            if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name) and n.targets[0].id in only
        ]
        assert len(roots) == len(only), f"{only}: not all of them are there"
    for root in roots:
        yield from _said(root)


def _said(root: ast.AST) -> Iterator[str]:
    inside: set[int] = set()
    for node in ast.walk(root):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            inside.add(id(node.body[0].value))  # type: ignore[attr-defined]
        if isinstance(node, ast.JoinedStr):
            inside |= {id(each) for child in node.values for each in ast.walk(child)}
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else _HOLE for v in node.values)
        # Texts inside of the values of an f-string are clauses of their own.
        if isinstance(node, ast.FormattedValue):
            inside -= {id(each) for each in ast.walk(node.value)}
            if node.format_spec is not None:
                inside |= {id(each) for each in ast.walk(node.format_spec)}
    for node in ast.walk(root):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


# SQL


def _of_sql(text: str) -> Iterator[str]:
    """Texts of a statement, but for comments on what it makes."""
    statements = re.sub(r"--[^\n]*", "", text)
    statements = re.sub(r"comment on [^;]*?is '(?:[^']|'')*';", "", statements)
    for quoted in re.findall(r"'((?:[^']|'')*)'", statements):
        yield _FORMAT.sub(_HOLE, quoted.replace("''", "'"))
