"""What an alert says is what the published file says: the episode's sentence and figures, quotes of its slice, waves of spam."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from landed_world import build

from earful.reports.alerts import Alert, Asked, compose, summary
from earful.reports.data import Published
from earful.reports.wording import readable

BAD, GOOD = "orbit 2026-05-11 worse", "orbit 2026-05-14 better"
CHANNELS = ("shop", "play", "rd")
WAVE = (
    "orbit",
    "Orbit",
    True,
    "shop",
    "spam?",
    "copies",
    date(2026, 5, 12),
    date(2026, 5, 14),
    40,
    100,
    0.4,
    0.1,
    -0.2,
)
#: Author, words, channel, score: of the bad days.
POSTS = (
    ("ann", "I cannot log in any more, @somebody please help me", "shop", -0.97),
    ("ann", "still cannot log in, this is the worst update ever", "shop", -0.96),
    ("bob", "it crashes whenever I open the login page, useless", "shop", -0.95),
    ("eve", "what a wonderful update, I love all of this so much", "shop", 0.98),
    ("dan", "reddit says that the login is broken for all of us", "rd", -0.99),
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The world, with a wave of spam and a few posts that stand out."""
    folder = tmp_path_factory.mktemp("alerts")
    path = shutil.copy(build(folder).path, folder / "copy.duckdb")
    Path(path).chmod(0o600)
    with duckdb.connect(path) as con:
        names = [c[0] for c in con.execute("describe spam_episodes").fetchall()]
        values = ", ".join("?" for _ in WAVE)
        con.execute(f"insert into spam_episodes ({', '.join(names[: len(WAVE)])}) values ({values})", WAVE)
        for number, (author, words, channel, score) in enumerate(POSTS):
            con.execute(
                "insert into posts_with_words by name select * replace (? as author, ? as text, ? as channel, ? as compound,"
                " ? as post_id, '' as title, null as spam) from posts_with_words"
                " where product = 'orbit' and day = date '2026-05-13' limit 1",
                [author, words, channel, score, f"mine-{number}"],
            )
    with Published(Path(path)) as file:
        yield file


def asked(subject: str, kind: str = "worse", what: str = "new", detail: str = "") -> Asked:
    return Asked(kind, "orbit", subject, date(2026, 5, 11), date(2026, 5, 19), detail, what)


def test_an_episode_is_its_sentence_and_its_figures(published: Published) -> None:
    made = compose(lambda: published, asked(BAD), CHANNELS)
    (row,) = published._rows("select * from what_changed where episode = $e", {"e": BAD})
    assert made.title == "Orbit: worse"
    assert made.text == readable(row["sentence"])
    assert made.text.startswith("Orbit: worse from 11 May 2026 to 19 May 2026. ")
    assert made.data["sentence"] == row["sentence"]
    for name in ("n", "value", "baseline", "change", "change_low", "change_high", "causes", "verdict", "metric"):
        assert made.data[name] == row[name], name
    assert made.data["first_day"] == row["first_day"].isoformat()


def test_quotes_are_of_two_people_and_of_what_changed(published: Published) -> None:
    made = compose(lambda: published, asked(BAD), CHANNELS)
    assert [quote.text for quote in made.quotes] == [POSTS[4][1], "I cannot log in any more, @… please help me"]
    without_reddit = compose(lambda: published, asked(BAD), ("shop",))
    assert [quote.text for quote in without_reddit.quotes] == [
        "I cannot log in any more, @… please help me",
        POSTS[2][1],
    ]
    assert compose(lambda: published, asked(BAD), ()).quotes == ()
    assert compose(lambda: published, asked(BAD, what="ended"), CHANNELS).quotes == ()


@pytest.mark.parametrize(
    ("what", "title", "begins"),
    [
        ("grown", "Orbit: better (spreads)", "It has spread. Orbit (channel play): better from"),
        ("again", "Orbit: better (is back)", "It is back. Orbit (channel play)"),
        ("ended", "Orbit: better (over)", "It is over. Orbit (channel play)"),
        ("withdrawn", "Orbit: better (taken back)", "Taken back: with the posts and corrections that came since"),
    ],
)
def test_updates_say_first_what_became_of_it(published: Published, what: str, title: str, begins: str) -> None:
    made = compose(lambda: published, asked(GOOD, "better", what), CHANNELS)
    assert made.title == title
    assert made.text.startswith(begins)
    assert made.data["update"] == what


def test_a_wave_of_spam(published: Published) -> None:
    made = compose(lambda: published, asked("orbit shop 2026-05-12", "spam", detail="shop"), CHANNELS)
    assert made.title == "Orbit: spam?"
    assert made.text == (
        "Orbit, shop: a wave of copied posts (40 posts, 12 May 2026 to 14 May 2026: 40% of the channel's posts of these days)."
        " Without it the mean is −0.20, with it +0.10."
    )
    assert (made.data["posts"], made.data["share"], made.data["reason"]) == (40, 0.4, "copies")
    gone = compose(lambda: published, asked("orbit play 2026-05-12", "spam", detail="play"), CHANNELS)
    assert gone.text == "Orbit, play: a wave of posts taken for spam, 11 May 2026 to 19 May 2026."


def test_what_the_store_alone_knows_needs_no_file() -> None:
    def no_file() -> Published:
        raise AssertionError

    behind = compose(no_file, asked("orbit shop", "backlog", detail="shop has no complete day since 2026-05-16"), ())
    assert behind.text.startswith("orbit: shop has no complete day since 2026-05-16. The page's Coverage says why")
    well = compose(no_file, asked("night-1", "failed_night", "ended"), ())
    assert (well.title, well.text) == (
        "earful: nights are well again", "The last night ended well; what was missing has been asked for.",
    )  # fmt: skip


def test_a_summary_has_a_line_each_and_says_how_many_more() -> None:
    def no_file() -> Published:
        raise AssertionError

    one = compose(no_file, asked("orbit shop", "backlog", detail="x" * 400), ())
    made = summary([one] * 23)
    lines = made.text.split("\n")
    assert made.title == "earful: 23 more alerts"
    assert len(lines) == 21
    assert lines[-1] == "and 3 more: the page and `earful alerts list` have them all"
    assert all(len(line) <= 240 for line in lines)
    assert len(made.data["alerts"]) == 23


@pytest.mark.parametrize(("count", "more"), [(20, False), (21, True)])
def test_a_summary_names_twenty(count: int, more: bool) -> None:
    made = summary([Alert(str(n), "x" * (239 + n % 3)) for n in range(count)])
    lines = made.text.split("\n")
    assert made.title == f"earful: {count} more alerts"
    assert len(lines) == 20 + more
    assert [len(each) for each in lines[:3]] == [239, 240, 240]
    assert lines[1].endswith("x")
    assert lines[2].endswith("…")
    if more:
        assert lines[-1] == "and 1 more: the page and `earful alerts list` have them all"
