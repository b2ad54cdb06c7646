"""Who is told of alerts in benchmarks.torture: a webhook on loopback that fails now and then and knows what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from benchmarks.torture.service import running

#: How the first attempt at a message ends, message by message; later ones are taken.
_TURNS = ("refused", "taken", "cut", "taken")


class Desk:
    """What came, as (message, when, how it ended); "cut": it is there, and whoever sent it does not know."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.came: list[tuple[str, datetime, str]] = []

    def met(self, message: str) -> str:
        """Note an attempt; how it ends."""
        with self._lock:
            before = {each for each, _, _ in self.came}
            how = "taken" if message in before else _TURNS[len(before) % len(_TURNS)]
            self.came.append((message, datetime.now(UTC), how))
            return how

    def figures(self, outbox: Sequence[tuple[str, str, datetime | None]]) -> dict[str, int]:
        """Of the outbox' rows (message, status, delivered_at in UTC) beside what came.

        alerts: messages that the store calls delivered. alerts_lost: those of them that never came, and those that
        still wait. alerts_doubled: attempts at a message that the store had called delivered before. alerts_dropped:
        what was never told because it no longer stood.
        """
        delivered = {message: at for message, status, at in outbox if status == "delivered"}
        there = {message for message, _, how in self.came if how != "refused"}
        waiting = [message for message, status, _ in outbox if status not in {"delivered", "dropped", "summed"}]
        again = [1 for message, at, _ in self.came if (ended := delivered.get(message)) is not None and at > ended]
        return {
            "alerts": len(delivered),
            "alerts_lost": len(delivered.keys() - there) + len(waiting),
            "alerts_doubled": len(again),
            "alerts_dropped": sum(status == "dropped" for _, status, _ in outbox),
            "alerts_refused_or_cut": sum(how != "taken" for _, _, how in self.came),
        }


@contextmanager
def telling(desk: Desk) -> Iterator[str]:
    """Run it until the block ends; yields its address."""

    class Service(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            how = desk.met(str(body["id"]))
            if how == "cut":
                self.close_connection = True
                return
            self.send_response_only(500 if how == "refused" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with running(Service) as url:
        yield f"{url}/"
