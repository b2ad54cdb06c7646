"""The compiled way to find near copies finds the same pairs as DuckDB's own means."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from landing import DAY, HOUR, T0, put, row, rows_of, span

from earful.warehouse import open_store
from earful.warehouse.publishing import near_copies
from earful.warehouse.publishing.near_copies import combines, refresh
from earful.warehouse.statements import run

KEPT = ("post_pairs", "daily_robust", "daily_robust_seen")
WORDS = [
    "the",
    "app",
    "crashes",
    "every",
    "time",
    "I",
    "open",
    "größer",
    "Stimme",
    "привет",
    "4.2.0",
    "don't",
    "消えた",
    "and",
    "loses",
    "all",
    "of",
    "my",
    "notes",
    "again",
    "ever",
]


def said(draw: Random) -> str:
    words = WORDS[: draw.choice((6, 7, 8, 9, 14, 22))] * draw.choice((1, 1, 1, 20))
    for _ in range(draw.randrange(4)):
        words[draw.randrange(len(words))] = draw.choice(("really", "sadly", "x", "É"))
    return draw.choice((" ", ", ", "  ")).join(words) + draw.choice(("", "!", " 🙂"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_both_ways_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    pytest.importorskip("numba")
    monkeypatch.setattr(near_copies, "POSTS", 90)  # several spans
    draw = Random(seed)
    used: list[str] = []

    def noted(con: Any, name: str, params: Any = None) -> None:
        used.append(name)
        run(con, name, params)

    monkeypatch.setattr(near_copies, "run", noted)
    with open_store(tmp_path / "s.duckdb", time_zone="UTC") as store:
        assert combines(store.con), "with this DuckDB the compiled way is taken"
        for product in ("orbit", "mars"):
            posts = [
                row(
                    f"p{n}",
                    T0 + draw.randrange(9) * DAY + 12 * HOUR,
                    title=draw.choice(("", said(draw))),
                    text=said(draw),
                    product=product,
                )
                for n in range(150)
            ]
            put(store, *posts, product=product, window=span(0, 9))
        found: dict[str, Any] = {}
        for engine in ("plain", "numba"):
            for name in KEPT:
                store.con.execute(f"delete from {name}")
            refresh(store, engine)
            found[engine] = {name: rows_of(store, name) for name in KEPT}
        assert found["plain"] == found["numba"]
        assert len(found["plain"]["post_pairs"]) > 100
        store.con.execute("delete from daily_robust_seen")
        monkeypatch.setattr(near_copies, "combines", lambda con: False)
        used.clear()
        refresh(store, "numba")
        assert "publishing/near_copies/plain" in used, "another DuckDB's hashes: its own means"
        assert found["plain"] == {name: rows_of(store, name) for name in KEPT}
