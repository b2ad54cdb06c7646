"""Connectors from other packages, by the entry points that those declare; one that cannot be used fails by itself."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, ClassVar, get_args

from pydantic import ConfigDict

from earful.connectors.base import Asked, Connector, Context, Health, Options, Product, Pull, Reads
from earful.connectors.errors import Fatal

#: The group of entry points that a package declares its connectors in: name -> module:class.
GROUP = "earful.connectors"


@dataclass(frozen=True, slots=True)
class Outsider:
    """A connector that one installed package brings. ``package`` is its name and version, for a person."""

    name: str
    package: str
    entry: EntryPoint

    @property
    def module(self) -> str:
        """The import name that its files go by."""
        return self.entry.module.partition(".")[0]


@lru_cache(maxsize=1)
def outsiders() -> Mapping[str, tuple[Outsider, ...]]:
    """What the installed packages bring, by the connector's name; nothing is imported. Read once a process."""
    found: dict[str, list[Outsider]] = {}
    for entry in entry_points(group=GROUP):
        package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "of unknown name"
        one = Outsider(entry.name, package, entry)
        # A package that lies on the path twice, as in an editable checkout, is one package.
        if all((other.package, other.entry.value) != (package, entry.value) for other in found.get(entry.name, ())):
            found.setdefault(entry.name, []).append(one)
    return {name: tuple(sorted(each, key=lambda one: one.package)) for name, each in sorted(found.items())}


@lru_cache(maxsize=128)
def load(name: str) -> type[Connector]:
    """The class behind an outsider's name. One that cannot be used is a class whose every pull says why.

    So the channels that want it fail in one line, and all others have their night.
    """
    several = outsiders()[name]
    if len(several) > 1:
        packages = " and ".join(one.package for one in several)
        return _unusable(name, f"the packages {packages} both bring a connector {name!r}; uninstall all but one")
    (one,) = several
    whose = f"connector {name!r} of package {one.package}"
    try:
        found: object = one.entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's module does when it is imported
        return _unusable(name, f"{whose} cannot be imported ({_what(error)}); mend or uninstall it")
    lacks = lacking(found)
    if lacks:
        return _unusable(name, f"{whose} is no connector of this earful: {lacks}; see docs/connectors.md")
    assert isinstance(found, type)
    return found


def why_unusable(connector: type[Connector]) -> str:
    """Why a class that ``load`` gave cannot be used, in one line, or ""."""
    return connector.why if issubclass(connector, _Unusable) else ""


def lacking(found: object) -> str:
    """What a class lacks of the protocol (base.Connector), in words, or ""."""
    if not isinstance(found, type):
        return "it is no class"
    missing = [name for name in (*_FACTS, "pull", "check") if not hasattr(found, name)]
    if missing:
        return f"it has no {', '.join(missing)}"
    for name, (fits, wanted) in _FACTS.items():
        if not fits(getattr(found, name)):
            return f"its {name} is not {wanted}"
    idle = [name for name in ("pull", "check") if not callable(getattr(found, name))]
    return f"its {idle[0]} cannot be called" if idle else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_keys(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(key, str) and key for key in value)


#: The facts of a connector: whether a value fits, and what would.
_FACTS: dict[str, tuple[Any, str]] = {
    "source": (lambda v: isinstance(v, str) and bool(v), 'a word such as "steam"'),
    "options_model": (lambda v: isinstance(v, type) and issubclass(v, Options), "a model derived from Options"),
    "overlap": (lambda v: v is None or (isinstance(v, timedelta) and v >= timedelta()), "a timedelta or None"),
    "seekable": (lambda v: isinstance(v, bool), "True or False"),
    "needs": (lambda v: v is None or (isinstance(v, str) and bool(v)), "the key of a product's ids or None"),
    "id_keys": (_is_keys, 'a tuple of keys such as ("steam",)'),
    "reads": (lambda v: v in get_args(Reads), f"one of {', '.join(get_args(Reads))}"),
    "text_days": (lambda v: v is None or (_is_number(v) and isinstance(v, int) and v >= 1), "whole days or None"),
    "spacing": (_is_number, "a number of seconds"),
}


def _what(error: BaseException) -> str:
    """The kind of an error and where it was, never its words: those may hold anything."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"there is no module {error.name}"
    frames = traceback.extract_tb(error.__traceback__)
    # The last line of the package's own, not the import machinery's.
    own = [frame for frame in frames if "importlib" not in frame.filename and "<frozen" not in frame.filename]
    place = f" in {Path(own[-1].filename).name}:{own[-1].lineno}" if own[1:] else ""
    return f"{type(error).__name__}{place}"


class _AnyOptions(Options):
    """Takes whatever is written: nobody can say what would be right."""

    model_config = ConfigDict(extra="allow", frozen=True)


class _Unusable:
    """Stands for a connector that cannot be used."""

    source: ClassVar[str]
    why: ClassVar[str]
    options_model: ClassVar[type[Options]] = _AnyOptions
    overlap: ClassVar[timedelta | None] = timedelta()
    seekable: ClassVar[bool] = False
    needs: ClassVar[str | None] = None
    id_keys: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[Reads] = "id"
    text_days: ClassVar[int | None] = None
    spacing: ClassVar[float] = 0.0

    def __init__(self, options: Options, context: Context) -> None:
        """Nothing to keep."""

    def pull(self, asked: Sequence[Asked]) -> Pull:  # noqa: ARG002 - it can pull nothing
        """Raises Fatal, saying why."""
        raise Fatal(self.why)

    def check(self, products: Sequence[Product]) -> Mapping[str, Health]:
        """Not well, and why."""
        return {product.slug: Health(False, self.why) for product in products}


def _unusable(name: str, why: str) -> type[Connector]:
    made: type[Connector] = type("Unusable", (_Unusable,), {"source": name, "why": why})
    return made
