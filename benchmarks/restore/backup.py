"""A backup to be spoilt: an ordered list of members, written as a .zip or as a folder.

A way to spoil it says what has to come of it: "refused", "restored", or "either" (all or nothing, as the manifest and
the hashes happen to stand).
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REFUSED, RESTORED, EITHER = "refused", "restored", "either"
MANIFEST = "manifest.json"


@dataclass
class Backup:
    """The members of one, in order; ``raw`` changes the bytes of the .zip that they become."""

    members: list[tuple[str, bytes]]
    compression: int = zipfile.ZIP_STORED
    zip64: bool = False
    raw: Callable[[bytes], bytes] | None = None
    #: Done to the folder once it is written; None for a .zip.
    folder: Callable[[Path], None] | None = None
    notes: list[str] = field(default_factory=list)

    def get(self, name: str) -> bytes:
        return dict(self.members)[name]

    def put(self, name: str, content: bytes) -> None:
        self.members = [(n, content if n == name else c) for n, c in self.members]

    @property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads(self.get(MANIFEST)))

    @manifest.setter
    def manifest(self, value: dict[str, Any]) -> None:
        self.put(MANIFEST, json.dumps(value, indent=1).encode())

    def tables(self) -> list[str]:
        return sorted(self.manifest["tables"])

    def replace_table(self, name: str, content: bytes, rows: int | None = None) -> None:
        """Another file for a table, and a manifest that says it was always so; ``rows`` None: as before."""
        self.put(f"{name}.parquet", content)
        manifest = self.manifest
        entry = manifest["tables"][name]
        entry["sha256"] = hashlib.sha256(content).hexdigest()
        if "bytes" in entry:
            entry["bytes"] = len(content)
        if rows is not None:
            entry["rows"] = rows
        self.manifest = manifest

    def write(self, path: Path) -> None:
        if self.folder is not None:
            path.mkdir()
            for name, content in self.members:
                (path / name).write_bytes(content)
            self.folder(path)
            return
        packed = io.BytesIO()
        with warnings.catch_warnings(action="ignore", category=UserWarning), zipfile.ZipFile(packed, "w") as out:
            for name, content in self.members:
                info = zipfile.ZipInfo(name)
                info.compress_type = self.compression
                with out.open(info, "w", force_zip64=self.zip64) as member:
                    member.write(content)
        path.write_bytes(self.raw(packed.getvalue()) if self.raw else packed.getvalue())


def as_first_layout(backup: Backup, *, sizes: bool) -> None:
    """As earful wrote it before layout 2: without the migrations; the oldest without sizes."""
    manifest = backup.manifest
    manifest["earful_backup"] = 1
    for name in ("migrations", "secret_bytes"):
        del manifest[name]
    for entry in manifest["tables"].values():
        if not sizes:
            del entry["bytes"]
    backup.manifest = manifest


Spoil = Callable[[Backup, random.Random], str]
