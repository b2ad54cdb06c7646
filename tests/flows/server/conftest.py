"""One `earful up` for the files that need a whole one: its start alone takes 15 s of CPU, and a minute on a busy machine.

And Chromium, one a file.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from our_server import NAMED, OTHER, Command, begun
from playwright.sync_api import Browser, sync_playwright
from running import wait_for

from earful.flows.server.guard import credential

_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--host-resolver-rules=MAP evil.example 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not _CHROMIUM.exists():
        pytest.skip("needs Chromium at /usr/bin/chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A running ``earful up``, for all tests of these files in the order they stand: the last kills a part of it."""
    home = tmp_path_factory.mktemp("up")
    (home / ".env").write_text("PREFECT_SERVER_API_AUTH_STRING=of:another-server\n")
    port = free_port()
    # Dead proxies: server, worker and flows speak with each other, and that is never anybody else's business.
    proxies = {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9"}
    secrets = {"TEAM_REDDIT_SECRET": NAMED, "AWS_SECRET_ACCESS_KEY": OTHER}
    with begun(home, "up", "--port", str(port), **proxies, **secrets) as ours:
        wait_for(ours.process, "earful up", lambda: "Ctrl-C ends" in ours.said()[0])
        kept = (home / "earful-data" / "prefect" / credential.FILE).read_text().strip()
        address = re.search(r"^log in +(http\S+)", ours.said()[0], re.MULTILINE)
        assert address
        yield replace(ours, base=f"http://127.0.0.1:{port}", credential=kept, printed=address[1])
