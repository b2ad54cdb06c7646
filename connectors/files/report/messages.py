"""What is said of files: in a run's note, in ``earful check`` file by file, and where they contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from earful.connectors.errors import Fatal
from earful.connectors.files.told.tally import Gist
from earful.connectors.files.values.ids import CONTENT, WAY_OUT
from earful.connectors.files.values.scales import HANDFUL

#: Files that a note names one by one.
_MOST = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def settle(gists: Sequence[Gist]) -> None:
    """Raises Fatal where files of one channel contradict each other: what is asked then is said in one line.

    Two scales of stars; two orders of day and month; answers that all stay at or under 5, file for file too few to say;
    ids that count the rows of each file.
    """
    _one_scale(gists)
    orders = {order: gist["name"] for gist in gists for name, order in gist["orders"].items() if order != "?"}
    if {"dmy", "mdy"} <= orders.keys():
        raise Fatal(
            f"days come first in {orders['dmy']} and months in {orders['mdy']}: "
            "set time_format, or give each file its channel"
        )
    answers = [gist["seen"]["nps"] for gist in gists if "nps" in gist["seen"] and "nps" not in gist["asks"]]
    total = sum(count for count, _ in answers)
    sure = any("nps" in gist["sure"] for gist in gists)
    if len(answers) > 1 and total > HANDFUL and max(high for _, high in answers) <= 5 and not sure:
        raise Fatal(
            f'nps has no answer above 5 in {total} of {len(answers)} files: set scale = "0..10" if it is 0..10, '
            "or name it in columns.rating if it is stars"
        )
    _no_counters(gists)


def _one_scale(gists: Sequence[Gist]) -> None:
    found: dict[tuple[int, int], str] = {}
    for gist in gists:
        if "rating" in gist["scales"] and "rating" not in gist["asks"]:
            low, high, _ = gist["scales"]["rating"]
            found.setdefault((low, high), gist["name"])
    if len(found) > 1:
        (one, first), (other, second) = sorted(found.items())[:2]
        raise Fatal(
            f"rating runs to {one[1]} in {first} and to {other[1]} in {second}: "
            f'set scale = "{other[0]}..{other[1]}" if both do, or give each its channel'
        )


def _no_counters(gists: Sequence[Gist]) -> None:
    """Ids 1..n in two files, whose rows are of other times: each file counts its own rows."""
    counted = [(gist["name"], gist["counted"]) for gist in gists if gist["counted"]]
    for number, (name, first) in enumerate(counted):
        for other, second in counted[:number]:
            both = first.keys() & second.keys()
            if both and 2 * sum(first[each] != second[each] for each in both) > len(both):
                raise Fatal(f"the ids of {other} and {name} count the rows of each file: {WAY_OUT}")


def notes(gists: Sequence[Gist]) -> str:
    """For the note of a pull, "; " before each: fields that were not read, questions, ids that were made."""
    said: list[str] = []
    for what, word in (("lost", "not read"), ("aside", "set aside")):
        counts: dict[str, list[Any]] = {}
        for gist in gists:
            for why, (count, first) in gist[what].items():
                held = counts.setdefault(why, [0, first])
                held[0] += count
        said += [f"{word} in {n} {'row' if n == 1 else 'rows'}: {why} (first {at})" for why, (n, at) in counts.items()]
    asks = {why: gist["name"] for gist in reversed(gists) for why in gist["asks"].values()}
    said += [f"asked of {name}: {why}" for why, name in asks.items()]
    scaled = {says for gist in gists for name, (_, _, says) in gist["scales"].items() if "stars by" in says}
    said += [f"rating read on {says}" for says in sorted(scaled)]
    for lacking in sorted({each for gist in gists for each in gist["lacking"]}):
        files = [gist["name"] for gist in gists if lacking in gist["lacking"]]
        said.append(f"no column {lacking} in {files[0]}" + (f" and {len(files) - 1} others" if files[1:] else ""))
    if any(gist["row_ids"] for gist in gists):
        said.append("ids made of the rows")
    if undated := sum(gist["undated"] for gist in gists):
        said.append(f"{undated} of them without a day, which may be of any")
    return "".join(f"; {each}" for each in said)


def all_refused(gists: Sequence[Gist]) -> str:
    """Why nothing landed, where all rows were refused; else ""."""
    # What is no row at all may be of any product, and is not called the only one that there was of this.
    aside = [
        (count, why, first)
        for gist in gists
        for why, (count, first) in gist["aside"].items()
        if why not in gist["unread"]
    ]
    if not aside or any(gist["good"] for gist in gists) or all("in the future" in why for _, why, _ in aside):
        return ""
    total = sum(count for count, _, _ in aside)
    _, why, first = max(aside)
    hint = "; set time_format" if why.startswith("created_at is not a time") else ""
    return f"{'its one row is' if total == 1 else f'all {total} rows are'} set aside: {why} (first {first}){hint}"


def report(read: Mapping[str, str | None], gist: Gist, zone: str, rule: str) -> dict[str, Any]:
    """One file for ``earful check --json``; ``read`` has its format, encoding and delimiter."""
    days = [day for day, *_ in gist["days"]]
    return {
        "file": gist["name"],
        **read,
        "rows": gist["good"] + sum(count for count, _ in gist["aside"].values()),
        "landed": gist["good"],
        "set_aside": _counts(gist["aside"]),
        "not_read": _counts(gist["lost"]),
        "no_value": dict(gist["marks"]),
        "columns": {field: list(names) for field, names in gist["columns"].items()},
        "ids": f"made of {', '.join(CONTENT)}" if gist["row_ids"] else "as in the file",
        "zone": zone,
        "scales": {name: says for name, (_, _, says) in gist["scales"].items()},
        "day_order": dict(gist["orders"]),
        "spreadsheet_days": list(gist["serials"]),
        "asks": list(gist["asks"].values()),
        "first": str(_day(days[0])) if days else None,
        "last": str(_day(days[-1])) if days else None,
        "days_with_rows": len(days),
        "partial_days": [str(_day(day)) for day in gist["part"]],
        "covers": rule,
    }


def _counts(found: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [{"reason": why, "rows": count, "first": first} for why, (count, first) in found.items()]


def _day(number: int) -> object:
    return (_EPOCH + timedelta(days=number)).date()


def lines(found: Mapping[str, Any]) -> list[str]:
    """A report for a terminal."""
    how = ", ".join(filter(None, [found["format"], found["encoding"], found["delimiter"] and repr(found["delimiter"])]))
    aside = found["rows"] - found["landed"]
    said = [
        f"{found['file']} ({how}): {found['rows']} rows, {found['landed']} land"
        + (f", {aside} set aside" if aside else "")
    ]
    said += [f"  set aside {one['rows']}: {one['reason']} (first {one['first']})" for one in found["set_aside"]]
    said += [f"  not read {one['rows']}: {one['reason']} (first {one['first']})" for one in found["not_read"]]
    said += [f"  asked: {ask}" for ask in found["asks"]]
    columns = ", ".join(f"{field} = {' or '.join(names)}" for field, names in found["columns"].items())
    said.append(f"  read as: {columns}")
    said += [f"  {name}: {says}" for name, says in found["scales"].items() if name not in str(found["asks"])]
    if found["no_value"]:
        said.append("  no value (NULL, N/A, ...): " + ", ".join(f"{n} in {f}" for f, n in found["no_value"].items()))
    if found["ids"] != "as in the file":
        said.append(f"  ids {found['ids']}")
    words = {"dmy": "day first", "mdy": "month first"}
    said += [f"  {name}: {words[order]}" for name, order in found["day_order"].items() if order in words]
    said += [f"  {name}: days as a spreadsheet counts them" for name in found["spreadsheet_days"]]
    said.append(f"  times without a zone are {found['zone']}")
    if found["first"]:
        said.append(
            f"  {found['first']} to {found['last']}, {found['days_with_rows']} days with rows; covers {found['covers']}"
        )
    if found["partial_days"]:
        some = ", ".join(found["partial_days"][:_MOST]) + (", ..." if len(found["partial_days"]) > _MOST else "")
        said.append(f"  not complete, as rows of them are set aside: {some}")
    return said
