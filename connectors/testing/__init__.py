"""What every connector must do, as checks that an author runs: ours run them too. docs/connectors.md shows how.

    class Forum(StandIn):  # how your service answers
        product = Product("acme", "Acme", ids={"forum": ("acme",)})
        def connect(self, setup): ...
        def item(self, post): ...
        def page(self, items, following): ...
        def number(self, request): ...

    @pytest.mark.parametrize("point", points(Forum()), ids=str)
    def test_it_is_a_connector(point: Point) -> None:
        point.run()

A connector that reads no HTTP is described by a Subject; only what concerns it is checked. No test library is needed: a
point that is not met raises Nonconformant, an AssertionError that says what is wrong.
"""

from earful.connectors.testing.describe import Sent, Setup, StandIn, Subject
from earful.connectors.testing.points import Point, points
from earful.connectors.testing.pulling import Nonconformant, Pulled, drained, pull
from earful.connectors.testing.server import Request, Response, Server, answer, serve

__all__ = [
    "Nonconformant",
    "Point",
    "Pulled",
    "Request",
    "Response",
    "Sent",
    "Server",
    "Setup",
    "StandIn",
    "Subject",
    "answer",
    "drained",
    "points",
    "pull",
    "serve",
]
