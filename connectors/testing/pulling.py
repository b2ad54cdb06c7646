"""A pull from beginning to end, and what of it must be so whatever the service answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from earful.connectors.base import Coverage, Pull, Window
from earful.connectors.errors import PullError
from earful.connectors.post import Page

#: A pull of the suite that yields more pages has no end.
MOST_PAGES = 500
#: The longest message that is one line for a person. Characters.
LONGEST_LINE = 400


class Nonconformant(AssertionError):
    """A connector does not do what every connector must; the message says what, for its author."""


def require(holds: bool, says: str) -> None:
    """Raises Nonconformant, saying what a connector must do, where that does not hold."""
    if not holds:
        raise Nonconformant(says)


def drained(pull: Pull) -> tuple[list[Page], Mapping[str, Coverage]]:
    """Everything that a pull yields, and the coverage of each product. Raises what the pull, or one product, raises."""
    pages = list(pull)
    covered = {}
    for slug, came in pull.coverage.items():
        if isinstance(came, PullError):
            raise came
        covered[slug] = came
    return pages, covered


@dataclass
class Pulled:
    """How a pull ended: its pages, and either the coverage or the error."""

    pages: list[Page] = field(default_factory=list)
    coverage: Coverage | None = None
    error: PullError | None = None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every post as a plain dict, in the order they came."""
        return [row for page in self.pages for row in page.posts.to_pylist()]

    @property
    def ids(self) -> set[str]:
        """The ids of all posts."""
        return {row["post_id"] for row in self.rows}

    @property
    def gone(self) -> set[str]:
        """Every id that the service was said to have deleted."""
        return {one for page in self.pages for one in page.gone}

    @property
    def said(self) -> Iterator[str]:
        """Every word beside the posts: what a person may read in a log."""
        for page in self.pages:
            for one in page.rejected:
                yield f"{one.item}: {one.reason}"
        if self.coverage:
            yield self.coverage.note
        if self.error:
            yield str(self.error)

    def whole(self, window: Window) -> bool:
        """Whether it ended with everything of the window."""
        return self.coverage is not None and self.coverage.reached == window.start and not self.coverage.capped


def pull(begin: Callable[[], Pull], products: Sequence[str]) -> Pulled:
    """Pull to the end for the products; the coverage is the first one's.

    Raises Nonconformant where anything but Retriable or Fatal is raised.
    """
    done = Pulled()
    try:
        begun = begin()
        require(isinstance(begun, Pull), "pull() returns a Pull")
        for one in begun:
            require(isinstance(one, Page), "a pull yields what page() makes")
            done.pages.append(one)
            require(len(done.pages) <= MOST_PAGES, f"a pull yielded over {MOST_PAGES} pages: it does not end")
        came = begun.coverage
        require(
            isinstance(came, Mapping) and sorted(came) == sorted(products),
            "a pull has one coverage a product, by its slug",
        )
        for outcome in came.values():
            if isinstance(outcome, PullError):
                raise outcome
            require(isinstance(outcome, Coverage), "a pull's coverage is a Coverage")
        first = came[products[0]]
        done.coverage = first if isinstance(first, Coverage) else None
    except PullError as error:
        done.error = error
    except Nonconformant:
        raise
    except Exception as error:
        raise Nonconformant(f"pull() raised {type(error).__name__}; only Retriable or Fatal may leave it") from error
    return done


def sound(done: Pulled, window: Window, *, channel: str, product: str) -> None:
    """What holds for every pull: rows of the schema and of the window, a coverage inside it, messages of one line."""
    for page in done.pages:
        for one in page.rejected:
            require(bool(one.item and one.reason), "what is set aside needs an item and a reason")
    for row in done.rows:
        require(row["channel"] == channel, "a post's channel is the context's")
        require(row["product"] == product, "a post's product is the slug that was asked for")
        moments = [row[name] for name in ("created_at", "edited_at")]
        require(window.holds(*moments), f"post {row['post_id']} was neither created nor edited in [start, end)")
        author = row["author"]
        require(
            author is None or _is_pseudonym(author), "an author is context.author(source, name), never the name itself"
        )
    coverage = done.coverage
    if coverage is not None:
        inside = coverage.reached is None or window.start <= coverage.reached <= window.end
        require(inside and coverage.until <= window.end, "a coverage lies inside the window that was asked for")
        require(not coverage.capped or bool(coverage.note), "a capped coverage says in its note which limit bit")
    for line in done.said:
        require("\n" not in line, f"messages are one line: {line!r}")
    if done.error:
        require(len(str(done.error)) <= LONGEST_LINE, f"a message has over {LONGEST_LINE} characters")


def _is_pseudonym(author: str) -> bool:
    return len(author) == 32 and all(letter in "0123456789abcdef" for letter in author)
