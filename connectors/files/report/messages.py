"""What is said of files: in a run's note, and in ``earful check`` file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from earful.connectors.files.report.names import lines_of
from earful.connectors.files.report.tally import FileSummary, rows_of
from earful.connectors.files.values.ids import CONTENT, WAY_OUT
from earful.connectors.toolkit.notices import left_out

#: Files that a note names one by one.
_MOST = 3
#: One row in so many that an id merged though its words differ: the column may be none of ids.
_MANY = 10
#: Edits that stand in any table.
_FEW = 2
REPAIRED = "words repaired (UTF-8 that had been read in another encoding)"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def notes(summaries: Sequence[FileSummary]) -> str:
    """For the note of a pull, "; " before each: fields that were not read, rows set aside, ids that were made."""
    said: list[str] = []
    for what, word in (("not_read", "not read"), ("set_aside", "set aside")):
        counts: dict[str, list[Any]] = {}
        for summary in summaries:
            for why, (count, first) in summary[what].items():
                held = counts.setdefault(why, [0, first])
                held[0] += count
        said += [f"{word} in {n} {'row' if n == 1 else 'rows'}: {why} (first {at})" for why, (n, at) in counts.items()]
    left: dict[str, list[Any]] = {}
    for summary in summaries:
        for why, (count, first) in summary["left_out"].items():
            left.setdefault(why, [0, first])[0] += count
    said += [f"no row {n}: {why} (first {at})" for why, (n, at) in left.items()]
    scaled = {says for summary in summaries for name, (_, _, says) in summary["scales"].items() if "stars by" in says}
    said += [f"rating read on {says}" for says in sorted(scaled)]
    for lacking in sorted({each for summary in summaries for each in summary["lacking"]}):
        files = [summary["name"] for summary in summaries if lacking in summary["lacking"]]
        said.append(f"no column {lacking} in {files[0]}" + (f" and {len(files) - 1} more" if files[1:] else ""))
    said += _of_words_and_ids(summaries)
    if any(summary["row_ids"] for summary in summaries):
        said.append("ids made of the rows")
    said += filter(None, [left_out(sum(summary["notices"] for summary in summaries))])
    if undated := sum(summary["undated"] for summary in summaries):
        said.append(f"{undated} of them without a day, which may be of any")
    return "".join(f"; {each}" for each in said)


def _of_words_and_ids(summaries: Sequence[FileSummary]) -> list[str]:
    """Words that were repaired, and what ids cost that stand in several rows."""
    said = []
    fixed = [summary["repaired"] for summary in summaries if summary["repaired"][0]]
    if fixed:
        said.append(f"{REPAIRED} in {_rows(sum(count for count, _ in fixed))} (first {fixed[0][1]})")
    found = [summary["repeats"] for summary in summaries if summary["repeats"]]
    if found:
        rows, other = (sum(each[name] for each in found) for name in ("rows", "other_words"))
        said.append(repeated(rows, other, sum(summary["good"] for summary in summaries), found[0]["first"]))
    return said


def repeated(rows: int, other: int, landed: int, first: str) -> str:
    """What it costs that ids come again with other times; with the way out where that is many of the rows."""
    words = f", at least {other} of them with other words" if other else ""
    says = f"{_rows(rows)} with the id of another row and another time{words} (first {first}): "
    says += "one post an id stays, the newest by time"
    many = other > _FEW and other * _MANY > landed
    return says + (f"; if the ids do not tell rows apart, {WAY_OUT}" if many else "")


def _rows(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"


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
    """One file for ``earful check --json``; ``read`` has its format and encoding."""
    days = [day for day, *_ in summary["days"]]
    return {
        "file": summary["name"],
        **read,
        "delimiter": summary["delimiter"],
        "rows": rows_of(summary),
        "landed": summary["good"] - summary.get("unnamed", 0),
        "notices": summary["notices"],
        "set_aside": _counts(summary["set_aside"]),
        "not_read": _counts(summary["not_read"]),
        "left_out": _counts(summary["left_out"]),
        "found": list(summary["said"]),
        "no_value": dict(summary["marks"]),
        "columns": {field: list(names) for field, names in summary["columns"].items()},
        "other_dates": list(summary["dates"][1]),
        "not_in_file": list(summary["lacking"]),
        "repaired": {"rows": summary["repaired"][0], "first": summary["repaired"][1]},
        "repeated_ids": dict(summary["repeats"]),
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
    out = left_out(found["notices"])
    aside = found["rows"] - found["landed"] - found["notices"] - found.get("unnamed", 0)
    said = [
        f"{found['file']} ({how}): {found['rows']} rows, {found['landed']} land"
        + (f", {aside} set aside" if aside else "")
        + (f", {out}" if out else "")
    ]
    said += [f"  set aside {one['rows']}: {one['reason']} (first {one['first']})" for one in found["set_aside"]]
    said += [f"  not read {one['rows']}: {one['reason']} (first {one['first']})" for one in found["not_read"]]
    said += [f"  no row {one['rows']}: {one['reason']} (first {one['first']})" for one in found["left_out"]]
    said += [f"  asked: {ask}" for ask in found["questions"]]
    said += [f"  {each}" for each in found["found"]]
    columns = ", ".join(f"{field} = {' or '.join(names)}" for field, names in found["columns"].items())
    said.append(f"  read as: {columns}")
    if found["other_dates"]:
        chosen, others = " or ".join(found["columns"]["created_at"]), ", ".join(found["other_dates"])
        said.append(f"  the time of a row is {chosen}; could be it, too: {others} (columns.created_at names one)")
    if found["not_in_file"]:
        said.append(f"  no column: {', '.join(found['not_in_file'])}")
    said += [f"  {name}: {says}" for name, says in found["scales"].items() if name not in str(found["questions"])]
    if found["no_value"]:
        said.append("  no value (NULL, N/A, ...): " + ", ".join(f"{n} in {f}" for f, n in found["no_value"].items()))
    if found["ids"] != "as in the file":
        said.append(f"  ids {found['ids']}")
    if found["repaired"]["rows"]:
        said.append(f"  {REPAIRED} in {_rows(found['repaired']['rows'])} (first {found['repaired']['first']})")
    if again := found["repeated_ids"]:
        said.append("  " + repeated(again["rows"], again["other_words"], found["landed"], again["first"]))
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
