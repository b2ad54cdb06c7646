"""Files of a channel as they were when they were read, made by hand, and what is told of them together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from earful.connectors.files.covering import Covering
from earful.connectors.files.known import Known
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.report.tally import Tally
from earful.connectors.files.rows import FileRows
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.read import Opened
from earful.connectors.toolkit.stamps import Stamp

DAY_US = 86_400_000_000


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def gave(name: str, first: datetime | None, last: datetime | None, **summary: Any) -> tuple[Opened, FileRows | Known]:
    """A CSV file as it was when it was read."""
    encoding = Encoding("utf-8", 0, "utf-8")
    known = Known(
        name, Stamp(1, 2, 3, 4), "", 0, "csv", encoding, ",", first, last, first, last, at(1, 1), 1,
        summary={**Tally(name, ZoneInfo("UTC")).summary(), **summary},
    )  # fmt: skip
    return Opened(Path(name), "csv", encoding, ","), known


def covering(zone: str = "UTC", **options: Any) -> Covering:
    made = FilesOptions(paths=["*.csv"], **options)
    return Covering(made, made.spec(zone), ZoneInfo(zone))


def days(first: date, count: int, rows: int = 20) -> list[list[int]]:
    """Days with rows of 01:00 to 22:00."""
    begin = (first - date(1970, 1, 1)).days
    return [[n, rows, n * DAY_US + DAY_US // 24, n * DAY_US + 22 * DAY_US // 24] for n in range(begin, begin + count)]
