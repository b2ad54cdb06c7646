from __future__ import annotations

from landing import DAY, HOUR, NOW, T0, aggregates, named, put, row

from earful.warehouse import Store, apply_retention


def words(store: Store) -> list[str]:
    return [i for (i,) in store.con.execute("select post_id from texts order by 1").fetchall()]


def test_words_go_after_their_time_and_numbers_stay(store: Store) -> None:
    put(store, row("a", T0, topics=named(ads=-0.5)), row("b", T0 + DAY), now=NOW)
    put(store, row("s", T0, channel="st", source="steam"), channel="st", source="steam", now=NOW)
    before = aggregates(store)
    assert apply_retention(store, {"reddit": 2, "steam": 90}, NOW + 2 * DAY) == {"reddit": 0, "steam": 0}
    assert words(store) == ["a", "b", "s"]
    assert apply_retention(store, {"reddit": 2, "steam": 90}, NOW + 2 * DAY + HOUR) == {"reddit": 2, "steam": 0}
    assert words(store) == ["s"]
    assert aggregates(store) == before
    assert store.con.execute("select post_id, topic from post_topics").fetchall() == [("a", "ads")]
    assert store.con.execute("select count(*) from posts").fetchall() == [(3,)]


def test_a_replay_does_not_bring_dropped_words_back_but_an_edit_does(store: Store) -> None:
    put(store, row("a", T0, likes=1), now=NOW)
    apply_retention(store, {"reddit": 2}, NOW + 3 * DAY)
    assert put(store, row("a", T0, likes=9), now=NOW + 3 * DAY).changed == 1
    assert words(store) == []
    put(store, row("a", T0, text="new words", edited_at=NOW), now=NOW + 4 * DAY)
    assert words(store) == ["a"]


def test_what_changes_beside_the_words_does_not_start_their_clock_again(store: Store) -> None:
    put(store, row("a", T0, likes=1), now=NOW)
    put(store, row("a", T0, likes=2), now=NOW + DAY)
    assert apply_retention(store, {"reddit": 1.5}, NOW + 2 * DAY) == {"reddit": 1}
