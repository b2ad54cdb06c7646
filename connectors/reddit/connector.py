"""Reddit through PRAW: submissions and comments of named subreddits, and a search for the product's terms.

What a window's answer means. Listings run from the newest item backwards and end after about 1,000 of them, a search
after about 250, whatever the window. We read each one until an answer ends with an item older than ``window.start``.

- A listing that got there, or ended by itself well under its ceiling, was read whole.
- One that ended near its ceiling (or at ``limit``) without getting there was cut. Then coverage is ``capped`` and
  ``reached`` is the latest of the cut listings' oldest items: later than that, every listing was seen (Reddit's times
  are whole seconds). A listing cut before it even reached the window covers nothing.
- ``until`` is never later than the moment the reading began.
- Completeness is about what was created in the window. Edits, scores and deletions of older posts are seen only where
  a listing still passes over them: the nightly's overlap brings those of the last days.
- A search finds what Reddit's index finds; posts it misses are never seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from earful.connectors.base import (
    Context,
    Coverage,
    EnvName,
    Health,
    Options,
    Pages,
    Product,
    Reads,
    Rechecked,
    Window,
    secret_from_env,
)
from earful.connectors.errors import Fatal, PullError, Skippable
from earful.connectors.limits import LONGEST_FIELD
from earful.connectors.post import Page, Post, Rejected, clean, page
from earful.connectors.reddit.posts import read, rechecked, search_queries, subreddit_names
from earful.connectors.toolkit.listing import ReadBack, telling_of_cuts
from earful.connectors.toolkit.matching import mentions
from earful.connectors.toolkit.payload import mapping, text
from earful.connectors.toolkit.web import WebOptions, not_flooded, shared_spacing, user_agent

if TYPE_CHECKING:
    from earful.connectors.reddit.client import Credentials, RedditClient

#: Reddit gives at most 100 items an answer.
BATCH = 100
#: A listing ends after about 1,000 items: 10 full answers.
MOST_PAGES = 50
#: From this many items on, a listing that ended may have been cut. The ceiling is about 1,000 (PRAW's
#: models/listing/generator.py says so), less what was removed since; a search gave 244 and 245 (snoowrap issue 162).
CUT_LISTING, CUT_SEARCH = 900, 200
#: Answers without any item, in a row, after which a listing that claims to go on is not followed.
EMPTY_ANSWERS = 3

POLICY = "https://support.reddithelp.com/hc/en-us/articles/42728983564564-Responsible-Builder-Policy"
REACHES_BACK = "about 1,000 items a listing, about 250 a search"


class RedditOptions(WebOptions):
    """Parameters of a Reddit channel. Secrets are named by their environment variables only.

    The subreddits in a product's own ids (``ids = { reddit = ["acme"] }``) are about it whatever their posts say;
    posts of ``subreddits`` and of the search must name the product.
    """

    allowed: ClassVar[Mapping[str, str]] = {"user_agent": "plain ASCII text"}

    client_id_env: EnvName = "REDDIT_CLIENT_ID"
    client_secret_env: EnvName = "REDDIT_CLIENT_SECRET"  # noqa: S105 - the variable's name
    #: Both for a script application; neither for a read-only one.
    username_env: EnvName | None = None
    password_env: EnvName | None = None
    #: Reddit asks for "<platform>:<application>:<version> (by /u/<account>)" and throttles what names itself badly.
    user_agent: Annotated[str, Field(min_length=7, pattern=r"^[\x20-\x7e]+$")] = user_agent()
    subreddits: tuple[str, ...] = ()
    listings: tuple[Literal["new", "comments"], ...] = ("new", "comments")
    search: bool = False
    search_in: Literal["all", "subreddits"] = "all"
    #: Most items to read of one listing; Reddit itself ends at about 1,000.
    limit: Annotated[int, Field(ge=1)] = 1000
    reddit_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] = "https://www.reddit.com"
    oauth_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")] = "https://oauth.reddit.com"
    pages: Annotated[int, Field(ge=1)] = MOST_PAGES  # most answers of one listing
    ratelimit_seconds: Annotated[float, Field(ge=0)] = 60.0  # longest wait; more is left to the scheduler

    @field_validator("subreddits")
    @classmethod
    def _names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return subreddit_names(value)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.username_env is None) != (self.password_env is None):
            raise ValueError("username_env and password_env go together: both for a script application, or neither")
        if not self.listings and not self.search:
            raise ValueError("nothing to read: give listings (new, comments) or search = true")
        return self


@dataclass(frozen=True, slots=True)
class _Ask:
    """One listing to read. ``cut`` is the number of items from which its end may be Reddit's ceiling."""

    what: str
    path: str
    params: dict[str, str | int]
    cut: int = CUT_LISTING


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of pages(): what it is asked for, and the ids it has met."""

    product: Product
    window: Window
    owned: frozenset[str]  # subreddits about the product, case folded
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A listing that did not reach the window's start. ``reached`` is the oldest item seen, None where none was."""

    what: str
    items: int
    reached: datetime | None


