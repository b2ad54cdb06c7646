"""Steam reviews by Valve's public list: no credentials, everything since a game's first review.

The address is api.steampowered.com/IUserReviewsService/GetAppReviews/v1
(partner.steamgames.com/doc/webapi/IUserReviewsService), pages under an opaque cursor. The store's own
(store.steampowered.com/appreviews) was ended by Valve on 22 October 2026.

- ``filter=updated``: newest change first, so edited reviews come again (same id, later ``timestamp_updated``).
- The list ends with an empty page. Steam also ends early in busy hours, or repeats a cursor: an empty page that comes
  before as many reviews as Steam counts is asked for again, and what is still missing then is said in the coverage.
- Off-topic periods ("review bombs") are asked for too: a sudden mass of anger is what a POM wants to see.
- ``recommended`` is the thumb; Steam has no stars, so ``rating`` stays empty. ``language_hint`` is the reviewer's
  setting, not always the text's language, and no place: ``market`` stays empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

import httpx
from pydantic import BeforeValidator, Field

from earful.connectors.base import Context, Health, Options, Product, Reads, Window
from earful.connectors.errors import Retriable, Skippable
from earful.connectors.links import Linked, address, spoken, steps
from earful.connectors.post import Page, Post, page
from earful.connectors.toolkit.by_id import AskedById
from earful.connectors.toolkit.listing import ListingReach, ReadBack, numeric
from earful.connectors.toolkit.payload import identity, items, mapping, moment, read_all, text, whole
from earful.connectors.toolkit.web import Web, WebOptions, json_body, not_flooded

PER_PAGE = 100  # the most that Steam gives
MOST_PAGES = 2_000  # 200,000 reviews; 50 minutes at the usual spacing
ASKED_AGAIN = 2  # times an empty page is asked for again that comes too early
REACHES_BACK = "everything since the first review"

_HOST, _PATH = "https://api.steampowered.com", "/IUserReviewsService/GetAppReviews/v1/"
_PURCHASES = {"steam": 0, "all": 1, "non_steam_purchase": 2}  # EUserReviewsPurchaseType
_UPDATED, _EVERY_VERDICT = 2, 0  # EUserReviewsAppReviewsFilter, EUserReviewsReviewType
_LONGEST_CURSOR = 1000  # Steam's have about 30 characters
_NOT_FOUND = (httpx.codes.NOT_FOUND, httpx.codes.GONE)

#: Steam's API language codes (partner.steamgames.com/doc/store/localization/languages) in ISO 639-1.
LANGUAGES = {
    "arabic": "ar", "brazilian": "pt", "bulgarian": "bg", "czech": "cs", "danish": "da", "dutch": "nl",
    "english": "en", "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hungarian": "hu",
    "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko", "koreana": "ko", "latam": "es",
    "malay": "ms", "norwegian": "no", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "schinese": "zh", "sc_schinese": "zh", "spanish": "es", "swedish": "sv", "tchinese": "zh", "thai": "th",
    "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip


def _living(interface: object) -> object:
    if interface == "store":
        raise ValueError("ended by Valve on 22 October 2026; take the line out: the web API has the same reviews")
    return interface


class SteamOptions(WebOptions):
    """Parameters of a steam channel."""

    # There is one left; the key is of configurations from when there were two.
    interface: Annotated[Literal["auto", "web_api"], BeforeValidator(_living)] = "web_api"
    base_url: str = _HOST
    language: str = Field(default="all", min_length=1)  # "all", or one of Steam's names (english, schinese, ...)
    purchase_type: Literal["all", "steam", "non_steam_purchase"] = "all"
    off_topic: bool = True  # also what Steam flags as off-topic ("review bombs")
    spacing: float = Field(default=1.5, ge=0)  # seconds between two requests
    pages: int = Field(default=MOST_PAGES, ge=1)  # most pages of a game's list


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of the list. ``total`` is how many reviews Steam counts for the question, where it says so."""

    reviews: list[Any]
    cursor: str = ""
    total: int | None = None


