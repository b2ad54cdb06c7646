"""Hostile answers of benchmarks.limits in the form of honest ones: values, pages and tokens that cannot be right."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from benchmarks.limits.honest import Answer, Asked, body_of, http, only_lists, recs
from benchmarks.limits.wire import MB

_WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1.5, "", "x", "5", [], [[]], {}, {"a": 1}, [1, "a", None], "9" * 400, {"label": []},
)  # fmt: skip


def spoilt(seed: int) -> Answer:
    """The honest payload with some values, at any depth, replaced by what does not belong there."""

    def walk(value: Any, draw: random.Random) -> Any:  # noqa: ANN401
        if draw.random() < 0.15:
            return draw.choice(_WRONG)
        if isinstance(value, dict):
            return {k: walk(v, draw) for k, v in value.items()}
        return [walk(v, draw) for v in value] if isinstance(value, list) else value

    return lambda asked: [http(body_of(walk(asked.honest, random.Random(seed))))]


def lacking(seed: int) -> Answer:
    """The honest payload with some of its keys left out, at any depth."""

    def walk(value: Any, draw: random.Random) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {k: walk(v, draw) for k, v in value.items() if draw.random() > 0.2}
        return [walk(v, draw) for v in value] if isinstance(value, list) else value

    return lambda asked: [http(body_of(walk(asked.honest, random.Random(seed))))]


def all_of(value: Any) -> Answer:  # noqa: ANN401
    """One value instead of every value inside the first post."""

    def walk(found: Any) -> Any:  # noqa: ANN401
        if isinstance(found, dict):
            return {k: walk(v) if isinstance(v, dict | list) else value for k, v in found.items()}
        return [walk(v) for v in found] if isinstance(found, list) else value

    return only_lists(lambda asked: [http(body_of(walk(asked.honest)))])


def posts(**more: Any) -> Answer:  # noqa: ANN401
    """Honest in form, with posts that are not."""
    return only_lists(lambda asked: [http(body_of(asked.payload(recs(3, **more))))])


def token_of_odd_types(asked: Asked) -> Iterable[bytes]:
    draw = random.Random(len(asked.head) + int(time.time()))
    odd = {"access_token": "t", "token_type": 5, "expires_in": draw.choice([1e308, "soon", [], -1]), "scope": [5]}
    yield http(body_of(odd), X_Ratelimit_Remaining="1e400", X_Ratelimit_Used="-1e5", X_Ratelimit_Reset="nan")


def hostile_allowance(asked: Asked) -> Iterable[bytes]:
    body = body_of(asked.honest)
    yield http(body, X_Ratelimit_Remaining="0.5", X_Ratelimit_Used="0", X_Ratelimit_Reset="999999999")


def endless(fresh: bool) -> Answer:
    """Pages without an end, each with a cursor of its own, with new posts or always the same."""

    def answer(asked: Asked) -> Iterable[bytes]:
        found = recs(50, first=50 * asked.page if fresh else 0)
        yield http(body_of(asked.payload(found, f"cursor-{asked.page + 1}")))

    return only_lists(answer)


def long_texts(asked: Asked) -> Iterable[bytes]:
    """Full pages of texts that are as long as they may be, one after the other."""
    found = recs(100, first=100 * asked.page, text="acme " + "never mind " * 900)
    yield http(body_of(asked.payload(found, f"cursor-{asked.page + 1}")))


def empty_pages(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.payload([], f"cursor-{asked.page + 1}")))


def old_among_new(year: int, place: int) -> Answer:
    """Pages without an end of new posts, and in each page one that says it is of that year."""

    def answer(asked: Asked) -> Iterable[bytes]:
        found = recs(50, first=50 * asked.page)
        found[place] = replace(found[place], when=datetime(year, 6, 1, tzinfo=UTC))
        yield http(body_of(asked.payload(found, f"cursor-{asked.page + 1}")))

    return only_lists(answer)


def pages_of_nobody(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.payload(recs(50, id=""), f"cursor-{asked.page + 1}")))


def cursors_of_megabytes(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.payload(recs(50, first=50 * asked.page), "c" * 3 * MB + str(asked.page + 1))))
