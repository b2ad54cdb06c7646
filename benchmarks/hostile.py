"""``python -m benchmarks.hostile --rows N``: rows that no service should send, among good ones, landed as they come.

A seeded fuzzer spoils one or two values of a row: lone surrogates, NUL, right-to-left and control characters, huge and
empty ids, dates out of range or without a zone, NaN and infinite numbers, wrong types, texts of megabytes. The batches
hold good rows of another day between them. No batch may stop, every row must be counted as landed or set aside with a
reason, and the aggregates of the good rows must be, to the last bit, those of a store that never saw a bad one. What
comes besides the rows is spoilt too: items set aside, ids said to be gone, the note on what was covered.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from earful.connectors.base import Coverage, Window
from earful.connectors.post import Rejected
from earful.warehouse import Landing, WarehouseError, land, open_store
from earful.warehouse.landing.rows import SCHEMA

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
#: Good rows are of the first day, spoilt ones of the second: what is bad can be seen to change nothing elsewhere.
WINDOW = Window(START, START + 2 * DAY)
_BATCH = 1000
_GOOD = 100

_STRINGS: tuple[Any, ...] = (
    "\ud800", "a\udfffb", "\x00", "a\x00b", "\u202eabc\u2066", "\x1b[31m", "\x07\x08", "﷽" * 50, "😂" * 300, "", None,
    7,
    b"bytes", 3.5, float("nan"), [], {}, "x" * 100_000,
    "\r\n'; drop table posts; --", "=1+1", "\ufeff", "\uffff",
)  # fmt: skip
_NUMBERS: tuple[Any, ...] = (
    float("nan"), float("inf"), -float("inf"), 2**63, -(2**63) - 1, 2**200, -1, 0, 6, 11, 300, 1.5, "5", "five", None,
    b"1", [], 1e308, 5e-324, True, -0.0,
)  # fmt: skip
_TIMES: tuple[Any, ...] = (
    datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC),
    datetime(2400, 1, 1, tzinfo=UTC), START.replace(tzinfo=None), "2026-03-02", 1_772_400_000, float("nan"), None, [],
    date(2026, 3, 2), pd.NaT,
)  # fmt: skip
_BOOLS: tuple[Any, ...] = ("yes", 2, None, float("nan"), [], "true")


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a connector says besides its rows. No row of a run has one of the ids that are said to be gone."""

    rejected: tuple[Rejected, ...] = ()
    gone: tuple[str, ...] = ()
    note: str = ""


def main() -> int:
    """Measure and say; 1 where a batch stopped, a row was lost or a good number changed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--rows", type=int, default=100_000, help="spoilt rows (default 100,000)")
    parser.add_argument("--seed", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-hostile-") as folder:
        found = measure(Path(folder), arguments.rows, arguments.seed)
    print(json.dumps(found) if arguments.json else "\n".join(f"{key}: {value}" for key, value in found.items()))
    return int(bool(found["stopped"] or found["lost"] or found["good_changed"] or found["without_reason"]))


def measure(folder: Path, rows: int, seed: int) -> dict[str, Any]:
    """All figures, as plain values."""
    draw = random.Random(seed)
    stopped: list[str] = []
    reasons: Counter[str] = Counter()
    landed = rejected = lost = 0
    with (
        open_store(folder / "clean.duckdb", time_zone="UTC") as clean,
        open_store(folder / "store.duckdb", time_zone="UTC") as store,
    ):
        for at in range(0, rows, _BATCH):
            good = [_row(f"good-{at + n}", START + n * timedelta(minutes=7)) for n in range(_GOOD)]
            bad = [_spoilt(draw, at + n) for n in range(min(_BATCH, rows - at))]
            land(clean, _landing(good))
            mixed = [*good, *bad]
            draw.shuffle(mixed)
            beside = _beside(draw)
            try:
                done = land(store, _landing(mixed, beside))
            except (WarehouseError, ValueError, TypeError, OverflowError) as error:
                stopped.append(f"{type(error).__name__}: {error}"[:300])
                continue
            landed += done.posts - _GOOD
            aside = done.rejected - len(beside.rejected)
            rejected += aside
            lost += len(mixed) - done.posts - aside
        same = all(
            clean.con.execute(_numbers(t)).fetchall() == store.con.execute(_numbers(t)).fetchall()
            for t in ("daily", "daily_version")
        )
        for reason, count in store.con.execute("select reason, count(*) from set_aside group by 1").fetchall():
            reasons[str(reason)] += count
    return {
        "rows": rows,
        "batches": -(-rows // _BATCH),
        "stopped": stopped,
        "landed": landed,
        "set_aside": rejected,
        "lost": lost,
        "without_reason": reasons.get("", 0) + reasons.get("None", 0),
        "reasons": len(reasons),
        "most_common_reasons": reasons.most_common(12),
        "good_changed": not same,
        "seed": seed,
    }


def _numbers(table: str) -> str:
    return f"select * exclude (updated_at) from {table} where day = date '{START:%Y-%m-%d}' order by all"


def _landing(rows: list[dict[str, Any]], beside: _Beside | None = None) -> Landing:
    beside = beside or _Beside()
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in SCHEMA.names})
    return Landing(
        run_id="hostile", channel="rd", source="reddit", product="orbit", window=WINDOW,
        coverage=Coverage.whole(WINDOW, beside.note), scorer_version="v1", now=WINDOW.end + DAY, rows=frame,
        rejected=beside.rejected, gone=beside.gone,
    )  # fmt: skip


def _row(post_id: str, created: datetime) -> dict[str, Any]:
    return {
        "source": "reddit", "channel": "rd", "post_id": post_id, "kind": "post", "product": "orbit", "market": "",
        "created_at": created, "author": post_id[-4:], "title": "", "text": f"words of {post_id}", "rating": 4,
        "likes": 3, "app_version": "1.0", "language": "en", "scored": True, "compound": 0.25, "positive": 0.2,
        "neutral": 0.7, "negative": 0.1, "vader_compound": 0.5, "capped": False,
    }  # fmt: skip


def _beside(draw: random.Random) -> _Beside:
    words = [value for value in _STRINGS if isinstance(value, str)]
    return _Beside(
        tuple(Rejected(draw.choice(words), f"no date {draw.choice(words)}") for _ in range(3)),
        tuple(f"gone-{draw.choice(words)}" for _ in range(3)),
        draw.choice(words),
    )


def _spoilt(draw: random.Random, number: int) -> dict[str, Any]:
    """A row of the second day with one or two values that do not belong there. Its channel and product stay."""
    row = _row(f"bad-{number}", START + DAY + timedelta(minutes=number % 1440))
    for name in draw.sample([n for n in SCHEMA.names if n not in {"channel", "product", "topics"}], draw.randint(1, 2)):
        kind = str(SCHEMA.field(name).type)
        if kind.startswith("timestamp"):
            # Never on the good rows' day.
            value = draw.choice(_TIMES)
        elif "string" in kind:
            value = draw.choice(_STRINGS)
        elif kind == "bool":
            value = draw.choice(_BOOLS)
        else:
            value = draw.choice(_NUMBERS)
        if name == "post_id":
            value = _apart(value, number)
        row[name] = value
    return row


def _apart(value: Any, number: int) -> Any:  # noqa: ANN401 - whatever it is
    """An id of its own for every row: two rows of one id would be one post, and neither of them lost."""
    if isinstance(value, str) and value:
        return f"{value}-{number}"
    if isinstance(value, bytes):
        return value + str(number).encode()
    return value + number if isinstance(value, int | float) else value


if __name__ == "__main__":
    sys.exit(main())
