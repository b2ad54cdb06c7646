"""A small table of reviews as somebody exports it, and what is true of it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

FIRST = date(2026, 3, 2)  # a Monday
GOOD = ("Lovely app, I use it every day", "Great design and easy to use", "Works well, thank you")
BAD = ("It crashes when I open it, terrible", "Terrible update, it crashes and I lost my notes")


class Review(NamedTuple):
    """A row."""

    id: str
    day: date
    stars: int
    text: str
    version: str
    author: str

    @property
    def bad(self) -> bool:
        return self.stars <= 2


def reviews(days: int = 60) -> list[Review]:
    """Four a day, one of them bad; every tenth day is German."""
    made = []
    for number in range(4 * days):
        day = FIRST + timedelta(days=number // 4)
        bad = number % 4 == 3
        text = f"{(BAD if bad else GOOD)[number % (2 if bad else 3)]}, day {number // 4}"
        if number % 40 == 0:
            text = "Die App ist wirklich sehr gut gemacht und ich benutze sie jeden Tag mit großer Freude"
        made.append(
            Review(f"r{1000 + 7 * number}", day, 1 if bad else 5, text, f"1.{number // 80}", f"somebody {number}")
        )
    return made


def write(
    path: Path, rows: list[Review], *, more: dict[str, str] | None = None, titles: dict[str, str] | None = None
) -> Path:
    """The table as CSV; ``more`` are texts by id, ``titles`` (where given there is a column of them) too."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        header = ["Review ID", "Date", "Stars", "Review", "App Version", "User Name"]
        table.writerow(header if titles is None else [*header, "Title"])
        for row in rows:
            text = (more or {}).get(row.id, row.text)
            cells = [row.id, f"{row.day} 10:30:00", row.stars, text, row.version, row.author]
            table.writerow(cells if titles is None else [*cells, titles.get(row.id, "")])
    return path
