"""Listings read to the window's start or to their end, and what that says of each product they serve."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from earful.connectors.base import Asked, Context, Coverage, Outcome, Product, SharedPages, Window
from earful.connectors.errors import Fatal, PullError, Skippable
from earful.connectors.limits import LONGEST_FIELD
from earful.connectors.post import Page, Post, Rejected, clean, page
from earful.connectors.reddit.options import RedditOptions
from earful.connectors.reddit.posts import Found, read
from earful.connectors.reddit.questions import ListingRefused, Question, nothing_to_read, owned, questions
from earful.connectors.toolkit.listing import ReadBack
from earful.connectors.toolkit.matching import Texts
from earful.connectors.toolkit.near_misses import near_misses, shown
from earful.connectors.toolkit.notices import left_out
from earful.connectors.toolkit.payload import mapping, text
from earful.connectors.toolkit.web import not_flooded

if TYPE_CHECKING:
    from earful.connectors.reddit.client import RedditClient

#: Reddit gives at most 100 items an answer.
BATCH = 100
#: Answers without any item, in a row, after which a listing that claims to go on is not followed.
EMPTY_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Cut:
    """A listing that did not reach the window's start. ``reached`` is the oldest item seen, None where none was."""

    what: str
    items: int
    reached: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One post of an answer; ``met`` are the slugs of the products that have met it before, None: none has."""

    found: Found
    post: Post
    met: frozenset[str] | None


def served(item: Item, slug: str) -> bool:
    """Whether a product meets the post for the first time."""
    return item.met is None or slug not in item.met


@dataclass(slots=True)
class Served:
    """One product of a pull, and what became of its listings."""

    asked: Asked
    owned: frozenset[str]  # subreddits about the product, case folded
    cuts: list[Cut] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)  # listings without any item
    error: PullError | None = None
    notices: int = 0  # of moderators and bots, left out

    def take(self, items: Sequence[Item], texts: Texts) -> list[Post]:
        """Those of its window and about it; notices are counted. ``texts`` are those of all ``items``."""
        mine = [served(item, self.asked.product.slug) and self._in_window(item) for item in items]
        naming: Sequence[bool] = ()
        found = []
        for n, item in enumerate(items):
            if not mine[n]:
                continue
            if item.found.subreddit.casefold() not in self.owned:
                # Looked for only where any post asks it.
                naming = naming or texts.naming(self.asked.product).tolist()
                if not naming[n]:
                    continue
            if item.found.notice:
                self.notices += 1
            else:
                found.append(replace(item.post, product=self.asked.product.slug))
        return found

    def _in_window(self, item: Item) -> bool:
        return self.asked.window.holds(item.post.created_at, item.post.edited_at)


class Reading:
    """One pull: every listing once, its posts handed to the products that they are about."""

    def __init__(self, options: RedditOptions, context: Context, asked: Sequence[Asked]) -> None:
        self._options, self._context, self._asked = options, context, asked
        self._began = datetime.now(UTC)
        self._served: dict[str, Served] = {}
        self._failed: dict[str, PullError] = {}
        self._questions: list[Question] = []
        #: The slugs of the products that have met a post, by its id: a listing's own set, shared by its posts.
        self._met: dict[str, frozenset[str]] = {}
        self._gone: set[str] = set()
        for one in asked:
            try:
                served = Served(one, frozenset(name.casefold() for name in owned(one.product)))
                if not questions(options, [one]):
                    raise Fatal(nothing_to_read(one.product))
            except Fatal as error:
                self._failed[one.product.slug] = error
                continue
            self._served[one.product.slug] = served
        self._questions = questions(options, [served.asked for served in self._served.values()])

    def pages(self, client: RedditClient) -> SharedPages:
        """The pages of all listings, and what came of each product. Raises Retriable or Fatal."""
        self._raise_alone()
        for question in self._questions:
            serves = [self._served[one.product.slug] for one in question.asked]
            serves = [served for served in serves if served.error is None]
            try:
                if serves:
                    yield from self._read(client, question, serves)
            except ListingRefused as error:
                # A subreddit that is private or gone is a matter of those who need it.
                for served in serves:
                    served.error = error
                    self._failed[served.asked.product.slug] = error
                self._raise_alone()
        return {one.product.slug: self._outcome(one) for one in self._asked}

    def _raise_alone(self) -> None:
        if len(self._asked) == 1:
            for error in self._failed.values():
                raise error

    def _outcome(self, one: Asked) -> Outcome:
        slug = one.product.slug
        if slug in self._failed:
            return self._failed[slug]
        served = self._served[slug]
        found = coverage(one.window, self._began, served.cuts, served.empty)
        return replace(found, note="; ".join(filter(None, [found.note, left_out(served.notices)])))

    def _read(self, client: RedditClient, question: Question, serves: Sequence[Served]) -> Generator[Page, None, None]:
        """Read one listing, back to the earliest window's start, and note how it was cut, if it was."""
        waiting = list(serves)  # those whose window's start is not reached yet
        items = idle = pages = 0
        after: str | None = None
        cursors: set[str] = set()
        seen: set[str] = set()  # of this listing; self._met is of all of them
        back = ReadBack()
        while True:
            batch = min(BATCH, self._options.limit - items)
            params = question.params | {"limit": batch} | ({"after": after} if after else {})
            answer = client.listing(question.path, params, question.what)
            pages += 1
            children = not_flooded("reddit", answer.children, BATCH)
            found, times = self._page(children, question, items, waiting)
            if len(found.posts) or found.rejected or found.gone:
                yield found
            items += len(children)
            idle = 0 if children else idle + 1
            names = {name for name in map(_name, children) if name}
            stale = bool(children) and bool(seen) and not names - seen
            seen |= names
            if not stale:
                back.page(times)
            # Not the oldest item decides: one old item out of order must not end the reading.
            if back.at is not None:
                waiting = [served for served in waiting if served.asked.window.start <= back.at]
            if not waiting:
                return
            cut = Cut(question.what, items, back.at)
            after = answer.after
            # A cursor that comes again, or leads nowhere or to nothing new: what lies beyond was not seen.
            enough = items >= self._options.limit or pages >= self._options.pages
            led_nowhere = after is not None and (enough or stale or after in cursors or idle >= EMPTY_ANSWERS)
            if answer.lost or led_nowhere or (after is None and items >= question.cut):
                for served in waiting:
                    served.cuts.append(cut)
                return
            if after is None:
                for served in waiting:
                    served.empty += [] if items else [question.what]
                return
            cursors.add(after)

    def _page(
        self, children: list[Any], question: Question, before: int, serves: Sequence[Served]
    ) -> tuple[Page, list[datetime]]:
        """The page of one answer, and when its items were created."""
        items: list[Item] = []
        rejected: list[Rejected] = []
        gone: list[str] = []
        times: list[datetime] = []
        slugs = frozenset(served.asked.product.slug for served in serves)
        for number, child in enumerate(children, before + 1):
            try:
                found = read(
                    child,
                    where=f"{question.what}, item {number}",
                    channel=self._context.channel,
                    author=lambda name: self._context.author("reddit", name),
                )
            except Skippable as error:
                whose = [""] if len(slugs) == len(self._asked) else sorted(slugs)
                rejected += [Rejected(clean(error.item), error.reason, slug) for slug in whose]
                continue
            if found.created_at is not None:
                times.append(found.created_at)
            met = self._met.get(found.post_id)
            self._met[found.post_id] = slugs if met is None or met <= slugs else met | slugs
            post = found.post
            if post is None:
                if found.post_id not in self._gone:
                    self._gone.add(found.post_id)
                    gone.append(clean(found.post_id))
                continue
            items.append(Item(found, post, met))
        texts = texts_of([item.post for item in items])
        posts = [post for each in serves for post in each.take(items, texts)]
        return page(posts, rejected, gone), times


