"""A guess where the header is that of a table whose columns are known."""

from __future__ import annotations

from collections.abc import Sequence

from earful.connectors.files.guess.found import Found
from earful.connectors.files.guess.looks import Look
from earful.connectors.files.guess.products import take_products
from earful.connectors.files.guess.scores import product
from earful.connectors.files.guess.table import Table
from earful.connectors.files.guess.times import reading
from earful.connectors.files.presets import PRESETS, Preset
from earful.connectors.files.tables.layout import loose

#: What a survey's own columns may hold, and the options that belong to them.
_ANSWERS = ("title", "text", "rating", "nps", "recommended")
_THEIRS = ("scale", "values")


def presets_of(names: Sequence[str]) -> list[str]:
    """The presets whose header these names are, a time of theirs among them."""
    there = {loose(name) for name in names}
    return [
        name
        for name, preset in PRESETS.items()
        if any({loose(each) for each in header} <= there for header in preset.headers)
        and not there.isdisjoint(loose(each) for each in preset.columns["created_at"])
    ]


def by_preset(table: Table, zone: str, plain: Found | None) -> Found | None:
    """The guess; None where no preset has this header, or several have.

    ``plain``: what the columns look like without a preset, from which a survey's questions are taken.
    """
    names = presets_of(list(table.columns))
    if len(names) != 1:
        return None
    preset = PRESETS[names[0]]
    looks = {loose(name): Look(name, values) for name, values in table.columns.items() if name not in table.twice}
    if any(set(looks[loose(column)].counts) != {value} for column, value in preset.only.items()):
        return None
    found = Found({"preset": names[0]})
    header = next(each for each in preset.headers if {loose(name) for name in each} <= looks.keys())
    found.said.append(f"preset {names[0]}: {preset.title}, as its header has {', '.join(sorted(header)[:4])}, ...")
    if preset.questions and not _questions(preset, plain, found):
        return None
    _columns(preset, looks, table, zone, found)
    if preset.product_column:
        # Its apps, each a product called as the column has it, so that nothing has to be looked up in a store.
        found.options["product_column"] = looks[loose(preset.product_column)].name
        found.products = list(looks[loose(preset.product_column)].counts)
    else:
        fits = [(score, look) for look in looks.values() if look.filled and (score := product(look))]
        take_products(max(fits, key=lambda each: each[0])[1] if fits else None, found)
    return found


def _questions(preset: Preset, plain: Found | None, found: Found) -> bool:
    """A survey's own columns, as they look; False where none looks like one."""
    known = {loose(name) for its in preset.columns.values() for name in its}
    columns = plain.options.get("columns", {}) if plain else {}
    asked = {name: each for name, each in columns.items() if name in _ANSWERS and loose(str(each)) not in known}
    if not asked or plain is None:
        return False
    found.options["columns"] = asked
    found.options |= {name: plain.options[name] for name in _THEIRS if name in plain.options}
    found.said += [line for line in plain.said if line.partition(":")[0] in asked]
    found.doubts += [line for line in plain.doubts if line.partition(":")[0] in _ANSWERS]
    return True


def _columns(preset: Preset, looks: dict[str, Look], table: Table, zone: str, found: Found) -> None:
    """What is said of the preset's columns, and how its times are read."""
    times = [looks[loose(name)] for name in preset.columns["created_at"] if loose(name) in looks]
    others = [each for each in looks.values() if each is not times[0]]
    how = reading(times[0], others, zone, table.zone or preset.zone, files=table.files)
    if how.options.get("time_zone") == preset.zone:
        how.options.pop("time_zone", None)
    found.options |= how.options
    found.doubts += how.doubts
    for field, names in preset.columns.items():
        there = [looks[loose(name)].name for name in names if loose(name) in looks]
        if there and not field.startswith("_") and field not in found.options.get("columns", {}):
            said = f"{field}: {' or '.join(map(repr, there))}, as the preset has it"
            found.said.append("; ".join([said, *how.said]) if field == "created_at" else said)
