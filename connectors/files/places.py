"""The files that a channel's paths name: files, globs, folders that others drop files into, tables in ZIP archives."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from earful.connectors.errors import Fatal
from earful.connectors.files.tables.packed import first_bytes, is_archive, members
from earful.connectors.files.tables.read import foreign

#: Of those that are no table, so many are named in one line.
NAMED = 3

#: What systems and programs leave in folders, by the beginnings and ends of names (small letters).
_BEGINS = ((".", "a hidden file"), ("~$", "a lock of an open document"), (".~lock", "a lock of an open document"))
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".temp")
_ENDS = (
    *((end, "not there as a whole yet, by its name") for end in _UNFINISHED),
    *((name, "a system's own file") for name in ("thumbs.db", "desktop.ini")),
)
_SYSTEM = {"__MACOSX", "$RECYCLE.BIN", "System Volume Information"}


@dataclass(frozen=True, slots=True)
class Skipped:
    """What lies among a channel's files and is no table, and why."""

    name: str
    why: str


@dataclass(slots=True)
class Places:
    """A channel's files in their order. ``loose``: those of folders and archives: one that is no table is skipped."""

    files: list[Path] = field(default_factory=list)
    loose: set[Path] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, path: Path, known: Callable[[Path], bool], *, loose: bool) -> None:
        """A file; of an archive, its members. Raises Fatal for one that cannot be read, where it is not loose."""
        try:
            if known(path):
                self._add(path, loose=loose)
            elif why := _no_table(path) if loose else "":
                self.skipped.append(Skipped(path.name, why))
            elif not is_archive(path):
                self._add(path, loose=loose)
            else:
                self._add_members(path)
        except Fatal as error:
            if not loose:
                raise
            self.skipped.append(Skipped(path.name, reason(path.name, error)))

    def _add(self, path: Path, *, loose: bool) -> None:
        self.files.append(path)
        self.loose |= {path} if loose else set()

    def _add_members(self, path: Path) -> None:
        inside, aside = members(path)
        self.skipped += [Skipped(name, why) for name, why in aside]
        for each in inside:
            parts = each.relative_to(path).parts
            if why := next((found for part in parts if (found := _by_name(part))), ""):
                self.skipped.append(Skipped(f"{path.name}/{'/'.join(parts)}", why))
            else:
                self._add(each, loose=True)


def find(root: Path, patterns: Sequence[str], known: Callable[[Path], bool]) -> Places:
    """What the patterns name, seen from ``root``; of files that are ``known`` nothing is read.

    Raises Fatal where a pattern names no file, and where none of what they name is a table.
    """
    found = Places()
    for pattern in patterns:
        before = len(found.files) + len(found.skipped)
        # A plain name may hold brackets. Not Path.glob, which refuses absolute patterns.
        whole = (root / pattern).exists()
        names = [pattern] if whole else sorted(glob.glob(pattern, root_dir=root, recursive=True))  # noqa: PTH207
        for name in names:
            if (root / name).is_file():
                found.add(root / name, known, loose=False)
        for name in names if len(found.files) + len(found.skipped) == before else ():
            for path in _within(root / name, found):
                found.add(path, known, loose=True)
        if len(found.files) + len(found.skipped) == before:
            raise Fatal(f"files: {pattern!r} matches no file (seen from {root}); put it there, or mend paths")
    found.files = list(dict.fromkeys(found.files))
    if not found.files:
        raise nothing_left(patterns, found.skipped)
    return found


def nothing_left(patterns: Sequence[str], skipped: Sequence[Skipped]) -> Fatal:
    """Of all that was found none is a table."""
    return Fatal(f"files: no table in {' or '.join(map(repr, patterns))}: {told(skipped)}")


def told(skipped: Sequence[Skipped]) -> str:
    """What was skipped, in a line."""
    more = f" and {len(skipped) - NAMED} more" if len(skipped) > NAMED else ""
    return "; ".join(f"{each.name} ({each.why})" for each in skipped[:NAMED]) + more


def reason(name: str, error: Fatal) -> str:
    """An error of a file without its name."""
    return str(error).removeprefix(f"{name}: ")


def _within(folder: Path, found: Places) -> Iterator[Path]:
    """The files of a folder and of those in it, by name; folders that systems make are skipped."""
    for at, folders, names in os.walk(folder):
        here = Path(at)
        for name in sorted(folders):
            why = "a folder of the system's own" if name in _SYSTEM or name.startswith(".") else ""
            why = why or ("a link to a folder" if (here / name).is_symlink() else "")
            if why:
                found.skipped.append(Skipped(f"{name}/", why))
        folders[:] = sorted(n for n in folders if n not in _SYSTEM and not n.startswith("."))
        yield from (here / name for name in sorted(names))


def _by_name(name: str) -> str:
    small = name.lower()
    if name in _SYSTEM:
        return "a folder of the system's own"
    by_begin = next((why for begin, why in reversed(_BEGINS) if small.startswith(begin)), "")
    return by_begin or next((why for end, why in _ENDS if small.endswith(end)), "")


def _no_table(path: Path) -> str:
    """Why a file is no table, by its name and its first bytes; "" where it may be one."""
    if why := _by_name(path.name):
        return why
    if path.is_symlink():
        return "a link, which may lead anywhere; name what it leads to in paths"
    try:
        head = first_bytes(path, 16)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    if not head:
        return "empty: not there as a whole yet, or nothing in it"
    return f"is {what}" if (what := foreign(head)) else ""
