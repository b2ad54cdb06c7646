"""What ``earful try`` shows: the guess, and the first picture of what it brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from earful.flows.first.draft import Draft
from earful.flows.first.picture import Picture
from earful.flows.process.control import escaped
from earful.reports import wording

#: Width of the bars, in characters.
_BAR, _HALF = 12, 8


def show_guess(out: Console, draft: Draft) -> None:
    """What is read, as what, and what is in doubt."""
    names = ", ".join(draft.names)
    _line(out, f"{draft.shown}: {names}, by the connector {draft.connector}", "bold")
    for line in draft.said:
        _line(out, f"  {line}")
    for line in draft.doubts:
        _line(out, f"  in doubt: {line}", "yellow")
    out.print()


def show_picture(out: Console, name: str, seen: Picture, zone: str) -> None:
    """Trend, topics, words and posts of one product."""
    totals = seen.totals
    if not totals["posts"]:
        _line(out, f"{name}: no post of it came", "bold")
        return
    days = f"{totals['first_day']} to {totals['last_day']}"
    _line(out, f"{name}: {wording.plural(totals['posts'], 'post')}, {days} (days in {zone})", "bold")
    _line(out, f"  {_summed_up(totals)}")
    if totals["scored"] < totals["posts"]:
        _line(out, f"  without a score: {_unscored(seen.unscored)}")
    out.print()
    out.print(_trend(seen))
    if seen.topics:
        out.print()
        out.print(_topics(seen.topics))
    out.print()
    _words(out, seen)
    if seen.worst:
        out.print()
        _line(out, "the worst posts", "bold")
        for post in seen.worst:
            _post(out, post)


def _summed_up(totals: dict[str, Any]) -> str:
    said = []
    if totals["scored"]:
        parts = [
            f"mean {wording.signed(totals['mean_compound'])} of {totals['scored']:,} scored",
            f"{wording.share(totals['positive'] / totals['scored'])} positive",
            f"{wording.share(totals['negative'] / totals['scored'])} negative",
        ]
        said.append(", ".join(parts))
    if totals["rated"]:
        said.append(f"{wording.stars(totals['stars'])} stars of {totals['rated']:,} rated")
    if totals["answers"]:
        said.append(f"NPS {wording.signed(totals['nps'], 0)} of {wording.plural(totals['answers'], 'answer')}")
    return "; ".join(said) or "nothing of it is scored or rated"


def _unscored(rows: Sequence[dict[str, Any]]) -> str:
    languages = [row for row in rows if row["reason"] == "language"]
    said = []
    if languages:
        named = ", ".join(f"{_language(row['language'])} {row['posts']:,}" for row in languages[:4])
        more = ", ..." if len(languages) > 4 else ""
        total = sum(row["posts"] for row in languages)
        said.append(f"{total:,} not in English ({named}{more})")
    said += [
        f"{row['posts']:,} {_REASONS.get(row['reason'], row['reason'])}" for row in rows if row["reason"] != "language"
    ]
    return ", ".join(said)


def _language(code: str) -> str:
    return "of none that is known" if code == "und" else code


_REASONS = {"no text": "without text", "says nothing": "that say nothing (No, N/A, -)"}


def _trend(seen: Picture) -> Table:
    stars = any(row["stars"] is not None for row in seen.trend)
    most = max(row["posts"] for row in seen.trend)
    title = {"day": "by day", "week": "by week (from Monday)"}.get(seen.unit, f"by {seen.unit}")
    shown = sum(row["posts"] for row in seen.trend)
    if shown < seen.totals["posts"]:
        title += f"; {wording.plural(seen.totals['posts'] - shown, 'earlier post')} since {seen.totals['first_day']}"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column({"day": "day", "week": "week of"}.get(seen.unit, f"{seen.unit} from"), no_wrap=True)
    table.add_column("posts", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("mean", justify="right", no_wrap=True)
    table.add_column(f"-1{'0':^{2 * _HALF - 3}}+1", no_wrap=True)
    if stars:
        table.add_column("stars", justify="right", no_wrap=True)
    for row in seen.trend:
        table.add_row(
            f"{row['begins']:%Y-%m-%d}", f"{row['posts']:,}", "▇" * -(-_BAR * row["posts"] // most),
            wording.signed(row["mean_compound"]), bar(row["mean_compound"]),
            *([wording.stars(row["stars"])] if stars else []),
        )  # fmt: skip
    return table


def _topics(rows: Sequence[dict[str, Any]]) -> Table:
    stars = any(row["stars"] is not None for row in rows)
    table = Table(title="topics, by how many posts", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("topic", no_wrap=True)
    table.add_column("posts", justify="right", no_wrap=True)
    table.add_column("mean", justify="right", no_wrap=True)
    table.add_column(f"-1{'0':^{2 * _HALF - 3}}+1", no_wrap=True)
    if stars:
        table.add_column("stars", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            Text(escaped(row["topic"])), f"{row['posts']:,}", wording.signed(row["mean_compound"]),
            bar(row["mean_compound"]),
            *([wording.stars(row["stars"])] if stars else []),
        )  # fmt: skip
    return table


def _words(out: Console, seen: Picture) -> None:
    if not seen.words:
        _line(out, "no word stands out in the bad posts")
        return
    first = seen.words[0]
    bad = "with 1 or 2 stars" if first.by_stars else "that read negative"
    _line(
        out,
        f"words of posts {bad} (so many of the posts that say it; of all posts {wording.share(first.share_bad)})",
        "bold",
    )
    said = [f"{each.word} {wording.share(each.bad_posts / each.posts)} of {each.posts:,}" for each in seen.words]
    out.print(Padding(Text(", ".join(said)), (0, 0, 0, 2)))


def _post(out: Console, post: dict[str, Any]) -> None:
    facts = [f"{post['day']}"]
    facts += [wording.some_stars(post["rating"])] if post["rating"] is not None else []
    facts += [wording.signed(post["compound"])] if post["compound"] is not None else []
    facts += [f"version {post['app_version']}"] if post["app_version"] else []
    title, text = post["title"], post["text"]
    words = f"{title}{' ' if title[-1] in '.!?…:' else ': '}{text}" if title and text else title or text
    out.print(Padding(Text(f"{', '.join(facts)}: {words}"), (0, 0, 0, 2)))


def bar(value: float | None) -> Text:
    """A bar from the zero in the middle, for [-1, 1]."""
    if value is None:
        return Text("")
    length = round(abs(value) * _HALF)
    if value < 0:
        return Text.assemble(" " * (_HALF - length), ("█" * length, "red"), "│", " " * _HALF)
    return Text.assemble(" " * _HALF, "│", ("█" * length, "green"))


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(Text(text, style=style), soft_wrap=True)
