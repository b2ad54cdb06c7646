"""The service of benchmarks.torture: Steam's list of reviews over loopback, to which some are added each round."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE, LATE = 100, 0.1  # reviews, seconds
_MOODS = ("great and fast, I love it", "terrible, it crashes every time", "fine I guess, nothing special")


class Reviews:
    """Reviews of one app, oldest first; whoever adds and who reads may do so at once."""

    def __init__(self, count: int = 2000, days: int = 90) -> None:
        self._lock, self._all = threading.Lock(), list[dict[str, Any]]()
        first = datetime.now(UTC) - timedelta(days=days)
        for n in range(count):
            self._add(first + timedelta(days=days) * n / count)

    def reveal(self, count: int = 40, late: int = 30) -> None:
        """So many new ones of this moment, and so many angry ones that were held back since yesterday."""
        for _ in range(count):
            self._add(datetime.now(UTC))
        for _ in range(late):
            self._add(datetime.now(UTC) - timedelta(days=1), angry=True)

    def newest_first(self) -> list[dict[str, Any]]:
        """All that there are now."""
        with self._lock:
            return sorted(self._all, key=lambda review: int(review["timestamp_created"]), reverse=True)

    def _add(self, at: datetime, *, angry: bool = False) -> None:
        with self._lock:
            n = len(self._all)
            mood = 1 if angry else (n + n // 7) % 3
            self._all.append(
                {
                    "recommendationid": f"{n:08d}",
                    "author": {"steamid": f"{n % 97:08d}"},
                    "language": "english",
                    "review": f"This is {_MOODS[mood]}, said {n}",
                    "timestamp_created": int(at.timestamp()),
                    "timestamp_updated": int(at.timestamp()),
                    "voted_up": n % 3 != 1 and not angry,
                    "votes_up": n % 5,
                }
            )


@contextmanager
def serving(reviews: Reviews) -> Iterator[str]:
    """Run the service until the block ends; yields its address."""

    class Service(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = json.loads(parse_qs(urlsplit(self.path).query)["input_json"][0])
            found = reviews.newest_first()
            begin = 0 if asked["cursor"] == "*" else int(b64decode(asked["cursor"]))
            page = found[begin : begin + PAGE]
            following = b64encode(str(begin + len(page)).encode()).decode()
            summary = {"num_reviews": len(page), "total_reviews": len(found)}
            body = json.dumps({"response": {"query_summary": summary, "reviews": page, "cursor": following}}).encode()
            time.sleep(LATE)
            self.send_response_only(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with running(Service) as url:
        yield url


@contextmanager
def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server of such requests on loopback, many at a time, until the block ends; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
