"""The figures of benchmarks/scoring.py as tables for a person."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table


def say(found: dict[str, Any]) -> None:
    """Print what was measured."""
    out = Console(highlight=False, width=100)
    source = "recorded texts" if found["recorded"] else "texts of the sample source (the recordings are not here)"
    out.print(f"Python {found['python']}, one core, {source}, CPU seconds, medians of 5 rounds\n")
    names = list(next(iter(found["corpora"].values()))["texts_a_second"])
    table = Table(title="texts a second", title_justify="left", box=None, pad_edge=False)
    for column in ("", "words", *names, "ratio", "ns a token", "differing"):
        table.add_column(column.replace("npm vader-sentiment", "npm port"), justify="right" if column else "left")
    for name, c in found["corpora"].items():
        rates = (c["texts_a_second"][n] for n in names)
        table.add_row(
            name, f"{c['words_a_text']:.0f}", *("not here" if rate is None else f"{rate:,.0f}" for rate in rates),
            f"{c['ratio']:.0f}x", f"{c['ns_a_token']:.0f}", f"{c['mismatches']} of {c['timed_by_package']:,}",
        )  # fmt: skip
    out.print(table)
    of = ", ".join(f"{c['texts']:,} {name} ({c['written']:,} as written)" for name, c in found["corpora"].items())
    out.print(
        f"{of}; the rest are the same with their words shuffled. ratio: to vaderSentiment, timed on a part of the same "
        "texts (evenly over the lengths); every text it scored is compared.\n",
        style="dim",
    )
    lengths = found["lengths"]
    table = Table(title="one text, milliseconds", title_justify="left", box=None, pad_edge=False)
    for column in ("words", "earful", "vaderSentiment"):
        table.add_column(column, justify="right")
    for n in sorted({*lengths["earful_ms"], *lengths["package_ms"]}):
        own, other = lengths["earful_ms"].get(n), lengths["package_ms"].get(n)
        table.add_row(f"{n:,}", *("" if ms is None else f"{ms:,.3f}" for ms in (own, other)))
    out.print(table)
    out.print(
        f"100,000 words cost {lengths['ratio']:.1f} times what 10,000 cost; 10,000 emoji: {found['emoji_ms']:.2f} ms"
    )
    if found["memory"] is not None:
        out.print(f"memory of a call: {found['memory']:.2f} times the text")
    step = found["step"]
    rate, naive = step["texts_a_second"], step["naive_texts_a_second"]
    out.print(f"\nthe whole step on {step['texts']:,} reviews as they are, all languages: {rate:,.0f} texts a second")
    out.print(f"py3langid and VADER a row: {naive:,.0f} texts a second; ratio {step['ratio']:.1f}")
    out.print("where its time goes: " + ", ".join(f"{name} {share:.0%}" for name, share in step["share"].items()))
    gate = step["gate"]
    agreed = f"; agrees with the reviewer's setting in {gate['agrees_with_setting']:.1%}" if "reviews" in gate else ""
    out.print(f"the gate alone: {gate['texts_a_second']:,.0f} texts a second{agreed}")
