"""Prefect's API as the supervisor and ``earful status`` ask it: plain JSON, so that neither needs prefect's import."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from earful.flows.server import prefect_settings
from earful.flows.server.guard import credential

#: A busy server answers within seconds.
TIMEOUT = 10.0
#: SQLite is written by one at a time: 503 means "ask again".
_PAUSES = (0.5, 1.0, 2.0, 4.0, 0.0)


class SilentError(Exception):
    """The server did not answer, or not as asked; ``str`` says how, in one line without addresses."""


class Api:
    """One server. ``url`` ends in /api; ``secret`` is the credential "name:secret"."""

    def __init__(self, url: str, secret: str | None, timeout: float = TIMEOUT) -> None:
        self.address = url.rstrip("/").removesuffix("/api")
        name, _, password = (secret or "").partition(":")
        auth = httpx.BasicAuth(name, password) if secret else None
        self._client = httpx.Client(base_url=url, auth=auth, timeout=timeout, trust_env=False)

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """What is at the path. Raises SilentError."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """The answer to a question or command. Raises SilentError."""
        return self._ask("POST", path, body)

    def patch(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """As ``post``, for changes."""
        return self._ask("PATCH", path, body)

    def close(self) -> None:
        """Let go of its connections."""
        self._client.close()

    def _send(self, method: str, path: str, body: object) -> httpx.Response:
        try:
            return self._client.request(method, path.lstrip("/"), json=body)
        except httpx.RemoteProtocolError:
            # A connection that was kept, to a server that has been started again since.
            return self._client.request(method, path.lstrip("/"), json=body)

    def _ask(self, method: str, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        for pause in _PAUSES:
            try:
                answer = self._send(method, path, body)
            except httpx.HTTPError as error:
                raise SilentError(f"no answer ({type(error).__name__})") from None
            if answer.status_code != 503 or not pause:
                break
            time.sleep(pause)
        if not answer.is_success:
            raise SilentError(f"{path}: answered {answer.status_code}")
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError:
            raise SilentError(f"{path}: answered no JSON") from None


def running(home: Path) -> Api | None:
    """The API of the `earful up` of this folder (``home`` is Prefect's); None where none answers."""
    url = prefect_settings.running_server(home)
    return Api(f"{url}/", credential.kept(home)) if url else None
