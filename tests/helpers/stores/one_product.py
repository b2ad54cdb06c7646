"""Pulls and checks for one product, as most tests of connectors ask."""

from __future__ import annotations

import pandas as pd

from earful.connectors.base import Connector, Coverage, Health, Product, Pull
from earful.connectors.post import Page
from earful.connectors.testing import drained


def frame_of(page: Page) -> pd.DataFrame:
    """A page's posts as people look at them."""
    frame: pd.DataFrame = page.posts.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def pulled(pull: Pull) -> tuple[list[Page], Coverage]:
    """The pages of a pull for one product, and its coverage. Raises what the pull raises."""
    pages, coverage = drained(pull)
    (only,) = coverage.values()
    return pages, only


def checked(connector: Connector, product: Product) -> Health:
    """What a connector says of one product."""
    found = connector.check([product])
    assert list(found) == [product.slug]
    return found[product.slug]
