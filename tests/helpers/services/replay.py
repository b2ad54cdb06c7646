"""Recorded conversations for the loopback server of earful.connectors.testing, which is handed on from here.

``cassette(path)`` loads them (betamax and vcr as JSON, vcrpy and R's vcr as YAML), and ``Replay`` plays them.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from earful.connectors.testing.server import Handler, Request, Response, Server, answer, serve

__all__ = [
    "Handler",
    "Interaction",
    "Replay",
    "Request",
    "Response",
    "Server",
    "answer",
    "cassette",
    "cassettes",
    "serve",
]


@dataclass(frozen=True, slots=True)
class Interaction:
    """One recorded request with its answer. The recorded host is dropped: everything is served from one place."""

    request: Request
    response: Response


#: Of the recorded connection or coding, not of the answer: bodies are stored decoded, and lengths are counted anew.
_NOT_REPLAYED = frozenset(
    {"connection", "content-encoding", "content-length", "transfer-encoding", "set-cookie", "alt-svc", "nel"}
)


def cassette(path: Path) -> list[Interaction]:
    """The interactions of a cassette, in recorded order: JSON (betamax, vcr) or YAML (vcrpy, R's vcr) by its suffix."""
    text = path.read_text(encoding="utf-8")
    tape = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=_yaml_loader())
    recorded = tape.get("interactions") or tape.get("http_interactions") or []
    return [_interaction(item) for item in recorded]


def cassettes(*paths: Path) -> list[Interaction]:
    """Several cassettes, one after the other."""
    return [interaction for path in paths for interaction in cassette(path)]


class Replay:
    """A handler that answers as recorded: by method and path, and the query where several share those.

    Of several fitting answers each is given once, in order; the last is given again and again. ``ignore`` names query
    parameters that do not matter; ``loose`` lets an answer whose query differs do where none fits exactly. What was
    never recorded is a test's mistake: AssertionError, which serve() raises.
    """

    def __init__(self, interactions: Iterable[Interaction], *, ignore: Iterable[str] = (), loose: bool = False) -> None:
        self._interactions = list(interactions)
        self._ignore = frozenset(ignore)
        self._loose = loose
        self._used: set[int] = set()

    def __call__(self, request: Request) -> Response:
        same = [
            (n, i)
            for n, i in enumerate(self._interactions)
            if i.request.method == request.method and i.request.path.rstrip("/") == request.path.rstrip("/")
        ]
        fitting = [(n, i) for n, i in same if self._query(i.request) == self._query(request)]
        fitting = fitting or (same if self._loose else [])
        if not fitting:
            raise AssertionError(f"nothing recorded for {request.method} {request.path} {sorted(request.query)}")
        number, chosen = next(((n, i) for n, i in fitting if n not in self._used), fitting[-1])
        self._used.add(number)
        return chosen.response

    def _query(self, request: Request) -> dict[str, str]:
        return {k: v for k, v in request.query.items() if k not in self._ignore}


def _interaction(item: Mapping[str, Any]) -> Interaction:
    asked, told = item["request"], item["response"]
    parts = urlsplit(asked["uri"])
    status = told["status"]
    headers = {str(k): _flat(v) for k, v in (told.get("headers") or {}).items()}
    return Interaction(
        Request(
            asked["method"].upper(),
            parts.path or "/",
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {str(k).lower(): _flat(v) for k, v in (asked.get("headers") or {}).items()},
            _body(asked.get("body")),
        ),
        Response(
            int(status["code"] if isinstance(status, Mapping) else status),
            _body(told.get("body")),
            {k: v for k, v in headers.items() if k.lower() not in _NOT_REPLAYED},
        ),
    )


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _body(body: Any) -> bytes:
    if isinstance(body, Mapping):
        coded = body.get("base64_string")
        body = base64.b64decode(coded) if coded else body.get("string")
    if body is None:
        return b""
    if isinstance(body, list):  # asyncpraw's cassettes keep a form as pairs
        return "&".join(f"{k}={v}" for k, v in body).encode()
    raw = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
    return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw


def _yaml_loader() -> Any:
    # libyaml's loader is about ten times faster on cassettes of some megabytes, where the wheel has it.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
