"""The first sentences of the page: what changed, what could be judged, and how complete the data is; true and false."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from page_reader import PageReader
from published_file import LAST, Day, Product, publish, steady
from published_story import episode, level

from earful.reports.page import render

#: The file is published on the day behind LAST; these are the 28 days to it.
UNTIL = LAST + timedelta(1)


def head(tmp_path: Path, *products: Product) -> str:
    """What the page says before the SQL of its first section."""
    tmp_path.mkdir(exist_ok=True)
    text = PageReader(render(publish(tmp_path / "p.duckdb", products))).text
    return text.partition("How to read this What changed ")[2].partition(" From ")[0]


def verdict(day: date, verdict: str, metric: str = "sentiment", kind: str = "product") -> dict[str, Any]:
    return {"day": day, "slice_kind": kind, "metric": metric, "verdict": verdict}


def judged(
    slug: str, days: int, *, name: str = "", last: date = LAST, of: str = "no real change", **more: Any
) -> Product:
    """A product with 40 days, of the newest ``days`` of which a verdict is known."""
    verdicts = [verdict(last - timedelta(n), of) for n in range(days)]
    return Product(slug, name or slug.upper(), days=steady(40, last=last), more={"verdicts": verdicts}, **more)


def test_a_calm_month_says_on_how_many_days_it_was_judged(tmp_path: Path) -> None:
    said = head(tmp_path, judged("a", 27))
    assert said.startswith("Nothing really changed in the last 28 days: no alarm on the 27 days that were judged.")
    assert "Not judged" not in said


def test_a_change_that_is_sure_and_too_small_for_an_alarm_is_not_nothing(tmp_path: Path) -> None:
    def changed(name: str, first: date, last: date, **more: Any) -> dict[str, Any]:
        return episode(name, first, last, told=False, **more)

    when = LAST - timedelta(9), LAST
    quiet = judged("a", 27, name="A")
    small = replace(quiet, more={**quiet.more, "what_changed": [changed("e", *when)]})
    said = head(tmp_path, small)
    assert said.startswith(
        "Nothing changed that is worth an alarm in the last 28 days: no alarm on the 27 days that were judged."
    )
    assert "1 change is sure and too small for one: what_changed lists it." in said
    old = UNTIL - timedelta(60), UNTIL - timedelta(40)
    before = replace(quiet, more={**quiet.more, "what_changed": [changed("e", *old)]})
    assert head(tmp_path / "b", before).startswith("Nothing really changed in the last 28 days")


def test_an_alarm_that_was_answered_is_no_news(tmp_path: Path) -> None:
    when = LAST - timedelta(9), LAST
    quiet = judged("a", 27, name="A")
    told = replace(quiet, more={**quiet.more, "what_changed": [episode("e", *when)]})
    assert "No new alarm" not in head(tmp_path, told)
    answered = episode("e", *when, answer="expected", answer_why="We raised the price")
    noted = replace(quiet, more={**quiet.more, "what_changed": [answered]})
    said = head(tmp_path / "b", noted)
    assert said.startswith("No new alarm in the last 28 days: what stands here raised none, or was answered.")
    assert "answered: expected" in said
    assert "Answer We raised the price" in said


@pytest.mark.parametrize(("back", "tag"), [(6, "still so"), (7, "not judged after 15 Nov 2026")])
def test_what_goes_on_is_said_of_days_that_were_judged(tmp_path: Path, back: int, tag: str) -> None:
    going = episode("e", LAST - timedelta(15), LAST - timedelta(back), ongoing=True)
    quiet = judged("a", 27, name="A")
    said = head(tmp_path, replace(quiet, more={**quiet.more, "what_changed": [going]}))
    assert said.count(tag) == 2
    assert ("still so" in said) == (tag == "still so")


def test_what_goes_on_stands_above_a_worse_change_that_is_over(tmp_path: Path) -> None:
    ended = episode("e1", LAST - timedelta(15), LAST - timedelta(9), change=-0.9, headline="A: was far worse.")
    going = episode("e2", LAST - timedelta(5), LAST, ongoing=True, change=-0.1, headline="A: is worse.")
    quiet = judged("a", 27, name="A")
    said = head(tmp_path, replace(quiet, more={**quiet.more, "what_changed": [ended, going]}))
    assert said.startswith("A: is worse. still so")
    assert "A: was far worse. over now" in said
    assert "No alarm goes on now" not in said


def test_an_answered_alarm_goes_on_too(tmp_path: Path) -> None:
    ended = episode("e1", LAST - timedelta(15), LAST - timedelta(9))
    known = episode("e2", LAST - timedelta(5), LAST, ongoing=True, answer="known", answer_why="a sale")
    quiet = judged("a", 27, name="A")
    alone = head(tmp_path, replace(quiet, more={**quiet.more, "what_changed": [ended]}))
    assert "No alarm goes on now: the newest ended" in alone
    both = head(tmp_path / "both", replace(quiet, more={**quiet.more, "what_changed": [ended, known]}))
    assert "answered: known" in both
    assert "No alarm goes on now" not in both


@pytest.mark.parametrize(("ended", "said"), [(12, True), (13, False)])
def test_that_no_alarm_goes_on_is_said_only_where_all_changes_are_shown(tmp_path: Path, ended: int, said: bool) -> None:
    """An answered alarm comes last in the list: where there is no room for it, nobody may say that none goes on."""
    over = [episode(f"e{n}", LAST - timedelta(15), LAST - timedelta(9)) for n in range(ended)]
    known = episode("known", LAST - timedelta(5), LAST, ongoing=True, answer="known", answer_why="a sale")
    quiet = judged("a", 27, name="A")
    alone = head(tmp_path, replace(quiet, more={**quiet.more, "what_changed": over}))
    assert ("No alarm goes on now" in alone) is said
    more = head(tmp_path / "more", replace(quiet, more={**quiet.more, "what_changed": [*over[:12], known]}))
    assert "answered: known" not in more
    assert "No alarm goes on now" not in more


def test_what_changed_is_said_in_parts_and_the_first_two_with_all_their_words(tmp_path: Path) -> None:
    when = LAST - timedelta(9), LAST
    parts: dict[str, Any] = {
        "beside": "Stars 2.10, before 3.30.",
        "why": "login explains 62% of it.",
        "elsewhere": "Others did not.",
    }
    told = [
        episode(
            f"e{n}", *when, change=-0.5 + n / 10, headline=f"A: worse from 2026-11-{n + 1:02} on. Mean -0.{n}", **parts
        )
        for n in range(3)
    ]
    listed = episode("e9", *when, verdict="better", told=False, change=0.4, headline="A: better.", **parts)
    quiet = judged("a", 27, name="A")
    said = head(tmp_path, replace(quiet, more={**quiet.more, "what_changed": [listed, *told]}))
    assert said.startswith(
        "No alarm goes on now: the newest ended 22 Nov 2026. A: worse from 1 Nov 2026 on. Mean −0.0 over now Beside it Stars 2.10, before 3.30. Why login"
    )
    assert said.count("Us or everybody Others did not.") == 2
    assert said.index("Mean −0.2") < said.index("A: better. over now no alarm")


def test_days_that_lie_further_back_are_not_counted(tmp_path: Path) -> None:
    assert "no alarm on the 1 day that were" not in head(tmp_path, judged("a", 27, last=UNTIL - timedelta(28)))
    assert "on the 1 day that was judged" in head(tmp_path / "b", judged("a", 5, last=UNTIL - timedelta(27)))


def test_several_products_and_one_that_could_not_be_judged(tmp_path: Path) -> None:
    old = Product("c", "C", days=steady(9, last=date(2026, 9, 1)))
    said = head(tmp_path, judged("a", 27), judged("b", 20), old)
    assert said.startswith(
        "Nothing really changed in the last 28 days, as far as that could be judged: no alarm on the 20 to 27 days that were "
        "judged of each of 2 products."
    )
    assert "Not judged in these 28 days: C (no post since 1 Sep 2026)." in said


@pytest.mark.parametrize(
    ("days", "verdicts", "why"),
    [
        ((), (), "no posts yet"),
        (steady(30, complete=False), (), "no complete day"),
        (steady(30), [verdict(LAST, "not enough posts")], "not enough posts"),
        (steady(30), [verdict(LAST, "not enough history")], "not enough history"),
        (steady(30), [verdict(LAST, "no real change", kind="topic")], "no verdict yet"),
        (steady(30), [verdict(LAST, "no real change", metric="silence")], "no verdict yet"),
    ],
)
def test_why_a_product_was_not_judged(
    tmp_path: Path, days: Sequence[Day], verdicts: Sequence[dict[str, Any]], why: str
) -> None:
    said = head(tmp_path, judged("a", 27), Product("b", "B", days=days, more={"verdicts": verdicts}))
    assert f"Not judged in these 28 days: B ({why})." in said


def test_no_data_is_not_nothing_changed(tmp_path: Path) -> None:
    """Was: "Nothing really changed in the last 28 days", of a file that ended eight months before."""
    said = head(tmp_path, judged("a", 20, last=date(2026, 3, 2)))
    assert said.startswith(
        "No data in the last 28 days: the newest post is of 2 Mar 2026. Whether something changed cannot be said; "
        "earlier changes stand with their product."
    )
    assert "Nothing really changed" not in said


def test_posts_that_could_not_be_judged_are_not_nothing_changed_either(tmp_path: Path) -> None:
    said = head(tmp_path, judged("a", 20, of="incomplete day"), judged("b", 20, of="not enough posts"))
    assert said.startswith("Whether something changed in the last 28 days cannot be said: there are posts, but no day ")
    assert "Not judged in these 28 days: A (no verdict yet), B (not enough posts)." in said


def channel(name: str, to: date | None, status: str = "ok", **more: Any) -> dict[str, Any]:
    return {"channel": name, "last_complete_day": to, "status": status, **more}


def state(tmp_path: Path, *channels: dict[str, Any], second: Sequence[dict[str, Any]] = ()) -> str:
    """The line on how complete the data is."""
    products = [judged("a", 27, channels=channels)] + ([judged("b", 27, channels=second)] if second else [])
    return head(tmp_path, *products).partition("judged")[2].partition(". ")[2].partition(" Last good answer")[0]


def test_all_channels_complete_to_one_day(tmp_path: Path) -> None:
    said = state(tmp_path, channel("store", LAST), channel("forum", LAST))
    assert said == "Complete to Sun 22 Nov 2026. All 2 requests for posts answered the last time; no gaps."


def test_those_behind_are_named(tmp_path: Path) -> None:
    """Was: "Every product and channel is whole to ..." with channels that never answered."""
    back = [LAST - timedelta(n) for n in range(6)]
    said = state(
        tmp_path, channel("a", back[0]), channel("b", back[1]), channel("c", back[2]), channel("d", back[5], "failed"),
        channel("e", None, "failed"), channel("f", None, "pending"),
    )  # fmt: skip
    assert said == (
        "Complete to Sun 22 Nov 2026 for 1 of 6 channels; b to Sat 21 Nov 2026, c to Fri 20 Nov 2026, d to Tue 17 Nov 2026"
        " and 2 more. 3 of 6 requests for posts answered the last time, 2 failed (d: no good answer yet; e: no good answer yet), 1 is still waited for;"
        " no gaps."
    )


def test_a_channel_is_as_complete_as_for_its_worst_product(tmp_path: Path) -> None:
    said = state(
        tmp_path, channel("store", LAST), channel("forum", LAST),
        second=[channel("store", LAST - timedelta(1)), channel("forum", None, "failed", last_landed_at=datetime(2026, 11, 22, 5))],
    )  # fmt: skip
    assert said.startswith(
        "Complete to Sat 21 Nov 2026 for 1 of 2 channels; forum has no complete day of every product."
    )
    assert "1 failed (forum: last good answer 22 Nov 2026 06:00); no gaps" in said


def test_no_channel_has_a_complete_day(tmp_path: Path) -> None:
    said = state(tmp_path, channel("store", None, "failed"))
    assert said.startswith(
        "No channel has a day yet that is complete for all its products. 0 of 1 request for posts answered"
    )


def test_a_channel_that_ended_or_is_configured_no_more_holds_nothing_up(tmp_path: Path) -> None:
    early = LAST - timedelta(30)
    gone = channel("gone", early, "failed") | {"tracked": False}
    said = state(tmp_path, channel("store", LAST), channel("ended", early, ended_on=early), gone)
    assert said == "Complete to Sun 22 Nov 2026. All 2 requests for posts answered the last time; no gaps."
    # One that ended, but never brought its last day, is behind.
    said = state(tmp_path / "b", channel("store", LAST), channel("ended", early, ended_on=LAST))
    assert said.startswith("Complete to Sun 22 Nov 2026 for 1 of 2 channels; ended to Fri 23 Oct 2026.")


def test_less_than_was_asked_is_said(tmp_path: Path) -> None:
    said = state(tmp_path, channel("store", LAST, capped=True), channel("forum", LAST))
    assert "All 2 requests for posts answered the last time, 1 of them with less than was asked; no gaps." in said
    said = state(tmp_path / "b", channel("store", LAST, capped=True))
    assert "The request for posts answered the last time, with less than was asked; no gaps." in said


def test_until_when_it_was_brought_is_said(tmp_path: Path) -> None:
    """Was: "The last pull of 8 of 8 brought all that was asked" when the file ended two days before the asked day."""
    ended: dict[str, Any] = {"ends_early": True, "covered_to": datetime(2026, 11, 21, 14, 0), "capped": True}
    said = state(tmp_path, channel("store", LAST), channel("file", LAST - timedelta(2), **ended))
    assert said == (
        "Complete to Sun 22 Nov 2026 for 1 of 2 channels; file to Fri 20 Nov 2026. All 2 requests for posts answered the last time,"
        " 1 of them with nothing after Sat 21 Nov 2026; no gaps."
    )
    said = state(tmp_path / "b", channel("file", LAST - timedelta(2), **ended))
    assert said.endswith("The request for posts answered the last time, with nothing after Sat 21 Nov 2026; no gaps.")
    older = ended | {"covered_to": datetime(2026, 10, 1)}
    said = state(tmp_path / "c", channel("file", LAST - timedelta(2), **ended), channel("old", LAST, **older))
    assert "2 of them with nothing newer than Sat 21 Nov 2026" in said


def test_what_cannot_be_compared_is_said_and_does_not_vanish(tmp_path: Path) -> None:
    """Was: the sections of competitors vanished without a word where one channel of one product was incomplete."""
    rival = judged("b", 27, own=False)
    text = PageReader(render(publish(tmp_path / "none.duckdb", [judged("a", 27), rival]))).text
    assert "Share of voice It cannot be told: there is no day on which all products followed then are complete" in text
    assert (
        text.count("Weakness radar Nothing to compare: with no competitor are there 15 scored posts of both") == 1
    )  # ours alone
    own = PageReader(render(publish(tmp_path / "own.duckdb", [judged("a", 27), judged("c", 27)]))).text
    assert "Weakness radar" not in own
    assert "Share of voice It cannot be told: " in own
    alone = PageReader(render(publish(tmp_path / "alone.duckdb", [judged("a", 27)]))).headings
    assert "Share of voice" not in alone


def test_one_7_day_mean_which_ends_with_the_newest_complete_day(tmp_path: Path) -> None:
    """Was: another one, of six days, on the incomplete day's row of the table."""
    days = [*steady(9, last=LAST - timedelta(1), mean=0.1), Day(LAST, 9, 8, 0.9, False)]
    rows = PageReader(render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=days)]))).table("Coverage").rows
    assert [row[2] for row in rows[:2]] == ["–", "+0.10 n = 252"]
    none = [Product("a", "A", days=steady(3, complete=False))]
    assert {row[2] for row in PageReader(render(publish(tmp_path / "n.duckdb", none))).table("Coverage").rows} == {"–"}


