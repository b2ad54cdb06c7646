"""Which listings and searches a pull reads for which products: each once, whoever it serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from earful.connectors.base import Asked, Product
from earful.connectors.errors import Fatal
from earful.connectors.reddit.options import RedditOptions
from earful.connectors.reddit.posts import search_queries, subreddit_names
from earful.connectors.toolkit.matching import queries_of

#: From this many items on, a listing that ended may have been cut. The ceiling is about 1,000 (PRAW's
#: models/listing/generator.py says so), less what was removed since; a search gave 244 and 245 (snoowrap issue 162).
CUT_LISTING, CUT_SEARCH = 900, 200


class ListingRefused(Fatal):
    """Reddit does not show one listing (private, banned, no such subreddit); it may show others."""


@dataclass(frozen=True, slots=True)
class Question:
    """One listing to read, and for whom. ``cut`` is the number of items from which its end may be Reddit's ceiling."""

    what: str
    path: str
    params: dict[str, str | int]
    cut: int = CUT_LISTING
    asked: list[Asked] = field(default_factory=list)


def questions(options: RedditOptions, asked: Sequence[Asked]) -> list[Question]:
    """What is read for the products, listings before searches.

    A listing that serves several is in it once. Raises Fatal for a product whose ids name no subreddit.
    """
    found: dict[tuple[object, ...], Question] = {}
    for one in asked:
        for question in _of(options, one.product):
            key = (question.path.casefold(), *sorted(question.params.items()))
            found.setdefault(key, question).asked.append(one)
    return sorted(found.values(), key=lambda question: question.cut, reverse=True)


def owned(product: Product) -> tuple[str, ...]:
    """The subreddits that are about the product. Raises Fatal for what is none."""
    try:
        return subreddit_names(product.ids.get("reddit", ()))
    except ValueError as error:
        raise Fatal(f"reddit: product {product.slug}: ids.reddit: {error}") from None


def nothing_to_read(product: Product) -> str:
    """What is said of a product that a channel has no listing and no search for."""
    return (
        f"reddit: nothing to read for {product.slug}: name subreddits in the channel, or reddit in the product's ids, "
        'or set search = true with search_in = "all"'
    )


def _of(options: RedditOptions, product: Product) -> list[Question]:
    names = subreddit_names((*owned(product), *options.subreddits))
    found = []
    for name in names:
        if "new" in options.listings:
            found.append(Question(f"r/{name}/new", f"r/{name}/new", {}))
        if "comments" in options.listings:
            found.append(Question(f"r/{name}/comments", f"r/{name}/comments/", {}))
    if options.search:
        for place in ("all",) if options.search_in == "all" else names:
            for query in search_queries(queries_of(product)):
                params: dict[str, str | int] = {
                    "q": query,
                    "restrict_sr": str(place != "all"),
                    "sort": "new",
                    "syntax": "lucene",
                    "t": "all",
                }
                found.append(Question(f"the search in r/{place}", f"r/{place}/search/", params, CUT_SEARCH))
    return found
