"""A connector and its stand-in brought together for one point of the suite."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from earful.connectors.base import Asked, Connector, Context, Health, Product, Window
from earful.connectors.testing.describe import Sent, Setup, StandIn, Subject
from earful.connectors.testing.pulling import Nonconformant, Pulled, pull, require, sound
from earful.connectors.testing.server import Request, Response, answer, serve

#: A stand-in that was asked for more pages answers no more: the connector does not know an end.
MOST_REQUESTS = 100
#: More waits than that in one pull, and it goes on for ever.
MOST_PAUSES = 50
#: What the stand-in's error pages say, and what is looked for in everything that a connector says.
MARK = "heard-7f3c9a"

#: Answers the request for a page, counted from 0.
Pager = Callable[[Request, int], Response]


@dataclass
class Meeting:
    """One connector before one service. ``asked``: pages that were asked for; ``pauses``: seconds it wanted to wait."""

    subject: Subject
    connector: Connector
    secrets: Sequence[str]
    asked: list[int] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    @property
    def window(self) -> Window:
        """The window that is asked for."""
        return self.subject.window

    def pull(self, window: Window | None = None, product: Product | None = None) -> Pulled:
        """Pull a window, the subject's where none is given. Raises Nonconformant for what no pull may do."""
        wanted, whose = window or self.window, product or self.subject.product
        done = pull(lambda: self.connector.pull([Asked(whose, wanted)]), [whose.slug])
        require(len(self.asked) < MOST_REQUESTS, f"it asked for {MOST_REQUESTS} pages of one list: it does not end")
        sound(done, wanted, channel=self.subject.channel, product=whose.slug)
        self.discreet(done.said)
        return done

    def check(self) -> Health:
        """Ask whether it can work. Raises Nonconformant where that raises, or says anything but one plain line."""
        try:
            found = self.connector.check([self.subject.product])
        except Exception as error:
            raise Nonconformant(f"check() raised {type(error).__name__}; it answers with a Health") from error
        slug = self.subject.product.slug
        require(list(found) == [slug], "check() answers by slug, once for each product that it was asked about")
        health = found[slug]
        require(bool(health.says) and "\n" not in health.says, "check() says how it stands, in one line")
        self.discreet([health.says, health.reaches_back])
        return health

    def discreet(self, said: Iterator[str] | Sequence[str]) -> None:
        """Raises Nonconformant where a secret, or what the service said, is in a line."""
        for line in said:
            require(MARK not in line, f"messages quote nothing that a service said: {line!r}")
            # Not shown: the line holds a secret.
            require(not any(secret in line for secret in self.secrets), "a message holds a secret of the environment")


@contextmanager
def meeting(subject: Subject, pager: Pager | None = None, **options: object) -> Iterator[Meeting]:
    """A connector before a stand-in that answers as ``pager`` says; honestly with 25 posts where none is given."""
    secret = b"the-key-of-pseudonyms-4b1d"
    context = Context(subject.channel, secret, subject.env, subject.root)
    pauses: list[float] = []
    asked: list[int] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        require(math.isfinite(seconds) and seconds >= 0, f"a wait of {seconds} s")
        require(len(pauses) <= MOST_PAUSES, f"it waited {MOST_PAUSES} times in one pull: it does not end")

    def met(url: str) -> Meeting:
        connector = subject.connect(Setup(context, url, pause, options))
        secrets = [value for value in subject.env.values() if len(value) > 3]
        return Meeting(subject, connector, [*secrets, secret.decode()], asked, pauses)

    if not isinstance(subject, StandIn):
        yield met("")
        return
    answers = pager or listed(subject, subject.posts(25))

    def handler(request: Request) -> Response:
        other = subject.besides(request)
        if other is not None:
            return other
        number = subject.number(request)
        asked.append(number)
        return answers(request, number) if len(asked) <= MOST_REQUESTS else Response(drop=True)

    with serve(handler) as server:
        yield met(server.url)


def sent(stand_in: StandIn, items: Sequence[object], following: int | None = None) -> Response:
    """A page of items as the service would send it."""
    made = stand_in.page(items, following)
    return made if isinstance(made, Response) else answer(made)


def listed(stand_in: StandIn, posts: Sequence[Sent | object]) -> Pager:
    """An honest list of the posts, page by page; what is no Sent is an item as it is."""
    items = [stand_in.item(one) if isinstance(one, Sent) else one for one in posts]

    def page(_: Request, number: int) -> Response:
        size = stand_in.per_page
        rest = len(items) > size * (number + 1)
        return sent(stand_in, items[size * number : size * (number + 1)], number + 1 if rest else None)

    return page


def first(broken: Response, then: Pager, times: int = 1) -> Pager:
    """The broken answer so many times, then another's."""
    left = [broken] * times
    return lambda request, number: left.pop() if left else then(request, number)


def always(response: Response) -> Pager:
    """The same answer to every request for a page."""
    return lambda _request, _number: response
