"""Reddit: names as they are typed, notices of moderators and bots, and what ``check`` tells of near misses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from reddit_fake import DAY, NOW, OWNER, Fake, made, pulled, thing
from replay import serve

from earful.connectors.base import Product

BOT = "Thank you for your submission! *I am a bot, and this action was performed automatically.*"
EARLIER = NOW - timedelta(hours=1)
PUZZLES = Product("pq", "Puzzle Quest", include=("puzzle quest",))


@pytest.mark.parametrize(
    "notice",
    [
        {"author": "AutoModerator", "distinguished": "moderator", "stickied": True},
        {"author": "AutoModerator", "distinguished": None},
        {"author": "automoderator"},
        {"author": "a-person", "distinguished": "moderator"},
        {"author": "an-admin", "distinguished": "admin"},
        {"author": "alumni", "distinguished": "special"},
    ],
)
def test_a_notice_is_left_out_and_counted(notice: dict[str, object]) -> None:
    comments = [thing(n, EARLIER, "t1", body=BOT, **notice) for n in (1, 2)]
    opinion = thing(3, EARLIER, "t1", body="It is terrible", distinguished=None)
    got = pulled(Fake({"/r/acme/comments/": [*comments, opinion], "/r/acme/new": []}))
    assert got.ids == ["t1_n3"]
    assert got.coverage.note.endswith("left out: 2 by moderators and bots")
    assert not got.rejected
    assert not got.gone


def test_only_notices_that_were_the_products_are_counted_and_each_once() -> None:
    mark = {"distinguished": "moderator"}
    before = thing(4, DAY.start - timedelta(hours=1), title="Puzzle Quest rules", **mark)
    items = [thing(1, EARLIER, title="Puzzle Quest week", **mark), thing(2, EARLIER, title="Rules", **mark), before]
    fake = Fake({"/r/games/new": items, "/r/games/comments/": [], "/r/all/search/": items[:1]})
    got = pulled(fake, PUZZLES, DAY, subreddits=("games",), search=True)
    assert got.ids == []
    assert "left out: 1 by moderators and bots" in got.coverage.note


def test_posts_name_their_product_as_people_type_it() -> None:
    titles = [
        "#PuzzleQuest down",
        "Puzzle‑Quest",
        "ＰＵＺＺＬＥ quest",
        "puzzle quests",
        "a puzzle, quest",
        "Puzzle Quest’s ads",
    ]
    items = [thing(n, EARLIER, title=title, selftext="") for n, title in enumerate(titles)]
    got = pulled(Fake({"/r/games/new": items, "/r/games/comments/": []}), PUZZLES, DAY, subreddits=("games",))
    assert got.ids == ["t3_n0", "t3_n1", "t3_n2", "t3_n5"]


def test_check_tells_of_near_misses_in_the_newest_items() -> None:
    items = [
        thing(n, EARLIER, title=title) for n, title in enumerate(["Puzle Quest", "puzle quest!", "Puzzle Quest", "x"])
    ]
    fake = Fake({"/r/games/new": items, "/r/acme/new": items})
    with serve(fake) as server:
        connector = made(server.url, subreddits=("games",))
        health = connector.check([PUZZLES, OWNER])
        assert len(server.requests) == 3  # a token, and a listing each
    assert health["pq"].lines == (
        "reddit: nearly pq, and not taken for it: 'puzle quest' 2 (include = [...] takes what is meant)",
    )
    assert health["acme"].ok
    assert health["acme"].lines == ()
