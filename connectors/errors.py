"""What can go wrong while pulling, named by what the caller does about it."""

from __future__ import annotations


class PullError(Exception):
    """Base of every error of this floor. The message is one line for a person: what, where, what to do; no secret."""


class Retriable(PullError):
    """The service is busy or broken for now: ask again later.

    ``retry_after`` is the wait in seconds that the service asked for, or None where it named none.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Fatal(PullError):
    """Asking again changes nothing: bad credentials, a product id that does not exist, a file that is not there."""


class Skippable(PullError):
    """One bad item. Raised by payload-to-post functions; the connector sets the item aside and goes on.

    ``item`` names it for a person (an id, or ``file.csv:17``), never by its content or its author.
    """

    def __init__(self, item: str, reason: str) -> None:
        super().__init__(f"{item}: {reason}")
        self.item = item
        self.reason = reason
