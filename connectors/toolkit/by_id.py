"""What connectors share that ask their service by a product's ids: one product after the other, none without an id."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from typing import ClassVar

from earful.connectors.base import Asked, Health, Pages, Product, Pull, Window, one_by_one
from earful.connectors.errors import PullError
from earful.connectors.post import Page
from earful.connectors.toolkit.listing import ListingReach, combined_coverage, telling_of_cuts


class AskedById(ABC):
    """The pull and the check; a connector says how listings are read. Its ids are the first of ``id_keys``."""

    source: ClassVar[str]
    id_keys: ClassVar[tuple[str, ...]]
    reaches_back: ClassVar[str]

    def pull(self, asked: Sequence[Asked]) -> Pull:
        """Pages of what was written or last changed in the window."""
        return telling_of_cuts(one_by_one(asked, self._pages), self.source)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Asks for a product's first id, with one request."""
        return {product.slug: self._check(product) for product in products}

    @abstractmethod
    def listings(
        self, ids: Sequence[str], product: Product, window: Window
    ) -> Generator[Page, None, Sequence[ListingReach]]:
        """The pages of all listings of the ids; at the end how far back each went. Raises PullError."""

    @abstractmethod
    def probe(self, ids: Sequence[str]) -> Health:
        """What one request for the first id says. Raises PullError."""

    def _pages(self, product: Product, window: Window) -> Pages:
        key = self.id_keys[0]
        ids = product.ids.get(key, ())
        if not ids:
            return combined_coverage(window, [ListingReach(None, note=f"{product.slug} has no {key} id")])
        reaches = yield from self.listings(ids, product, window)
        return combined_coverage(window, reaches)

    def _check(self, product: Product) -> Health:
        key = self.id_keys[0]
        ids = product.ids.get(key, ())
        if not ids:
            return Health(False, f"{product.slug} has no {key} id; add it to the product's ids")
        try:
            return self.probe(ids)
        except PullError as error:
            return Health(False, str(error), self.reaches_back)
