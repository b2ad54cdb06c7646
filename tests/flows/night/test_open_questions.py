"""A question of a channel is news of the run: in its headline, first in its note, in what machines read."""

from __future__ import annotations

from datetime import UTC, datetime

from earful.flows.night.summary import Brought, Summary

AT = datetime(2026, 3, 2, tzinfo=UTC)


def summary(*lines: Brought) -> Summary:
    return Summary("r", "nightly", AT, AT, lines, "earful.duckdb", "page.html")


def test_a_question_is_in_the_headline() -> None:
    ask = 'asked of a.csv: rating runs from 1 to 7: say on what scale with scale = "1..10"'
    asked = Brought("shop", "acme", AT, AT, "ok", new=3, note=f"{ask}; 1 file", questions=(ask,))
    plain = Brought("play", "acme", AT, AT, "ok", new=2)
    told = summary(asked, plain)
    assert told.ok  # the rows have landed
    assert told.headline() == "5 new and 0 changed posts from 2 channels; a question is open: shop/acme"
    assert told.json()["brought"][0]["questions"] == (ask,)
    assert ask in told.markdown()
    assert "question" not in summary(plain).headline()
