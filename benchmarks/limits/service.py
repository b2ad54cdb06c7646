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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SERVICES = ("app_store_rss", "steam", "google_play_api", "reddit")
#: Reddit's and Google's access token. It is a secret like those of the environment.
TOKEN = "mark-token-5e1f0c"


@dataclass(frozen=True, slots=True)
class Rec:
    """A review or post as the service would tell of it."""

    id: str
    text: str
    when: datetime
    title: str = "A title"
    author: str = "Somebody"
    url: str = "https://example.org/1"
    likes: Any = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``token``: it asks for an access token; else for a page of posts, ``page`` counted from 0."""

    service: str
    token: bool
    page: int
    path: str
    head: str
    body: str

    def payload(self, recs: list[Rec], cursor: str = "") -> Any:  # noqa: ANN401 - as the service builds it
        """These posts as the service lists them; ``cursor`` leads to the next page where there is one."""
        return _PAYLOAD[self.service](recs, cursor)

    @property
    def honest(self) -> Any:  # noqa: ANN401
        """The payload of an honest answer: a few posts of the last days, or a token."""
        if self.token:
            return {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600, "scope": "*"}
        if self.page:
            return self.payload([])
        return self.payload(recs(5))


def recs(count: int, first: int = 0, **more: Any) -> list[Rec]:  # noqa: ANN401
    """Posts of the last days with ids of their own; ``more`` goes into each."""
    now = datetime.now(UTC)
    made = [
        Rec(f"{1000 + n}", f"It crashes when I open it, acme, {n}.", now - timedelta(minutes=10 + n))
        for n in range(first, first + count)
    ]
    return [replace(one, **more) for one in made]


def body_of(payload: Any) -> bytes:  # noqa: ANN401
    """A payload as JSON; lone surrogates stay escapes."""
    return json.dumps(payload).encode()


def http(body: bytes, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """A whole answer. ``length`` is what Content-Length says, -1: it is left out. ``_`` in a header's name is ``-``."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    if "Content_Type" not in headers:
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


Answer = Callable[[Asked], Iterable[bytes]]


class Reset(Exception):
    """Raised by an answer: the connection is reset instead of closed."""


def honestly(asked: Asked) -> Iterator[bytes]:
    """The honest answer."""
    yield http(body_of(asked.honest))


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


def _app_store(recs: list[Rec], _: str) -> Any:  # noqa: ANN401
    def label(value: object) -> dict[str, object]:
        return {"label": value}

    entries = [
        {
            "id": label(r.id),
            "updated": label(r.when.isoformat()),
            "author": {"name": label(r.author), "uri": label(r.url)},
            "title": label(r.title),
            "content": {"label": r.text, "attributes": {"type": "text"}},
            "im:rating": label("2"),
            "im:version": label("1.0"),
            "im:voteSum": label(r.likes),
            "link": {"attributes": {"href": r.url}},
        }
        for r in recs
    ]
    return {"feed": {"entry": entries}}


def _steam(recs: list[Rec], cursor: str) -> Any:  # noqa: ANN401
    reviews = [
        {
            "recommendationid": r.id,
            "timestamp_created": int(r.when.timestamp()),
            "timestamp_updated": int(r.when.timestamp()),
            "voted_up": True,
            "review": r.text,
            "language": "english",
            "author": {"steamid": r.author},
            "votes_up": r.likes,
        }
        for r in recs
    ]
    return {"response": {"reviews": reviews, "cursor": cursor}}


def _google(recs: list[Rec], cursor: str) -> Any:  # noqa: ANN401
    reviews = [
        {
            "reviewId": r.id,
            "authorName": r.author,
            "comments": [
                {
                    "userComment": {
                        "text": f"{r.title}\t{r.text}",
                        "lastModified": {"seconds": str(int(r.when.timestamp())), "nanos": 0},
                        "starRating": 2,
                        "reviewerLanguage": "en",
                        "appVersionName": "1.0",
                        "thumbsUpCount": r.likes,
                    }
                }
            ],
        }
        for r in recs
    ]
    return {"reviews": reviews} | ({"tokenPagination": {"nextPageToken": cursor}} if cursor else {})


def _reddit(recs: list[Rec], cursor: str) -> Any:  # noqa: ANN401
    children = [
        {
            "kind": "t3",
            "data": {
                "id": r.id,
                "name": f"t3_{r.id}",
                "subreddit": "acme",
                "author": r.author,
                "created_utc": r.when.timestamp(),
                "edited": False,
                "score": r.likes,
                "title": r.title,
                "selftext": r.text,
                "num_comments": 2,
                "permalink": r.url,
            },
        }
        for r in recs
    ]
    return {"kind": "Listing", "data": {"children": children, "after": cursor or None, "before": None}}


_PAYLOAD: dict[str, Callable[[list[Rec], str], Any]] = {
    "app_store_rss": _app_store,
    "steam": _steam,
    "google_play_api": _google,
    "reddit": _reddit,
}
