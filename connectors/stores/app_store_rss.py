"""App Store reviews by the public customer-reviews feed: no credentials, about 500 reviews a country and order.

One feed is an app in a country in an order, in pages of 50, ten at most ("CustomerReviews RSS page depth is limited to
10" is the plain-text answer to page 11). What the feed does, and what is made of it:

- ``updated`` is the only time it tells. It becomes ``created_at``; an edited review comes again under its id with a
  later one, and the newest version wins in the store. Answers of 2021 had no times: such a review is set aside ("no
  date"), never given an invented one, and a feed without any time covers nothing.
- An app without reviews, an unknown id and Apple's passing fault all look alike: an answer without entries. A first
  page like that is asked for twice and then claims nothing. A later empty page ends the list only where the feed
  itself (link rel="last") or a short page before it says that the list ends there.
- Entries are newest first in ``mostrecent``; ``mosthelpful`` only widens, it has no order in time.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import httpx
from pydantic import Field, StringConstraints

from earful.connectors.base import Context, Health, Options, Product, Reads, Window
from earful.connectors.errors import Retriable, Skippable
from earful.connectors.links import Linked, address, spoken, steps
from earful.connectors.post import OUT_OF_YEARS, Page, Post, page
from earful.connectors.toolkit.by_id import AskedById
from earful.connectors.toolkit.listing import ListingReach, ReadBack, numeric
from earful.connectors.toolkit.payload import identity, items, mapping, possible, read_all, stars, text, whole
from earful.connectors.toolkit.web import Web, WebOptions, json_body, not_flooded

PAGES, PER_PAGE = 10, 50  # Apple gives no more
REACHES_BACK = f"about {PAGES * PER_PAGE} reviews a country and order"

Country = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z]{2}$")]
Sort = Literal["mostrecent", "mosthelpful"]


class AppStoreRssOptions(WebOptions):
    """Parameters of an app_store_rss channel."""

    allowed: ClassVar[Mapping[str, str]] = {"countries": "a country's two letters (ISO 3166), such as us"}

    countries: tuple[Country, ...] = Field(default=("us",), min_length=1)  # ISO 3166 alpha-2; each is a market
    sorts: tuple[Sort, ...] = Field(default=("mostrecent",), min_length=1)  # "mosthelpful" widens beyond the newest 500
    base_url: str = "https://itunes.apple.com"
    spacing: float = Field(default=1.0, ge=0)  # seconds between two requests
    pages: int = Field(default=PAGES, ge=1, le=PAGES)  # most pages of a feed


@dataclass(frozen=True, slots=True)
class Feed:
    """One listing: an app in a country, in an order."""

    app: str
    country: str
    sort: Sort

    @property
    def name(self) -> str:
        """For a person."""
        return f"app {self.app} in {self.country}"

    def path(self, number: int) -> str:
        """The path of a page, counted from 1."""
        return f"/{self.country}/rss/customerreviews/page={number}/id={self.app}/sortby={self.sort}/json"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed: its reviews as they came, whether it was full, and the last page where the feed names it."""

    entries: list[Any]
    full: bool = False
    last: int | None = None


