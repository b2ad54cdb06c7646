"""The services of benchmarks.limits: raw sockets over loopback in a process of their own, so that any byte can be sent.

One port answers for all four HTTP services (told apart by the path), honestly or with one hostile answer.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from benchmarks.limits.honest import Answer, Asked, Reset, honestly


@dataclass
class Served:
    """Where the answers are served, by name, and how often the place was asked that nobody may be sent to."""

    urls: dict[str, str] = field(default_factory=dict)
    _strays: Path = Path()

    @property
    def strays(self) -> int:
        """Requests that came to the other host or port of a redirect."""
        return Path(self._strays).stat().st_size


@contextmanager
def serving(answers: dict[str, Answer], folder: str) -> Iterator[Served]:
    """Serve each answer at a port of its own until the block ends; ``honest`` is there besides."""
    listeners = {name: socket.create_server(("127.0.0.1", 0)) for name in (*answers, "honest", "elsewhere")}
    urls = {name: f"http://127.0.0.1:{s.getsockname()[1]}" for name, s in listeners.items()}
    strays = Path(folder) / "strays"
    strays.touch()
    child = os.fork()
    if not child:
        os.environ["LIMITS_ELSEWHERE"] = urls["elsewhere"]
        threads = []
        for name, listener in listeners.items():
            answer = answers.get(name, honestly)
            threads.append(
                threading.Thread(target=_accept, args=(listener, answer, strays if name == "elsewhere" else None))
            )
        for thread in threads:
            thread.start()
        signal.pause()
        os._exit(0)
    for listener in listeners.values():
        listener.close()
    try:
        yield Served(urls, strays)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _accept(listener: socket.socket, answer: Answer, strays: Path | None) -> None:
    listener.listen(64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_answer, args=(connection, answer, strays), daemon=True).start()


def _answer(connection: socket.socket, answer: Answer, strays: Path | None) -> None:
    with connection, suppress(OSError):
        asked = _asked(connection)
        if asked is None:
            return
        if strays:
            with strays.open("ab") as file:
                file.write(b".")
        try:
            for piece in answer(asked):
                connection.sendall(piece)
        except Reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(5)
        while connection.recv(65536):
            pass


def _asked(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        got = connection.recv(65536)
        if not got:
            return None
        data += got
    head, _, body = data.partition(b"\r\n\r\n")
    wanted = re.search(rb"content-length: *([0-9]+)", head.lower())
    while len(body) < (int(wanted[1]) if wanted else 0):
        body += connection.recv(65536)
    target = head.split(b" ", 2)[1].decode("latin-1")
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    service, token = _service(parts.path)
    return Asked(service, token, _page(service, parts.path, query), target, head.decode("latin-1"), body.decode())


def _service(path: str) -> tuple[str, bool]:
    if path.startswith("/api/v1/access_token"):
        return "reddit", True
    if path.startswith("/token"):
        return "google_play_api", True
    if path.startswith("/r/"):
        return "reddit", False
    if path.startswith("/androidpublisher"):
        return "google_play_api", False
    return ("app_store_rss" if "/rss/" in path else "steam"), False


def _page(service: str, path: str, query: dict[str, str]) -> int:
    if service == "app_store_rss":
        found = re.search(r"page=([0-9]+)", path)
        return int(found[1]) - 1 if found else 0
    if service == "steam":
        cursor = json.loads(query.get("input_json", "{}")).get("cursor", "*")
    else:
        cursor = query.get("token" if service == "google_play_api" else "after", "*")
    number = re.search(r"([0-9]+)$", cursor)
    return int(number[1]) if number else 0
