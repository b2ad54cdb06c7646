"""Words of bad posts (sql/reading/worst_words), worked out post by post in Python for every kind of mark."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from earful.warehouse.statements import run, text

Row = dict[str, Any]
SAID = {
    True: ("Crash! it's bad", "the crash is back, see https://a.example/crashed", "ab login [link] crash", "Login [name of it] slow 42"),
    False: ("fine and quick", "it’s quick", "login is fine", "quick, me@quick.example"),
}  # fmt: skip


def posts(r: random.Random, marks: dict[str, float]) -> list[Row]:
    """A post has a mark with such a probability; bad ones say other words, more or less."""
    made = []
    for _ in range(500):
        bad = r.random() < 0.4
        said = r.choice(SAID[bad if r.random() < 0.9 else not bad])
        marked = {name: r.random() < share for name, share in marks.items()}
        made.append({
            "product": r.choice("aaaaab"), "title": r.choice((None, "Login", "Fine")), "text": r.choice((said, said, said, None)),
            "rating": (r.choice((1.0, 2.0)) if bad else r.choice((2.5, 3.0, 5.0))) if marked["stars"] else None,
            "nps": (r.choice((0, 6)) if bad else r.choice((7, 10))) if marked["answers"] else None,
            "recommended": (not bad) if marked["thumbs"] else None, "scored": r.random() < 0.9,
            "compound": r.choice((-0.05, -0.6)) if bad else r.choice((-0.0499, 0.4)),
        })  # fmt: skip
    return made


def expected(given: list[Row], stop: set[str]) -> tuple[str, list[tuple[str, int, int, float]]]:
    own = [p for p in given if p["product"] == "a" and (p["title"] is not None or p["text"] is not None)]
    by = next(
        (by for by, mark in (("stars", "rating"), ("answers", "nps"), ("thumbs", "recommended"))
         if sum(p[mark] is not None for p in own) * 2 >= len(own)), "words",
    )  # fmt: skip
    bad_of: Callable[[Row], bool | None] = {
        "stars": lambda p: None if p["rating"] is None else p["rating"] <= 2,
        "answers": lambda p: None if p["nps"] is None else p["nps"] <= 6,
        "thumbs": lambda p: None if p["recommended"] is None else not p["recommended"],
        "words": lambda p: p["compound"] <= -0.05 if p["scored"] else None,
    }[by]
    judged = []
    for post in own:
        said = " ".join(each for each in (post["title"], post["text"]) if each is not None).lower()
        said = re.sub(r"https?://\S+|\S+@\S+|\[[a-z ]+\]", " ", said).replace("’", "'")
        if (bad := bad_of(post)) is not None:
            judged.append((bad, set(re.findall(r"[^\W_]+(?:'[^\W\d_]+)?", said))))
    n, m = sum(bad for bad, _ in judged), sum(not bad for bad, _ in judged)
    found = []
    for word in {word for _, words in judged for word in words}:
        a, b = (sum(word in words for bad, words in judged if bad is side) for side in (True, False))
        if a >= 3 and len(word) > 2 and re.search(r"[^\W\d_]", word) and word not in stop and a * m >= 2 * b * n:
            share = (a + b) / (n + m)
            cells = ((a, n * share), (b, m * share), (n - a, n * (1 - share)), (m - b, m * (1 - share)))
            g2 = 2 * sum(seen * math.log(seen / due) for seen, due in cells if seen)
            if g2 >= 15.13:
                found.append((g2, word, a, a + b, n / (n + m)))
    return by, [(word, a, both, share) for _, word, a, both, share in sorted(found, key=lambda f: (-f[0], f[1]))]


@pytest.mark.parametrize(
    ("marks", "by"),
    [
        ({"stars": 0.7, "answers": 0.9, "thumbs": 0.9}, "stars"),
        ({"stars": 0.3, "answers": 0.7, "thumbs": 0.9}, "answers"),
        ({"stars": 0.3, "answers": 0.3, "thumbs": 0.7}, "thumbs"),
        ({"stars": 0.3, "answers": 0.3, "thumbs": 0.3}, "words"),
    ],
)
def test_every_word(marks: dict[str, float], by: str) -> None:
    given = posts(random.Random(by), marks)
    with duckdb.connect() as con:
        con.register("given", pa.Table.from_pylist(given))
        con.execute("create table posts as from given")
        run(con, "publishing/words/stop_words")
        stop = {word for (word,) in con.execute("select word from stop_words").fetchall()}
        sql = text("reading/worst_words")
        rows = con.execute(sql, {"product": "a", "most": 50}).fetchall()
        first = con.execute(sql, {"product": "a", "most": 1}).fetchall()
    found, words = expected(given, stop)
    assert found == by
    assert [(*row[:3], row[4]) for row in rows] == [(*word[:3], by) for word in words]
    assert [row[3] for row in rows] == pytest.approx([word[3] for word in words])
    assert [row[0] for row in first] == [words[0][0]]
    assert len(words) > 1
