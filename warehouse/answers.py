"""What a person answers to an alarm: it was known, it was wrong, it was expected. From then on it is a note, no news.

An answer changes no number and nothing that is judged. It finds its episode by name; where the past was judged anew and
the alarm lies on another day, by product, metric, verdict and days (publishing/views/what_changed.sql).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

from earful.warehouse.days import utc_naive
from earful.warehouse.errors import WarehouseError
from earful.warehouse.reading.query import query
from earful.warehouse.statements import count, run, text
from earful.warehouse.store.store import Store

#: known: it happened, and we know of it. expected: it was to come (a launch, a campaign). wrong: nothing had happened.
Answer = Literal["known", "wrong", "expected"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode as it is published: what an answer is about. Days are those of the reporting zone."""

    episode: str
    product: str
    metric: str
    verdict: str
    first_day: date
    last_day: date
    told: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm, and what was answered to it: None and "" where nobody has."""

    alarm_day: date
    product: str
    episode: str
    answer: Answer | None
    why: str
    answered_at: datetime | None
    sentence: str


def published_episode(published: Path, episode: str) -> Episode | None:
    """The episode of this name in the published file, alarm or not; None where there is none.

    Raises WarehouseError where the file cannot be read, or is an older earful's.
    """
    rows = _ask(published, "episode", {"episode": episode})
    return Episode(*cast("Any", rows[0])) if rows else None


def alarms(published: Path, days: int) -> list[Alarm]:
    """The alarms of the last ``days`` days of the published file, the newest first."""
    return [Alarm(*cast("Any", row)) for row in _ask(published, "listed", {"days": days})]


def _ask(published: Path, question: str, params: Mapping[str, object]) -> Sequence[tuple[object, ...]]:
    if not query(published, "from duckdb_tables() where table_name = 'alarm_answers'").rows:
        raise WarehouseError(f"{published} was written by an older earful: `earful run` writes it anew")
    return query(published, text(f"answers/{question}"), params=params).rows


def answer_alarm(store: Store, episode: Episode, answer: Answer, why: str, now: datetime) -> bool:
    """Keep an answer (``now``: aware UTC); says whether another one stood there before."""
    with store.transaction() as con:
        before = _answered(store, episode.episode)
        run(
            con,
            "answers/write",
            {
                "episode": episode.episode, "product": episode.product, "metric": episode.metric,
                "verdict": episode.verdict, "first_day": episode.first_day, "last_day": episode.last_day,
                "answer": answer, "why": why, "at": utc_naive(now),
            },
        )  # fmt: skip
    return before


def take_back(store: Store, episode: str) -> bool:
    """Take an answer back: the alarm is news again. Says whether there was one."""
    with store.transaction() as con:
        before = _answered(store, episode)
        con.execute("delete from alarm_answers where episode = $episode", {"episode": episode})
    return before


def _answered(store: Store, episode: str) -> bool:
    return count(store.con, "select count(*) from alarm_answers where episode = $episode", {"episode": episode}) > 0
