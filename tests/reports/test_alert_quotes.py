"""Which posts an alert may quote: worked out in Python over drawn rows, with days, lengths and scores on every bound.

Two products and two channels share ids; authors write several times; topics are named by some, and by others' posts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from own_tables import Row, own_tables

from earful.reports.data import Published

FIRST, LAST, LONGEST = date(2026, 5, 11), date(2026, 5, 14), 40
DAYS = [FIRST + timedelta(n) for n in range(-1, 5)]
WORDS = "It cannot log in any more, and nobody answers to it"
#: By channel: posts of one id are told apart by how strongly they speak.
SCORES: dict[str, tuple[float, ...]] = {
    "rd": (-0.5, -0.3, -0.05, -0.0499, 0.0499, 0.05, 0.3, 0.5),
    "shop": (-0.6, -0.2, 0.2, 0.6),
}
EVERY = {"channel": "", "market": "", "topic": "", "version": ""}


@dataclass(frozen=True, slots=True)
class Drawn:
    file: Published
    posts: list[Row]
    topics: list[Row]
    causes: list[Row]


def drawn_rows(seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    rng = random.Random(seed)
    posts: list[Row] = [
        {
            "product": product, "channel": channel, "post_id": f"p{n:02}", "source": channel.upper(), "day": rng.choice(DAYS),
            "compound": rng.choice((*SCORES[channel], None)), "rating": rng.choice((1.0, 4.0, None)),
            "title": rng.choice(("Login", None)),
            "text": rng.choice((WORDS[:24], WORDS[:25], WORDS[:33], WORDS[:LONGEST], WORDS[: LONGEST + 1], None)),
            "author": rng.choice((*(f"{channel} {a}" for a in "abcdefgh"), None)), "market": rng.choice(("us", "de")),
            "app_version": rng.choice(("1.0", "2.0")), "spam": rng.choice((None, None, None, "copies")),
        }
        for product in ("orbit", "luna") for channel in SCORES for n in range(150)
    ]  # fmt: skip
    topics = [
        {**{name: post[name] for name in ("product", "channel", "post_id", "day")}, "topic": topic}
        for post in posts
        for topic in rng.choices(("login", "ads", "price"), k=rng.randrange(3))
    ]
    causes: list[Row] = [
        {"episode": episode, "dimension": dimension, "named": named, "rank": rank, "value": value}
        for episode, dimension, named, rank, value in (
            ("e1", "topic", True, 4, "price"),
            ("e1", "topic", True, 3, "login"),
            ("e1", "topic", False, 2, "ads"),
            ("e1", "market", True, 1, "price"),
            ("e2", "topic", True, 1, "ads"),
            ("e3", "topic", False, 1, "ads"),
        )
    ]
    return posts, topics, causes


@pytest.fixture(scope="module", params=(1,))
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawn]:
    posts, topics, causes = drawn_rows(request.param)
    path = tmp_path_factory.mktemp("quotes") / "own.duckdb"
    with own_tables(path, {"posts": posts, "post_topics": topics, "episode_causes": causes}) as file:
        yield Drawn(file, posts, topics, causes)


def quotes(drawn: Drawn, product: str, cause: str | None, verdict: str, part: Row) -> list[Row]:
    """One post of each author, those on the cause first, the plainest first."""
    named = {(t["channel"], t["post_id"], t["topic"]) for t in drawn.topics if t["product"] == product}

    def fits(post: Row) -> bool:
        score = post["compound"]
        here = post["product"] == product and FIRST <= post["day"] <= LAST and post["spam"] is None
        here = here and part["channel"] in ("", post["channel"]) and part["market"] in ("", post["market"])
        here = here and part["version"] in ("", post["app_version"])
        here = here and (not part["topic"] or (post["channel"], post["post_id"], part["topic"]) in named)
        here = here and post["text"] is not None and 25 <= len(post["text"]) <= LONGEST and score is not None
        return here and (score >= 0.05 if verdict == "better" else score <= -0.05)

    def order(post: Row) -> tuple[bool, float, str]:
        return (post["channel"], post["post_id"], cause) not in named, -abs(post["compound"]), post["post_id"]

    kept: dict[str, Row] = {}
    for post in sorted(filter(fits, drawn.posts), key=order):
        kept.setdefault(post["author"] or f"{post['channel']} {post['post_id']}", post)
    return list(kept.values())


PARTS: list[dict[str, str]] = [
    {}, {"channel": "rd"}, {"channel": "shop", "market": "de"}, {"market": "us"}, {"version": "2.0"}, {"topic": "login"},
    {"topic": "ads"},
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS, ids=lambda part: " ".join(part.values()) or "whole")
@pytest.mark.parametrize(
    ("episode", "cause", "verdict"),
    [("e1", "login", "worse"), ("e2", "ads", "better"), ("e3", None, "silent"), ("e4", None, "worse")],
)
def test_an_alert_quotes_one_post_of_each_author_those_on_its_cause_first(
    drawn: Drawn, episode: str, cause: str | None, verdict: str, part: dict[str, str]
) -> None:
    columns = ("channel", "source", "day", "compound", "rating", "title", "text")
    for product in ("orbit", "luna"):
        rows = quotes(drawn, product, cause, verdict, {**EVERY, **part})
        assert len(rows) > 2
        for most in (2, 99):
            given: dict[str, Any] = {"product": product, "episode": episode, "verdict": verdict, "longest": LONGEST}
            found = drawn.file.ask("alert_quotes", first=FIRST, last=LAST, most=most, **given, **{**EVERY, **part}).rows
            assert list(found) == [{name: row[name] for name in columns} for row in rows[:most]]
