"""The words of bad posts: bad by the mark that the posts have, strong by the log-likelihood worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from landing import DAY, T0, put, row

from earful.warehouse import WarehouseError, open_store, publish
from earful.warehouse.reading.worst_words import BadWord, worst_words

#: So many posts say the word: bad ones, and others.
SAID = {
    "crashes": (9, 1),
    "slowly": (6, 0),
    "sometimes slowly": (0, 2),
    "the and": (20, 10),
    "rarely": (2, 0),
    "endlessly": (20, 20),
    "always": (20, 21),
}
BAD, GOOD = 20, 40


def posts(mark: str) -> list[dict[str, Any]]:
    """BAD and GOOD posts, the first of each with the words of SAID; the mark tells which are which."""
    marks: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "stars": ({"rating": 2.0}, {"rating": 3.0}),
        "answers": ({"nps": 6}, {"nps": 7}),
        "thumbs": ({"recommended": False}, {"recommended": True}),
        "words": ({"compound": -0.05}, {"compound": -0.04}),
    }
    made = []
    for side, count in enumerate((BAD, GOOD)):
        for number in range(count):
            words = [word for word, many in SAID.items() if number < many[side]]
            text = f"{' '.join(words)} https://example.org/crashes crashes@example.org [phone number] x{number}"
            made.append(row(f"{side}-{number}", T0 + number * DAY, **{"text": text, **marks[mark][side]}))
    return made


def g2(a: int, b: int) -> float:
    """Dunning's, from the table of two by two."""
    total, cells = BAD + GOOD, ((a, BAD), (b, GOOD), (BAD - a, BAD), (GOOD - b, GOOD))
    said = (a + b, a + b, total - a - b, total - a - b)
    return 2 * sum(o * math.log(o * total / (n * s)) for (o, n), s in zip(cells, said, strict=True) if o)


MARKS = ("stars", "answers", "thumbs", "words")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A product for each mark, and one more that says the same word."""
    folder = tmp_path_factory.mktemp("worst_words")
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        for mark in MARKS:
            # A post without words counts nowhere.
            rows = [*posts(mark), row("none", T0, text="", rating=1.0)]
            put(store, *({**each, "product": mark} for each in rows), product=mark)
            if mark != "words":
                plain = [row(f"plain-{n}", T0, 0.5, text="nothing") for n in range(BAD + GOOD)]
                for product, more in (("half", plain), ("less", [*plain, row("one", T0, 0.5, text="nothing")])):
                    of = f"{product}-{mark}"
                    put(store, *({**each, "product": of} for each in [*posts(mark), *more]), product=of)
        put(store, row("other", T0, product="moon", text="crashes", rating=1.0), product="moon")
        return publish(store, folder / "earful.duckdb").path


@pytest.mark.parametrize("mark", MARKS)
def test_words_of_bad_posts(published: Path, mark: str) -> None:
    assert g2(9, 1) > 15.13 > g2(6, 2)
    # Twice as often in bad posts is enough, less is not.
    assert g2(20, 20) > g2(9, 1)
    assert g2(20, 21) > 15.13
    assert worst_words(published, mark, 5) == [
        BadWord("endlessly", 20, 40, BAD / (BAD + GOOD), mark), BadWord("crashes", 9, 10, BAD / (BAD + GOOD), mark),
    ]  # fmt: skip
    assert worst_words(published, mark, 0) == worst_words(published, "nobody", 5) == []


@pytest.mark.parametrize("mark", [mark for mark in MARKS if mark != "words"])
def test_a_mark_decides_where_half_of_the_posts_have_it(published: Path, mark: str) -> None:
    assert worst_words(published, f"half-{mark}", 5) == worst_words(published, mark, 5)
    assert worst_words(published, f"less-{mark}", 5) == [], "by their words none of them is bad"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is not there yet"):
        worst_words(tmp_path / "earful.duckdb", "orbit", 5)
