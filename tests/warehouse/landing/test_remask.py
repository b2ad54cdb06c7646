"""Words that landed before they were masked: masked where they are kept, counted, and no edit when they come again."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from landing import DAY, NOW, T0, put, row, rows_of

from earful.sentiment.personal.mask import mask
from earful.warehouse import Store, mask_kept, pending, unfinished
from earful.warehouse.landing import remask

LATER = NOW + 10 * DAY


def masking(posts: pa.Table) -> pa.Table:
    return mask(posts)[0]


def words(store: Store) -> list[tuple[str, str, str]]:
    return store.con.execute("select post_id, title, text from texts order by 1").fetchall()


@pytest.mark.parametrize("batch", [2, 50_000])
def test_kept_words_are_masked_and_to_be_scored_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(remask, "BATCH", batch)
    put(
        store,
        row("a", T0, title="mail me", text="at jo@shop.example, or call +49 171 2345678"),
        row("b", T0, text="plain"),
        row("c", T0 + DAY, title="My name is Ann Lee", text=""),
        row("d", T0 + DAY, text="already [email]"),
    )
    assert mask_kept(store, masking, {"orbit"}, LATER) == 2
    assert words(store) == [
        ("a", "mail me", "at [email], or call [phone]"),
        ("b", "", "plain"),
        ("c", "My name is [name]", ""),
        ("d", "", "already [email]"),
    ]
    assert [(p.posts, p.kept) for p in pending(store, lambda _: "v1")] == [(2, 2)]
    assert store.con.execute("select kind, texts, finished_at from erasures").fetchall() == [("masked", 2, None)]
    assert unfinished(store) == 1
    assert mask_kept(store, masking, {"orbit"}, LATER) == 0


def test_the_same_post_masked_as_it_comes_is_no_edit(store: Store) -> None:
    put(store, row("a", T0, text="at jo@shop.example"), row("b", T0, text="old words"))
    put(store, row("b", T0, text="call +49 171 2345678", edited_at=T0 + timedelta(hours=1)), now=NOW + DAY)
    assert mask_kept(store, masking, (), LATER) == 2
    before = rows_of(store, "revisions")
    came = [row("a", T0, text="at [email]"), row("b", T0, text="call [phone]", edited_at=T0 + timedelta(hours=1))]
    landed = put(store, *came, now=LATER)
    assert (landed.unchanged, landed.changed) == (2, 0)
    assert rows_of(store, "revisions") == before
    # A later edit is one more version, of the masked.
    put(store, row("b", T0, text="fine now", edited_at=T0 + timedelta(hours=2)), now=LATER + DAY)
    (((count,),)) = store.con.execute("select count(*) from revisions where post_id = 'b'").fetchall()
    assert count == len(before) + 1


def test_a_product_that_is_configured_no_more_keeps_its_score(store: Store) -> None:
    put(store, row("a", T0, text="at jo@shop.example"))
    assert mask_kept(store, masking, {"other"}, LATER) == 1
    assert words(store) == [("a", "", "at [email]")]
    assert store.con.execute("select scorer_version from posts").fetchall() == [("v1",)]


def test_what_was_masked_is_counted_by_window(store: Store) -> None:
    put(store, row("a", T0), masked=3)
    put(store, row("b", T0, channel="other"), channel="other")
    assert store.con.execute("select channel, masked from coverage order by 1").fetchall() == [("other", 0), ("rd", 3)]
