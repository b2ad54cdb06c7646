"""Which column of a file is which field of a post, and which of its rows belong to a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from earful.connectors.base import Product
from earful.connectors.errors import Fatal
from earful.connectors.files.presets import Preset
from earful.connectors.files.values.ids import holds_people
from earful.connectors.files.values.scale import Scale


@dataclass(frozen=True, slots=True)
class Spec:
    """How a channel's files are read: its options with the preset's answers filled in."""

    source: str
    kind: str
    columns: Mapping[str, tuple[str, ...]]  # field -> names, the first that is there and not empty counts
    required: frozenset[str]
    constants: Mapping[str, str]
    form: str
    zone: ZoneInfo
    preset: Preset | None = None
    product_column: str | None = None
    product_values: str | Mapping[str, Sequence[str]] | None = None
    match: bool = False
    #: Ids are made of rows, whatever columns there are.
    row_ids: bool = False
    scales: Mapping[str, Scale] = field(default_factory=dict)
    #: Field -> what a cell says, in lower case -> what it means.
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def plan(self, name: str, found: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Field -> the columns of this file that it is read from. Raises Fatal where one that is needed is not there.

        Names are compared as they are, else without case, blanks and underscores.
        """
        loose: dict[str, str] = {}
        for column in reversed(found):
            loose[_loose(column)] = column
        wanted = dict(self.columns)
        if self.product_column:
            wanted["_product"] = (self.product_column,)
        plan = {}
        for key, names in wanted.items():
            there = [n if n in found else loose.get(_loose(n)) for n in names]
            plan[key] = tuple(dict.fromkeys(n for n in there if n is not None))
            if not plan[key] and (key in self.required or key == "_product"):
                shown = ", ".join(repr(c[:40]) for c in found[:20]) + (", ..." if len(found) > 20 else "")
                asked = " or ".join(repr(n) for n in names)
                what = {"_product": "product_column", "_package": "the app"}.get(key, key)
                raise Fatal(
                    f"{name}: has no column {asked} (for {what}); columns found: {shown}; check columns or preset"
                )
            twice = next((n for n in plan[key] if list(found).count(n) > 1), None)
            if twice is not None:
                raise Fatal(f"{name}: has two columns {twice!r}; rename one of them")
        self._people(name, plan)
        return {key: there for key, there in plan.items() if there}

    def _people(self, name: str, plan: Mapping[str, Sequence[str]]) -> None:
        """Names are no ids: they would stand in clear in the store and in the published file."""
        for column in plan.get("post_id", ()):
            if column in plan.get("author", ()) or (not self.preset and holds_people(column)):
                raise Fatal(
                    f"{name}: the column {column!r} holds people, not ids; name another one for post_id, "
                    'or say id = "row"'
                )


def _loose(name: str) -> str:
    return "".join(name.casefold().replace("_", " ").split())


def values_of(spec: Spec, product: Product) -> list[str] | None:
    """What spec.product_column holds in the product's rows; None where all rows are its.

    Raises Fatal when the product lacks the id that its rows are found by.
    """
    if spec.product_column is None:
        return None
    by = spec.product_values
    if isinstance(by, str) and by != "slug":
        ids = list(product.ids.get(by, ()))
        if not ids:
            raise Fatal(f"product {product.slug}: has no id {by!r}, which column {spec.product_column!r} holds; add it")
        return ids
    if isinstance(by, str):
        return [product.slug]
    if by is not None:
        if not by.get(product.slug):
            raise Fatal(f"product {product.slug}: has no values in product_values; add them")
        return list(by[product.slug])
    return [product.slug, product.name, *(i for ids in product.ids.values() for i in ids)]
