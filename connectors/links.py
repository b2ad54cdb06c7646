"""Links that a connector can serve: a product named by the address of its page, for ``earful try LINK``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable
from urllib.parse import SplitResult, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link says: the product's ids by their name (``app_store``), and its name where the link has one.

    ``options``: parameters of the channel that the link says (a country). ``first``: parameters that keep a first look
    within a minute (``pages``); the configuration that is written says that they do.
    """

    ids: Mapping[str, str]
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    first: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class HasLinks(Protocol):
    """A connector that knows the links of its service.

    ``links`` are examples, one of each kind, shown to whoever gives another. ``of_link`` is pure: no request. It gives
    None for an address that is not the service's, or names no product there.
    """

    links: ClassVar[tuple[str, ...]]

    @classmethod
    def of_link(cls, link: str) -> Linked | None:
        """What the link says, or None where it is none of this connector's."""
        ...


def address(link: str, *hosts: str) -> SplitResult | None:
    """The parts of a web address where it is one of a host (or of its ``www.``), else None.

    The scheme may be missing, as when an address is copied from a browser.
    """
    link = link.strip()
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and host in hosts else None


def steps(parts: SplitResult) -> list[str]:
    """The steps of an address's path, decoded: ["app", "440", "Team_Fortress_2"]."""
    return [unquote(step) for step in parts.path.split("/") if step]


def spoken(step: str) -> str:
    """A step that holds a name, as one would write it: "team-fortress-2" is "Team Fortress 2"."""
    words = step.replace("_", " ").replace("-", " ").split()
    return " ".join(word if word != word.lower() else word[:1].upper() + word[1:] for word in words)
