"""What page and digest make of rows: which questions with which limits and days, subjects, scales, lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self, cast

import pytest

from earful.reports import digest, sections
from earful.reports.charts import trend
from earful.reports.charts.kept import Drawing
from earful.reports.data import Published, QueryRows
from earful.reports.glance import Glance, glance, topic_lines
from earful.warehouse.constants import ENOUGH_POSTS

Row = dict[str, Any]
UNTIL = date(2026, 6, 30)


def before(n: int) -> date:
    return UNTIL - timedelta(n)


def answer(*rows: Row) -> QueryRows:
    return QueryRows("view", "sql", rows)


@dataclass
class File:
    """Stands for a published file: gives rows by question, and keeps what was asked."""

    gives: dict[str, list[Row]]
    asked: list[tuple[str, Row]] = field(default_factory=list)
    at: str = "2026-06-30T03:00:00+00:00"

    def ask(self, name: str, **values: Any) -> QueryRows:
        self.asked.append((name, values))
        return answer(*self.gives.get(name, []))

    def meta(self) -> dict[str, str]:
        return {"published_at": self.at, "time_zone": "Europe/Berlin"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def day(n: int, *, complete: bool = True, scored: int = 50) -> Row:
    return {
        "day": before(n),
        "posts": scored,
        "scored": scored,
        "mean_compound": 0.1,
        "mean_7d": 0.1,
        "complete": complete,
    }


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts without Vega."""
    monkeypatch.setattr(trend, "draw", lambda *_: Drawing("", 1.0, 1.0, ""))


@pytest.mark.usefixtures("undrawn")
def test_a_section_asks_for_so_much_of_everything() -> None:
    episodes = [
        {"episode": f"e{n}", "metric": metric, "verdict": "better"}
        for n, metric in enumerate(("stars", "sentiment", "sentiment"))
    ]
    rows = [
        day(1), day(2, complete=False), day(3, scored=ENOUGH_POSTS - 1), day(4, scored=ENOUGH_POSTS), day(5, scored=0),
        day(6, complete=False, scored=3), day(7, scored=1),
    ]  # fmt: skip
    file = File({"trend": rows[::-1]})
    today = answer(
        {"product": "a", "last_day": before(4)},
        {"product": "b", "last_day": before(1)},
        {"product": "c", "last_day": None},
    )
    made = sections.sections(cast("Published", file), today, UNTIL, {})
    last, since = before(1), before(121)
    limits = {
        "level": 9, "topics": 14, "driver_words": 8, "quotes": 4, "releases": 6, "nps_topics": 14, "radar": 6, "markets": 8,
        "versions": 6, "bursts": 3, "spam": 3, "worst": 3,
    }  # fmt: skip
    dated = dict.fromkeys(("trend", "judged", "episodes", "incidents", "weeks"), since) | {
        "topic_weeks": last - timedelta(84)
    }
    for product in "abc":
        asked = [(name, values) for name, values in file.asked if values["product"] == product]
        assert {name for name, _ in asked} == {
            *limits, *dated, "shares", "recovery", "nps", "guards",
        }  # fmt: skip
        for name, values in asked:
            assert values["until"] == UNTIL
            assert (values.get("most"), values.get("since")) == (limits.get(name), dated.get(name)), name
    chart = made[0].chart
    assert chart is not None
    assert (chart.few_days, chart.incomplete_days) == (2, 2)
    assert made[0].episode is None
    assert [each.anchor for each in made] == ["product-1-a", "product-2-b", "product-3-c"]
    # Of its episodes the newest of the score is told at length.
    file = File({"episodes": cast("list[Row]", [each | NO_BAR for each in episodes])})
    (one,) = sections.sections(cast("Published", file), answer({"product": "A b.C-", "last_day": None}), UNTIL, {})
    assert (one.anchor, one.chart) == ("product-1-a-b-c", None)
    assert one.episode is not None
    assert one.episode.head["episode"] == "e1"
    told = [
        (name, values["episode"], values.get("verdict"), values["most"])
        for name, values in file.asked
        if "episode" in values
    ]
    assert sorted(told) == [
        ("driver_words", "", None, 8), ("driver_words", "e1", None, 8), ("moved", "e1", None, 8), ("quotes", "", "", 4),
        ("quotes", "e1", "better", 4),
    ]  # fmt: skip
    assert {values["longest"] for name, values in file.asked if name == "quotes"} == {280}


NO_BAR = {"answer": None, "told": False, "first_day": UNTIL, "last_day": UNTIL, "alarm_day": UNTIL}


