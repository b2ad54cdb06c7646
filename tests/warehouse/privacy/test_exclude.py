"""Authors who are left out: what landed goes from every number, what comes is counted, and it can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from landing import DAY, NOW, T0, aggregates, named, put, row, rows_of, span

from earful.warehouse import Store, count_posts_of, excluded_authors, leave_out, take_in
from earful.warehouse.privacy.erase import erase_listed

BOT, OTHER = "b" * 32, "c" * 32
TOPICS = named(crashes=0.9)


def posts(*, bots: bool, start: float = 0) -> list[dict[str, object]]:
    """A week of complaints; under each, where ``bots``, a thank you of the bot."""
    found = []
    for n in range(7):
        at = T0 + (start + n) * DAY
        found.append(row(f"p{start + n}", at, -0.75, rating=1))
        if bots:
            found.append(row(f"b{start + n}", at, 0.91, author=BOT, topics=TOPICS, app_version="1"))
    return found


def test_what_landed_goes_as_if_it_never_had(store: Store) -> None:
    put(store, *posts(bots=False))
    clean = aggregates(store) | {"posts": rows_of(store, "posts"), "texts": rows_of(store, "texts")}
    put(store, *posts(bots=True))
    assert count_posts_of(store, [BOT]) == 7
    done = leave_out(store, [BOT, OTHER], NOW)
    assert (done.new, done.posts, done.days) == (2, 7, 7)
    assert aggregates(store) | {"posts": rows_of(store, "posts"), "texts": rows_of(store, "texts")} == clean
    told = store.con.execute("select reason, sum(posts), sum(scored_before) from day_changes group by 1").fetchall()
    assert ("left out", 7, 7) in told
    assert store.con.execute("select kind, posts, texts from erasures").fetchall() == [("excluded", 7, 7)]


def test_what_comes_is_counted_and_never_lands(store: Store) -> None:
    leave_out(store, [BOT], NOW)
    done = put(store, *posts(bots=True))
    assert (done.posts, done.new, done.left_out, done.gone) == (7, 7, 7, 0)
    assert store.con.execute("select note, posts, gone from coverage").fetchall() == [
        ("left out: 7 by excluded authors", 7, 0)
    ]
    again = put(store, *posts(bots=True))
    assert (again.unchanged, again.left_out) == (7, 7)
    assert store.con.execute("select count(*), min(mean_compound) from daily").fetchall() == [(7, -0.75)]


def test_the_store_keeps_no_pseudonym(store: Store) -> None:
    leave_out(store, [BOT], NOW)
    (key,) = store.con.execute("select author_key from excluded_authors").fetchall()[0]
    assert BOT not in key
    assert len(key) == 32


def test_again_it_changes_nothing_and_once_it_does_not_even_look(store: Store) -> None:
    put(store, *posts(bots=True))
    assert leave_out(store, [BOT], NOW, once=True).posts == 7
    before = aggregates(store)
    # Past the list, as no landing would: to see who looks.
    store.con.execute("update posts set author = $bot where post_id = 'p0'", {"bot": BOT})
    assert leave_out(store, [BOT], NOW, once=True).posts == 0
    assert aggregates(store) == before
    assert leave_out(store, [BOT], NOW).posts == 1
    assert excluded_authors(store) == 1
    assert leave_out(store, [], NOW).posts == 0


def test_taken_in_again_posts_come_back(store: Store) -> None:
    put(store, *posts(bots=True))
    leave_out(store, [BOT], NOW)
    store.con.execute("insert into remembered values ('rd', 'orbit', 'v1', 'UTC', now(), 'files')")
    assert take_in(store, [OTHER]) == 0
    assert store.con.execute("select count(*) from remembered").fetchall() == [(1,)]
    assert take_in(store, [BOT, OTHER]) == 1
    assert store.con.execute("select count(*) from remembered").fetchall() == [(0,)]
    assert put(store, *posts(bots=True)).new == 7


@pytest.mark.parametrize("met", ["old", "new"])
def test_after_a_new_secret_an_author_stays_left_out(store: Store, met: str) -> None:
    """Posts come under the new pseudonym with a way from the old one, or still under the old one."""
    leave_out(store, [BOT], NOW)
    after = "d" * 32
    author = {"old": BOT, "new": after}[met]
    done = put(store, row("x", T0, 0.9, author=author), aliases={BOT: after})
    assert (done.left_out, done.new) == (1, 0)
    assert excluded_authors(store) == 2


def test_refused_and_forgotten_posts_are_not_counted_twice(store: Store) -> None:
    leave_out(store, [BOT], NOW)
    gone = ("b1",)
    done = put(
        store, row("b1", T0, 0.9, author=BOT), row("b2", T0, 0.9, author=BOT), row("", T0, 0.9, author=BOT), gone=gone
    )
    assert (done.gone, done.left_out, done.rejected, done.posts) == (1, 1, 1, 0)


def test_a_store_that_an_older_state_was_put_into_loses_them_again(store: Store) -> None:
    put(store, *posts(bots=True))
    with store.transaction() as con:
        con.execute(
            "insert into excluded_authors values (md5($bot), $now)", {"bot": BOT, "now": NOW.replace(tzinfo=None)}
        )
        assert erase_listed(con, NOW - timedelta(days=1), NOW) == 7
    assert count_posts_of(store, [BOT]) == 0


def test_two_products_and_channels_at_once(store: Store) -> None:
    for product, channel in (("orbit", "rd"), ("other", "rd"), ("orbit", "forum")):
        facts = {"product": product, "channel": channel}
        put(store, row("b", T0, 0.9, author=BOT, **facts), row("p", T0, -0.5, **facts), window=span(0, 1), **facts)
    assert leave_out(store, [BOT], NOW).posts == 3
    assert store.con.execute("select sum(posts), max(mean_compound) from daily").fetchall() == [(3, -0.5)]
