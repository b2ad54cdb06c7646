"""A webhook of one's own: signed JSON with a schema (docs/alerts.md), so that an alert can become a ticket."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

from earful.flows.alerts.targets.attempt import Aim, NotTaken, Taken, as_json, post, refused
from earful.flows.alerts.targets.markup import Outgoing

SCHEMA = 1


def payload(out: Outgoing) -> dict[str, Any]:
    """The body. Texts are as people wrote them, masked and not escaped: whoever shows them escapes them."""
    return {
        "schema": SCHEMA,
        "id": out.message,
        "alert": out.about or None,
        "noted_at": out.noted_at,
        "title": out.raw.title,
        "text": out.raw.text,
        "quotes": [
            {"text": q.text, "channel": q.channel, "day": q.day.isoformat(), "rating": q.rating} for q in out.raw.quotes
        ],
        "link": out.link,
        **out.raw.data,
    }


def signature(key: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the time, a dot, and the bytes of the body, in hex."""
    return hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def send(aim: Aim, out: Outgoing, seconds: float) -> Taken | NotTaken:
    """One attempt; any 2xx is a success."""
    body = as_json(payload(out))
    stamp = str(int(time.time()))
    head = {
        "Earful-Timestamp": stamp,
        "Earful-Signature": f"v1={signature(aim.key, stamp, body)}",
        "Earful-Message": out.message,
        "Idempotency-Key": out.message,
    }
    answer = post(aim.address, body, head, seconds)
    if isinstance(answer, NotTaken):
        return answer
    return Taken() if 200 <= answer.status < 300 else refused(answer)
