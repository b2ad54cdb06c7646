"""What pydantic found wrong with ``earful.toml``, as one line for a person: key, what was found, what is allowed."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from earful.connectors.base import Options

#: pydantic's types of errors (the docs' "usage errors") by what a person may write instead.
_ALLOWED = (
    (r"string_(type|sub_type)|path_type", "text in quotes"),
    (r"int_(type|parsing|from_float|parsing_size)", "a whole number"),
    (r"float_(type|parsing)|finite_number", "a number"),
    (r"bool_(type|parsing)", "true or false"),
    (r"date_.*", "a day such as 2026-01-31"),
    (r"(tuple|list)_type|iterable_type", 'a list in square brackets, such as ["a", "b"]'),
    (r"(dict|mapping)_type|model_(type|attributes_type)", "a table of its own"),
    (r"greater_than_equal", "{ge:g} or more"),
    (r"greater_than", "more than {gt:g}"),
    (r"less_than_equal", "{le:g} or less"),
    (r"less_than", "less than {lt:g}"),
    (r"string_too_short", "{min_length} or more characters"),
    (r"string_too_long", "{max_length} characters at most"),
    (r"too_short", "{min_length} or more entries"),
    (r"literal_error", "{expected}"),
)
#: What patterns of several sections mean. A connector says itself what its options allow (Options.allowed).
_PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]{0,62}$": "a-z, 0-9, - and _, a letter or digit first, 63 characters at most",
    r"^[A-Z0-9]{2,30}$": 'the id of a Slack channel, such as "C024BE91L" (in its details), not its name',
    r"^https?://[^/\s]+/?$": "an address such as https://www.example.org",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "the name of an environment variable; the secret itself stays out of this file",
    r"^[A-Z_][A-Z0-9_]*$": "the name of an environment variable, in capitals; the secret itself stays out of this file",
}
_LONGEST = 60  # characters of a value that is shown


def explain(
    findings: Sequence[ErrorDetails],
    model: type[BaseModel],
    hidden: frozenset[str],
    more: Mapping[int, type[Options]],
) -> str:
    """The first finding as a line, and how many others there are.

    ``model`` is what the file was read as; ``hidden`` are fields that nobody may write. ``more`` are the models of the
    connectors' own keys, by the index of their channel.
    """
    # A misspelt key is named before the one that it leaves missing.
    first = min(findings, key=lambda f: f["type"] != "extra_forbidden")
    path, siblings, is_key = _walk(first["loc"], model, hidden, more)
    places = {tuple(_walk(f["loc"], model, hidden, more)[0]) for f in findings}
    # pydantic also calls a list too short whose entries are wrong, and tells of every branch of a union.
    count = sum(not any(p != q and q[: len(p)] == p for q in places) for p in places)
    others = f" (and {count - 1} more)" if count > 1 else ""
    where = _key(path) or "the file"
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(first["loc"][-1]), siblings, 1)
        hint = f"; did you mean {near[0]}?" if near else ";"
        return f"{where}: unknown key{hint} allowed: {', '.join(siblings)}{others}"
    if first["type"] == "missing":
        hint = f"; write a table [[{where}]]" if where in {"products", "channels"} else "; it is required"
        return f"{where}: is missing{hint}{others}"
    allowed = _allowed(first, _said_by_connector(path, more))
    value = first.get("input")
    if first["type"] in {"value_error", "assertion_error"} and isinstance(value, Mapping):
        # A check of the whole table: its message names what it found.
        return f"{where}: {allowed}{others}" if path else f"{allowed}{others}"
    if isinstance(value, Mapping) and where in {"products", "channels", "alerts"}:
        allowed = f"[[{where}]], with two brackets on each side"
    if is_key:
        return f"{where}: found the key {_shown(first['loc'][-2])}; {allowed}{others}"
    # Who writes a secret where its variable's name belongs must not find it in a log.
    found = "a value that is not shown" if where.endswith("_env") else _shown(value)
    return f"{where}: found {found}; {allowed}{others}"


def _said_by_connector(path: Sequence[int | str], more: Mapping[int, type[Options]]) -> str:
    """What the channel's connector says of the option that the path is in, or ""."""
    if len(path) < 3 or path[0] != "channels" or path[1] not in more:
        return ""
    return more[int(path[1])].allowed.get(str(path[2]), "")


def _allowed(finding: ErrorDetails, said_by_connector: str) -> str:
    kind, context = finding["type"], finding.get("ctx", {})
    if kind == "string_pattern_mismatch":
        if said_by_connector:
            return f"allowed: {said_by_connector}"
        pattern = str(context.get("pattern"))
        return f"allowed: {_PATTERNS.get(pattern, f'text of the form {pattern}')}"
    for pattern, says in _ALLOWED:
        if re.fullmatch(pattern, kind):
            return f"allowed: {says.format(**context)}"
    said = re.sub(r"^(Value error|Assertion failed), ", "", finding["msg"])
    return f"{said[:1].lower()}{said[1:]}" if said[1:2].islower() else said


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return f"a table with {', '.join(map(str, list(value)[:5]))}" if value else "an empty table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if len(value) > 5 or len(str(value)) > _LONGEST else str(list(value))
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "nothing"
    if isinstance(value, date):
        return value.isoformat()
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _key(path: Sequence[int | str]) -> str:
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out


def _walk(
    loc: Sequence[int | str], model: type[BaseModel], hidden: frozenset[str], more: Mapping[int, type[Options]]
) -> tuple[list[int | str], list[str], bool]:
    """A finding's place as the file's own keys, the keys allowed beside its last, and whether it is about a key.

    pydantic's places also hold the branch of a union that it tried, which is nothing that a person wrote.
    """
    path: list[int | str] = []
    at: Any = model
    siblings: list[str] = []
    for part in loc:
        if part == "[key]":
            return path[:-1], siblings, True
        at = _bare(at)
        if isinstance(at, type) and issubclass(at, BaseModel):
            fields: dict[str, Any] = {n: f.annotation for n, f in at.model_fields.items() if n not in hidden}
            if path[:1] == ["channels"] and len(path) == 2 and path[1] in more:
                fields |= {n: f.annotation for n, f in more[int(path[1])].model_fields.items()}
            siblings, at = sorted(fields), fields.get(str(part))
        elif get_origin(at) in {tuple, list}:
            at = get_args(at)[0]
        elif get_origin(at) is dict:
            at = get_args(at)[1]
        elif get_origin(at) in {Union, types.UnionType}:
            break
        path.append(part)
    return path, siblings, False


def _bare(annotation: Any) -> Any:  # noqa: ANN401 - a type, however it is written
    """The annotation without Annotated and None."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        if get_origin(annotation) in {Union, types.UnionType}:
            rest = [a for a in get_args(annotation) if a is not type(None)]
            if len(rest) == 1:
                annotation = rest[0]
                continue
        return annotation
