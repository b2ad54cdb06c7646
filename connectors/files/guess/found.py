"""A guess on its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(slots=True)
class Found:
    """A guess on its way: see Guess. ``products``: names that a column holds; ``dates``: other columns of times."""

    options: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)

    def otherwise(self) -> Iterator[Found]:
        """The same with what may be otherwise: ids made of the rows, another column of times."""
        options = self.options
        if "created_at" not in options.get("columns", {}):
            return
        if options.get("id") != "row":
            columns = {name: each for name, each in options["columns"].items() if name != "post_id"}
            doubt = "post_id: made of the rows, as most rows are set aside by the column's ids (columns.post_id)"
            yield replace(self, options={**options, "columns": columns, "id": "row"}, doubts=[*self.doubts, doubt])
        for other in self.dates[:2]:
            columns = {**options["columns"], "created_at": other}
            without = {k: v for k, v in options.items() if k not in ("time_format", "time_zone")}
            doubt = f"created_at: {other!r} is taken, as most of {options['columns']['created_at']!r} cannot be read"
            yield replace(self, options={**without, "columns": columns}, doubts=[*self.doubts, doubt])
