"""Reviews of own apps by the official Google Play Developer API (androidpublisher v3, reviews.list).

What the API does (developers.google.com/android-publisher/reply-to-reviews), and what is made of it:

- Only reviews written or changed in the last seven days, newest first, and only those with a text. What a window wants
  from before is said in the coverage; older ones come from the monthly Play Console exports (connector ``files``).
- ``lastModified`` is the only time it tells. It becomes ``created_at``; an edited review comes again under its id with
  a later one, and the newest version wins in the store.
- ``reviewerLanguage`` is the device's language. It is all that Google tells of a place, so it is the market too.
- An app without reviews in that week answers an empty object. Unlike an open feed, where that may be an unknown
  app (404 here) or no permission (401, 403), that is an answer, and covers the week.
- 200 GET requests an hour and app (developers.google.com/android-publisher/quotas).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs

from pydantic import Field

from earful.connectors.base import (
    Context,
    EnvName,
    Health,
    Options,
    Product,
    Reads,
    Window,
    secret_from_env,
)
from earful.connectors.errors import Fatal, Skippable
from earful.connectors.links import Linked, address, steps
from earful.connectors.post import Page, Post, page
from earful.connectors.toolkit.by_id import AskedById
from earful.connectors.toolkit.listing import ListingReach, ReadBack
from earful.connectors.toolkit.payload import identity, items, mapping, moment, read_all, stars, text, whole
from earful.connectors.toolkit.web import WebOptions, not_flooded, shared_spacing

if TYPE_CHECKING:
    from earful.connectors.stores.google_http import Play

SERVED = timedelta(days=7)
PER_PAGE = 100  # the most that the API gives
MOST_PAGES = 500  # 50,000 reviews of one week; two and a half hours of Google's allowance
EMPTY_PAGES = 3  # pages without any review, in a row, after which a list that claims to go on is not followed
REACHES_BACK = "7 days"
_LONGEST_TOKEN = 1000  # Google's have under 100 characters
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
NOT_INSTALLED = "google_play_api: Google's client library is not installed; run: pip install 'earful[google]'"
#: What Google shows instead of the name of a deleted account: no author.
_NOBODY = "A Google user"


class GooglePlayApiOptions(WebOptions):
    """Parameters of a google_play_api channel."""

    #: Environment variable with a service account's key: the path of the JSON file, or the JSON itself.
    credentials_env: EnvName = "GOOGLE_APPLICATION_CREDENTIALS"
    anonymous: bool = False  # without credentials: for a stand-in of the service
    api_endpoint: str | None = None  # None: Google's
    spacing: float = Field(default=18.0, ge=0)  # seconds between two requests
    timeout: float = Field(default=60.0, gt=0, le=3600)  # seconds of silence
    pages: int = Field(default=MOST_PAGES, ge=1)  # most pages of an app's list


class GooglePlayApiConnector(AskedById):
    """Reviews of own apps by their package names (``ids["google_play"]``)."""

    source: ClassVar[str] = "google_play"
    options_model: ClassVar[type[Options]] = GooglePlayApiOptions
    overlap: ClassVar[timedelta | None] = timedelta(days=2)
    seekable: ClassVar[bool] = False
    needs: ClassVar[str | None] = "google_play"
    id_keys: ClassVar[tuple[str, ...]] = ("google_play",)
    reaches_back: ClassVar[str] = REACHES_BACK
    reads: ClassVar[Reads] = "id"
    text_days: ClassVar[int | None] = None
    spacing: ClassVar[float] = 18.0  # 200 requests an hour
    links: ClassVar[tuple[str, ...]] = ("https://play.google.com/store/apps/details?id=com.acme.app",)

    @classmethod
    def of_link(cls, link: str) -> Linked | None:
        """An app's page in the store; Google lists reviews to the account that owns the app only."""
        parts = address(link, "play.google.com")
        if parts is None or steps(parts)[:3] != ["store", "apps", "details"]:
            return None
        package = parse_qs(parts.query).get("id", [""])[0]
        if not re.fullmatch(r"[A-Za-z][\w]*(\.[A-Za-z][\w]*)+", package, re.ASCII):
            return None
        return Linked({"google_play": package}, package)

    def __init__(
        self,
        options: GooglePlayApiOptions,
        context: Context,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._options = options
        self._context = context
        self._now = now
        self._spacing = shared_spacing(options.api_endpoint or "googleapis.com", options.spacing)

    def listings(
        self, ids: Sequence[str], product: Product, window: Window
    ) -> Generator[Page, None, Sequence[ListingReach]]:
        """Pages of reviews whose last change lies in the window and in the last seven days."""
        # Google's client is not made for several threads: one a pull, not one an instance.
        reaches = []
        with closing(self._play()) as play:
            for package in ids:
                reach = yield from self._package(play, package, product, window)
                reaches.append(reach)
        return reaches

    def probe(self, ids: Sequence[str]) -> Health:
        """Asks for one review of the first app."""
        with closing(self._play()) as play:
            answer = play.list(ids[0], 1)
        some = "with reviews" if answer.get("reviews") else "no review in the last 7 days"
        return Health(True, f"{ids[0]}: Google answers, {some}", REACHES_BACK)

    def _package(
        self, play: Play, package: str, product: Product, window: Window
    ) -> Generator[Page, None, ListingReach]:
        token = ""
        tokens: set[str] = set()
        back = ReadBack()  # of what could be read
        unread = False
        cut = ""
        seen: set[str] = set()
        pages = empty = 0
        while True:
            self._spacing.wait()
            answer = play.list(package, PER_PAGE, token)
            reviews = not_flooded("google_play_api", items(answer.get("reviews")), PER_PAGE)
            ids = {identity(mapping(review).get("reviewId")) for review in reviews} - {""}
            if token and reviews and not ids - seen:
                cut = f"{package}: Google sent a page without anything new, the list may go on"
                break
            seen |= ids
            posts, rejected = read_all(reviews, lambda review: post_from_review(review, self._context, product.slug))
            held = [p for p in posts if window.holds(p.created_at)]
            if held or rejected:
                yield page(held, rejected)
            changes = [p.created_at for p in posts]
            unread = unread or (not changes and bool(rejected))
            back.page(changes)
            if changes and max(changes) < window.start:
                break
            token = text(mapping(answer.get("tokenPagination")).get("nextPageToken"))
            if not token:
                break
            pages += 1
            empty = 0 if reviews else empty + 1
            if len(token) > _LONGEST_TOKEN or empty >= EMPTY_PAGES:
                cut = f"{package}: Google's page tokens lead nowhere, the list may go on"
                break
            if pages >= self._options.pages:
                cut = f"{package}: read to the channel's limit of {pages:,} pages; the list goes on"
                break
            if token in tokens:
                cut = f"{package}: Google repeated a page token, the list may go on"
                break
            tokens.add(token)
        if unread:
            return ListingReach(window.end, True, f"{package}: a whole page of reviews that cannot be read")
        served = self._now() - SERVED  # after the last page: what fell out of the week meanwhile is not claimed
        if cut and (back.at is None or back.at > max(served, window.start)):
            return ListingReach(back.at or window.end, True, cut)
        if served > window.start:
            return ListingReach(served, True, f"{package}: Google serves the last 7 days only")
        return ListingReach(window.start)

    def _play(self) -> Play:
        """Google's client, from the description of the API that it brings: nothing is fetched for it."""
        try:
            from google.oauth2.service_account import Credentials  # noqa: PLC0415 - an optional extra
            from google_auth_httplib2 import AuthorizedHttp  # noqa: PLC0415
            from googleapiclient.discovery import build  # noqa: PLC0415

            from earful.connectors.stores.google_http import BoundedHttp, Play  # noqa: PLC0415 - it needs the library
        except ImportError:
            raise Fatal(NOT_INSTALLED) from None
        bounded: Any = BoundedHttp(self._options.limits)
        http = bounded
        if not self._options.anonymous:
            name = self._options.credentials_env
            key = self._key()
            try:
                credentials = Credentials.from_service_account_info(key, scopes=[SCOPE])  # type: ignore[no-untyped-call]
            except (ValueError, KeyError, TypeError, AttributeError):
                # The library's own message may quote the key.
                raise Fatal(
                    f"google_play_api: what ${name} leads to is no service account's key; make a new one"
                ) from None
            http = AuthorizedHttp(credentials, http=bounded)
        endpoint = {"api_endpoint": self._options.api_endpoint} if self._options.api_endpoint else {}
        api = build(
            "androidpublisher", "v3", http=http, static_discovery=True, cache_discovery=False, client_options=endpoint
        )
        return Play(api.reviews(), bounded)

    def _key(self) -> dict[str, Any]:
        """The service account's key. No message holds the variable's value: it may be the key itself."""
        name = self._options.credentials_env
        value = secret_from_env(self._context.env, name)
        if value is None:
            raise Fatal(
                f"google_play_api: ${name} is not set; put the path of a service account's JSON key (or the JSON) in it"
            )
        try:
            raw = value if value.lstrip().startswith("{") else (Path(self._context.root) / value).read_text("utf-8")
        except (OSError, ValueError) as error:
            raise Fatal(
                f"google_play_api: the file that ${name} names cannot be read ({type(error).__name__})"
            ) from None
        try:
            return dict(mapping(json.loads(raw)))
        except (ValueError, RecursionError):
            raise Fatal(
                f"google_play_api: what ${name} leads to is no JSON; it wants a service account's key"
            ) from None


def post_from_review(review: object, context: Context, product: str) -> Post:
    """One review of the API as a post. Raises Skippable without an id, a user's comment or a time."""
    fields = mapping(review)
    post_id = identity(fields.get("reviewId"))
    if not post_id:
        raise Skippable("a review", "no id")
    comments = [mapping(c) for c in items(fields.get("comments"))]
    said = next((c["userComment"] for c in comments if isinstance(c.get("userComment"), dict)), None)
    if said is None:
        raise Skippable(post_id, "no comment by its user")
    changed = mapping(said.get("lastModified"))
    created = moment(changed.get("seconds"), changed.get("nanos"))
    if created is None:
        raise Skippable(post_id, "no time of writing (lastModified)")
    # "In some cases users have been able to write a review with separate title and body; in those cases the title and
    # body are concatenated and separated by a tab character."
    title, tab, body = text(said.get("text")).partition("\t")
    author = text(fields.get("authorName"))
    language = text(said.get("reviewerLanguage"))
    return Post(
        source="google_play",
        channel=context.channel,
        post_id=post_id,
        kind="review",
        product=product,
        market=language,
        created_at=created,
        author=context.author("google_play", "" if author == _NOBODY else author),
        title=title.strip() if tab else "",
        text=(body if tab else title).strip(),
        rating=stars(said.get("starRating")),
        app_version=text(said.get("appVersionName")) or None,
        likes=whole(said.get("thumbsUpCount")),
        language_hint=language or None,
        reply_count=sum(isinstance(c.get("developerComment"), dict) for c in comments),
    )
