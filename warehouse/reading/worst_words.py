"""The words that bad posts say and others less, over all that a published file holds of a product."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from earful.warehouse.errors import explain
from earful.warehouse.reading.query import connect
from earful.warehouse.statements import run, text


@dataclass(frozen=True, slots=True)
class BadWord:
    """One word. ``bad_posts`` of ``posts`` that say it are bad; of all posts ``share_bad`` (0..1) are.

    ``by_stars``: bad is 1 or 2 stars; else it is a post that reads negative.
    """

    word: str
    bad_posts: int
    posts: int
    share_bad: float
    by_stars: bool


def worst_words(path: Path, product: str, most: int) -> list[BadWord]:
    """At most so many, the strongest first, by log-likelihood (15.13: chance passes once in ten thousand words).

    Bad posts say each at least twice as often as others. Stop words are left out, and words of fewer than three bad
    posts. Raises WarehouseError for a file that cannot be
    read.
    """
    con = connect(path)
    try:
        run(con, "publishing/words/stop_words")
        rows = con.execute(text("reading/worst_words"), {"product": product, "most": most}).fetchall()
    except duckdb.Error as error:
        raise explain(error, path) from error
    finally:
        con.close()
    return [
        BadWord(str(word), int(bad), int(posts), float(share), bool(stars)) for word, bad, posts, share, stars in rows
    ]
