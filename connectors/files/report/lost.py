"""Files that are gone, or have fewer rows than when they were last read: nothing is deleted for it, and it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

#: Files that are named one by one.
_MOST = 3


def lost(before: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """What is to be said, a part of a note each; ``before`` and ``now``: the rows of each file by its path."""
    gone = [f"{Path(path).name} ({_rows(rows)})" for path, rows in before.items() if path not in now]
    fewer = [
        f"{Path(path).name} has {_rows(now[path])}, {rows} when it was last read"
        for path, rows in before.items()
        if path in now and now[path] < rows
    ]
    said = [f"gone since it was last read: {', '.join(_some(gone))}"] if gone else []
    said += _some(fewer)
    return [*said, "the posts of what is gone stay"] if said else []


def _some(said: Sequence[str]) -> list[str]:
    return [*said[:_MOST], *([f"{len(said) - _MOST} more"] if len(said) > _MOST else [])]


def _rows(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"
