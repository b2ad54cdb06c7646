"""A connector's pages, asked for in a thread of their own: one that never answers holds neither task nor process.

A thread cannot be killed. So the one that may hang is ours and a daemon: whoever waits for a page gives up at the
deadline and leaves it behind. It ends by itself when its answer comes, and holds up no exit where that never happens.
It writes nothing and works ahead of nobody: one page at a time, so memory is that of one page.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

from earful.connectors.errors import Retriable
from earful.flows.process.deadline import Deadline

#: A wait looks so often whether its run is being stopped. Seconds.
_TICK = 0.25


class LateError(Retriable):
    """A deadline passed. Asking again is for another run; ``of_run``: it was the deadline of the whole run."""

    def __init__(self, message: str, *, of_run: bool = False) -> None:
        super().__init__(message)
        self.of_run = of_run


class StoppedError(Exception):
    """The run ended while a page was waited for."""


class OverError(Exception):
    """The deadline passed while a page was waited for."""


T = TypeVar("T")


class Fetch(Generic[T]):
    """One attempt at the pages that ``begin`` gives; ``name`` is the thread's."""

    def __init__(self, begin: Callable[[], Iterator[T]], name: str) -> None:
        self._begin = begin
        self._wanted: SimpleQueue[bool] = SimpleQueue()
        self._came: SimpleQueue[T | BaseException | None] = SimpleQueue()
        Thread(target=self._work, name=name, daemon=True).start()

    def next(self, deadline: Deadline, stopping: Event) -> T | None:
        """The next page, or None after the last.

        Raises what the connector raised; OverError once the deadline is over; StoppedError when ``stopping`` is set.
        """
        if deadline.over:
            raise OverError
        self._wanted.put(True)
        while True:
            try:
                came = self._came.get(timeout=min(_TICK, deadline.left))
            except Empty:
                if stopping.is_set():
                    raise StoppedError from None
                if deadline.over:
                    raise OverError from None
                continue
            if isinstance(came, BaseException):
                raise came
            return came

    def end(self) -> None:
        """Nobody asks any more: the thread ends, at once or when what it waits for comes."""
        self._wanted.put(False)

    def _work(self) -> None:
        pages: Iterator[T] | None = None
        while self._wanted.get():
            came: T | BaseException | None
            try:
                pages = self._begin() if pages is None else pages
                came = next(pages, None)
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                came = error
            self._came.put(came)
            del came  # the page is the other's alone
        if isinstance(pages, Generator):
            with suppress(Exception):  # nobody waits for it any more
                pages.close()