class AppStoreRssConnector(AskedById):
    """Reviews of apps by their numeric ids (``ids["app_store"]``). ``market`` is the country."""

    source: ClassVar[str] = "app_store"
    options_model: ClassVar[type[Options]] = AppStoreRssOptions
    overlap: ClassVar[timedelta | None] = timedelta(days=3)  # reviews reach the feed late, and it fails for hours
    seekable: ClassVar[bool] = False
    needs: ClassVar[str | None] = "app_store"
    id_keys: ClassVar[tuple[str, ...]] = ("app_store",)
    reaches_back: ClassVar[str] = REACHES_BACK
    reads: ClassVar[Reads] = "id"
    text_days: ClassVar[int | None] = None
    spacing: ClassVar[float] = 1.0  # Apple names no limit; it answers 403 to the impatient
    links: ClassVar[tuple[str, ...]] = ("https://apps.apple.com/us/app/acme/id284882215",)

    @classmethod
    def of_link(cls, link: str) -> Linked | None:
        """An app's page; its country is the one whose reviews are listed (the United States where none is named)."""
        parts = address(link, "apps.apple.com", "itunes.apple.com")
        path = steps(parts) if parts else []
        number = next((step[2:] for step in path if re.fullmatch(r"id[0-9]{1,20}", step)), None)
        if number is None:
            return None
        country = path[0].lower() if re.fullmatch(r"[A-Za-z]{2}", path[0]) else "us"
        names = [step for step in path[1:] if step not in ("app", f"id{number}")]
        return Linked({"app_store": number}, spoken(names[0]) if names else "", {"countries": [country]})

    def __init__(self, options: AppStoreRssOptions, context: Context, web: Web | None = None) -> None:
        self._options = options
        self._context = context
        self._web = web or Web(self.source, spacing=options.spacing, limits=options.limits)

    def listings(
        self, ids: Sequence[str], product: Product, window: Window
    ) -> Generator[Page, None, Sequence[ListingReach]]:
        """Pages of reviews whose last update lies in the window."""
        reaches = []
        for app in numeric(ids, self.source, "App Store id"):
            for country in dict.fromkeys(self._options.countries):
                found = []
                for sort in dict.fromkeys(self._options.sorts):
                    reach = yield from self._feed(Feed(app, country, sort), product, window)
                    found.append(reach)
                reaches.append(_best(found))
        return reaches

    def probe(self, ids: Sequence[str]) -> Health:
        """Asks for the first page of the first app and country."""
        app = numeric(ids, self.source, "App Store id")[0]
        feed = Feed(app, self._options.countries[0], self._options.sorts[0])
        answer = self._ask(feed, 1, tries=1)
        if not answer.entries:
            return Health(
                False,
                f"{feed.name}: the feed answers, but lists no reviews; Apple says the same of an unknown id, so "
                "check the id and the country, or try again in an hour",
                REACHES_BACK,
            )
        return Health(True, f"{feed.name}: the feed answers with {len(answer.entries)} entries", REACHES_BACK)

    def _feed(self, feed: Feed, product: Product, window: Window) -> Generator[Page, None, ListingReach]:
        back = ReadBack()  # of what could be read
        unread = full = False
        last: int | None = None
        cut = ""  # why older ones may exist that were not listed
        seen: set[str] = set()
        for number in range(1, self._options.pages + 1):
            answer = self._ask(feed, number)
            if not answer.entries:
                if number == 1:
                    return ListingReach(None, note=f"{feed.name}: no reviews listed")
                if full:
                    cut = f"{feed.name}: page {number} came empty, the list may go on"
                break
            ids = {identity(_label(mapping(entry).get("id"))) for entry in answer.entries} - {""}
            if number > 1 and not ids - seen:
                cut = f"{feed.name}: page {number} brought nothing new, the list may go on"
                break
            seen |= ids
            posts, rejected = read_all(
                answer.entries, lambda entry: post_from_entry(entry, self._context, product.slug, feed.country)
            )
            held = [p for p in posts if window.holds(p.created_at)]
            if held or rejected:
                yield page(held, rejected)
            moments = [p.created_at for p in posts]
            unread = unread or not moments
            back.page(moments)
            full = answer.full
            last = answer.last or last
            if feed.sort == "mostrecent" and moments and max(moments) < window.start:
                return ListingReach(window.start)
            if number == PAGES and full:
                cut = f"{feed.name}: the feed ends after {PAGES} pages of {PER_PAGE}"
            elif number == self._options.pages < PAGES and (number < last if last is not None else full):
                cut = f"{feed.name}: read to the channel's limit of {number} pages; the feed goes on"
            elif last is not None and number >= last:
                break
        if unread:
            # Nothing is known of when those were written: they may lie in the window.
            return ListingReach(
                window.end, True, f"{feed.name}: a whole page of reviews without a date that can be read"
            )
        if not cut:
            return ListingReach(window.start)
        if feed.sort != "mostrecent" or back.at is None:
            return ListingReach(window.end, True, cut)  # no order in time: nothing says back to when it is whole
        return ListingReach(back.at, True, cut) if back.at > window.start else ListingReach(window.start)

    def _ask(self, feed: Feed, number: int, *, tries: int | None = None) -> FeedPage:
        """One page. An empty first page is asked for once more: the feed is known to come empty for a moment."""
        url = self._options.base_url.rstrip("/") + feed.path(number)
        answer = answer_from(self._web.get(url, tries=tries), self.source)
        if number == 1 and not answer.entries and tries != 1:
            answer = answer_from(self._web.get(url), self.source)
        return answer


