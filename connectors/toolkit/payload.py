"""Reading JSON that a service may send in any state: each reader takes anything and never raises but Skippable."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from earful.connectors.errors import Skippable
from earful.connectors.limits import LONGEST_FIELD
from earful.connectors.post import FIRST_YEAR, LAST_YEAR, Post, Rejected, clean

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INT64 = 2**63
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """A list as it is, nothing as an empty one, anything else as a list of one."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def text(value: object) -> str:
    """The value if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """A whole number that a 64-bit column can hold, also one sent as a string or as 3.0; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        found = int(value) if _WHOLE.fullmatch(value.strip()) else None
    elif isinstance(value, float):
        found = int(value) if math.isfinite(value) and value.is_integer() else None
    else:
        found = value if isinstance(value, int) else None
    return found if found is not None and -_INT64 <= found < _INT64 else None


def moment(seconds: object, nanos: object = None) -> datetime | None:
    """Seconds (and nanoseconds) since 1970 as aware UTC; None for what is no number, or no date that a post can have.

    A zero among the times of a list would else pass for its end: "nothing older was asked for".
    """
    number = whole(seconds)
    if number is None:
        return None
    try:
        found = _EPOCH + timedelta(seconds=number, microseconds=(whole(nanos) or 0) // 1000)
    except OverflowError:
        return None
    return found if possible(found) else None


def iso_moment(value: object) -> datetime | None:
    """An ISO 8601 time with a zone as aware UTC; None for anything else: a zone is never guessed."""
    try:
        found = datetime.fromisoformat(text(value))
        if found.tzinfo is None:
            return None
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if possible(found) else None


def possible(when: datetime) -> bool:
    """Whether a post can be of that time: years outside are garbage."""
    return FIRST_YEAR <= when.year <= LAST_YEAR


def identity(value: object) -> str:
    """An id, sent as a string or as a number; "" where there is none.

    Cut one character beyond the longest that a post may have: it is set aside as it is, and the ids that a list has
    brought, which are kept until its end, stay small.
    """
    number = None if isinstance(value, str) else whole(value)
    return str(number) if number is not None else text(value).strip()[: LONGEST_FIELD["post_id"] + 1]


def stars(value: object) -> int | None:
    """A rating of 1 to 5, None where none was sent; 0 for anything else, which page() leaves out and counts.

    Stars are never guessed, and a rating that cannot be read costs no more than itself.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number = whole(value)
    return number if number is not None and 1 <= number <= 5 else 0


def read_all(found: Iterable[object], read: Callable[[Any], Post | None]) -> tuple[list[Post], list[Rejected]]:
    """Every item through ``read``: the posts, and what raised Skippable set aside. None from ``read`` is no post."""
    posts, rejected = [], []
    for one in found:
        try:
            post = read(one)
        except Skippable as bad:
            rejected.append(Rejected(clean(bad.item), bad.reason))
        else:
            if post is not None:
                posts.append(post)
    return posts, rejected
