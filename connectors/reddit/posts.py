"""Reddit's payloads as posts: pure functions, no network. Fields as in Reddit's API page (/dev/api) and PRAW's docs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from earful.connectors.base import Rechecked
from earful.connectors.errors import Skippable
from earful.connectors.limits import LONGEST_FIELD
from earful.connectors.post import Kind, Post
from earful.connectors.toolkit.notices import is_notice
from earful.connectors.toolkit.payload import possible, whole

SITE = "https://www.reddit.com"

#: What Reddit calls the two kinds of things that carry opinions.
KINDS: Mapping[str, Kind] = {"t3": "post", "t1": "comment"}

#: What stands where the text was. Reddit's own removals (copyright, policy) begin with _BY_REDDIT.
_TOMBSTONES = frozenset({"[deleted]", "[removed]", "[deleted by user]"})
_BY_REDDIT = "[ removed by reddit"

#: A longer one is too long for a post, and kept no longer than that: names are held until a listing's end.
_LONGEST_NAME = LONGEST_FIELD["post_id"] + 1

#: Reddit cuts a search query at 512 characters.
LONGEST_QUERY = 512


@dataclass(frozen=True, slots=True)
class Found:
    """One item of a listing. ``post`` is None where Reddit says that it was deleted or removed (a tombstone).

    ``notice``: a moderator, an administrator or a bot speaks for the place, see notices.py.
    """

    post_id: str  # the fullname: t3_... a submission, t1_... a comment
    subreddit: str
    created_at: datetime | None  # None only for a tombstone without a time
    post: Post | None
    notice: bool = False


def read(child: object, *, where: str, channel: str, author: Callable[[str | None], str | None]) -> Found:
    """A listing's child ({"kind": "t3", "data": {...}}) as found; times in UTC.

    ``where`` names the item where it has no id; ``author`` makes the pseudonym. The post's product is still "". Raises
    Skippable for an item that lacks what a post needs: an id, a time, a title (submission) or a body (comment).
    """
    kind = child.get("kind") if isinstance(child, Mapping) else None
    payload = child.get("data") if isinstance(child, Mapping) else None
    if not isinstance(kind, str) or not isinstance(payload, Mapping):
        raise Skippable(where, "not an item of a listing")
    post_id = _fullname(kind, payload)
    if post_id is None:
        raise Skippable(where, "no id")
    if kind not in KINDS:
        raise Skippable(post_id, "neither a submission nor a comment")
    subreddit = _text(payload, "subreddit", post_id)
    if is_gone(payload):
        created = None if _no(payload.get("created_utc")) else _time(payload, "created_utc", post_id)
        return Found(post_id, subreddit, created, None)
    submission = kind == "t3"
    created = _time(payload, "created_utc", post_id)
    name = _text(payload, "author", post_id)
    post = Post(
        source="reddit",
        channel=channel,
        post_id=post_id,
        kind=KINDS[kind],
        product="",
        created_at=created,
        # False: never edited; True: edited before Reddit kept the time.
        edited_at=None if _no(payload.get("edited")) else _time(payload, "edited", post_id),
        author=author(name if name and name != "[deleted]" else None),
        title=_text(payload, "title", post_id, needed=True) if submission else "",
        text=_text(payload, "selftext" if submission else "body", post_id, needed=not submission),
        likes=_count(payload, "score"),
        reply_count=_count(payload, "num_comments") if submission else None,
        url=_url(payload, post_id, submission=submission),
    )
    return Found(post_id, subreddit, created, post, is_notice(name, payload.get("distinguished")))


def is_gone(payload: Mapping[str, Any]) -> bool:
    """Whether Reddit says that this item was deleted by its author or removed by somebody else.

    A submission tells it in ``removed_by_category`` (deleted, moderator, automod_filtered, ...), both kinds by the
    marker in place of the text, and a moderator's token sees ``banned_by``. A missing author alone is no tombstone:
    a deleted account leaves its posts standing.
    """
    if payload.get("removed_by_category") or payload.get("banned_by"):
        return True
    for name in ("selftext", "body"):
        text = payload.get(name)
        if isinstance(text, str):
            bare = text.strip().casefold()
            if bare in _TOMBSTONES or bare.startswith(_BY_REDDIT):
                return True
    author, title = payload.get("author"), payload.get("title")
    return _nobody(author) and isinstance(title, str) and title.strip().casefold() in _TOMBSTONES


def rechecked(asked: Iterable[str], children: Iterable[object]) -> Rechecked:
    """What an answer of /api/info says of the things asked for.

    Deleted and removed things are in the answer, with their marker where the text was (8 of 200 in PRAW's recording);
    some are in no answer at all (3 of 300 there), and Reddit does not say why: nothing follows. A comment or submission
    without an author whose text stands is of a deleted account.
    """
    ids = frozenset(asked)
    seen, gone, unnamed = set(), set(), set()
    for child in children:
        kind = child.get("kind") if isinstance(child, Mapping) else None
        payload = child.get("data") if isinstance(child, Mapping) else None
        if not isinstance(kind, str) or kind not in KINDS or not isinstance(payload, Mapping):
            continue
        name = _fullname(kind, payload)
        if name is None or name not in ids:
            continue
        seen.add(name)
        if is_gone(payload):
            gone.add(name)
        elif "author" in payload and _nobody(payload["author"]):
            unnamed.add(name)
    return Rechecked(ids, frozenset(gone), frozenset(unnamed), ids - seen)


def search_queries(terms: Iterable[str]) -> list[str]:
    """Reddit search queries that together find any of the terms, each within LONGEST_QUERY characters.

    Terms are quoted, so that words are searched as a phrase and none is read as an operator.
    """
    queries: list[str] = []
    for term in terms:
        quoted = '"' + " ".join(term.replace('"', " ").replace("\\", " ").split()) + '"'
        if quoted == '""':
            continue
        longer = f"{queries[-1]} OR {quoted}" if queries else quoted
        if queries and len(longer) <= LONGEST_QUERY:
            queries[-1] = longer
        else:
            queries.append(quoted)
    return queries


def subreddit_names(names: Iterable[str]) -> tuple[str, ...]:
    """Bare subreddit names, each once whatever its case. Raises ValueError for what cannot be one."""
    bare: dict[str, str] = {}
    for name in names:
        short = name.strip().strip("/").removeprefix("r/")
        if not (1 <= len(short) <= 24 and short.isascii() and short.replace("_", "a").replace("-", "a").isalnum()):
            raise ValueError(f"{name!r} is no subreddit: letters, digits and _ as in the address after /r/")
        bare.setdefault(short.casefold(), short)
    return tuple(bare.values())


def _fullname(kind: str, payload: Mapping[str, Any]) -> str | None:
    name, short = payload.get("name"), payload.get("id")
    if isinstance(name, str) and name.startswith(f"{kind}_") and len(name) > len(kind) + 1:
        return name[:_LONGEST_NAME]
    return f"{kind}_{short[:_LONGEST_NAME]}" if isinstance(short, str) and short else None


def _url(payload: Mapping[str, Any], post_id: str, *, submission: bool) -> str | None:
    # Reddit's own addresses spell out the title, which would outlive the words' retention, and on a profile the
    # author's name, which is never kept; by id alone they lead to the same place.
    short = post_id[3:]
    if submission:
        return f"{SITE}/comments/{short}/"
    thread = payload.get("link_id")
    return f"{SITE}/comments/{thread[3:]}/_/{short}/" if isinstance(thread, str) and thread.startswith("t3_") else None


def _nobody(author: object) -> bool:
    return author is None or author == "[deleted]"


def _no(value: object) -> bool:
    return value is None or isinstance(value, bool)


def _time(payload: Mapping[str, Any], name: str, post_id: str) -> datetime:
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Skippable(post_id, f"{name} is missing or no time")
    try:
        found = datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise Skippable(post_id, f"{name} is out of range") from None
    if not possible(found):  # a zero would pass for the end of the listing
        raise Skippable(post_id, f"{name} is out of range")
    return found


def _text(payload: Mapping[str, Any], name: str, post_id: str, *, needed: bool = False) -> str:
    value = payload.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise Skippable(post_id, f"{name} is missing or no text")
    return value


def _count(payload: Mapping[str, Any], name: str) -> int | None:
    value = payload.get(name)
    return whole(value) if isinstance(value, int) else None