def answer_from(response: httpx.Response, source: str) -> FeedPage:
    """A page of a feed from its HTTP answer; no entries where it is the plain text of a page too deep.

    Raises Retriable for what is no feed (403 included: Apple answers that to whoever asks too fast), Fatal for
    another 4xx.
    """
    if b"page depth is limited" in response.content[:200]:
        return FeedPage([])
    if response.status_code == httpx.codes.FORBIDDEN:
        raise Retriable(f"{source}: {response.request.url.host} answered 403, too many requests; try again later")
    body = mapping(json_body(source, response))
    if not isinstance(body.get("feed"), dict):
        raise Retriable(f"{source}: {response.request.url.host} answered without a feed; try again later")
    feed = body["feed"]
    entries = not_flooded(source, items(feed.get("entry")), PER_PAGE)
    return FeedPage([e for e in entries if not _is_app(e)], len(entries) >= PER_PAGE, _last_page(feed))


def post_from_entry(entry: object, context: Context, product: str, country: str) -> Post:
    """One review of a feed as a post. Raises Skippable without an id or a date with a zone."""
    fields = mapping(entry)
    post_id = identity(_label(fields.get("id")))
    if not post_id:
        raise Skippable(f"a review in {country}", "no id")
    raw = text(_label(fields.get("updated")))
    if not raw:
        raise Skippable(post_id, "no date")
    try:
        created = datetime.fromisoformat(raw)
        if created.tzinfo is None:
            raise Skippable(post_id, "the date has no time zone")
        created = created.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Skippable(post_id, "the date cannot be read") from None
    if not possible(created):
        raise Skippable(post_id, OUT_OF_YEARS.format("the date", created.year))
    author = mapping(fields.get("author"))
    return Post(
        source="app_store",
        channel=context.channel,
        post_id=post_id,
        kind="review",
        product=product,
        market=country,
        created_at=created,
        raw_created=raw,
        author=context.author("app_store", text(_label(author.get("name"))) or text(_label(author.get("uri")))),
        title=text(_label(fields.get("title"))),
        text=_content(fields.get("content")),
        rating=stars(_label(fields.get("im:rating"))),
        app_version=text(_label(fields.get("im:version"))) or None,
        likes=whole(_label(fields.get("im:voteSum"))),
        url=text(mapping(mapping(fields.get("link")).get("attributes")).get("href")) or None,
    )


def _best(found: list[ListingReach]) -> ListingReach:
    """Of one app and country in several orders, what the order that went back furthest says."""
    return min(found, key=lambda r: (r.back_to is None, r.back_to or datetime.max.replace(tzinfo=UTC)))


def _label(value: object) -> object:
    return mapping(value).get("label")


def _content(value: object) -> str:
    """The text of ``content``: one object, or a list of a text and an HTML form, of which the text is taken."""
    forms = [mapping(form) for form in items(value)]
    plain = [f for f in forms if mapping(f.get("attributes")).get("type") == "text"]
    return text((plain or forms or [{}])[0].get("label"))


def _is_app(entry: object) -> bool:
    """Whether an entry is the app itself: older feeds put it before the reviews."""
    fields = mapping(entry)
    return "im:name" in fields and "im:rating" not in fields


def _last_page(feed: Mapping[str, Any]) -> int | None:
    """The number of the last page by the feed's own link, or None. Its address holds the page asked for, too."""
    for link in items(feed.get("link")):
        attributes = mapping(mapping(link).get("attributes"))
        if attributes.get("rel") == "last":
            found = re.search(r"/page=([0-9]{1,3})/", text(attributes.get("href")))
            return int(found[1]) if found else None
    return None
