"""The service of benchmarks.crash: Steam's list of reviews over loopback, with faults, in a process of its own."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from benchmarks.crash.run import DAY, PRODUCTS, START, reviews

#: One answer in so many is a fault, each kind in turn.
EVERY = 6
_PAGE = 20


class _Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    draw = random.Random(0)
    lock = threading.Lock()

    def do_GET(self) -> None:
        with self.lock:
            fault = self.draw.randrange(4) if self.draw.randrange(EVERY) == 0 else None
        if fault == 0:
            return self._say(500, b"oops")
        if fault == 1:
            return self._say(429, b"slow down", retry_after="0")
        if fault == 2:
            self.close_connection = True
            self.connection.close()
            return None
        body = self._page()
        if fault == 3:
            self.send_response_only(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return None
        return self._say(200, body)

    def _page(self) -> bytes:
        parts = urlsplit(self.path)
        day, asked = parts.path.split("/")[1], json.loads(parse_qs(parts.query)["input_json"][0])
        product = next(p for p, a in PRODUCTS.items() if a == str(asked["appid"]))
        found = sorted(
            reviews(product, START + int(day) * DAY), key=lambda r: (-r["timestamp_updated"], r["recommendationid"])
        )
        begin = 0 if asked["cursor"] == "*" else int(b64decode(asked["cursor"]))
        page = found[begin : begin + _PAGE]
        following = b64encode(str(begin + len(page)).encode()).decode()
        summary = {"num_reviews": len(page), "total_reviews": len(found)}
        return json.dumps({"response": {"query_summary": summary, "reviews": page, "cursor": following}}).encode()

    def _say(self, status: int, body: bytes, retry_after: str = "") -> None:
        self.send_response_only(status)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def serving(seed: int) -> Iterator[str]:
    """Run the service until the block ends; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    url = f"http://127.0.0.1:{server.server_port}"
    child = os.fork()
    if not child:
        _Service.draw = random.Random(seed)
        try:
            server.serve_forever()
        finally:
            os._exit(0)
    server.server_close()
    try:
        yield url
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
