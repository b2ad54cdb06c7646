"""Months that files are named by, app by app: whose they are, however the configuration says whose a row is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from files_gave import at, covering, days, gave

from earful.connectors.base import Product
from earful.connectors.files.health import Gave, described

ONE, TWO = "com.acme", "com.acme.two"
COLUMN = {"product_column": "Package Name"}


def exports(folder: Path, *months: str) -> Gave:
    read: Gave = []
    for each in months:
        path = folder / f"reviews_{each}.csv"
        path.touch()
        read.append(gave(str(path), at(3, 2), at(3, 9)))
    return read


def covered(read: Gave, product: Product, **options: Any) -> list[tuple[datetime, datetime]]:
    return [(span.start, span.end) for span in covering(preset="play_console", **options).covered(product, read).spans]


@pytest.mark.parametrize(
    "options", [{}, COLUMN, {**COLUMN, "product_values": "google_play"}], ids=["preset", "column", "id"]
)
@pytest.mark.parametrize(("slug", "name"), [("acme", "Acme"), ("other", "Com"), ("com.acme", "reviews")])
def test_a_slug_that_is_a_part_of_the_apps_name_is_no_app(
    tmp_path: Path, slug: str, name: str, options: dict[str, str]
) -> None:
    """Was: with product_column named, "acme" stood in "com.acme" and was an app of its own, of which no month was there."""
    product = Product(slug, name, ids={"google_play": (ONE,)})
    read = exports(tmp_path, f"{ONE}_202603", f"{ONE.title()}_202604", "com.foreign_202601")
    assert covered(read, product, **options) == [(at(3, 1), at(5, 1))]


@pytest.mark.parametrize("options", [{}, COLUMN], ids=["preset", "column"])
def test_a_product_with_two_apps_is_covered_while_both_are(tmp_path: Path, options: dict[str, str]) -> None:
    product = Product("acme", "Acme", ids={"google_play": (ONE, TWO)})
    months = [f"{ONE}_202602", f"{ONE}_202603", f"{TWO}_202603", f"{TWO}_202604"]
    read = exports(tmp_path, *months)
    assert covered(read, product, **options) == [(at(3, 1), at(4, 1))]
    # A file of another name tells of no app: it would be of both.
    loose = gave("own.csv", at(5, 1, 1), at(6, 9, 22), days=days(date(2026, 5, 1), 40))
    assert covered([*read, loose], product, **options) == [(at(3, 1), at(4, 1))]
    one = Product("acme", "Acme", ids={"google_play": (ONE,)})
    assert covered([*read, loose], one, **options) == [
        (at(2, 1), at(4, 1)),
        (at(5, 1, 1), at(6, 9, 22).replace(microsecond=1)),
    ]


def test_of_apps_without_a_file_the_preset_knows_that_they_are_missing(tmp_path: Path) -> None:
    """Where the column's values are the apps, all of them count; where any of slug, name and ids may be, those with files."""
    product = Product("acme", "Acme", ids={"google_play": (ONE, TWO)})
    read = exports(tmp_path, f"{ONE}_202603")
    assert covered(read, product) == []
    assert covered(read, product, **COLUMN) == [(at(3, 1), at(4, 1))]


def test_formats_are_named_once_in_their_order(tmp_path: Path) -> None:
    read = exports(tmp_path, f"{ONE}_202603", f"{ONE}_202604")
    assert described(read) == "2 files (csv, utf-8)"
    assert described(read[:1]) == "1 file (csv, utf-8)"


def test_several_formats_stand_in_the_order_of_their_names() -> None:
    utf, rows = gave("a.csv", None, None)
    names = ("xlsx", "parquet", "jsonl")
    several: Gave = [*((replace(utf, format=name, encoding=None), rows) for name in names), (utf, rows)]
    assert described(several) == "4 files (csv, utf-8; jsonl; parquet; xlsx)"
