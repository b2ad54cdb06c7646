"""What a sentence says of rows of ``episode_causes``, worked out apart from the view; and such rows, drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

BESIDE = {"word", "release", "competitor"}


def drawn_causes(episodes: Iterable[str], seed: int) -> list[Row]:
    """For two of three episodes, in any order: parts, named or not, a rest, and what happened beside."""
    rng, out = random.Random(seed), []
    for episode in sorted(episodes):
        if rng.random() < 0.3:
            continue
        named = rng.choice((0, 1, 2, 4))
        kinds = [
            *(("topic", True) for _ in range(named)), ("rest", False), *(("channel", False) for _ in range(2)),
            *(("release", True) for _ in range(rng.choice((0, 1, 4)))),
            *(("competitor", rng.random() < 0.5) for _ in range(rng.choice((0, 0, 2)))), ("word", True),
        ]  # fmt: skip
        for rank, (dimension, told) in enumerate(kinds, 1):
            share = rng.choice((-0.1, -0.09, 0.09, 0.1, 0.5, 0.949, 0.95, 1.2))
            out.append({
                "episode": episode, "product": episode.split()[0], "rank": rank, "dimension": dimension,
                "value": f"v{rank}", "label": f"L{rank}", "named": told, "share": share, "share_low": share - 0.25,
                "share_high": share + 0.25, "contribution": rng.choice((-0.25, 0.125)),
                "same_as": rng.choice(([], [], ["channel x"], ["topic a", "topic b"])),
            })  # fmt: skip
    rng.shuffle(out)
    return out


def causes_of(rows: Iterable[Row]) -> list[str] | None:
    """The column ``causes`` of an episode with these rows."""
    every = list(rows)
    if not any(r["dimension"] == "rest" for r in every):
        return None
    return [f"{_name(r)} {_share(r)}" for r in _named(every)]


def explained(rows: Iterable[Row]) -> str:
    """What the sentence says of them."""
    return "".join(f" {part}" for part in why_and_elsewhere(rows) if part)


def why_and_elsewhere(rows: Iterable[Row]) -> tuple[str, str]:
    """The same in its two parts."""
    every = sorted(rows, key=lambda r: r["rank"])
    rest = next((r for r in every if r["dimension"] == "rest"), None)
    if rest is None:
        return "", ""
    named = [r for r in _named(every) if r["rank"] <= 3]
    if named:
        first = True
        parts = []
        for r in named:
            share = _share(r) + (" of it" if first and r["share"] < 0.95 else "")
            reach = f"({100 * r['share_low']:.0f}% to {100 * r['share_high']:.0f}%)"
            parts.append(f"{_name(r)}{' explains' if first else ''} {share} {reach}")
            first = False
        out = " " + ", ".join(parts)
        if rest["share"] >= 0.1:
            out += f"; {100 * rest['share']:.0f}% lies in no part alone"
        elif rest["share"] <= -0.1:
            out += "; the rest went the other way"
        out += "."
    else:
        out = " Nothing explains it: no topic, channel, market or version makes a tenth of it beyond chance."
    new = [r["label"] for r in every if r["dimension"] == "release"]
    out += f" New on those days: {', '.join(new[:3])}." if new else ""
    others = [r for r in every if r["dimension"] == "competitor"]
    moved = [f"{r['label']} ({r['contribution']:+.2f})" for r in others if r["named"]]
    elsewhere = "No other product on the same channels changed with it beyond chance." if others else ""
    if moved:
        elsewhere = f"On the same channels others changed with it: {', '.join(moved[:3])}."
    return out.strip(), elsewhere


def _named(rows: Iterable[Row]) -> list[Row]:
    told = [r for r in rows if r["named"] and r["dimension"] not in {"rest", *BESIDE}]
    return sorted(told, key=lambda r: r["rank"])


def _name(row: Row) -> str:
    same: str = f" (the same posts: {', '.join(row['same_as'])})" if row["same_as"] else ""
    return f"{row['label']}{same}"


def _share(row: Row) -> str:
    return "all of it" if row["share"] >= 0.95 else f"{100 * row['share']:.0f}%"
