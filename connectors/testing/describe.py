"""What an author tells the suite of a connector: how it is made, and how its service answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from earful.connectors.base import Connector, Context, Product, Window
from earful.connectors.limits import Limits
from earful.connectors.testing.server import Request, Response
from earful.connectors.toolkit.web import Web


@dataclass(frozen=True, slots=True)
class Sent:
    """One post as the service has it. Times are aware UTC of whole seconds."""

    id: str
    created: datetime
    text: str
    edited: datetime | None = None
    title: str = "A title"
    author: str = "somebody"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a connector is made with.

    ``url``: where the stand-in answers, without a slash at the end ("" where nothing is served). ``pause``: to be
    called instead of time.sleep, with seconds. ``options``: those that the suite sets (``pages``).
    """

    context: Context
    url: str = ""
    pause: Callable[[float], None] = field(default=lambda _: None)
    options: Mapping[str, Any] = field(default_factory=dict)

    def web(self, source: str, limits: Limits | None = None) -> Web:
        """A Web that pauses as the suite says."""
        return Web(source, limits=limits, sleep=self.pause)


class Subject(ABC):
    """A connector that reads no HTTP: the suite checks what holds for every connector."""

    #: What the connector is asked about; it needs some posts of it in ``window``.
    product: Product
    #: A window in which there are posts.
    window: Window
    #: The environment variables that the connector reads. No message may hold a value.
    env: ClassVar[Mapping[str, str]] = {}
    channel: str = "the_channel"
    #: Folder that relative file names in options are seen from.
    root: str = "."

    @abstractmethod
    def connect(self, setup: Setup) -> Connector:
        """The connector, with no spacing between its requests."""

    def __str__(self) -> str:
        """Its name in a test's id."""
        return type(self).__name__


class StandIn(Subject):
    """A connector that lists posts over HTTP, page by page, and how its service answers: the suite plays it.

    A post is written as the service would (``item``), a page of those likewise (``page``), and ``number`` reads from a
    request which page it wants. What the service does besides has a default.
    """

    #: Posts of a full page.
    per_page: int = 20
    #: Whether the service tells of edits (with a time of their own, or a later time under the same id).
    edits: bool = True
    #: Most requests that ``check`` makes, tokens not counted.
    check_requests: int = 1

    def __init__(self) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        self.window = Window(now - timedelta(days=3), now)

    @abstractmethod
    def item(self, post: Sent) -> object:
        """The post as the service lists it, to be sent as JSON."""

    @abstractmethod
    def page(self, items: Sequence[object], following: int | None) -> object:
        """A page of items as JSON, or a Response. ``following``: the page that its cursor leads to; None: the last."""

    @abstractmethod
    def number(self, request: Request) -> int:
        """The page that a request wants, counted from 0."""

    def post_id(self, post: Sent) -> str:
        """The id under which the connector yields the post."""
        return post.id

    def besides(self, request: Request) -> Response | None:  # noqa: ARG002 - most services have nothing else
        """The answer to what is no request for a page (a token, say), or None."""
        return None

    def unreadable(self) -> object:
        """An item that can be no post: it must be set aside with a reason."""
        return {}

    def deleted(self, post: Sent) -> object | None:  # noqa: ARG002 - most services just leave it out
        """The item by which the service says that a post was deleted; None where it says nothing."""
        return None

    def posts(self, count: int, first: int = 0) -> list[Sent]:
        """Posts ten minutes apart, newest first, the first one ten minutes before the window's end."""
        text = f"{self.product.name} crashes when I open it"
        times = [self.window.end - timedelta(minutes=10 * (n + 1)) for n in range(first, first + count)]
        return [Sent(f"{1000 + n}", time, f"{text}, {n}.") for n, time in enumerate(times, first)]
