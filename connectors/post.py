"""The page of posts: the one shape that every connector yields and every other floor reads."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.limits import LONGEST_FIELD

Kind = Literal["post", "comment", "review", "survey"]
KINDS: tuple[str, ...] = get_args(Kind)

_UTC = pa.timestamp("us", tz="UTC")

#: Column names and Arrow types of a page, in order. Times are UTC, microseconds.
SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),  # kind of service: reddit, app_store, google_play, steam, ...
        pa.field("channel", pa.string(), nullable=False),  # the configured way in; ids are never joined across channels
        pa.field("post_id", pa.string(), nullable=False),  # unique within the channel
        pa.field("kind", pa.string(), nullable=False),  # one of KINDS
        pa.field("product", pa.string(), nullable=False),  # slug; a post that mentions two products is two rows
        pa.field("market", pa.string(), nullable=False),  # country or language the source really knows, else ""
        pa.field("created_at", _UTC, nullable=False),
        pa.field("edited_at", _UTC),  # last edit the service tells of
        pa.field("author", pa.string()),  # HMAC, see pseudonym(); never the name
        pa.field("title", pa.string(), nullable=False),  # "" where the source has none
        pa.field("text", pa.string(), nullable=False),  # "" for star-only reviews
        pa.field("rating", pa.float64()),  # stars 1..5; fractions where the source has another scale or half stars
        pa.field("nps", pa.int8()),  # survey answer 0..10
        pa.field("recommended", pa.bool_()),  # thumbs up or down, where the source asks that instead of stars
        pa.field("app_version", pa.string()),
        pa.field("likes", pa.int64()),  # net score or helpful votes, as the source counts them; may be negative
        pa.field("url", pa.string()),
        pa.field("language_hint", pa.string()),  # what the source says; often the device's or the account's language
        pa.field("reply_count", pa.int64()),  # answers below it, a developer's reply included
        pa.field("raw_created", pa.string()),  # created_at as received, where that had another zone or form
    ]
)

#: Years outside are garbage (a zero timestamp, milliseconds read as seconds), not posts.
FIRST_YEAR, LAST_YEAR = 1990, 2200
#: Bounds of answers on a scale.
STARS, NPS = (1, 5), (0, 10)
#: Why a row that could be a post is none, in words: page() says so of single records, but for grades, which it leaves
#: out; the landing of whole tables that no page() saw (refuse.sql). `{}` takes the value.
NO_ID = "no id"
OUT_OF_YEARS = "{} is in the year {}"
NOT_STARS = f"rating {{:g}} is not {STARS[0]}..{STARS[1]}"
NOT_NPS = f"nps {{}} is not {NPS[0]}..{NPS[1]}"


@dataclass(frozen=True, slots=True)
class Post:
    """One row of a page, for connectors whose service answers item by item. Fields as in SCHEMA; times aware UTC."""

    source: str
    channel: str
    post_id: str
    kind: Kind
    product: str
    created_at: datetime
    market: str = ""
    edited_at: datetime | None = None
    author: str | None = None
    title: str = ""
    text: str = ""
    rating: float | None = None
    nps: int | None = None
    recommended: bool | None = None
    app_version: str | None = None
    likes: int | None = None
    url: str | None = None
    language_hint: str | None = None
    reply_count: int | None = None
    raw_created: str | None = None


_FIELDS = tuple(f.name for f in fields(Post))
_CUT = frozenset({"title", "text"})
_COUNTS = frozenset({"likes", "reply_count"})
_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Rejected:
    """One item set aside: ``item`` says where it is (an id, ``file.csv:17``), ``reason`` why. Never its content.

    ``product``: the slug of the product that it was read for; "": for each one that the pull serves.
    """

    item: str
    reason: str
    product: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts, and what was set aside on the way to them.

    ``posts`` is a table of SCHEMA; ValueError for any other, and for text that is no UTF-8. ``gone`` holds post ids
    that the service says were deleted or removed (explicit tombstones): the only thing that ever takes a post out of
    the store. ``cut`` counts the titles and texts that were cut at their longest (limits.LONGEST_FIELD), by the slug of
    their product, ``unread`` the grades that were left out since they are none of their scale (STARS, NPS).
    """

    posts: pa.Table
    rejected: tuple[Rejected, ...] = ()
    gone: tuple[str, ...] = field(default=())
    cut: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.posts, pa.Table) or not self.posts.schema.equals(SCHEMA):
            raise ValueError("a page's posts are a table of post.SCHEMA; make it by page() or to_table()")
        self.posts.validate(full=True)


