"""Numbers and foreign texts in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
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