def coverage(window: Window, began: datetime, cuts: Sequence[Cut], empty: Sequence[str]) -> Coverage:
    """What the listings that serve a product say of its window; ``began`` is when the reading did."""
    until = max(window.start, min(window.end, began))
    if not cuts:
        return Coverage(window.start, until, note=f"nothing at all in {', '.join(empty)}" if empty else "")
    note = "; ".join(
        f"{cut.what} ends after {cut.items} items"
        + (f" at {cut.reached:%Y-%m-%d %H:%M:%S} UTC" if cut.reached else " without a time")
        for cut in cuts
    )
    times = [cut.reached for cut in cuts if cut.reached is not None]
    reached = max(times) if len(times) == len(cuts) else None
    if reached is None or reached >= until:
        return Coverage.none(window, f"the window is out of reach: {note}")
    return Coverage(max(reached, window.start), until, capped=True, note=note)


def texts_of(posts: Sequence[Post]) -> Texts:
    """The words of posts, for the matcher."""
    columns = ("title", "text")
    said = ([clean(getattr(post, name)[: LONGEST_FIELD[name]]) for post in posts] for name in columns)
    return Texts(*(pa.array(column, pa.string()) for column in said))


def near(product: Product, children: Sequence[object], channel: str) -> tuple[str, ...]:
    """For a person, a line or none: what nearly names the product in items of subreddits that are not about it."""
    about = {name.casefold() for name in owned(product)}
    posts = []
    for child in children:
        try:
            found = read(child, where="", channel="", author=lambda _: None)
        except Skippable:
            continue  # a pull sets it aside and says why
        if found.post is not None and not found.notice and found.subreddit.casefold() not in about:
            posts.append(found.post)
    texts = texts_of(posts)
    words = shown(near_misses(product, texts, texts.naming(product)))
    told = ", ".join(f"{word!r} {count}" for word, count in words.items())
    said = f"{channel}: nearly {product.slug}, and not taken for it: {told} (include = [...] takes what is meant)"
    return (said,) if words else ()


def _name(child: object) -> str:
    """What tells a child from another: its own name, or its id."""
    data = mapping(mapping(child).get("data"))
    return (text(data.get("name")) or text(data.get("id")))[: LONGEST_FIELD["post_id"] + 1]
