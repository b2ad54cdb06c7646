"""Numbers and foreign texts in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.reports import wording


def test_signed_has_a_true_minus_and_no_minus_zero() -> None:
    assert [wording.signed(x) for x in (0.123, -0.126, -0.001, 0, None)] == ["+0.12", "−0.13", "0.00", "0.00", "–"]


def test_a_little_is_not_nothing() -> None:
    assert [wording.share(x) for x in (0, 0.001, 0.5, 0.999, 1, None)] == ["0%", "<1%", "50%", ">99%", "100%", "–"]


def test_moments_are_in_the_reporting_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert wording.moment(datetime(2026, 11, 22, 23, 30), berlin) == "23 Nov 2026 00:30"
    assert wording.moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), berlin) == "1 Jul 2026 14:00"
    assert wording.moment(None, berlin) == "–"


@given(st.text(max_size=600))
def test_clip_keeps_the_beginning_on_one_line(text: str) -> None:
    whole = wording.clip(text, 10_000)
    cut = wording.clip(text)
    assert len(cut) <= wording.LONGEST
    assert not set(cut) & {"\n", "\r", "\t", "\x00"}
    assert cut == whole or (len(whole) > wording.LONGEST and whole.startswith(cut.removesuffix("…")))


@pytest.mark.parametrize("tail", ["👩\u200d👩\u200d👧", "e\u0301", "✌\ufe0f"])
def test_clip_does_not_tear_characters_apart(tail: str) -> None:
    for before in range(270, 282):
        kept = wording.clip("x" * before + tail + "y" * 50).removesuffix("…")
        rest = kept[before:] if len(kept) > before else ""
        assert rest == "" or rest.startswith(tail)


def test_clip_prefers_the_end_of_a_word() -> None:
    assert wording.clip("ten words " * 60).endswith(("ten…", "words…"))


def test_channel_states() -> None:
    assert wording.channel_state("failed", True, "n", "401; check KEY") == (
        "bad",
        "the last request failed: 401; check KEY",
    )
    assert wording.channel_state("ok", True, "1,000 items", None)[0] == "partial"
    assert wording.channel_state("ok", False, None, None) == ("good", "answered")
    thin = 'asks nothing; not known whether whole: 2026-01-01: 1 row cannot tell (covers = [".."]); set aside in 1 row'
    assert wording.channel_state("ok", True, thin, None) == (
        "partial", 'not known whether whole: 2026-01-01: 1 row cannot tell (covers = [".."])'
    )  # fmt: skip
    early = wording.channel_state("ok", True, "1 file", None, date(2026, 6, 25))
    assert early == ("partial", "nothing after 25 Jun 2026 (1 file)")
    state, said = wording.channel_state("ok", True, "asked of a.csv: rating runs from 1 to 7: set scale; 1 file", None)
    assert state == "partial"
    assert "a question is open" in said
    assert "asked of a.csv: rating runs from 1 to 7: set scale" in said


def test_behind_counts_from_yesterday() -> None:
    today = date(2026, 11, 23)
    assert wording.behind(date(2026, 11, 22), today) == ""
    assert wording.behind(date(2026, 11, 21), today) == "1 day behind"
    assert wording.behind(None, today) == "no complete day yet"


def test_a_sentence_has_days_as_the_page_writes_them_and_true_minus_signs() -> None:
    said = "A (2): worse from 2026-11-06 to 2026-11-13. Mean -0.18 over 483 posts, before +0.29 (95% interval -0.54 to -0.39)."
    assert wording.readable(said) == (
        "A (2): worse from 6 Nov 2026 to 13 Nov 2026. Mean −0.18 over 483 posts, before +0.29 (95% interval −0.54 to −0.39)."
    )
    assert wording.readable("A: better on 2026-11-06. Up") == "A: better on 6 Nov 2026. Up"
    assert wording.readable("A: worse from 2026-11-06 on. Up") == "A: worse from 6 Nov 2026 on. Up"
    assert wording.readable("A: silent since 2026-11-06. No") == "A: silent since 6 Nov 2026. No"
    assert (
        wording.readable("A: a flood from 2026-11-01 to 2026-11-06: 9") == "A: a flood from 1 Nov 2026 to 6 Nov 2026: 9"
    )


def test_a_version_that_looks_like_a_day_stays_as_it_is() -> None:
    for said in ("New on those days: version 2026-11-06, version 4.2.0-1.", "A: worse from 2026-13-45 to x."):
        assert wording.readable(said) == said


UNTIL = date(2026, 6, 30)


def before(n: int) -> date:
    return UNTIL - timedelta(n)


SAID = [
    (wording.share, (0.00499,), "<1%"), (wording.share, (0.005,), "0%"), (wording.share, (0.9949,), "99%"), (wording.share, (0.995,), ">99%"),
    (wording.share, (-0.33,), "−33%"), (wording.signed, (0.005, 1), "0.0"), (wording.signed, (-0.05, 1), "−0.1"),
    (wording.count, (14236.4,), "14,236"), (wording.count, (None,), "–"), (wording.stars, (4.26,), "4.3"), (wording.stars, (None,), "–"),
    (wording.some_stars, (1,), "1 star"), (wording.some_stars, (3.5,), "3.5 stars"), (wording.plural, (1, "day"), "1 day"),
    (wording.plural, (0, "day"), "0 days"), (wording.plural, (2, "foot", "feet"), "2 feet"), (wording.weekday, (UNTIL,), "Tue 30 Jun 2026"),
    (wording.interval, (None, 0.1), "–"), (wording.interval, (0.1, None), "–"), (wording.interval, (-0.1, 0.1), "−0.10 to +0.10"),
    (wording.decimal, (-0.714,), "−0.71"), (wording.decimal, (None,), "–"), (wording.clip, ("x" * 280,), "x" * 280),
    (wording.clip, ("x" * 281,), "x" * 279 + "…"), (wording.clip, ("a" * 8 + " bbb", 10), "a" * 8 + "…"), (wording.clip, ("aa bb cc", 6), "aa bb…"),
    (wording.clip, (" a" + "b" * 40, 35), "a" + "b" * 33 + "…"), (wording.clip, ("ab " + "c" * 40, 33), "ab…"), (wording.clip, ("ab " + "c" * 40, 34), "ab " + "c" * 30 + "…"),
    (wording.behind, (before(1), UNTIL), ""), (wording.behind, (before(2), UNTIL), "1 day behind"), (wording.behind, (None, UNTIL), "no complete day yet"),
    (wording.behind, (before(9), UNTIL, before(7)), "ended 23 Jun 2026, 2 days behind"), (wording.behind, (before(7), UNTIL, before(7)), "ended 23 Jun 2026"),
    (wording.behind, (before(1), UNTIL, before(1)), "ended 29 Jun 2026"), (wording.behind, (before(2), UNTIL, before(0)), "1 day behind"),
    (wording.channel_state, ("ok", False, None, None, before(3)), ("partial", "nothing after 27 Jun 2026")),
    (wording.channel_state, ("ok", True, "few", None, before(3)), ("partial", "nothing after 27 Jun 2026 (few)")),
    (wording.channel_state, ("ok", True, None, None), ("partial", "the source gave less than was asked")),
    (wording.channel_state, ("ok", False, "asked of a: b", None), ("partial", "a question is open, until then a field is empty: asked of a: b")),
    (wording.channel_state, ("ok", False, "was asked of a: b", None), ("good", "answered (was asked of a: b)")),
    (wording.channel_state, ("failed", False, None, None), ("bad", "the last request failed")),
    (wording.channel_state, ("pending", False, "n", "e"), ("partial", "still waited for when this was published")),
    (wording.readable, ("worse from 2026-03-02 to 2026-03-09. (-0.1 to -0.2) in 1-2",), "worse from 2 Mar 2026 to 9 Mar 2026. (−0.1 to −0.2) in 1-2"),
    (wording.readable, ("from 2026-13-02.",), "from 2026-13-02."), (wording.nameless, ("@ab u/cd /u/ef a@b.org x/u/gh @a",), "@… u/… /u/… …@… x/u/gh @a"),
    (wording.moment, (None, ZoneInfo("UTC")), "–"),
]  # fmt: skip


@pytest.mark.parametrize(("say", "given", "said"), SAID, ids=[f"{each[0].__name__}{n}" for n, each in enumerate(SAID)])
def test_numbers_days_and_texts(say: Any, given: tuple[Any, ...], said: object) -> None:
    assert say(*given) == said


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "a wave of copied posts (3 posts, 30 Jun 2026: 40% of the channel's posts of these days). Without it the mean is +0.20, with it −0.10."),
        ({"first_day": before(1), "posts": 1, "reason": "contact"}, "a wave of advertising (1 post, 29 Jun 2026 to 30 Jun 2026: 40% of the channel's posts of these days). Without it the mean is +0.20, with it −0.10."),
        ({"mean_without": None}, "a wave of copied posts (3 posts, 30 Jun 2026: 40% of the channel's posts of these days). No other post of these days has a score; with it the mean is −0.10."),
        ({"mean_compound": None}, "a wave of copied posts (3 posts, 30 Jun 2026: 40% of the channel's posts of these days). None of these days' posts has a score."),
    ],
)  # fmt: skip
def test_a_wave_of_spam_in_a_sentence(more: dict[str, Any], says: str) -> None:
    wave = {
        "reason": "copies",
        "first_day": UNTIL,
        "last_day": UNTIL,
        "posts": 3,
        "share": 0.4,
        "mean_compound": -0.1,
        "mean_without": 0.2,
    }
    assert wording.spam_wave(wave | more) == says
