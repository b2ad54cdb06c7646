"""Pages of strangers, on loopback, and all that they try on a server of ours."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import uvicorn
from guarded import CREDENTIAL

from earful.flows.server.guard.access import Access
from earful.flows.server.guard.asgi import Receive, Scope, Send
from earful.flows.server.guard.layer import Guard
from earful.flows.server.guard.origins import Origins

#: In the stranger's page: each way to reach `base`; the answer says which of them got anywhere.
ATTACK = """
async ([base, id, touched]) => {
  const got = {};
  // With cookies first. A browser gives no answer to that under a wildcard of origins, which is what Prefect's API sends:
  // without cookies it does.
  const reached = async (path, options) => {
    try { return await fetch(base + path, {...options, credentials: "include"}); }
    catch { return fetch(base + path, {...options, credentials: "omit"}); }
  };
  const json = (path, body) => reached(path, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
  const tried = async (name, attempt) => { try { got[name] = await attempt(); } catch (error) { got[name] = false; } };
  const within = (milliseconds, promise) => Promise.race([
    promise, new Promise(done => setTimeout(() => done(false), milliseconds))]);
  await tried("reads by fetch", async () => (await (await json("/api/flows/filter", {})).text()).length > 0);
  await tried("reads by get", async () => (await (await fetch(base + "/api/health")).text()).length > 0);
  await tried("runs a command", async () => {
    const flow = await (await json("/api/flows/", {name: `evil-chain-${id}`})).json();
    const made = await (await json("/api/deployments/", {
      name: "evil", flow_id: flow.id, work_pool_name: "earful", entrypoint: "x.py:x",
      pull_steps: [{"prefect.deployments.steps.run_shell_script": {script: `touch ${touched}`}}]})).json();
    return (await json(`/api/deployments/${made.id}/create_flow_run`, {state: {type: "SCHEDULED"}})).ok;
  });
  const body = new Blob([JSON.stringify({name: `evil-blob-${id}`})]);
  await tried("sent a blob", async () => {
    await fetch(base + "/api/flows/", {method: "POST", mode: "no-cors", body, credentials: "include"}); return null; });
  await tried("sent a form", () => within(5000, new Promise(done => {
    const frame = Object.assign(document.createElement("iframe"), {name: "sink"});
    document.body.append(frame);
    for (const enctype of ["text/plain", "application/x-www-form-urlencoded"]) {
      const form = Object.assign(document.createElement("form"), {
        method: "POST", action: base + "/api/flows/", enctype, target: "sink"});
      const field = Object.assign(document.createElement("input"), {
        name: `{"name": "evil-form-${id}", "tags": ["`, value: '"]}'});
      form.append(field); document.body.append(form); form.submit();
    }
    setTimeout(() => done(null), 1500);
  })));
  await tried("shows an image", () => within(5000, new Promise(done => {
    const image = new Image();
    image.onload = () => done(true); image.onerror = () => done(false); image.src = base + "/favicon.ico";
  })));
  await tried("opens a websocket", () => within(5000, new Promise(done => {
    const socket = new WebSocket(base.replace("http", "ws") + "/api/events/out", ["prefect"]);
    socket.onopen = () => socket.send(JSON.stringify({type: "auth", token: null}));
    socket.onmessage = () => done(true); socket.onclose = socket.onerror = () => done(false);
  })));
  const frame = Object.assign(document.createElement("iframe"), {src: base + "/", name: "framed"});
  await within(5000, new Promise(done => { frame.onload = done; document.body.append(frame); }));
  return got;
}
"""
_IMAGE = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>a stranger's page</title><body>hello"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def stranger() -> Iterator[int]:
    """A server of blank pages; gives its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Blank) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


class Naive:
    """As open as Prefect's own app, in little: answers all origins, takes any body, talks to any websocket."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.hosts: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept", "subprotocol": "prefect"})
            await receive()
            await send({"type": "websocket.send", "text": "inside"})
            await send({"type": "websocket.close"})
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), bool(message.get("more_body"))
        headers = dict(scope["headers"])
        self.hosts.add(headers[b"host"].decode())
        if scope["method"] == "POST":
            self.bodies.append(body)
        kinds: dict[str, tuple[str, bytes]] = {
            "/favicon.ico": ("image/gif", _IMAGE),
            "/": ("text/html", b"<title>inside</title>"),
        }
        kind, said = kinds.get(scope["path"], ("application/json", b'{"id": "1"}'))
        origin = headers.get(b"origin", b"*")
        opened: list[tuple[bytes, bytes]] = [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-headers", b"content-type"),
            (b"content-type", kind.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": opened})
        await send({"type": "http.response.body", "body": said})


@contextmanager
def naive_server(stops: frozenset[str], own: str | None = None) -> Iterator[tuple[int, Naive]]:
    """The naive app behind a guard with these stops; gives its port and the app."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(16)  # who is quicker than the server waits for it
        port = door.getsockname()[1]
        app = Naive()
        guard: Any = Guard(app, Access(Origins.of(["127.0.0.1"], port), CREDENTIAL, f"earful_{port}", own), stops)
        server = uvicorn.Server(uvicorn.Config(guard, log_level="error", lifespan="on", http="h11"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            yield port, app
        finally:
            server.should_exit = True
            thread.join(30)
