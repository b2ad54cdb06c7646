"""What ``earful check`` says of a channel's files for one product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from earful.connectors.base import Health
from earful.connectors.files.report.messages import all_refused, lines, report
from earful.connectors.files.report.tally import FileSummary


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """What came of a channel's files for one product.

    says: how many of which kind. files: how each was read, and what is told of it. asked: by file what other files make
    doubtful. first, last: the times of the product's rows (UTC). posts, refused: rows.
    """

    says: str
    files: Sequence[tuple[Mapping[str, str | None], FileSummary]]
    asked: Sequence[Mapping[str, str]]
    first: datetime | None
    last: datetime | None
    posts: int
    refused: int


def health(slug: str, read: ReadFiles, zone: str, rule: str) -> Health:
    """``zone``: of times that name none; ``rule``: by which days count as covered."""
    summaries = [
        {**summary, "questions": {**summary["questions"], **more}}
        for (_, summary), more in zip(read.files, read.asked, strict=True)
    ]
    details = tuple(report(how, each, zone, rule) for (how, _), each in zip(read.files, summaries, strict=True))
    shown = tuple(line for each in details for line in lines(each))
    if nothing := all_refused(summaries):
        return Health(False, f"{read.says}: {nothing}", lines=shown, details=details)
    if read.first is None or read.last is None or not read.posts:
        return Health(False, f"{read.says}: no row of {slug}; check product_column, match or paths")
    says = f"{read.says}: {read.posts} rows of {slug}, {read.first:%Y-%m-%d} to {read.last:%Y-%m-%d}"
    says += f"; {read.refused} set aside" if read.refused else ""
    questions = list(dict.fromkeys(why for summary in summaries for why in summary["questions"].values()))
    says += "".join(f"; {why}" for why in questions)
    return Health(True, says, f"{read.first:%Y-%m-%d}", shown, details, (read.first, read.last))
