"""What a wave is told by (spam_episodes.example): the first letters of its posts, whatever stands before and between."""

from __future__ import annotations

import random
import re
import unicodedata

import duckdb
import pytest

from earful.warehouse.statements import run_text, text

LONG = "1-800 *** " * 60


def told(said: str) -> str:
    """The plain definition: no markup, mask, address or link; letters and their marks alone; 60 of them."""
    bare = re.sub(r"<[^>]*>|\[(?:phone|email|link|name|card|account)\]|https?://\S+|www\.\S+|\S*@\S*", " ", said)
    kept = "".join(c if unicodedata.category(c)[0] in "LM" or c in "'’" else " " for c in bare)
    return re.sub(" +", " ", kept).strip(" ")[:60]


def examples(said: list[str]) -> list[str | None]:
    """What a wave of five posts that say this is told by, each in a product of its own."""
    with duckdb.connect() as con:
        con.execute("create table products (product varchar, name varchar, own boolean)")
        con.execute(
            'create table posts (product varchar, channel varchar, day date, spam varchar, title varchar, "text" varchar)'
        )
        given = [[str(n), each] for n, each in enumerate(said)]
        con.executemany("insert into posts values (?, 'rd', '2026-03-02', 'contact', null, ?)", given)
        con.execute("insert into posts select p.* from posts as p cross join range(4)")
        for table in ("daily", "daily_spam"):
            con.execute(
                f"create table {table} as select product, channel, day, count(*) as posts, count(*) as scored,"
                " 0.0 as compound_sum from posts group by all"
            )
        run_text(con, text("publishing/insights/spam_episodes").partition("\ncomment on ")[0])
        found = con.execute("select example from spam_episodes order by cast(product as integer)").fetchall()
    return [each for (each,) in found]


@pytest.mark.parametrize(
    "said",
    [
        "Call " + LONG + "the helpline of Vantora, it is open day and night and costs nothing at all, believe me",
        "<a href='x" + "y" * 300 + "'>Call us</a> at once",
        "Call <b " + "z" * 300 + " and never closed",
        "see https://example.org/" + "p" * 400 + " there it is",
        "mail " + "q" * 300 + "@example.org now",
        "www." + "r" * 250 + " only an address, then these words",
        "[phone] [link] call [phone]",
        "s" * 60 + "1" * 200,
        "t " * 59 + "12 end",
        "u" * 119 + "́ó and on",
        "कृपया हमें कॉल करें " * 20,
        "   don’t   call 0800   ",
    ],
)
def test_a_wave_is_told_by_the_first_letters_of_its_posts(said: str) -> None:
    assert examples([said]) == [told(said) or None]


def test_it_is_so_for_any_text() -> None:
    drawn = random.Random(5)
    parts = [
        "call ",
        "Zoë ",
        "1",
        "*",
        " ",
        "<b>",
        "<",
        ">",
        "@",
        "www.x.y ",
        "http://a/b ",
        "[phone]",
        "[",
        "’s ",
        "é",
        "ß",
        LONG,
    ]
    said = ["".join(drawn.choices(parts, k=drawn.randrange(1, 90))) for _ in range(120)]
    assert examples(said) == [told(each) or None for each in said]
