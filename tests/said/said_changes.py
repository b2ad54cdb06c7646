"""Episodes that what_changed tells of, each of verdicts and causes about which something is true."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from published_file import columns

from earful.warehouse.statements import run

Row = dict[str, Any]
FIRST = date(2026, 3, 10)


def _days(
    verdict: str, metric: str, value: float, baseline: float, *, half: float = 0.05, days: int = 2, alarm: bool = True,
    **more: Any,
) -> list[Row]:  # fmt: skip
    """Verdicts of one metric on days in a row, all with these figures."""
    return [
        {
            "day": FIRST + timedelta(n), "product": "orbit", "slice_kind": "product", "channel": "", "market": "", "topic": "",
            "app_version": "", "metric": metric, "n": 50, "mean": value, "baseline": baseline, "change": value - baseline,
            "change_low": value - baseline - half, "change_high": value - baseline + half, "within": value - baseline,
            "mix": 0.0, "z": -5.0, "verdict": verdict, "alarm": alarm and not n, "since": FIRST, "episode": f"orbit {verdict}",
            **more,
        }
        for n in range(days)
    ]  # fmt: skip


def _beside(metric: str, value: float, baseline: float, half: float) -> list[Row]:
    """What another metric did on these days, without an alarm of its own."""
    return _days("no real change", metric, value, baseline, half=half, alarm=False, episode=None)


def _later() -> list[Row]:
    """A day after it, on which nothing was found any more."""
    return [
        one | {"day": FIRST + timedelta(9), "verdict": "no real change", "episode": None, "alarm": False}
        for one in _days("worse", "sentiment", 0.1, 0.1, days=1)
    ]


def _cause(dimension: str, label: str, rank: int, share: float | None, *, named: bool = True, **more: Any) -> Row:
    half = 0.1
    return {
        "episode": "orbit worse", "product": "orbit", "rank": rank, "dimension": dimension, "value": label, "label": label,
        "named": named, "share": share, "share_low": None if share is None else share - half,
        "share_high": None if share is None else share + half, "contribution": -0.2, "same_as": [], **more,
    }  # fmt: skip


def _worse(**more: Any) -> list[Row]:
    return _days("worse", "sentiment", -0.1, 0.2, **more)


LOGIN, REST = _cause("topic", "login", 1, 0.62), _cause("rest", "no part alone", 5, 0.05, named=False)

#: Of each store the verdicts and the causes.
MADE: dict[str, tuple[list[Row], list[Row]]] = {
    "worse and over": ([*_worse(), *_later()], []),
    "worse on one day": ([*_worse(days=1), *_later()], []),
    "worse and goes on": (_worse(), []),
    "better": (_days("better", "sentiment", 0.4, 0.2, alarm=False), []),
    "other channels write": (_worse(within=-0.2, mix=-0.1), []),
    "stars": (_days("worse", "stars", 3.1, 4.2), []),
    "one star": (_days("worse", "one_star", 0.4, 0.1), []),
    "nps": (_days("worse", "nps", -10, 20, half=5), []),
    "flood": (_days("flood", "volume", 120, 30, half=9), []),
    "more, no flood": (_days("flood", "volume", 45, 30, half=9, alarm=False), []),
    "fewer": (_days("fewer", "volume", 12, 30, half=9, alarm=False), []),
    "negative posts": (_days("worse", "negative", 60, 20, half=9), []),
    "silent": (_days("silent", "silence", 0, 40), []),
    "all metrics moved": (
        [
            *_worse(),
            *_beside("stars", 3.1, 4.2, 0.1),
            *_beside("one_star", 0.4, 0.1, 0.05),
            *_beside("nps", -10, 20, 5),
            *_beside("volume", 120, 30, 9),
            *_beside("negative", 60, 20, 9),
        ],
        [],
    ),
    "stars and score": ([*_days("worse", "stars", 3.1, 4.2), *_beside("sentiment", -0.1, 0.2, 0.05)], []),
    "nothing else moved": ([*_worse(), *_beside("stars", 4.1, 4.2, 0.2), *_beside("volume", 33, 30, 9)], []),
    "worse in a flood": ([*_worse(), *_days("flood", "volume", 120, 30, half=9, episode="orbit worse")], []),
    "answered": (_worse(), []),
    "login": (_worse(), [LOGIN, REST]),
    "all of it": (_worse(), [_cause("version", "version 7.9", 1, 0.98), REST]),
    "second all of it": (_worse(), [_cause("topic", "ads", 1, 1.1), _cause("topic", "login", 2, 0.97), REST]),
    "alike parts": (_worse(), [LOGIN | {"same_as": ["channel shop"]}, REST]),
    "two parts": (_worse(), [LOGIN, _cause("topic", "crashes", 2, 0.21), REST]),
    "half explained": (_worse(), [LOGIN, REST | {"share": 0.38}]),
    "more than explained": (_worse(), [_cause("topic", "login", 1, 1.3), REST | {"share": -0.3}]),
    "nothing explains it": (_worse(), [REST | {"share": 1.0, "rank": 1}]),
    "released": (_worse(), [LOGIN, REST, _cause("release", "version 7.9", 6, None)]),
    "others too": (_worse(), [LOGIN, REST, _cause("competitor", "Nova", 6, None)]),
    "others stood still": (_worse(), [LOGIN, REST, _cause("competitor", "Nova", 6, None, named=False)]),
}


#: What a person said of them.
ANSWERED = {"answered": "the server moved"}


def said(store: str, folder: Path) -> str:
    """The sentence of the store's one episode."""
    del folder
    verdicts, causes = MADE[store]
    with duckdb.connect() as con:
        for table, rows in (
            ("verdicts", verdicts),
            ("products", []),
            ("episode_causes", causes),
            ("alarm_answers", []),
        ):
            typed = ", ".join(f'"{name}" {kind}' for name, kind in columns()[table].items())
            con.execute(f"create table {table} ({typed})")
            if rows:
                con.register("rows", pa.Table.from_pylist(rows))
                con.execute(f"insert into {table} by name from rows")
        if store in ANSWERED:
            con.execute(
                "insert into alarm_answers by name select 'orbit worse' as episode, 'orbit' as product, 'known' as answer,"
                " ? as why, now()::timestamp as answered_at", [ANSWERED[store]]
            )  # fmt: skip
        con.execute("insert into products (product, name, own) values ('orbit', 'Orbit', true)")
        run(con, "publishing/views/what_changed")
        ((sentence,),) = con.execute("select sentence from what_changed").fetchall()
    return str(sentence)
