"""The figures of benchmarks/scoring.py where docs/scoring.md shows them: between its two comments."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import fill
from typing import Any

_BEGIN, _END = "<!-- python -m benchmarks.scoring --docs: begin -->", "<!-- end -->"


def put(file: Path, found: dict[str, Any]) -> None:
    """Replace what stands between the comments. Raises ValueError where the file has no such place."""
    text = file.read_text("utf-8")
    place = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)
    if len(place.findall(text)) != 1:
        raise ValueError(f"{file.name}: needs one place between {_BEGIN!r} and {_END!r}")
    file.write_text(place.sub(lambda _: f"{_BEGIN}\n{markdown(found)}\n{_END}", text), "utf-8")


def markdown(found: dict[str, Any]) -> str:
    """Tables and sentences."""
    names = list(next(iter(found["corpora"].values()))["texts_a_second"])
    head = ["texts", "words a text", *names, "ratio to vaderSentiment", "ns a token", "differing"]
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    for name, c in found["corpora"].items():
        rates = ["-" if c["texts_a_second"][n] is None else f"{c['texts_a_second'][n]:,.0f}" for n in names]
        counts = [f"{c['ratio']:.0f}", f"{c['ns_a_token']:.0f}", f"{c['mismatches']} of {c['timed_by_package']:,}"]
        lines.append(_row([f"{c['texts']:,} {name}", f"{c['words_a_text']:.0f}", *rates, *counts]))
    own, step = {int(n): ms for n, ms in found["lengths"]["earful_ms"].items()}, found["step"]
    package = {int(n): ms for n, ms in found["lengths"]["package_ms"].items()}
    longest = max(package)
    memory = "" if found["memory"] is None else f" A call needs {found['memory']:.2f} times the memory of its texts."
    shares = ", ".join(f"{name} {share:.0%}" for name, share in step["share"].items())
    speed = f"Texts a second on one core, warm, CPU time, medians of five rounds, Python {found['python']}."
    length = (
        f"The package needs {package[1_000]:.0f} ms for one text of 1,000 words and {package[longest]:,.0f} ms for one "
        f"of {longest:,}: the square. Ours needs {own[1_000]:.2f} ms for 1,000, {own[10_000]:.2f} ms for 10,000 and "
        f"{own[100_000]:.1f} ms for 100,000 words, and {found['emoji_ms']:.1f} ms for 10,000 emoji.{memory}"
    )
    whole = (
        f"The whole step (gate, repairs, phrases, both scores, topics) does the {step['texts']:,} recorded "
        f"Steam reviews, as they are and in all languages, at {step['texts_a_second']:,.0f} a second; py3langid and "
        f"`polarity_scores` a row do {step['naive_texts_a_second']:,.0f}: **{step['ratio']:.0f} times** as fast. "
        f"Its time goes to {shares}."
    )
    gate = step["gate"]
    language = (
        f"The gate alone does {gate['texts_a_second']:,.0f} distinct texts a second. Its answer, English or not, is "
        f"what the reviewer's own setting says for {gate['agrees_with_setting']:.1%} of {gate['reviews']:,} reviews; "
        "the setting is not always the text's language."
        if "reviews" in gate
        else ""
    )
    return "\n\n".join([fill(speed, 118), "\n".join(lines), *(fill(p, 118) for p in (length, whole, language) if p)])


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
