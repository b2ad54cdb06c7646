"""Products that the published file tells of and the configuration lists no more: for ``earful check``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from earful.flows.config.settings import Settings
from earful.warehouse import query


@dataclass(frozen=True, slots=True)
class Unlisted:
    """One slug of the past. ``moves_to``: the slug that it is configured to be now, or ""."""

    product: str
    posts: int
    last_day: str | None
    moves_to: str

    def line(self) -> str:
        """For a person: what became of it, and what can be done."""
        held = f"{self.posts:,} posts" + (f" to {self.last_day}" if self.last_day else "")
        if self.moves_to:
            return f"{self.product} (formerly, {held}): the next run moves its history to {self.moves_to}"
        return (
            f"{self.product} ({held}): stored, and no product of the configuration any more; its history stays, shares "
            f'and comparisons leave it out. Has it another slug now: formerly = ["{self.product}"] there; else '
            f"`earful forget --product {self.product}` removes it"
        )


def unlisted(settings: Settings) -> list[Unlisted]:
    """By slug. Nothing where nothing was published yet. Raises WarehouseError for a file that cannot be read."""
    if not settings.published.exists():
        return []
    listed = {product.slug for product in settings.products}
    new = {old: product.slug for product in settings.products for old in product.formerly}
    found = []
    sql = files("earful.flows").joinpath("sql", "stored_products.sql").read_text("utf-8")
    for slug, posts, last_day in query(settings.published, sql).rows:
        if slug not in listed:
            day = str(last_day) if last_day else None
            found.append(Unlisted(str(slug), int(str(posts)), day, new.get(str(slug), "")))
    return found
