"""Hostile answers of benchmarks.limits that say again what was sent: the secrets of the request."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

from benchmarks.limits.honest import TOKEN, Asked, body_of, http, recs


def _heard(asked: Asked) -> str:
    """All that was sent, and what the credentials in it are once decoded."""
    found = [asked.path, asked.head, asked.body, TOKEN]
    for line in asked.head.splitlines():
        name, _, value = line.partition(": ")
        if name.lower() == "authorization" and value.startswith("Basic "):
            found.append(base64.b64decode(value[6:]).decode())
    return " ".join(found)


def echo_in_the_body(asked: Asked) -> Iterable[bytes]:
    said = _heard(asked)
    error = {"error": said, "reason": said, "message": said, "error_description": said, "errors": [{"reason": said}]}
    yield http(body_of(error), "403 " + "Forbidden")


def echo_with_success(asked: Asked) -> Iterable[bytes]:
    said = _heard(asked)
    yield http(body_of({"error": said, "kind": said, "response": said, "feed": said, "reviews": said, "data": said}))


def echo_in_the_head(asked: Asked) -> Iterable[bytes]:
    said = " ".join(_heard(asked).split())[:3000].encode("ascii", "replace").decode()
    yield http(
        b"{}",
        "401 " + said[:200],
        Location="/" + said,
        WWW_Authenticate=f'Bearer realm="{said}", error="{said}"',
        Retry_After=said,
        Set_Cookie=said,
        Content_Type=said,
    )


def echo_bare_words(asked: Asked) -> Iterable[bytes]:
    """The secret alone, where a known word is expected."""
    basic = _heard(asked).rsplit(" ", 1)[-1]
    words = basic.replace("-", "_").rsplit(":", 1)[-1]
    yield http(body_of({"error": basic, "reason": words, "message": basic, "success": basic}), "403 Forbidden")


def echo_in_a_token(asked: Asked) -> Iterable[bytes]:
    yield http(body_of({"error": _heard(asked).rsplit(" ", 1)[-1], "error_description": _heard(asked)}))


def echo_refused_token(asked: Asked) -> Iterable[bytes]:
    yield http(body_of({"error": _heard(asked), "error_description": _heard(asked)}), "400 Bad Request")


def echo_in_ids(asked: Asked) -> Iterable[bytes]:
    one = recs(1)[0]
    bad = asked.payload([one])
    yield http(json.dumps(bad).replace(f'"{one.id}"', json.dumps({"x": _heard(asked)})).encode())


def echo_in_text(asked: Asked) -> Iterable[bytes]:
    """Secrets as words of a post: only the filter over all that is written can take those out."""
    yield http(body_of(asked.payload(recs(3, text=f"acme {_heard(asked)}"))))
