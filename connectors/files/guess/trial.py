"""A guess put to the test: the files read as the channel would, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earful.connectors.base import Context, Product
from earful.connectors.errors import Fatal
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions

#: What the reader found out that may be otherwise: it left something of the file out.
_OPEN = re.compile(r"^sheet .*, not |^objects elsewhere are not read")
#: Of rows that land, so many may lack a field before it is a doubt.
_FEW = 0.02


@dataclass(frozen=True, slots=True)
class Trial:
    """Rows that land, and all rows; ``why`` nothing lands; ``details``: ``earful check``'s, file by file."""

    landed: int
    rows: int
    why: str
    details: tuple[Mapping[str, Any], ...]

    def doubts(self) -> list[str]:
        """What the reader asks, sets aside or cannot read."""
        said: list[str] = []
        for one in self.details:
            if "skipped" in one:
                said.append(f"{one['file']}: skipped, {one['skipped']}")
                continue
            said += one["questions"]
            said += [f"{one['file']}: {line}" for line in one["found"] if _OPEN.search(line)]
            said += [
                f"{each['rows']} of {one['rows']} rows of {one['file']} are set aside: {each['reason']} "
                f"(first {each['first']})"
                for each in one["set_aside"]
            ]
            said += [
                f"{each['rows']} rows of {one['file']} without {each['reason'].partition(' ')[0]}: "
                f"{each['reason'].partition(' ')[2]} (first {each['first']})"
                for each in one["not_read"]
                if each["rows"] > _FEW * one["rows"] and "is asked about" not in each["reason"]
            ]
        return list(dict.fromkeys(said))

    def found(self) -> list[str]:
        """What else the reader found out of the files."""
        lines = (f"{one['file']}: {line}" for one in self.details for line in one.get("found", ()))
        return [line for line in dict.fromkeys(lines) if not _OPEN.search(line.partition(": ")[2])]


def trial(paths: Sequence[Path], options: Mapping[str, Any], zone: str, names: Sequence[str]) -> Trial:
    """Reads all rows for products of these names, as ``earful check`` does; Trial.why says why nothing came."""
    asked = FilesOptions(paths=[str(path.absolute()) for path in paths], **options)
    # A throw-away key: nothing of a trial is kept.
    connector = FilesConnector(asked, Context("guess", b"guess", {}, root="/", zone=zone))
    products = [Product(f"{slug_of(name)}-{at}" if at else slug_of(name), name) for at, name in enumerate(names)]
    try:
        found = connector.check(products)
    except Fatal as error:
        return Trial(0, 0, str(error), ())
    landed = rows = 0
    details: tuple[Mapping[str, Any], ...] = ()
    why = ""
    for at, product in enumerate(products):
        health = found[product.slug]
        details += tuple(each for each in health.details if each not in details)
        landed += sum(int(each.get("landed", 0)) for each in health.details) if health.ok else 0
        # Rows of one product are those that its column names, so that they add up; else all have the same.
        rows = rows + sum(int(each.get("rows", 0)) for each in health.details)
        why = why or ("" if health.ok else health.says)
        if at == 0 and len(products) > 1 and not asked.product_column:
            break
    return Trial(landed, rows, why if not landed else "", details)


def slug_of(name: str) -> str:
    """A product's slug from its name: small letters and digits with hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-") or "product"