def to_table(table: pa.Table) -> pa.Table:
    """An Arrow table as a page's: columns of SCHEMA in order, missing nullable ones filled null.

    NUL is taken out of its strings. Raises ValueError for a missing required column, pa.ArrowInvalid for one that
    cannot be cast without loss.
    """
    columns = []
    for f in SCHEMA:
        if f.name in table.column_names:
            columns.append(_without_nul(table[f.name].cast(f.type)))
        elif f.nullable:
            columns.append(pa.nulls(table.num_rows, f.type))
        else:
            raise ValueError(f"a page needs the column {f.name!r}")
    return pa.table(columns, schema=SCHEMA)


def _without_nul(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(column.type) or not pc.any(pc.match_substring(column, "\x00")).as_py():
        return column
    return pc.replace_substring(column, "\x00", "")


def page(posts: Iterable[Post], rejected: Iterable[Rejected] = (), gone: Iterable[str] = ()) -> Page:
    """A page from single records. Text is cleaned by clean(); an impossible date or an empty id is set aside.

    Titles and texts are cut at their longest (limits.LONGEST_FIELD), other fields left out where they are too long or
    too large, and grades that are none of their scale; an id that is too long sets its post aside.
    """
    bad = [replace(r, item=clean(r.item[: LONGEST_FIELD["post_id"]])) for r in rejected]
    columns: dict[str, list[object]] = {name: [] for name in _FIELDS}
    cut: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    for one in posts:
        post = _graded(one, unread)
        why = _refusal(post)
        if why:
            bad.append(Rejected(clean(post.post_id[: LONGEST_FIELD["post_id"]]) or "(no id)", why, post.product))
            continue
        for name in _FIELDS:
            value = getattr(post, name)
            if isinstance(value, str):
                if name in _CUT and len(value) > LONGEST_FIELD[name]:
                    cut[post.product] += 1
                value = _fitting(name, value)
            elif name in _COUNTS and value is not None and not -_INT64 <= value < _INT64:
                value = None
            columns[name].append(value)
    arrays = [pa.array(columns[f.name], type=f.type) for f in SCHEMA]
    fitting = (one for one in gone if len(one) <= LONGEST_FIELD["post_id"])
    return Page(pa.table(arrays, schema=SCHEMA), tuple(bad), tuple(fitting), cut, unread)


def _graded(post: Post, unread: Counter[str]) -> Post:
    """A post without a grade that is none of its scale."""
    if post.rating is not None and not STARS[0] <= post.rating <= STARS[1]:
        unread[post.product] += 1
        post = replace(post, rating=None)
    if post.nps is not None and not NPS[0] <= post.nps <= NPS[1]:
        unread[post.product] += 1
        post = replace(post, nps=None)
    return post


def _fitting(name: str, value: str) -> str | None:
    """A text as its column holds it."""
    if len(value) <= LONGEST_FIELD.get(name, len(value)):
        return clean(value)
    if name in _CUT:
        return clean(value[: LONGEST_FIELD[name]])
    return None if SCHEMA.field(name).nullable else ""


def clean(text: str) -> str:
    """Text that every later step can hold: no NUL, and no lone surrogates (each becomes U+FFFD).

    Arrow and DuckDB both refuse the whole batch for one of these.
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Surrogate pairs left over from broken JSON escapes are joined; what is still alone is replaced.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def pseudonym(secret: bytes, source: str, name: str | None) -> str | None:
    """HMAC-SHA-256 of an author's name or id within one source, as 32 hex digits; None for no or a deleted author."""
    if not name:
        return None
    mac = hmac.new(secret, f"{source}\x00{clean(name)}".encode(), hashlib.sha256)
    return mac.hexdigest()[:32]


def _refusal(post: Post) -> str:
    if not post.post_id:
        return NO_ID
    if len(post.post_id) > LONGEST_FIELD["post_id"]:
        return f"the id has over {LONGEST_FIELD['post_id']} characters"
    for name in ("created_at", "edited_at"):
        moment = getattr(post, name)
        if moment is None:
            continue
        if moment.tzinfo is None:
            return f"{name} has no time zone"
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return OUT_OF_YEARS.format(name, moment.year)
    return ""
