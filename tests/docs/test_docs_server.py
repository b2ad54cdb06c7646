"""What docs/security.md and docs/operations.md state of the server, held against the code."""

from __future__ import annotations

from pathlib import Path

from earful.flows.server.guard import credential
from earful.flows.server.guard.layer import LARGEST_BODY, STOPS
from earful.flows.server.guard.logins import OPENED_LIFE, SESSION_LIFE, TOKEN_LIFE, TRIES
from earful.flows.server.serve import LOCK

DOCS = Path(__file__).parents[2] / "docs"


def section(file: str, title: str) -> str:
    text = (DOCS / file).read_text("utf-8").split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return " ".join(text.split())


def test_the_server() -> None:
    said = section("security.md", "The server")
    assert f"{LARGEST_BODY:,} bytes at most" in said
    assert (TOKEN_LIFE, OPENED_LIFE, SESSION_LIFE) == (600, 60, 30 * 86_400)
    assert "works once, for ten minutes (one that is opened for you: one minute" in said
    assert "SameSite=Strict, 30 days" in said
    assert f"After {TRIES} wrong ones within a minute" in said
    assert f"of {credential.LEAST} characters or more" in said
    for name in (credential.FILE, credential.OWN_ENV, credential.AUTH_ENV):
        assert name in said
    assert said.count("| |") == len(STOPS) + 1  # a row for each, and the head


def test_ports_and_addresses() -> None:
    said = section("operations.md", "Ports and addresses")
    assert "127.0.0.1:4200" in said
    assert credential.OWN_ENV in said
    assert LOCK in said