class RedditConnector:
    """Subreddit listings and searches. One client a call: PRAW is not made for threads."""

    source: ClassVar[str] = "reddit"
    options_model: ClassVar[type[Options]] = RedditOptions
    #: Scores settle and most edits and removals come within two days.
    overlap: ClassVar[timedelta | None] = timedelta(days=2)
    #: Listings always begin at the newest item: a window cut in pieces would read the same items for each.
    seekable: ClassVar[bool] = False
    needs: ClassVar[str | None] = None
    id_keys: ClassVar[tuple[str, ...]] = ("reddit",)
    reads: ClassVar[Reads] = "whole"
    #: Reddit's Data API terms ask for deleted content to go within 48 hours; text older than that is not kept at all.
    text_days: ClassVar[int | None] = 2
    #: 100 requests a minute and application (Reddit Data API, since July 2023).
    spacing: ClassVar[float] = 0.6

    def __init__(
        self, options: RedditOptions, context: Context, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._options = options
        self._context = context
        self._sleep = sleep
        self._spacing = shared_spacing(options.oauth_url, self.spacing)

    def pages(self, product: Product, window: Window) -> Pages:
        """Pages of the product's posts, one an answer of Reddit; see the module for what the coverage means.

        Tombstones are passed on wherever they are seen, for whatever they were about. Raises Fatal or Retriable.
        """
        return telling_of_cuts(self._pages(product, window), self.source)

    def _pages(self, product: Product, window: Window) -> Pages:
        began = datetime.now(UTC)
        asks = self._asks(product)
        if not asks:
            raise Fatal(_nothing_to_read(product))
        run = _Run(product, window, frozenset(name.casefold() for name in _owned(product)))
        cuts: list[_Cut] = []
        empty: list[str] = []
        with closing(self._client()) as client:
            for ask in asks:
                items, cut = yield from self._read(client, ask, run)
                if cut:
                    cuts.append(cut)
                elif not items:
                    empty.append(ask.what)
        return _coverage(window, began, cuts, empty)

    def recheck(self, ids: Sequence[str]) -> Iterator[Rechecked]:
        """What became of submissions and comments (fullnames), 100 an answer; see posts.rechecked."""
        with closing(self._client()) as client:
            for start in range(0, len(ids), BATCH):
                asked = ids[start : start + BATCH]
                answer = client.listing("api/info/", {"id": ",".join(asked)}, f"what became of {len(asked)} posts")
                yield rechecked(asked, answer.children)

    def check(self, product: Product) -> Health:
        """Credentials, a token, and the first listing: two requests at most."""
        try:
            asks = self._asks(product)
            if not asks:
                return Health(ok=False, says=_nothing_to_read(product))
            with closing(self._client()) as client:
                client.authorize()
                first = asks[0]
                client.listing(first.path, first.params | {"limit": 1}, first.what)
        except PullError as error:
            return Health(ok=False, says=str(error))
        kind = "script" if self._options.username_env else "read-only"
        return Health(
            ok=True, says=f"token obtained ({kind} application), {first.what} answers", reaches_back=REACHES_BACK
        )

    def _client(self) -> RedditClient:
        from earful.connectors.reddit.client import RedditClient  # noqa: PLC0415 - PRAW takes most of a second

        options = self._options
        return RedditClient(
            self._credentials(),
            user_agent=options.user_agent,
            reddit_url=options.reddit_url.rstrip("/"),
            oauth_url=options.oauth_url.rstrip("/"),
            limits=options.limits,
            patience=options.ratelimit_seconds,
            spacing=self._spacing,
            sleep=self._sleep,
        )

    def _credentials(self) -> Credentials:
        from earful.connectors.reddit.client import Credentials  # noqa: PLC0415

        options = self._options
        names = (options.client_id_env, options.client_secret_env, options.username_env, options.password_env)
        values = [secret_from_env(self._context.env, name) for name in names]
        missing = [name for name, value in zip(names, values, strict=True) if name and not value]
        if missing:
            raise Fatal(
                f"reddit: {' and '.join(missing)} not set; Reddit gives no self-service credentials since November "
                f"2025: ask for approval at {POLICY} - everything else works without"
            )
        client_id, client_secret, username, password = values
        assert client_id is not None
        assert client_secret is not None
        return Credentials(client_id, client_secret, username, password)

    def _asks(self, product: Product) -> list[_Ask]:
        options = self._options
        names = subreddit_names((*_owned(product), *options.subreddits))
        asks = []
        for name in names:
            if "new" in options.listings:
                asks.append(_Ask(f"r/{name}/new", f"r/{name}/new", {}))
            if "comments" in options.listings:
                asks.append(_Ask(f"r/{name}/comments", f"r/{name}/comments/", {}))
        if options.search:
            for place in ("all",) if options.search_in == "all" else names:
                for query in search_queries(product.include or (product.name,)):
                    params: dict[str, str | int] = {
                        "q": query,
                        "restrict_sr": str(place != "all"),
                        "sort": "new",
                        "syntax": "lucene",
                        "t": "all",
                    }
                    asks.append(_Ask(f"the search in r/{place}", f"r/{place}/search/", params, CUT_SEARCH))
        return asks

    def _read(self, client: RedditClient, ask: _Ask, run: _Run) -> Generator[Page, None, tuple[int, _Cut | None]]:
        """Read one listing; returns how many items it had, and how it was cut, if it was."""
        items = idle = pages = 0
        after: str | None = None
        cursors: set[str] = set()
        seen: set[str] = set()  # of this listing; run.seen is of all of them
        back = ReadBack()
        while True:
            batch = min(BATCH, self._options.limit - items)
            answer = client.listing(
                ask.path, ask.params | {"limit": batch} | ({"after": after} if after else {}), ask.what
            )
            pages += 1
            children = not_flooded("reddit", answer.children, BATCH)
            found, times = self._page(children, ask, items, run)
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
            if back.at is not None and back.at < run.window.start:
                return items, None
            cut = _Cut(ask.what, items, back.at)
            after = answer.after
            if answer.lost:
                return items, cut
            if after is None:
                return items, cut if items >= ask.cut else None
            # A cursor that comes again, or leads nowhere or to nothing new: what lies beyond was not seen.
            enough = items >= self._options.limit or pages >= self._options.pages
            if enough or stale or after in cursors or idle >= EMPTY_ANSWERS:
                return items, cut
            cursors.add(after)

    def _page(self, children: list[Any], ask: _Ask, before: int, run: _Run) -> tuple[Page, list[datetime]]:
        """The page of one answer, and when its items were created."""
        posts: list[Post] = []
        rejected: list[Rejected] = []
        gone: list[str] = []
        times: list[datetime] = []
        for number, child in enumerate(children, before + 1):
            try:
                found = read(
                    child,
                    where=f"{ask.what}, item {number}",
                    channel=self._context.channel,
                    product=run.product.slug,
                    author=lambda name: self._context.author(self.source, name),
                )
            except Skippable as error:
                rejected.append(Rejected(clean(error.item), error.reason))
                continue
            if found.created_at is not None:
                times.append(found.created_at)
            if found.post_id in run.seen:
                continue
            run.seen.add(found.post_id)
            post = found.post
            if post is None:
                gone.append(clean(found.post_id))
            elif run.window.holds(post.created_at, post.edited_at) and (
                found.subreddit.casefold() in run.owned or mentions(run.product, post.title, post.text)
            ):
                posts.append(post)
        return page(posts, rejected, gone), times


def _name(child: object) -> str:
    """What tells a child from another: its own name, or its id."""
    data = mapping(mapping(child).get("data"))
    return (text(data.get("name")) or text(data.get("id")))[: LONGEST_FIELD["post_id"] + 1]


def _owned(product: Product) -> tuple[str, ...]:
    try:
        return subreddit_names(product.ids.get("reddit", ()))
    except ValueError as error:
        raise Fatal(f"reddit: product {product.slug}: ids.reddit: {error}") from None


def _nothing_to_read(product: Product) -> str:
    return (
        f"reddit: nothing to read for {product.slug}: name subreddits in the channel, or reddit in the product's ids, "
        'or set search = true with search_in = "all"'
    )


def _coverage(window: Window, began: datetime, cuts: list[_Cut], empty: list[str]) -> Coverage:
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