class SteamConnector(AskedById):
    """Reviews of games by their app ids (``ids["steam"]``)."""

    source: ClassVar[str] = "steam"
    options_model: ClassVar[type[Options]] = SteamOptions
    overlap: ClassVar[timedelta | None] = timedelta(days=2)  # a review may be held back for a check before it shows
    seekable: ClassVar[bool] = False
    needs: ClassVar[str | None] = "steam"
    id_keys: ClassVar[tuple[str, ...]] = ("steam",)
    reaches_back: ClassVar[str] = REACHES_BACK
    reads: ClassVar[Reads] = "id"
    text_days: ClassVar[int | None] = None
    spacing: ClassVar[float] = 1.5  # the store let about 200 requests in 5 minutes through
    links: ClassVar[tuple[str, ...]] = ("https://store.steampowered.com/app/440/Team_Fortress_2/",)

    @classmethod
    def of_link(cls, link: str) -> Linked | None:
        """A game's page in the store or the community. A first look reads its newest 2,000 reviews: half a minute."""
        parts = address(link, "store.steampowered.com", "steamcommunity.com")
        path = steps(parts) if parts else []
        if len(path) < 2 or path[0] != "app" or not re.fullmatch(r"[0-9]{1,20}", path[1]):
            return None
        name = path[2] if len(path) > 2 and parts and parts.hostname == "store.steampowered.com" else ""
        return Linked({"steam": path[1]}, spoken(name), first={"pages": 20})

    def __init__(self, options: SteamOptions, context: Context, web: Web | None = None) -> None:
        self._options = options
        self._context = context
        self._web = web or Web(self.source, spacing=options.spacing, limits=options.limits)

    def listings(
        self, ids: Sequence[str], product: Product, window: Window
    ) -> Generator[Page, None, Sequence[ListingReach]]:
        """Pages of reviews written or last changed in the window."""
        reaches = []
        for app in numeric(ids, self.source, "Steam app id"):
            reach = yield from self._app(app, product, window)
            reaches.append(reach)
        return reaches

    def probe(self, ids: Sequence[str]) -> Health:
        """Asks for one review of the first app."""
        app = numeric(ids, self.source, "Steam app id")[0]
        response = self._get(app, "*", per_page=1, tries=1)
        if response.status_code in _NOT_FOUND:
            return Health(False, f"steam: {response.request.url.host} has no list of reviews; check base_url")
        answer = answer_from(response)
        if not answer.reviews:
            return Health(False, f"app {app}: Steam answers, but lists no reviews; check the id", REACHES_BACK)
        counted = "" if answer.total is None else f", {answer.total:,} reviews"
        return Health(True, f"app {app}: Steam answers{counted}", REACHES_BACK)

    def _app(self, app: str, product: Product, window: Window) -> Generator[Page, None, ListingReach]:
        answer = answer_from(self._get(app, "*"))
        total = answer.total
        seen: set[str] = set()
        cursor, cursors = "*", {"*"}
        back = ReadBack()  # of what could be read
        unread = False
        again = pages = 0
        ended = f"app {app}: the list ended without saying so"
        while True:
            if not answer.reviews:
                if not seen:
                    return ListingReach(None, note=f"app {app}: no reviews listed")
                if again < ASKED_AGAIN and len(seen) < (total or 0):
                    again += 1
                    answer = answer_from(self._get(app, cursor))
                    continue
                # The documented end. Steam's count may be a little ahead of its list (hidden and deleted reviews).
                cut = len(seen) < (total or 0) - max(2, (total or 0) // 100)
                break
            ids = {identity(mapping(r).get("recommendationid")) for r in answer.reviews} - {""}
            if not ids - seen:
                cut = total is None or len(seen) < total
                break
            seen |= ids
            posts, rejected = read_all(
                answer.reviews, lambda review: post_from_review(review, self._context, product.slug, app)
            )
            held = [p for p in posts if window.holds(p.created_at, p.edited_at)]
            if held or rejected:
                yield page(held, rejected)
            changes = [p.edited_at or p.created_at for p in posts]
            unread = unread or not changes
            back.page(changes)
            if changes and max(changes) < window.start:
                return ListingReach(window.start)
            if not answer.cursor or answer.cursor in cursors:
                cut = total is None or len(seen) < total
                break
            pages += 1
            if pages >= self._options.pages:
                cut, total = True, None
                ended = f"app {app}: read to the channel's limit of {pages:,} pages; the list goes on"
                break
            cursor = answer.cursor
            cursors.add(cursor)
            answer = answer_from(self._get(app, cursor))
        if unread or back.at is None:
            return ListingReach(window.end, True, f"app {app}: a whole page of reviews that cannot be read")
        counted = f"app {app}: Steam counts {total:,} reviews and listed {len(seen):,}" if total is not None else ""
        if cut and back.at > window.start:
            return ListingReach(back.at, True, counted or ended)
        return ListingReach(window.start, note=counted if len(seen) < (total or 0) else "")

    def _get(self, app: str, cursor: str, *, per_page: int = PER_PAGE, tries: int | None = None) -> httpx.Response:
        asked = question(self._options, app, cursor, per_page)
        return self._web.get(self._options.base_url.rstrip("/") + _PATH, asked, tries=tries)


def question(options: SteamOptions, app: str, cursor: str, per_page: int = PER_PAGE) -> dict[str, str]:
    """The query (not yet encoded) that asks for a page. The first page's cursor is "*"."""
    asked = {
        "appid": int(app),
        "filter": _UPDATED,
        "languages": [options.language],
        "review_type": _EVERY_VERDICT,
        "purchase_type": _PURCHASES[options.purchase_type],
        "num_per_page": per_page,
        "filter_offtopic_activity": not options.off_topic,
        "cursor": cursor,
    }
    return {"input_json": json.dumps(asked, separators=(",", ":"))}


def answer_from(response: httpx.Response) -> ReviewPage:
    """A page of the list from its HTTP answer. Raises Retriable or Fatal for what is none."""
    body = mapping(json_body("steam", response))
    if not isinstance(body.get("response"), dict):
        raise Retriable(f"steam: {response.request.url.host} answered without a list of reviews; try again later")
    body = body["response"]
    reviews = body.get("reviews")
    total = whole(body.get("total_matching"))
    if total is None:
        total = whole(mapping(body.get("query_summary")).get("total_reviews"))
    # Some clients' recordings, and Steam itself in older years, have the reviews by their id instead of in a list.
    listed = list(reviews.values()) if isinstance(reviews, dict) else items(reviews)
    return ReviewPage(not_flooded("steam", listed, PER_PAGE), text(body.get("cursor"))[:_LONGEST_CURSOR], total)


def post_from_review(review: object, context: Context, product: str, app: str) -> Post:
    """One review object as a post. Raises Skippable without an id, a time of writing, a verdict or a text."""
    fields = mapping(review)
    post_id = identity(fields.get("recommendationid"))
    if not post_id:
        raise Skippable(f"a review of app {app}", "no id")
    created = moment(fields.get("timestamp_created"))
    if created is None:
        raise Skippable(post_id, "no time of writing")
    updated = moment(fields.get("timestamp_updated"))
    if not isinstance(fields.get("voted_up"), bool):
        raise Skippable(post_id, "no verdict (voted_up)")
    if not isinstance(fields.get("review"), str):
        raise Skippable(post_id, "no text (review)")
    language = text(fields.get("language"))
    return Post(
        source="steam",
        channel=context.channel,
        post_id=post_id,
        kind="review",
        product=product,
        created_at=created,
        edited_at=updated if updated is not None and updated > created else None,
        author=context.author("steam", identity(mapping(fields.get("author")).get("steamid"))),
        text=fields["review"],
        recommended=fields["voted_up"],
        likes=_votes(fields.get("votes_up")),
        url=f"https://store.steampowered.com/app/{app}",
        language_hint=LANGUAGES.get(language, language) or None,
        reply_count=1 if text(fields.get("developer_response")) else 0,
    )


def _votes(value: object) -> int | None:
    """A number of votes. Steam sends values just under 2**32 where its own counter went below zero."""
    number = whole(value)
    return number if number is not None and 0 <= number < 2**31 else None