@pytest.mark.parametrize(("scored", "by_week"), [(ENOUGH_POSTS - 1, True), (ENOUGH_POSTS, False)])
def test_a_thin_product_is_marked_by_week_and_releases_on_days_that_are_shown(scored: int, by_week: bool) -> None:
    rows = [day(n, scored=scored) for n in range(3)]
    releases = [{"day": before(n), "release": f"{n}"} for n in (-1, 0, 13, 14)]
    file = File({"weeks": [{"week": 1}], "releases": releases})
    shown = trend.frame(rows, before(2), UNTIL)
    found = sections.marked(cast("Published", file), "a", rows, shown, before(99), UNTIL)
    assert list(found.marks.weeks) == ([{"week": 1}] if by_week else [])
    assert [each["release"] for each in found.marks.releases] == ["0", "13"]


def change(*, told: bool = True, answered: str | None = None, unknown: bool = False) -> Row:
    return {"told": told, "answer": answered, "unknown": unknown}


@pytest.mark.parametrize(
    ("week", "changes", "judged", "subject"),
    [
        # The week ends with the newest day that is not of weeks ago: seven days before, and no more.
        ([1, 3], [], [0], "23 Jun 2026 to 29 Jun 2026: not judged"),
        ([7, 8, 40], [], [2, 0], "17 Jun 2026 to 23 Jun 2026: no alarm"),
        ([8], [], [0, 0], "23 Jun 2026 to 29 Jun 2026: not judged"),
        ([], [], [], "23 Jun 2026 to 29 Jun 2026: not judged"),
        ([2], [change()], [], "22 Jun 2026 to 28 Jun 2026: 1 alarm"),
        ([2], [change(), change(), change(told=False), change(answered="known"), change(unknown=True)], [7], "22 Jun 2026 to 28 Jun 2026: 2 alarms"),
        ([2], [change(answered="known")], [7], "22 Jun 2026 to 28 Jun 2026: no alarm"),
    ],
)  # fmt: skip
def test_the_subject_of_a_digest(
    monkeypatch: pytest.MonkeyPatch, week: list[int], changes: list[Row], judged: list[int], subject: str
) -> None:
    given: list[Row] = []

    class Template:
        def get_template(self, _name: str) -> Self:
            return self

        def render(self, values: Row) -> str:
            given.append(values)
            return ""

    days = [{"product": f"p{n}", "judged_days": count} for n, count in enumerate(judged)]
    file = File(
        {"digest_week": [{"last_day": before(n)} for n in week], "digest_changes": changes, "digest_judged": days}
    )
    monkeypatch.setattr(digest, "Published", lambda _: file)
    monkeypatch.setattr(digest, "_environment", lambda **_: Template())
    made = digest.digest(Path("any"))
    assert (made.subject, made.until) == (f"earful, {subject}", UNTIL)
    assert given[0]["judged_some"] == any(judged)
    assert given[0]["unjudged"] == [each for each in days if not each["judged_days"]]
    assert {name for name, _ in file.asked} == {f"digest_{name}" for name in digest._QUESTIONS}
    assert all(values == {"until": UNTIL} for _, values in file.asked)


def test_a_digest_is_of_the_day_of_its_publishing_in_the_reporting_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    for at, until in (
        ("2026-06-29T21:59:59", before(1)),
        ("2026-06-29T22:00:00", UNTIL),
        ("2026-06-30T00:30:00+05:00", before(1)),
    ):
        file = File({}, at=at)
        monkeypatch.setattr(digest, "Published", lambda _, file=file: file)
        made = digest.digest(Path("any"))
        assert made.until == until
        assert {values["until"] for _, values in file.asked} == {until}


def line(
    n: int,
    score: float | None,
    scored: int = ENOUGH_POSTS,
    stars: float | None = None,
    rated: int = ENOUGH_POSTS,
    **more: Any,
) -> Row:
    return {
        "product": "a", "day": before(n), "complete": True, "mean_7d": score, "scored_7d": scored, "stars_7d": stars, "ratings_7d": rated,
        "posts_a_day": 4.0, **more,
    }  # fmt: skip


def glanced(
    rows: list[Row], day: int | None = 1, last: int | None = 1, changed: tuple[Row, ...] = ()
) -> tuple[Glance, File]:
    file = File({"glance": rows})
    head = {
        "product": "a",
        "day": None if day is None else before(day),
        "last_day": None if last is None else before(last),
    }
    return glance(cast("Published", file), answer(head), answer(*changed), UNTIL), file


