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

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from earful.connectors.base import (
    Asked,
    Context,
    Health,
    Options,
    Product,
    Pull,
    Reads,
    Rechecked,
    SharedPages,
    Window,
    secret_from_env,
)
from earful.connectors.errors import Fatal, PullError
from earful.connectors.links import Linked, address, steps
from earful.connectors.reddit.options import RedditOptions
from earful.connectors.reddit.posts import rechecked
from earful.connectors.reddit.questions import ListingRefused, Question, nothing_to_read, questions
from earful.connectors.reddit.reading import BATCH, Reading, near
from earful.connectors.toolkit.listing import telling_of_cuts
from earful.connectors.toolkit.web import shared_spacing

if TYPE_CHECKING:
    from earful.connectors.reddit.client import Credentials, RedditClient

POLICY = "https://support.reddithelp.com/hc/en-us/articles/42728983564564-Responsible-Builder-Policy"
REACHES_BACK = "about 1,000 items a listing, about 250 a search"
#: For a question about how things stand, which is about no time.
_NEVER = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))


class RedditConnector:
    """Listings and searches, each read once for all products. One client a call: PRAW is not made for threads."""

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
    links: ClassVar[tuple[str, ...]] = ("https://www.reddit.com/r/acme",)

    @classmethod
    def of_link(cls, link: str) -> Linked | None:
        """A subreddit, whichever of Reddit's faces it is seen in; all of it is then about the product."""
        parts = address(link, "reddit.com", "old.reddit.com", "new.reddit.com", "sh.reddit.com", "np.reddit.com")
        path = steps(parts) if parts else []
        if len(path) < 2 or path[0].lower() != "r" or not re.fullmatch(r"\w{2,21}", path[1], re.ASCII):
            return None
        return Linked({"reddit": path[1]}, path[1])

    def __init__(
        self, options: RedditOptions, context: Context, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._options = options
        self._context = context
        self._sleep = sleep
        self._spacing = shared_spacing(options.oauth_url, self.spacing)

    def pull(self, asked: Sequence[Asked]) -> Pull:
        """Pages of the products' posts, one an answer of Reddit; see the module for what the coverage means.

        Tombstones are passed on wherever they are seen, for whatever they were about. Raises Fatal or Retriable.
        """
        return telling_of_cuts(Pull(self._pages(asked)), self.source)

    def _pages(self, asked: Sequence[Asked]) -> SharedPages:
        reading = Reading(self._options, self._context, asked)
        with closing(self._client()) as client:
            return (yield from reading.pages(client))

    def recheck(self, ids: Sequence[str]) -> Iterator[Rechecked]:
        """What became of submissions and comments (fullnames), 100 an answer; see posts.rechecked."""
        with closing(self._client()) as client:
            for start in range(0, len(ids), BATCH):
                asked = ids[start : start + BATCH]
                answer = client.listing("api/info/", {"id": ",".join(asked)}, f"what became of {len(asked)} posts")
                yield rechecked(asked, answer.children)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Credentials, a token, and the first listing of each product: two requests for one, one for each more.

        What nearly names a product in the newest items of a subreddit that is not about it is said.
        """
        found: dict[str, Health] = {}
        firsts: dict[str, list[str]] = {}
        by_path: dict[str, Question] = {}
        for product in products:
            try:
                asks = questions(self._options, [Asked(product, _NEVER)])
            except PullError as error:
                found[product.slug] = Health(ok=False, says=str(error))
                continue
            if not asks:
                found[product.slug] = Health(ok=False, says=nothing_to_read(product))
                continue
            key = f"{asks[0].path.casefold()} {asks[0].params}"
            by_path.setdefault(key, asks[0])
            firsts.setdefault(key, []).append(product.slug)
        if firsts:
            by_slug = {product.slug: product for product in products}
            for key, (health, children) in self._answers(by_path).items():
                found |= {
                    slug: replace(health, lines=near(by_slug[slug], children, self._context.channel))
                    for slug in firsts[key]
                }
        return {product.slug: found[product.slug] for product in products}

    def _answers(self, asks: Mapping[str, Question]) -> dict[str, tuple[Health, Sequence[Any]]]:
        """How each question is answered, and with what; where there is no token, all alike."""
        kind = "script" if self._options.username_env else "read-only"
        found: dict[str, tuple[Health, Sequence[Any]]] = {}
        try:
            with closing(self._client()) as client:
                client.authorize()
                for key, first in asks.items():
                    try:
                        answer = client.listing(first.path, first.params | {"limit": BATCH}, first.what)
                    except ListingRefused as error:
                        found[key] = Health(ok=False, says=str(error)), ()
                        continue
                    says = f"token obtained ({kind} application), {first.what} answers"
                    found[key] = Health(ok=True, says=says, reaches_back=REACHES_BACK), answer.children
        except PullError as error:
            found |= {key: (Health(ok=False, says=str(error)), ()) for key in asks if key not in found}
        return found

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
