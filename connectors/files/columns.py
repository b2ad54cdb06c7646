"""Which column of a file is which field of a post, and which of its rows belong to a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from earful.connectors.base import Product
from earful.connectors.errors import Fatal
from earful.connectors.files.presets import Preset
from earful.connectors.files.values.clocks import clock_beside
from earful.connectors.files.values.ids import WAY_OUT, looks_like_id, names_people
from earful.connectors.files.values.scales import Scale


@dataclass(frozen=True, slots=True)
class Spec:
    """How a channel's files are read: its options with the preset's answers filled in."""

    source: str
    kind: str
    columns: Mapping[str, tuple[str, ...]]  # field -> names, the first that is there and not empty counts
    required: frozenset[str]
    named: frozenset[str]  # the fields whose columns the configuration names
    constants: Mapping[str, str]
    form: str
    zone: ZoneInfo
    preset: Preset | None = None
    product_column: str | None = None
    product_values: str | Mapping[str, Sequence[str]] | None = None
    match: bool = False
    #: Ids are made of the rows (values/ids.py), whatever columns there are.
    row_ids: bool = False
    #: By field: the configured scale, and the configured values by what stands in the cell (small letters).
    scales: Mapping[str, Scale] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    decimal: str = "auto"
    #: Field -> the column of its time of day, where its own column holds the day alone.
    clocks: Mapping[str, str] = field(default_factory=dict)
    #: Whether the columns of the text are read together, a line each, in place of the first that is not empty.
    one_text: bool = False

    def plan(self, name: str, found: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Field -> the columns of this file that it is read from. Raises Fatal where one that is needed is not there.

        Names are compared as they are, else without case, blanks, underscores and quotes around them.
        """
        loose: dict[str, str] = {}
        for column in reversed(found):
            loose[_loose(column)] = column
        wanted = {each: names for each, names in self.columns.items() if each != "post_id" or not self.row_ids}
        wanted |= {f"_{each} clock": (name,) for each, name in self.clocks.items() if each in wanted}
        if self.product_column:
            wanted["_product"] = (self.product_column,)
        # Reddit's mark of a moderator's words, as its dumps have it.
        wanted["_distinguished"] = ("distinguished",)
        plan = {}
        for name_of, names in wanted.items():
            there = [n if n in found else loose.get(_loose(n)) for n in names]
            plan[name_of] = tuple(dict.fromkeys(n for n in there if n is not None))
            clock = name_of.endswith(" clock")
            lacking = [n for n, column in zip(names, there, strict=True) if column is None]
            if name_of == "text" and self.one_text and lacking:
                names, plan[name_of] = tuple(lacking), ()  # noqa: PLW2901 - what the line below says
            if not plan[name_of] and (name_of in self.required or clock or name_of == "_product"):
                shown = ", ".join(repr(c[:40]) for c in found[:20]) + (", ..." if len(found) > 20 else "")
                asked = " or ".join(repr(n) for n in names)
                what = {"_product": "product_column", "_package": "the app"}.get(name_of, name_of.lstrip("_"))
                raise Fatal(
                    f"{name}: has no column {asked} (for {what}); columns found: {shown}; check columns or preset"
                )
            twice = next((n for n in plan[name_of] if list(found).count(n) > 1), None)
            if twice is not None:
                raise Fatal(f"{name}: has two columns {twice!r}; rename one of them")
        derived = self.preset is not None and self.preset.derive is not None
        ids = [c for c in found if looks_like_id(c)] if not (plan.get("post_id") or self.row_ids or derived) else []
        if ids:
            shown = ", ".join(repr(c[:40]) for c in found[:20]) + (", ..." if len(found) > 20 else "")
            raise Fatal(
                f"{name}: has no column 'post_id' (for post_id); columns found: {shown}; name {ids[0]!r} in columns, "
                'or set id = "row"'
            )
        people = [c for c in plan.get("post_id", ()) if names_people(c) or c in plan.get("author", ())]
        if people and not self.row_ids:
            raise Fatal(f"{name}: column {people[0]!r} (for post_id) names people, not rows; {WAY_OUT}")
        return {each: there for each, there in (plan | self._clocks_beside(plan, found)).items() if there}

    def _clocks_beside(self, plan: Mapping[str, Sequence[str]], found: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Columns that by their names hold the time of day of a column of days, where nothing says how times are."""
        beside: dict[str, tuple[str, ...]] = {}
        if self.form == "auto":
            taken = {column for columns in plan.values() for column in columns}
            for each in ("created_at", "edited_at"):
                of_day = plan.get(each, ())
                clock = clock_beside(of_day[0], [c for c in found if c not in taken]) if len(of_day) == 1 else None
                if clock is not None and each not in self.clocks and list(found).count(clock) == 1:
                    beside[f"_{each} clock"] = (clock,)
        return beside


def _loose(name: str) -> str:
    return "".join(name.strip("'\"` ").casefold().replace("_", " ").split())


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