@pytest.mark.parametrize(
    ("rows", "scores", "stars"),
    [
        ([], (-0.1, 0.1), None),
        ([line(1, 0.21, stars=3.6), line(2, -0.21, stars=4.1)], (-0.3, 0.3), (3.5, 4.5)),
        ([line(1, 0.2), line(2, 0.2)], (0.1, 0.3), None),  # one value, on a step
        ([line(1, 0.2), line(2, 0.9, ENOUGH_POSTS - 1)], (0.1, 0.3), None),
        ([line(1, None), line(2, 0.25, stars=4.0), line(3, 0.25, stars=2.0, rated=ENOUGH_POSTS - 1)], (0.2, 0.3), (3.5, 4.5)),
        # Twelve weeks to the newest day: what lies before is on no scale.
        ([line(84, 0.25), line(85, 0.95)], (0.2, 0.3), None),
    ],
)  # fmt: skip
def test_all_products_share_the_scales_of_what_rests_on_enough(
    rows: list[Row], scores: tuple[float, float], stars: tuple[float, float] | None
) -> None:
    found, _ = glanced(rows)
    assert found.scores == pytest.approx(scores)
    assert found.stars == (pytest.approx(stars) if stars else None)
    assert (found.lines[0].stars is None) == (stars is None)


@pytest.mark.parametrize(
    ("day", "last", "since"), [(1, 1, 85), (90, 1, 91), (84, 1, 85), (85, 1, 86), (None, None, 84)]
)
def test_lines_begin_twelve_weeks_before_or_with_the_week_that_is_told(
    day: int | None, last: int | None, since: int
) -> None:
    found, file = glanced([line(1, 0.5), line(90, 0.1)], day, last)
    assert file.asked == [("glance", {"since": before(since), "until": UNTIL})]
    assert found.newest == (None if day is None else before(day))
    week = found.lines[0].week
    assert (week and week["day"]) == (before(day) if day in (1, 90) else None)


def test_a_line_in_words_ends_with_the_newest_complete_day() -> None:
    rows = [
        line(4, 0.2, posts_a_day=3.0),
        line(3, -0.1, posts_a_day=9.0),
        line(2, None, posts_a_day=2.0),
        line(1, 0.9, complete=False),
    ]
    found, _ = glanced(rows, day=2)
    only = found.lines[0]
    assert only.score.words == "score, 7-day mean, 26 Jun 2026 to 27 Jun 2026: between −0.10 and +0.20, ends at −0.10"
    assert only.posts.words == "posts a day, 7-day mean, 26 Jun 2026 to 28 Jun 2026: between 2 and 9, ends at 2"
    shaded = only.score.body.partition('" fill="var(--gap)"')[0]
    assert shaded.count("Z") == 1, "the one day that is not complete"
    early = glanced([line(n, 0.1, complete=False) for n in (84, 85)])[0].lines[0].score.body
    assert early.partition('" fill="var(--gap)"')[0].count("Z") == 1, "of twelve weeks alone"
    assert (
        glanced([line(84, 0.1), line(1, 0.2)])[0]
        .lines[0]
        .score.words.startswith("score, 7-day mean, 7 Apr 2026 to 29 Jun")
    )
    assert glanced(rows, day=None)[0].lines[0].score.words == "score, 7-day mean, unknown"
    told = {"product": "a", "told": True, "answer": None, "first_day": before(4), "last_day": before(3)}
    for more, marked in (({}, 1), ({"told": False}, 0), ({"answer": "known"}, 0), ({"product": "b"}, 0)):
        body = glanced(rows, changed=({**told, **more},))[0].lines[0].score.body
        assert body.count("var(--worse)") == marked, more


def test_topics_share_a_scale_of_weeks_with_enough_posts() -> None:
    weeks = [
        {"topic": "a", "week": before(14), "mean_compound": 0.3, "scored": ENOUGH_POSTS},
        {"topic": "a", "week": before(7), "mean_compound": 0.5, "scored": ENOUGH_POSTS},
        {"topic": "b", "week": before(7), "mean_compound": 0.9, "scored": ENOUGH_POSTS - 1},
    ]
    found = topic_lines(weeks, UNTIL)
    assert found["a"].words == "mean score by week, 16 Jun 2026 to 23 Jun 2026: between +0.30 and +0.50, ends at +0.50"
    heights = {name: float(each.body.rpartition('cy="')[2].partition('"')[0]) for name, each in found.items()}
    assert heights == {"a": pytest.approx(9, abs=0.05), "b": 3}, "0.2 to 0.6: what is beyond lies at the edge"
    assert found["a"].body.count("<path") == 1, "a line of weeks that follow each other"


def test_an_interval_and_a_share_in_the_digest() -> None:
    assert digest._between(-0.1234, 0.5) == "−0.12 to +0.50"
    assert [digest._points(share) for share in (0.126, -0.004, -0.5)] == ["+13", "0", "−50"]
