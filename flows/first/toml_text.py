"""Values as TOML, for configurations that are written for somebody to read and edit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from earful.flows.process.control import escaped

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def value(what: object) -> str:
    """One value on one line: text, number, day, yes or no, a list, an inline table. Raises TypeError for others."""
    if isinstance(what, bool):
        return "true" if what else "false"
    if isinstance(what, str):
        # JSON's escapes are TOML's; DEL alone is free in one and not in the other.
        return json.dumps(what, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(what, int | float):
        return repr(what)
    if isinstance(what, date):
        return what.isoformat()
    if isinstance(what, Mapping):
        return "{ " + ", ".join(f"{key(str(k))} = {value(v)}" for k, v in what.items()) + " }" if what else "{}"
    if isinstance(what, list | tuple):
        return "[" + ", ".join(map(value, what)) + "]"
    raise TypeError(f"{type(what).__name__} has no form in TOML")


def key(name: str) -> str:
    """A key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else value(name)


def comment(text: str) -> str:
    """A text of any characters as a comment, on one line."""
    return f"# {escaped(' '.join(text.split()))}"
