"""Helpers for tests of connectors: a context, a pull from beginning to end, and JSON as bad as it can get."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from one_product import frame_of, pulled

from earful.connectors.base import Context, Window
from earful.connectors.post import Page
from earful.connectors.toolkit.web import Web

__all__ = ["CONTEXT", "any_json", "ids", "pulled", "quick_web", "rejected", "rows", "spoiled", "window"]

CONTEXT = Context(channel="the_channel", secret=b"only for tests", env={})


def window(start: str, end: str) -> Window:
    """Two ISO dates or times, read as UTC."""
    return Window(*(datetime.fromisoformat(t).replace(tzinfo=UTC) for t in (start, end)))


def rows(pages: list[Page]) -> pd.DataFrame:
    """All posts of the pages in one frame."""
    return pd.concat([frame_of(p) for p in pages], ignore_index=True) if pages else pd.DataFrame({"post_id": []})


def ids(pages: list[Page]) -> list[str]:
    """The ids of all posts, in order."""
    return [str(i) for i in rows(pages)["post_id"]]


def rejected(pages: list[Page]) -> list[tuple[str, str]]:
    """What was set aside: item and reason."""
    return [(r.item, r.reason) for p in pages for r in p.rejected]


def quick_web(source: str, **options: Any) -> Web:
    """A web that does not wait between its tries."""
    return Web(source, **{"sleep": lambda _: None, **options})


_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**18, max_value=10**40)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "",
            "\x00",
            "\ud800",
            "5",
            "-1",
            "9" * 30,
            "2026-01-05",
            "2026-01-05T10:11:12-07:00",
            "0001-01-01T00:00:00+14:00",
        ]
    )
)
#: Any value that a JSON reader may hand over, NaN and lone surrogates included.
any_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


def spoiled(good: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A good object with some of its values (at any depth) replaced by anything or left out."""

    def spoil(value: Any, draw: st.DrawFn, chance: int) -> Any:
        if draw(st.integers(0, chance)) == 0:
            return draw(any_json)
        if isinstance(value, dict):
            kept = [k for k in value if draw(st.integers(0, chance)) > 0]
            return {k: spoil(value[k], draw, chance) for k in kept}
        if isinstance(value, list):
            return [spoil(v, draw, chance) for v in value]
        return value

    @st.composite
    def strategy(draw: st.DrawFn) -> Any:
        return spoil(json.loads(json.dumps(good)), draw, 8)

    return strategy()