def test_a_pace_beside_another_is_told_as_finely_as_it_is_judged(tmp_path: Path) -> None:
    """Was: above, beside an interval from 1.0 on."""
    above = level("volume", difference=1.127, difference_low=1.019, difference_high=1.25, verdict="above")
    made = Product("a", "A", days=steady(9), more={"level": [above]})
    (row,) = PageReader(render(publish(tmp_path / "p.duckdb", [made]))).table("Beside").rows
    assert row[4:] == ["×1.13 1.02 to 1.25", "above"]


def test_below_a_block_each_view_is_named_once(tmp_path: Path) -> None:
    text = PageReader(render(publish(tmp_path / "p.duckdb", [judged("a", 27)]))).text
    for names in re.findall(r"From ([a-z_, ]+): the SQL", text):
        views = names.split(", ")
        assert len(views) == len(set(views)), names
    assert "From what_changed, products, trend, verdicts, freshness, coverage_gaps: the SQL" in text


def test_a_product_whose_newest_complete_day_lies_before_what_is_drawn_keeps_its_numbers(tmp_path: Path) -> None:
    """Found on real reviews: the newest complete day was a year before the newest post, and there was no page."""
    days = [*steady(60, last=LAST - timedelta(200)), *steady(3, complete=False)]
    html = render(publish(tmp_path / "p.duckdb", [Product("a", "Acme", True, days)]))
    text = " ".join(re.sub("<[^>]+>", " ", html).split())
    assert "+0.10 n = 252" in text.replace("\xa0", " ").replace("&nbsp;", " ")
