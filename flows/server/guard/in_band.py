"""The credential in a websocket's first message, as Prefect's own clients send it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from earful.flows.server.guard.asgi import Message, Receive, Send

#: A websocket that brings its credential in its first message has so long for it. Seconds.
FIRST_MESSAGE = 10.0


def first_message_first(receive: Receive, send: Send, good: Callable[[str], bool]) -> tuple[Receive, Send]:
    """``receive`` and ``send`` for the app: before a first message with a good credential nothing else passes.

    Prefect 3.8.8's worker and its subscribers send ``{"type": "auth", "token": PREFECT_API_AUTH_STRING}`` once they are
    accepted, and no header. The app accepts, and is then given that message or the end.
    """
    state = "asking"

    async def first() -> Message:
        nonlocal state
        if state == "open":
            return await receive()
        if state == "shut":
            return {"type": "websocket.disconnect", "code": 1008}
        try:
            message = await asyncio.wait_for(receive(), FIRST_MESSAGE)
        except TimeoutError:
            message = {"type": "websocket.receive", "text": ""}
        if message["type"] != "websocket.receive":
            return message
        if good(_token(message)):
            state = "open"
            return message
        state = "shut"
        await send({"type": "websocket.close", "code": 1008, "reason": "not authenticated"})
        return {"type": "websocket.disconnect", "code": 1008}

    async def quiet(message: Message) -> None:
        if state == "open" or (state == "asking" and message["type"] != "websocket.send"):
            await send(message)

    return first, quiet


def _token(message: Message) -> str:
    """What the message brings; empty where it is no such message."""
    try:
        said = json.loads(message.get("text") or message.get("bytes") or b"")
    except (ValueError, RecursionError):
        return ""
    token = said.get("token") if isinstance(said, dict) and said.get("type") == "auth" else None
    return token if isinstance(token, str) else ""
