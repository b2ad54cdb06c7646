"""What is said of files: in a run's note, in ``earful check`` file by file, and where they contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from earful.connectors.errors import Fatal
from earful.connectors.files.report.names import lines_of
from earful.connectors.files.report.tally import FileSummary
from earful.connectors.files.values.ids import CONTENT, WAY_OUT
from earful.connectors.files.values.scales import HANDFUL
from earful.connectors.toolkit.notices import left_out

#: Files that a note names one by one.
_MOST = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def refuse_contradictions(summaries: Sequence[FileSummary]) -> None:
    """Raises Fatal where files of one channel contradict each other: what is asked then is said in one line.

    Two scales of stars; two orders of day and month; answers that all stay at or under 5, file for file too few to say;
    ids that count the rows of each file.
    """
    _one_scale(summaries)
    orders = {
        order: summary["name"] for summary in summaries for name, order in summary["orders"].items() if order != "?"
    }
    if {"dmy", "mdy"} <= orders.keys():
        raise Fatal(
            f"days come first in {orders['dmy']} and months in {orders['mdy']}: "
            "set time_format, or give each file its channel"
        )
    answers = [
        summary["seen"]["nps"]
        for summary in summaries
        if "nps" in summary["seen"] and "nps" not in summary["questions"]
    ]
    total = sum(count for count, _ in answers)
    sure = any("nps" in summary["configured"] for summary in summaries)
    if len(answers) > 1 and total > HANDFUL and max(high for _, high in answers) <= 5 and not sure:
        raise Fatal(
            f'nps has no answer above 5 in {total} of {len(answers)} files: set scale = "0..10" if it is 0..10, '
            "or name it in columns.rating if it is stars"
        )
    _no_counters(summaries)


def _one_scale(summaries: Sequence[FileSummary]) -> None:
    found: dict[tuple[int, int], str] = {}
    for summary in summaries:
        if "rating" in summary["scales"] and "rating" not in summary["questions"]:
            low, high, _ = summary["scales"]["rating"]
            found.setdefault((low, high), summary["name"])
    if len(found) > 1:
        (one, first), (other, second) = sorted(found.items())[:2]
        raise Fatal(
            f"rating runs to {one[1]} in {first} and to {other[1]} in {second}: "
            f'set scale = "{other[0]}..{other[1]}" if both do, or give each its channel'
        )


def _no_counters(summaries: Sequence[FileSummary]) -> None:
    """Ids 1..n in two files, whose rows are of other times: each file counts its own rows."""
    counted = [(summary["name"], summary["counted"]) for summary in summaries if summary["counted"]]
    for number, (name, first) in enumerate(counted):
        for other, second in counted[:number]:
            both = first.keys() & second.keys()
            if both and 2 * sum(first[each] != second[each] for each in both) > len(both):
                raise Fatal(f"the ids of {other} and {name} count the rows of each file: {WAY_OUT}")


def notes(summaries: Sequence[FileSummary]) -> str:
    """For the note of a pull, "; " before each: fields that were not read, questions, ids that were made."""
    said: list[str] = []
    for what, word in (("not_read", "not read"), ("set_aside", "set aside")):
        counts: dict[str, list[Any]] = {}
        for summary in summaries:
            for why, (count, first) in summary[what].items():
                held = counts.setdefault(why, [0, first])
                held[0] += count
        said += [f"{word} in {n} {'row' if n == 1 else 'rows'}: {why} (first {at})" for why, (n, at) in counts.items()]
    questions = {why: summary["name"] for summary in reversed(summaries) for why in summary["questions"].values()}
    said += [f"asked of {name}: {why}" for why, name in questions.items()]
    scaled = {says for summary in summaries for name, (_, _, says) in summary["scales"].items() if "stars by" in says}
    said += [f"rating read on {says}" for says in sorted(scaled)]
    for lacking in sorted({each for summary in summaries for each in summary["lacking"]}):
        files = [summary["name"] for summary in summaries if lacking in summary["lacking"]]
        said.append(f"no column {lacking} in {files[0]}" + (f" and {len(files) - 1} others" if files[1:] else ""))
    if any(summary["row_ids"] for summary in summaries):
        said.append("ids made of the rows")
    said += filter(None, [left_out(sum(summary["notices"] for summary in summaries))])
    if undated := sum(summary["undated"] for summary in summaries):
        said.append(f"{undated} of them without a day, which may be of any")
    return "".join(f"; {each}" for each in said)


def all_refused(summaries: Sequence[FileSummary]) -> str:
    """Why nothing landed, where all rows were refused; else ""."""
    # What is no row at all may be of any product, and is not called the only one that there was of this.
    aside = [
        (count, why, first)
        for summary in summaries
        for why, (count, first) in summary["set_aside"].items()
        if why not in summary["unread"]
    ]
    if not aside or any(summary["good"] for summary in summaries) or all("in the future" in why for _, why, _ in aside):
        return ""
    total = sum(count for count, _, _ in aside)
    _, why, first = max(aside)
    hint = "; set time_format" if why.startswith("created_at is not a time") else ""
    return f"{'its one row is' if total == 1 else f'all {total} rows are'} set aside: {why} (first {first}){hint}"


def report(read: Mapping[str, str | None], summary: FileSummary, zone: str, rule: str) -> dict[str, Any]:
    """One file for ``earful check --json``; ``read`` has its format, encoding and delimiter."""
    days = [day for day, *_ in summary["days"]]
    return {
        "file": summary["name"],
        **read,
        "rows": summary["good"] + summary["notices"] + sum(count for count, _ in summary["set_aside"].values()),
        "landed": summary["good"] - summary.get("unnamed", 0),
        "left_out": summary["notices"],
        "set_aside": _counts(summary["set_aside"]),
        "not_read": _counts(summary["not_read"]),
        "no_value": dict(summary["marks"]),
        "columns": {field: list(names) for field, names in summary["columns"].items()},
        "not_in_file": list(summary["lacking"]),
        "ids": f"made of {', '.join(CONTENT)}" if summary["row_ids"] else "as in the file",
        "zone": zone,
        "scales": {name: says for name, (_, _, says) in summary["scales"].items()},
        "day_order": dict(summary["orders"]),
        "spreadsheet_days": list(summary["serials"]),
        "questions": list(summary["questions"].values()),
        "first": str(_day(days[0])) if days else None,
        "last": str(_day(days[-1])) if days else None,
        "days_with_rows": len(days),
        "partial_days": [str(_day(day)) for day in summary["partial_days"]],
        "covers": rule,
        **{name: summary[name] for name in ("unnamed", "near_misses") if name in summary},
    }


def _counts(found: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [{"reason": why, "rows": count, "first": first} for why, (count, first) in found.items()]


def _day(number: int) -> object:
    return (_EPOCH + timedelta(days=number)).date()


def lines(found: Mapping[str, Any]) -> list[str]:
    """A report for a terminal."""
    how = ", ".join(filter(None, [found["format"], found["encoding"], found["delimiter"] and repr(found["delimiter"])]))
    out = left_out(found["left_out"])
    aside = found["rows"] - found["landed"] - found["left_out"] - found.get("unnamed", 0)
    said = [
        f"{found['file']} ({how}): {found['rows']} rows, {found['landed']} land"
        + (f", {aside} set aside" if aside else "")
        + (f", {out}" if out else "")
    ]
    said += [f"  set aside {one['rows']}: {one['reason']} (first {one['first']})" for one in found["set_aside"]]
    said += [f"  not read {one['rows']}: {one['reason']} (first {one['first']})" for one in found["not_read"]]
    said += [f"  asked: {ask}" for ask in found["questions"]]
    columns = ", ".join(f"{field} = {' or '.join(names)}" for field, names in found["columns"].items())
    said.append(f"  read as: {columns}")
    if found["not_in_file"]:
        said.append(f"  no column: {', '.join(found['not_in_file'])}")
    said += [f"  {name}: {says}" for name, says in found["scales"].items() if name not in str(found["questions"])]
    if found["no_value"]:
        said.append("  no value (NULL, N/A, ...): " + ", ".join(f"{n} in {f}" for f, n in found["no_value"].items()))
    if found["ids"] != "as in the file":
        said.append(f"  ids {found['ids']}")
    said += lines_of(found)
    words = {"dmy": "day first", "mdy": "month first"}
    said += [f"  {name}: {words[order]}" for name, order in found["day_order"].items() if order in words]
    said += [f"  {name}: days as a spreadsheet counts them" for name in found["spreadsheet_days"]]
    said.append(f"  times without a zone are {found['zone']}")
    if found["first"]:
        days = f"{found['days_with_rows']} {'day' if found['days_with_rows'] == 1 else 'days'} with rows"
        said.append(f"  {found['first']} to {found['last']}, {days}; covers {found['covers']}")
    if found["partial_days"]:
        some = ", ".join(found["partial_days"][:_MOST]) + (", ..." if len(found["partial_days"]) > _MOST else "")
        said.append(f"  not complete, as rows of them are set aside: {some}")
    return said
