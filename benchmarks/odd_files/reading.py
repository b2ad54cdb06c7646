"""A drafted table read as earful reads it: ``check`` and a pull of the real connector, with what both of them say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from benchmarks.odd_files.draft import Answer, Draft
from earful.connectors.base import Asked, Context, Coverage, Product, Window
from earful.connectors.errors import PullError
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions

PRODUCT = Product("acme", "Acme")
_EVER = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
Row = Mapping[str, Any]


@dataclass(slots=True)
class Reading:
    """What came of a table. ``rows``: landed, the newest of each id; ``refused``: why nothing could."""

    rows: list[Row] = field(default_factory=list)
    refused: str = ""
    says: str = ""
    #: By reason, how many rows were set aside; by field, how many were not read; fields that the file has not.
    aside: dict[str, int] = field(default_factory=dict)
    #: Rows said to be none: a header that stands there again.
    left_out: int = 0
    not_read: dict[str, int] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    #: Where check and run do not say the same.
    differ: str = ""


def configured(draft: Draft, paths: list[str]) -> dict[str, Any]:
    """What somebody writes who has seen the table: its columns, and no more."""
    columns = {name: said for name, said in draft.names.items() if name not in draft.unnamed}
    return {"paths": paths, "kind": "review", "columns": columns}


def answered(options: Mapping[str, Any], answers: list[Answer]) -> dict[str, Any]:
    """The configuration with what was asked for."""
    found = {**options, "columns": dict(options["columns"])}
    for answer in answers:
        found |= answer.options
        found["columns"] |= answer.columns
    if found.get("id") == "row":
        found["columns"].pop("post_id", None)
    found["columns"] = {name: said for name, said in found["columns"].items() if said}
    return found


def read(draft: Draft, folder: Path, options: Mapping[str, Any]) -> Reading:
    """The files of ``folder`` by check and by a pull. An error that is none of a connector's is a refusal, too."""
    try:
        made = FilesOptions(**options)
    except ValidationError as error:
        return Reading(refused=f"configuration: {error}")
    connector = FilesConnector(made, Context("shelf", b"of the benchmark", {}, str(folder), zone=draft.zone.key))
    found = Reading()
    try:
        health = connector.check([PRODUCT])[PRODUCT.slug]
        raw, distinct = _pulled(connector, found)
    except Exception as error:  # noqa: BLE001 - whatever a reader dies of is counted, not the end of the measurement
        found.refused = f"stopped by {type(error).__name__}: {error}"
        return found
    found.says = "\n".join([health.says, *health.lines, found.says, found.refused])
    # What is no table (of an archive, say) is told with its reason, and holds no rows.
    tables = [details for details in health.details if "skipped" not in details]
    for details in tables:
        for one in details["set_aside"]:
            found.aside[one["reason"]] = found.aside.get(one["reason"], 0) + one["rows"]
        found.left_out += sum(one["rows"] for one in details["left_out"])
        lost: dict[str, int] = {}
        for one in details["not_read"]:
            name = one["reason"].split()[0]
            lost[name] = lost.get(name, 0) + one["rows"]
        # A question is of all rows of its file; it begins with the field's name.
        lost |= {ask.split()[0].rstrip(":"): details["landed"] for ask in details["questions"]}
        for name, count in lost.items():
            found.not_read[name] = found.not_read.get(name, 0) + count
        found.absent += [name for said in details["not_in_file"] for name in re.findall(r"\(for (\w+)\)", said)]
    landed = sum(details["landed"] for details in tables)
    if health.ok == bool(found.refused):
        found.differ = f"check: {health.says}; run: {found.refused or 'lands'}"
    elif health.ok and not distinct <= landed <= raw:
        # Of a file that others make doubtful the rows come once more; the store keeps one.
        found.differ = f"check says that {landed} rows land, the run lands {raw}, {distinct} of them different"
    return found


def _pulled(connector: FilesConnector, found: Reading) -> tuple[int, int]:
    """Rows that came, and how many of them are of different ids or times."""
    different: set[tuple[str, object, object]] = set()
    newest: dict[str, Row] = {}
    raw = 0
    pull = connector.pull([Asked(PRODUCT, _EVER)])
    try:
        for page in pull:
            for row in page.posts.to_pylist():
                raw += 1
                different.add((row["post_id"], row["created_at"], row["edited_at"]))
                held = newest.get(row["post_id"])
                if held is None or (row["edited_at"] or row["created_at"]) >= (held["edited_at"] or held["created_at"]):
                    newest[row["post_id"]] = row
        came = pull.coverage[PRODUCT.slug]
    except PullError as error:
        came = error
    if isinstance(came, Coverage):
        found.rows, found.says = list(newest.values()), came.note
    else:
        found.refused = str(came) or "(no reason)"
    return raw, len(different)
