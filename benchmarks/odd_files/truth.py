"""What was really said: posts with ids, times in UTC, words, stars, answers, likes and versions, drawn from a seed.

Nothing here knows how the connector reads: the truth is drawn first, and a table is made of it afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.odd_files.words import SCRIPTS, SENTENCES, TRICKY

#: Fields that a table may have, besides ``post_id`` and ``created_at``.
GRADED = ("rating", "nps", "recommended")
FIELDS = ("post_id", "created_at", "title", "text", *GRADED, "likes", "app_version")
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Auckland",
)  # fmt: skip
#: Before any clock that reads the table: a row of the future is refused.
BEGINS = datetime(2024, 9, 3, tzinfo=UTC)


@dataclass(slots=True)
class Post:
    """One post. ``created_at`` aware UTC in whole seconds; ``rating`` 1..5, ``nps`` 0..10."""

    post_id: str
    created_at: datetime
    title: str
    text: str
    rating: int
    nps: int
    recommended: bool
    likes: int
    app_version: str


def posts(draw: Random, count: int, zone: ZoneInfo, scripts: Collection[str], *, tricky: bool) -> list[Post]:
    """So many posts over about two months, in order of time. Every text is another.

    No time is one that the clock of ``zone`` shows twice. ``tricky``: some texts hold quotes, delimiters, line ends.
    """
    chosen = sorted(set(scripts) & SCRIPTS)
    if len(chosen) > 4:
        chosen = ["en", *draw.sample(chosen, 3)]
    times = sorted(_moment(draw, zone) for _ in range(count))
    found = []
    for number, at in enumerate(times):
        words = list(draw.choices(SENTENCES[draw.choice(chosen)], k=draw.randint(1, 3)))
        if tricky and draw.random() < 0.3:
            words.insert(draw.randrange(len(words) + 1), draw.choice(TRICKY))
        words.append(f"({number + 1})")
        found.append(
            Post(
                post_id=f"{draw.choice('abcdef')}{draw.randrange(10**7, 10**8)}{number}",
                created_at=at,
                title=draw.choice(SENTENCES[draw.choice(chosen)]) if draw.random() < 0.8 else "",
                text=" ".join(words),
                rating=draw.choice((1, 1, 2, 3, 4, 5, 5, 5)),
                nps=draw.choice((0, 2, 4, 6, 7, 8, 9, 9, 10, 10)),
                recommended=draw.random() < 0.7,
                likes=draw.choice((0, 0, 1, 3, 12, 250, draw.randrange(1_001, 60_000))),
                app_version=f"{draw.randint(1, 4)}.{draw.randint(0, 12)}.{draw.randint(0, 30)}",
            )
        )
    # The ends of every scale are there, so that the whole column can tell which it is.
    found[0].rating, found[1].rating, found[0].nps, found[1].nps = 5, 1, 10, 0
    found[0].recommended, found[1].recommended = True, False
    return found


def _moment(draw: Random, zone: ZoneInfo) -> datetime:
    while True:
        at = BEGINS + timedelta(seconds=draw.randrange(62 * 86_400))
        local = at.astimezone(zone).replace(tzinfo=None)
        # One reading only: neither side of a change of the clock.
        if len({local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}) == 1:
            return at
