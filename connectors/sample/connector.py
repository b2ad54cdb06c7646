"""The sample source: posts of made-up people about your products, generated from a seed, without any network.

Two things go wrong in it, so that there is something to find: a release that crashes at the login (story
``bad_release``: out 21 days before the anchor, mended 5 days later), and an outage of one channel.

Every post depends on (seed, channel, product, day) and on the days to the anchor alone. So the posts are the same,
however a span of time is cut into windows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Annotated, ClassVar

from pydantic import Field

from earful.connectors import base
from earful.connectors.base import Context, Coverage, Health, Options, Pages, Product, Pull, Reads, Window
from earful.connectors.post import Post, page
from earful.connectors.sample import sentences
from earful.connectors.sample.story import FIX, Mood, SampleKind, Story, mood, versions

#: An outage lasts this long.
OUTAGE = timedelta(days=3)
#: An edit follows at most this long after the post; one that would fall into the outage comes after it.
EDITED_WITHIN = timedelta(days=8) + OUTAGE
_ROWS = 1_000

# Language shares by market; "" is a source that knows no market. Others are taken as English.
_SPOKEN: dict[str, dict[str, float]] = {
    "": {"en": 0.94, "de": 0.02, "es": 0.02, "fr": 0.01, "pt": 0.01},
    "us": {"en": 0.95, "es": 0.05},
    "gb": {"en": 1.0},
    "ca": {"en": 0.85, "fr": 0.15},
    "de": {"de": 0.86, "en": 0.14},
    "fr": {"fr": 0.92, "en": 0.08},
    "es": {"es": 0.93, "en": 0.07},
    "mx": {"es": 0.95, "en": 0.05},
    "br": {"pt": 0.95, "en": 0.05},
    "pt": {"pt": 0.90, "en": 0.10},
    "jp": {"ja": 0.97, "en": 0.03},
}
# A text for so many stars, about the bad release or not.
_Writer = Callable[[int, bool], str]

_EDITED: dict[SampleKind, float] = {"review": 0.04, "comment": 0.03, "post": 0.03, "survey": 0.0}


class SampleOptions(Options):
    """``[[channels]]`` of connector "sample"."""

    allowed: ClassVar[Mapping[str, str]] = {
        "as_source": "a-z, 0-9 and _, a letter first",
        "markets": "a country's two letters (ISO 3166) in lower case, such as us",
    }

    seed: int = 1
    #: Days before the anchor that it has posts of. (``days`` is the channel's own key: how far the first night asks.)
    history_days: Annotated[int, Field(ge=1, le=3660)] = 120
    #: The day the story hangs on (UTC). Without one it is today, and the story moves on with every night.
    anchor: date | None = None
    as_source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = "sample"
    kind: SampleKind = "review"
    #: Countries, the busiest first. Without any: us, gb and de for reviews, none for the rest.
    markets: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] | None = None
    #: Product slug -> what happens to it; who is not named is "steady".
    stories: Mapping[str, Story] = Field(default_factory=dict)
    #: Product slug -> posts on a usual day, in place of the built-in number.
    volumes: Mapping[str, Annotated[float, Field(ge=0, le=100_000)]] = Field(default_factory=dict)
    #: The outage begins this many days before the anchor; 0: there is none. Unset: 96 for comments, else none.
    outage_days_ago: Annotated[int, Field(ge=0)] | None = None

    def source_of(self, usual: str) -> str:  # noqa: ARG002 - ours is always given
        """``as_source``."""
        return self.as_source


@dataclass(frozen=True, slots=True)
class _Written:
    """A post as first written, and as it reads after its edit (None: never edited)."""

    first: Post
    edited: Post | None = None

    def at(self, moment: datetime) -> Post:
        """How the post reads just before a moment."""
        if self.edited and self.edited.edited_at and self.edited.edited_at < moment:
            return self.edited
        return self.first


class SampleConnector:
    """Generated posts. See the module for what is in them."""

    source: ClassVar[str] = "sample"
    options_model: ClassVar[type[Options]] = SampleOptions
    overlap: ClassVar[timedelta | None] = timedelta(days=1)
    seekable: ClassVar[bool] = True
    needs: ClassVar[str | None] = None
    id_keys: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[Reads] = "whole"  # one story of all products
    text_days: ClassVar[int | None] = None
    spacing: ClassVar[float] = 0.0

    def __init__(self, options: SampleOptions, context: Context) -> None:
        self.source = options.as_source  # type: ignore[misc]  # of this instance's posts
        self._options = options
        self._context = context
        self._anchor = options.anchor or datetime.now(UTC).date()
        self._begin = _midnight(self._anchor - timedelta(days=options.history_days))
        ago = options.outage_days_ago
        if ago is None:
            ago = 96 if options.kind == "comment" else 0
        gone = _midnight(self._anchor - timedelta(days=ago))
        self._outage = Window(gone, gone + OUTAGE) if ago else None
        default = ("us", "gb", "de") if options.kind == "review" else ()
        self._markets = default if options.markets is None else options.markets

    def pull(self, asked: Sequence[base.Asked]) -> Pull:
        """Each product's posts in its window; see _pages."""
        return base.one_by_one(asked, self._pages)

    def _pages(self, product: Product, window: Window) -> Pages:
        """Posts created or edited in the window, as they read at its end (a later edit is not there yet).

        Before the history begins there is nothing, and that is covered. In the outage nothing can be pulled: a window
        that spans it is covered in two stretches, one that begins in it from its end on, one that ends in it up to its
        beginning, one inside it not at all.
        """
        rows: list[Post] = []
        for written in self._days(product, window):
            post = written.at(window.end)
            if window.holds(post.created_at, post.edited_at):
                rows.append(post)
                if len(rows) >= _ROWS:
                    yield page(rows)
                    rows = []
        if rows:
            yield page(rows)
        return self._coverage(window)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Always works; says what it generates."""
        stories, back = self._options.stories, f"{self._options.history_days} days before the anchor"
        made = f"seed {self._options.seed}, anchor {self._anchor}"
        says = {p.slug: f"generated, no network: story {stories.get(p.slug, 'steady')}, {made}" for p in products}
        return {slug: Health(True, line, back) for slug, line in says.items()}

    def _coverage(self, window: Window) -> Coverage:
        out = self._outage
        if out is None or window.end <= out.start or window.start >= out.end or window.start == window.end:
            return Coverage.whole(window)
        note = f"{self.source} was out from {out.start:%Y-%m-%d} to {out.end:%Y-%m-%d} (UTC)"
        if window.start < out.start and window.end > out.end:
            return Coverage(window.start, window.end, note=note, missing=(out,))
        if window.end > out.end:
            return Coverage(out.end, window.end, note=note)
        if window.start < out.start:
            return Coverage(window.start, out.start, note=note)
        return Coverage.none(window, note)

    def _days(self, product: Product, window: Window) -> Iterator[_Written]:
        begin = max(self._begin, window.start - EDITED_WITHIN)
        day = begin.date()
        while _midnight(day) < window.end:
            for written in self._day(product, day):
                if not (self._outage and self._outage.holds(written.first.created_at)):
                    yield written
            day += timedelta(days=1)

    def _day(self, product: Product, day: date) -> list[_Written]:
        """Everything written about a product on a day (UTC)."""
        options = self._options
        story = options.stories.get(product.slug, "steady")
        today = mood(story, options.kind, day, self._anchor, options.volumes.get(product.slug))
        rng = Random(f"{options.seed}/{self._context.channel}/{product.slug}/{day}")
        written: list[_Written] = []
        for n in range(_poisson(rng, today.expected)):
            post_id = f"{day:%Y%m%d}-{product.slug}-{n:04d}"
            text = rng.choice(written).first.text if written and rng.random() < 0.012 else ""
            post = self._write(rng, product, story=story, today=today, day=day, post_id=post_id, copied=text)
            written.append(post)
        return written

    def _write(
        self, rng: Random, product: Product, *, story: Story, today: Mood, day: date, post_id: str, copied: str
    ) -> _Written:
        kind = self._options.kind
        market = (
            rng.choices(self._markets, [1 / (i + 1) for i in range(len(self._markets))])[0] if self._markets else ""
        )
        spoken = _SPOKEN.get(market, {"en": 1.0})
        language = rng.choices(list(spoken), list(spoken.values()))[0]
        trouble = rng.random() < today.trouble
        rating = 1 if trouble and rng.random() < 0.85 else _rating(rng, 0.08 if trouble else today.contented)
        version = today.version if trouble or rng.random() < 0.75 else today.previous
        likes, replies = _attention(rng, kind, trouble)

        def text(stars: int, about_trouble: bool) -> str:
            return sentences.write(
                rng, language, stars, trouble=about_trouble, kind=kind, story=story, name=product.name, version=version
            )

        silent = not copied and rng.random() < {"review": 0.12, "survey": 0.40}.get(kind, 0.0)
        body = "" if silent else copied or text(rating, trouble)
        if copied and kind != "survey" and language == "en" and rng.random() < 0.5:
            body = sentences.echo(rng, copied)
        titled = body and language == "en" and (kind == "post" or (kind == "review" and rng.random() < 0.7))
        first = Post(
            source=self.source,
            channel=self._context.channel,
            post_id=post_id,
            kind=kind,
            product=product.slug,
            created_at=_midnight(day) + timedelta(seconds=int(rng.triangular(0, 86_399, 66_000))),
            market=market,
            author=self._context.author(self.source, f"someone-{rng.randrange(9_000)}"),
            title=sentences.title(rng, rating) if titled else "",
            text=body,
            rating=rating if kind == "review" else None,
            nps=_nps(rng, rating) if kind == "survey" else None,
            app_version=version if kind == "review" else None,
            likes=likes,
            url=f"https://example.com/{self.source}/{post_id}",
            language_hint=language if kind == "review" else None,
            reply_count=replies,
        )
        if rng.random() >= (0.25 if trouble and kind == "review" else _EDITED[kind]):
            return _Written(first)
        return _Written(first, self._edit(rng, first, text, story=story, trouble=trouble, language=language))

    def _edit(self, rng: Random, first: Post, text: _Writer, *, story: Story, trouble: bool, language: str) -> Post:
        """The same post some days later: another rating and other words, under the same id."""
        at = first.created_at + timedelta(days=1, seconds=rng.randrange(5 * 86_400))
        if trouble:
            # Nobody takes the one star back before the fix is out.
            at = max(at, _midnight(self._anchor - timedelta(days=FIX)) + timedelta(hours=rng.randint(10, 60)))
        if self._outage and self._outage.holds(at):
            at += OUTAGE
        assert first.created_at < at <= first.created_at + EDITED_WITHIN
        mended, _ = versions(story, -FIX)
        version = first.app_version
        if trouble:
            stars = rng.choice([4, 5, 5])
            words = sentences.relief(rng, mended) if language == "en" else text(stars, False)
            version = mended if version else None
        else:
            stars = min(5, max(1, int(first.rating or 3) + rng.choice([-2, -1, 1, 2])))
            words = text(stars, False)
        if first.kind != "review":
            return replace(first, edited_at=at, text=f"{first.text}\n\nEdit: {words}")
        headline = sentences.title(rng, stars) if first.title else ""
        return replace(first, edited_at=at, text=words, title=headline, rating=stars, app_version=version)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _rating(rng: Random, contented: float) -> int:
    """Stars 1..5. Stores see mostly the two ends: the delighted and the angry write."""
    if rng.random() < contented:
        return 5 if rng.random() < 0.7 else 4
    return rng.choices([1, 2, 3], [0.5, 0.25, 0.25])[0]


def _nps(rng: Random, rating: int) -> int:
    low, high = {1: (0, 3), 2: (2, 5), 3: (5, 7), 4: (7, 9), 5: (9, 10)}[rating]
    return rng.randint(low, high)


def _attention(rng: Random, kind: SampleKind, trouble: bool) -> tuple[int | None, int | None]:
    """Likes and replies: net votes on comments and posts (may be negative), helpful votes on reviews."""
    if kind == "survey":
        return None, None
    more = 3 if trouble else 1
    if kind == "review":
        return int(rng.expovariate(1 / (1.5 * more))), int(rng.random() < 0.1)
    return int(rng.gauss(5 * more, 6 * more)), int(rng.expovariate(1 / (2.0 * more)))


def _poisson(rng: Random, mean: float) -> int:
    """A Poisson draw: Knuth's product of uniforms (TAOCP 2, 3.4.1), the normal approximation above 50."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, n = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        n += 1
    return n
