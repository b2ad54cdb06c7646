"""The service of benchmarks.signals: Steam's list of reviews over loopback, each page a tenth of a second late."""

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

LATE = 0.1  # seconds
_PAGE, _DAYS, _A_DAY = 100, 59, 40
_MOODS = ("great and fast, I love it", "terrible, it crashes every time", "fine I guess, nothing special")


def reviews(app: str) -> list[dict[str, Any]]:
    """What there is of an app, newest first: January and February of 2026."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    out = []
    for n in reversed(range(_DAYS * _A_DAY)):
        at = int((start + timedelta(days=n // _A_DAY, minutes=30 * (n % _A_DAY))).timestamp())
        out.append(
            {
                "recommendationid": f"{app}{n:05d}",
                "author": {"steamid": f"{app}{n % 97:08d}"},
                "language": "english",
                "review": f"This is {_MOODS[(n + len(app) + n // 7) % 3]}, said {n}",
                "timestamp_created": at,
                "timestamp_updated": at,
                "voted_up": n % 3 != 1,
                "votes_up": n % 5,
            }
        )
    return out


class _Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = json.loads(parse_qs(urlsplit(self.path).query)["input_json"][0])
        found = reviews(str(asked["appid"]))
        begin = 0 if asked["cursor"] == "*" else int(b64decode(asked["cursor"]))
        page = found[begin : begin + _PAGE]
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


@contextmanager
def serving() -> Iterator[str]:
    """Run the service until the block ends; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
