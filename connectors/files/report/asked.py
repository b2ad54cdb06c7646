"""What cannot be told from files: questions, one line each, and where files of one channel contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from earful.connectors.errors import Fatal
from earful.connectors.files.report.tally import FileSummary
from earful.connectors.files.values.ids import WAY_OUT
from earful.connectors.files.values.scales import HANDFUL, SLIPS

Scales = Mapping[str, set[tuple[int, int]]]


def questions(summaries: Sequence[FileSummary]) -> list[str]:
    """What is asked, each once with the first file that it is asked of."""
    found = {why: summary["name"] for summary in reversed(summaries) for why in summary["questions"].values()}
    return [f"asked of {name}: {why}" for why, name in found.items()]


def refuse_contradictions(summaries: Sequence[FileSummary]) -> None:
    """Raises Fatal where files contradict each other in what a row cannot do without: its time and its id.

    Two orders of day and month; ids that count the rows of each file.
    """
    orders = {
        order: summary["name"] for summary in summaries for name, order in summary["orders"].items() if order != "?"
    }
    if {"dmy", "mdy"} <= orders.keys():
        raise Fatal(
            f"days come first in {orders['dmy']} and months in {orders['mdy']}: "
            "set time_format, or give each file its channel"
        )
    _no_counters(summaries)


def _no_counters(summaries: Sequence[FileSummary]) -> None:
    """Ids 1..n in two files, whose rows are of other times: each file counts its own rows."""
    counted = [(summary["name"], summary["counted"]) for summary in summaries if summary["counted"]]
    for number, (name, first) in enumerate(counted):
        for other, second in counted[:number]:
            both = first.keys() & second.keys()
            if both and 2 * sum(first[each] != second[each] for each in both) > len(both):
                raise Fatal(f"the ids of {other} and {name} count the rows of each file: {WAY_OUT}")


def read_on(summaries: Sequence[FileSummary]) -> Scales:
    """By field the scales that files were read on."""
    found: dict[str, set[tuple[int, int]]] = {}
    for summary in summaries:
        for name, (low, high, _) in summary["scales"].items():
            if name not in summary["questions"]:
                found.setdefault(name, set()).add((low, high))
    return found


def between_files(summaries: Sequence[FileSummary], before: Scales) -> list[dict[str, str]]:
    """By file, in their order, what is asked of a grade because of the other files; it costs the field, not the row.

    Two scales of stars; stars whose scale one of the files leaves open; answers that all stay at or under 5, file for
    file too few to say. A scale on which files were read ``before`` stays theirs: only what is on another is asked.
    """
    found: list[dict[str, str]] = [{} for _ in summaries]
    scales = [_scale(summary) for summary in summaries]
    first: dict[tuple[int, int], str] = {}
    for scale, summary in zip(scales, summaries, strict=True):
        if scale:
            first.setdefault(scale, summary["name"])
    if len(first) > 1:
        (one, here), (other, there) = sorted(first.items())[:2]
        why = (
            f"rating runs to {one[1]} in {here} and to {other[1]} in {there}: "
            f'set scale = "{other[0]}..{other[1]}" if both do, or give each its channel'
        )
        _ask(found, scales, before, why)
    elif first and (open_one := _asks_for_all(summaries)):
        (_, top), here = min(first.items())
        why = open_one["questions"]["rating"]
        _ask(found, scales, before, f"{why} (so in {open_one['name']}, to {top} in {here})")
    answers = [summary["seen"]["nps"] for summary in summaries if _open(summary, "nps")]
    total = sum(count for count, _ in answers)
    sure = any("nps" in summary["configured"] for summary in summaries)
    if len(answers) > 1 and total > HANDFUL and max(high for _, high in answers) <= 5 and not sure:
        why = (
            f'nps has no answer above 5 in {total} of {len(answers)} files: set scale = "0..10" if it is 0..10, '
            "or name it in columns.rating if it is stars"
        )
        for number, summary in enumerate(summaries):
            if _open(summary, "nps"):
                found[number]["nps"] = why
    return found


def _ask(found: list[dict[str, str]], scales: Sequence[tuple[int, int] | None], before: Scales, why: str) -> None:
    known = before.get("rating", set())
    for number, scale in enumerate(scales):
        if scale and not (len(known) == 1 and scale in known):
            found[number]["rating"] = why


def _asks_for_all(summaries: Sequence[FileSummary]) -> FileSummary | None:
    """A file whose own scale is asked about, where the answers of such are more than a few slips among all."""
    rated = [summary for summary in summaries if "rating" in summary["seen"]]
    asks = [each for each in rated if "scale =" in each["questions"].get("rating", "") and not _told(each, "rating")]
    counts = [sum(each["seen"]["rating"][0] for each in some) for some in (asks, rated)]
    return asks[0] if counts[0] > counts[1] * SLIPS else None


def _scale(summary: FileSummary) -> tuple[int, int] | None:
    """The scale of a file's stars, as far as the file alone tells it."""
    if "rating" not in summary["scales"] or not _told(summary, "rating"):
        return None
    low, high, _ = summary["scales"]["rating"]
    return low, high


def _open(summary: FileSummary, name: str) -> bool:
    return name in summary["seen"] and _told(summary, name)


def _told(summary: FileSummary, name: str) -> bool:
    return name not in summary["questions"] or name in summary["between_files"]
