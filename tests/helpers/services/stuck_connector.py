"""A service that brings some reviews and then never answers again, and one that gives up: connectors for tests of flows."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from earful.connectors.base import (
    Asked,
    Context,
    Coverage,
    Health,
    Options,
    Pages,
    Product,
    Pull,
    Reads,
    Window,
    one_by_one,
)
from earful.connectors.errors import Fatal, Retriable
from earful.connectors.post import Post, page

#: How many pulls wait for an answer that never comes.
WAITING: list[str] = []
POSTS = 30
#: The newest post is an hour older.
NEWEST = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


class StuckOptions(Options):
    """``after``: pages of ten posts before it is stuck; ``ends``: what it does then."""

    after: int = 1
    ends: str = "never"
    retry_after: float | None = None


class StuckConnector:
    """See the module."""

    source: ClassVar[str] = "stuck"
    options_model: ClassVar[type[Options]] = StuckOptions
    overlap: ClassVar[timedelta | None] = timedelta(days=1)
    seekable: ClassVar[bool] = False
    needs: ClassVar[str | None] = None
    id_keys: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[Reads] = "id"
    text_days: ClassVar[int | None] = None
    spacing: ClassVar[float] = 0.0

    def __init__(self, options: StuckOptions, context: Context) -> None:
        self._options = options
        self._context = context

    def pull(self, asked: Sequence[Asked]) -> Pull:
        """Each product's pages."""
        return one_by_one(asked, self._pages)

    def _pages(self, product: Product, window: Window) -> Pages:
        """Pages of ten posts, the newest first, an hour apart."""
        for number in range(POSTS // 10):
            if number == self._options.after:
                self._end(product)
            yield page([self._post(product, 10 * number + n) for n in range(10)])
        return Coverage.whole(window)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Never asked."""
        return {product.slug: Health(True, "well") for product in products}

    def _end(self, product: Product) -> None:
        if self._options.ends == "busy":
            raise Retriable("stuck: busy", retry_after=self._options.retry_after)
        if self._options.ends == "fatal":
            raise Fatal("stuck: no such product; check the id")
        if self._options.ends == "broken":
            raise ConnectionResetError(104, "Connection reset by peer", "what a service sent")
        if self._options.ends == "bug":
            raise KeyError("what a service sent")
        WAITING.append(product.slug)
        threading.Event().wait()

    def _post(self, product: Product, number: int) -> Post:
        return Post(
            source="stuck", channel=self._context.channel, post_id=f"s{number}", kind="review", product=product.slug,
            created_at=NEWEST - timedelta(hours=number + 1),
            author=self._context.author("stuck", f"u{number}"), text="The app crashes. I hate it.", rating=1,
        )  # fmt: skip
