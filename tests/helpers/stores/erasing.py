"""Stores with a post and an author that a test erases, and whether their bytes are still in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landing import DAY, NOW, T0, put, row

from earful.warehouse import AllOf, Authors, Erased, Posts, Store, erase

TOPICS = [{"topic": "crashes", "compound": -0.5, "sentences": 1}]

#: Long enough and odd enough to be found as they are, whatever DuckDB does to the words around them.
TEXT, AUTHOR, POST = "QXJ7WKZV3YTEXT", "deadbeefcafe0badf00d0123456789ab", "t3_QXJ7WKZV3Y"


def marked(**more: Any) -> dict[str, Any]:
    return row(POST, T0 + 2 * DAY, -0.75, author=AUTHOR, text=f"it crashes {TEXT}", topics=TOPICS, rating=1, **more)


def fill(store: Store, *, also: bool = True, products: tuple[str, ...] = ("orbit", "other")) -> None:
    """Several days and products; ``also``: the post and the author that the tests erase."""
    for product in products:
        rows = [row(f"p{i}", T0 + i * DAY / 4, 0.1 * (i % 7), product=product, topics=TOPICS) for i in range(24)]
        if also:
            rows += [marked(product=product), row("a2", T0 + 3 * DAY, 0.9, author=AUTHOR, product=product)]
        put(store, *rows, product=product)
    if also and "orbit" in products:
        put(store, {**marked(), "rating": 2, "edited_at": T0 + 3 * DAY}, row("a2", T0 + 3 * DAY, 0.9, author=AUTHOR))


def erased(store: Store, what: Posts | Authors | AllOf, **more: Any) -> Erased:
    return erase(store, what, kind="post", why="asked for", now=NOW, **more)


def contains(folder: Path, *needles: str) -> set[str]:
    """Which of the needles are in the bytes of any file of the folder."""
    files = [f.read_bytes() for f in folder.rglob("*") if f.is_file()]
    return {n for n in needles if any(n.encode() in content for content in files)}
