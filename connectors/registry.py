"""Every connector by the name that the configuration uses: ours, and those of other installed packages.

A new source of ours is one file, one line here, and what docs/connectors.md lists at its end; an outsider's is a
package that declares an entry point of the group ``earful.connectors``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from earful.connectors.base import Connector
from earful.connectors.links import Linked
from earful.connectors.outsiders import Outsider, load, outsiders, why_unusable

#: name -> module:class. Modules are imported when asked for: heavy clients load only where a channel needs them.
CONNECTORS: dict[str, str] = {
    "sample": "earful.connectors.sample.connector:SampleConnector",
    "files": "earful.connectors.files.connector:FilesConnector",
    "reddit": "earful.connectors.reddit.connector:RedditConnector",
    "app_store_rss": "earful.connectors.stores.app_store_rss:AppStoreRssConnector",
    "google_play_api": "earful.connectors.stores.google_play_api:GooglePlayApiConnector",
    "steam": "earful.connectors.stores.steam:SteamConnector",
}


def connector_names() -> list[str]:
    """The names of all connectors that are installed, in order."""
    return sorted({*CONNECTORS, *outsiders()})


def is_connector(name: str) -> bool:
    """Whether there is a connector of that name."""
    return name in CONNECTORS or name in outsiders()


def connector_class(name: str) -> type[Connector]:
    """The class behind a connector's name. Raises KeyError with the known names.

    Ours wins where a package brings one of the same name. An outsider's that cannot be used is a class that says so
    whenever it is asked: its channels fail, in one line each, and no others.
    """
    if name in CONNECTORS:
        module, _, attribute = CONNECTORS[name].partition(":")
        found: type[Connector] = getattr(import_module(module), attribute)
        return found
    if name not in outsiders():
        raise KeyError(f"no connector {name!r}; there are: {', '.join(connector_names())}")
    return load(name)


def outsider(name: str) -> Outsider | None:
    """Whose connector that is, None for one of ours and for a name that nobody has."""
    return None if name in CONNECTORS or name not in outsiders() else outsiders()[name][0]


def clashes(wanted: Iterable[str] | None = None) -> list[str]:
    """A line for every package whose connector is not used because ours has its name; of the wanted names, or all."""
    chosen = None if wanted is None else set(wanted)
    return [
        f"connector {name!r} is earful's own; the one of package {one.package} is not used until it has another name"
        for name, several in outsiders().items()
        if name in CONNECTORS and (chosen is None or name in chosen)
        for one in several
    ]


def troubles() -> list[str]:
    """A line for everything that is wrong with other packages' connectors. Imports them all."""
    return clashes() + [why for why in (why_unusable(load(n)) for n in outsiders() if n not in CONNECTORS) if why]


def each_class(first: Iterable[str] = ()) -> Iterator[type[Connector]]:
    """Every connector's class, the named ones before all others; each is imported as it is reached."""
    for name in dict.fromkeys((*first, *connector_names())):
        yield connector_class(name)


@dataclass(frozen=True, slots=True)
class Link:
    """Whose a link is: the connector's name and what it reads in the link; "" and None where it is nobody's.

    ``examples``: links that can be given, where it is nobody's. ``broken``: a line for each connector of
    another package that could not say whether it is its own.
    """

    connector: str = ""
    linked: Linked | None = None
    examples: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def whose(link: str) -> Link:
    """The first connector that takes the link for its own: ours before those of other packages."""
    examples: list[str] = []
    broken: list[str] = []
    for name in dict.fromkeys((*CONNECTORS, *connector_names())):
        found: Any = connector_class(name)
        if not hasattr(found, "of_link"):
            continue
        try:
            linked = found.of_link(link)
            examples += [str(each) for each in found.links]
        except Exception as error:
            stranger = outsider(name)
            if stranger is None:
                raise
            broken.append(f"connector {name!r} of package {stranger.package} failed ({type(error).__name__})")
            continue
        if isinstance(linked, Linked):
            return Link(name, linked)
    return Link(examples=tuple(examples), broken=tuple(broken))
