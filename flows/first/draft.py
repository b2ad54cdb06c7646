"""A configuration for one table or one link, from a guess: text that ``earful try`` runs, prints, and may keep."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from earful.connectors.links import Linked
from earful.connectors.registry import connector_class
from earful.flows.first.toml_text import comment, key, value

#: Days that the words of a table are kept in the store: as long as the table itself lies there, so may they.
KEPT = 36_500
#: How the section of products begins in the example of a configuration.
_PRODUCTS = "# ---- products:"


@dataclass(frozen=True, slots=True)
class Draft:
    """One channel and its products. ``said`` and ``doubts`` are the guess's lines; ``first`` keeps a first look short.

    ``shown``: the file or link, as it was given.
    """

    shown: str
    connector: str
    names: tuple[str, ...]
    options: Mapping[str, Any]
    zone: str
    ids: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The source that its posts carry."""
        kind = connector_class(self.connector)
        return kind.options_model.model_validate({**self.options, **self.first}).source_of(kind.source)

    def text(self, last_day: date | None = None) -> str:
        """``earful.toml``: what was guessed, as comments, above what it became.

        ``last_day``: of the posts, where it is long over: then how to say that no more will come is a comment, too.
        """
        lines = [
            comment(
                f"What `earful try {self.shown}` guessed. `earful init` in another folder shows what else there is."
            )
        ]
        lines += [f"time_zone = {value(self.zone)}", ""]
        if self.connector == "files":
            lines += ["# Days that words are kept: as long as the file itself lies there (usually 90).", "[retention]"]
            lines += [f"by_source = {value({self.source: KEPT})}", ""]
        lines += [*self._tables()]
        if last_day:
            lines += [f"# Its last post is of {last_day}. Where no more will come: end = {last_day}"]
        if self.first:
            lines += ["# For a first look; without it all is asked for that the channel's days want."]
            lines += [f"{key(name)} = {value(what)}" for name, what in self.first.items()]
        return "\n".join(lines) + "\n"

    def within(self, example: str) -> str:
        """The commented ``example`` of a configuration with what was guessed in the place of its products and channels.

        Those follow as comments, to take from.
        """
        settings, mark, rest = example.partition(_PRODUCTS)
        settings = re.sub(
            r'^time_zone = ".*"', lambda _: f"time_zone = {value(self.zone)}", settings, flags=re.MULTILINE
        )
        if self.connector == "files":
            why = "# A table's words stay as long as the table itself lies there."
            kept = f"{why}\nby_source = {value({self.source: KEPT})}"
            settings = re.sub(r"^# by_source = .*$", lambda _: kept, settings, flags=re.MULTILINE)
        taken = [line if not line or line.startswith("#") else f"# {line}" for line in f"{mark}{rest}".splitlines()]
        begin = "# ---- what was guessed " + "-" * 96
        more = ["", "# ---- more of both: examples, all of them comments " + "-" * 69, ""]
        return "\n".join([settings.rstrip(), "", begin, "", *self._tables(), *more, *taken]) + "\n"

    def _tables(self) -> list[str]:
        """Products and channel, line by line."""
        lines: list[str] = []
        for name, slug in zip(self.names, slugs(self.names), strict=True):
            lines += ["[[products]]", f"slug = {value(slug)}", f"name = {value(name)}"]
            lines += [f"ids = {value(self.ids)}"] if self.ids else []
            lines += [""]
        lines += ["[[channels]]", f"name = {value(_channel(self.source, self.connector))}"]
        lines += [f"connector = {value(self.connector)}"]
        lines += [comment(line) for line in self.said]
        lines += [comment(f"In doubt: {line}") for line in self.doubts]
        return lines + [f"{key(name)} = {value(what)}" for name, what in self.options.items()]


def of_link(shown: str, connector: str, linked: Linked, zone: str) -> Draft:
    """The draft of a link that a connector knows."""
    name = linked.name or f"App {next(iter(linked.ids.values()))}"
    return Draft(shown, connector, (name,), dict(linked.options), zone, ids=dict(linked.ids), first=dict(linked.first))


def seen_from(folder: Path, path: Path) -> str:
    """How a configuration in the folder names a file: from there where it lies near, else by its whole path."""
    path, folder = path.absolute(), folder.absolute()
    near = path.is_relative_to(folder.parent)
    return Path(os.path.relpath(path, folder)).as_posix() if near else path.as_posix()


def slugs(names: Iterable[str]) -> list[str]:
    """A product's slug from its name, each once: letters and digits of Latin script, else "product"."""
    found: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "product"
        number, new = 1, slug
        while new in found:
            number += 1
            new = f"{slug}-{number}"
        found.append(new)
    return found


def folder_of(names: Sequence[str], given: str) -> str:
    """The name of the folder that a try of this goes into: earful-try-reviews."""
    stem = Path(given).name.split(".", 1)[0] if "://" not in given and given else ""
    (slug,) = slugs([stem or names[0]])
    return f"earful-try-{slug}"


def _channel(source: str, connector: str) -> str:
    """A channel is called as its source where that is a name for one."""
    return source if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", source) else connector
