"""Ways to spoil what a backup's manifest says."""

from __future__ import annotations

import json
import random
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.restore.backup import EITHER, MANIFEST, REFUSED, RESTORED, Backup

#: What stands in a manifest where something else belongs.
_VALUES: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 1.5, 2**31, 2**63, 2**200, "", "x", "0", "../x", "/etc/passwd", "\x1b[31mred\x07",
    "a\nb", "\ud800", "x" * 100_000, [], {}, [1], {"a": 1}, ["migrations"], float("nan"), float("inf"), "yesterday",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-02T00:00:00", "F" * 64, "0" * 64,
)  # fmt: skip


def large_manifest(backup: Backup, draw: random.Random) -> str:
    backup.put(MANIFEST, backup.get(MANIFEST) + b" " * draw.choice((1 << 20, 16 << 20)))
    backup.compression = zipfile.ZIP_DEFLATED
    return REFUSED


def tables_swapped(backup: Backup, draw: random.Random) -> str:
    one, other = draw.sample(backup.tables(), 2)
    first, second = backup.get(f"{one}.parquet"), backup.get(f"{other}.parquet")
    if draw.random() < 0.5:
        backup.put(f"{one}.parquet", second)
        backup.put(f"{other}.parquet", first)
        return REFUSED
    rows = {name: backup.manifest["tables"][name]["rows"] for name in (one, other)}
    backup.replace_table(one, second, rows[other])
    backup.replace_table(other, first, rows[one])
    return REFUSED  # no two tables have the same columns


def manifest_value(backup: Backup, draw: random.Random) -> str:
    """Any value of it, at any depth, replaced, taken out or doubled."""
    manifest = backup.manifest
    holder: Any = manifest
    if draw.random() < 0.7:
        holder = manifest["tables"]
        if draw.random() < 0.9:
            holder = holder[draw.choice(sorted(holder))]
    elif "migrations" in manifest and draw.random() < 0.2:
        holder = manifest["migrations"]
    key: Any = draw.randrange(len(holder)) if isinstance(holder, list) else draw.choice(sorted(holder))
    what = draw.random()
    if what < 0.2:
        del holder[key]
    elif what < 0.8:
        holder[key] = draw.choice(_VALUES)
    elif isinstance(holder[key], int) and not isinstance(holder[key], bool):
        holder[key] += draw.choice((-1, 1, 1000))
    elif isinstance(holder[key], str) and holder[key]:
        at = draw.randrange(len(holder[key]))
        holder[key] = holder[key][:at] + draw.choice("0a-Z\x00é") + holder[key][at + 1 :]
    backup.manifest = manifest
    return EITHER


def manifest_form(backup: Backup, draw: random.Random) -> str:
    """What JSON allows and nobody expects, or does not allow."""
    manifest, text = backup.manifest, backup.get(MANIFEST).decode()
    deep = draw.choice((2000, 100_000, 400_000))
    forms = (
        "[" * deep + "]" * deep, '{"a":' * deep + "1" + "}" * deep, "[" * deep, "null", "[]", "1", '"x"', "", "\x00",
        text[:-2], text + "x", text.replace('"rows": ', '"rows": 0, "rows": ', 1), "\ufeff" + text,
        text.replace('"schema"', '"schema": 1, "schema"'), text.replace('"rows": ', '"rows": ' + "9" * 5000, 1),
        text.replace('"rows": ', '"rows": 1e', 1), "NaN", text.replace('"tables"', '"tables": {}, "tables"'),
        text.encode("utf-16").decode("latin-1"), json.dumps({**manifest, "more": {"x": [1] * 1000}}),
        json.dumps({**manifest, "tables": {**manifest["tables"], "evil": manifest["tables"]["posts"]}}),
    )  # fmt: skip
    backup.put(MANIFEST, draw.choice(forms).encode("utf-8"))
    return REFUSED


def manifest_written_otherwise(backup: Backup, draw: random.Random) -> str:
    """The same said in other words."""
    manifest = backup.manifest
    items = list(manifest.items())
    draw.shuffle(items)
    at = datetime.fromisoformat(manifest["made_at"])
    made = draw.choice((at.isoformat(), at.astimezone(UTC).isoformat(timespec="microseconds"), manifest["made_at"]))
    said = {**dict(items), "made_at": made, "time_zone": draw.choice(("UTC", "Asia/Tokyo"))}
    backup.put(MANIFEST, json.dumps(said, indent=draw.choice((None, 0, 4)), ensure_ascii=draw.random() < 0.5).encode())
    return RESTORED


def from_the_future(backup: Backup, draw: random.Random) -> str:
    at = datetime.now(UTC) + timedelta(days=draw.choice((2, 400, 90_000)))
    backup.manifest = {**backup.manifest, "made_at": at.isoformat()}
    return REFUSED


def table_left_out(backup: Backup, draw: random.Random) -> str:
    """Out of manifest and archive alike, so that nothing else is wrong."""
    manifest, name = backup.manifest, draw.choice(backup.tables())
    del manifest["tables"][name]
    backup.manifest = manifest
    if draw.random() < 0.5:
        backup.members = [(n, c) for n, c in backup.members if n != f"{name}.parquet"]
    return REFUSED
