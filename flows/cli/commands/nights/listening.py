"""Where the server of ``earful up`` listens, under which addresses it is shown, and who may come in from elsewhere."""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from dataclasses import dataclass, field

from earful.flows.errors import UserError
from earful.flows.server.guard import credential
from earful.flows.server.guard.environment import guard_env
from earful.flows.server.guard.origins import bracketed, is_loopback

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
#: Addresses that are nobody's (RFC 5737, RFC 3849): asking for the way there sends nothing and tells our own address.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


@dataclass(frozen=True)
class Listening:
    """``url``: how this machine reaches it; ``shown``: how people do; ``env``: what the server's process gets."""

    socket: socket.socket
    url: str
    shown: tuple[str, ...]
    env: dict[str, str] = field(repr=False)


def listen(host: str, port: int, public_url: str | None) -> Listening:
    """Bind. Raises UserError where others could reach it and the user has set no credential, or it cannot be bound."""
    own = credential.own()
    loopback, everywhere = is_loopback(host), host in _EVERYWHERE
    if not loopback and own is None:
        raise UserError(
            f"--host {host}: other machines could reach the server; set {credential.OWN_ENV} to a credential of "
            f"{credential.LEAST} or more characters, to log in with, or leave --host out (docs/security.md)"
        )
    door = _bind(host, port)
    port = door.getsockname()[1]
    names = ["127.0.0.1", "localhost", "::1"]
    if not loopback:
        names.append(socket.gethostname().lower())
    if not everywhere:
        names.append(host.strip("[]").lower())
    env = guard_env(names, port, public_url, any_address=everywhere)
    if own:
        env[credential.OWN_ENV] = own
    near = ("::1" if host == "::" else "127.0.0.1") if everywhere else host.strip("[]")
    seen = [*_addresses(), near] if everywhere else [near]
    shown = [*([public_url] if public_url else []), *(f"http://{bracketed(name)}:{port}" for name in seen)]
    return Listening(door, f"http://{bracketed(near)}:{port}", tuple(shown), env)


def can_show() -> bool:
    """Whether a browser that we open would be seen by the person who called us."""
    display = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(display) and not os.environ.get("CI")


def show(address: str) -> None:
    """Open it in the person's browser. It stands in a command line for a moment: it must be good only once."""
    webbrowser.open(address)


def _bind(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:  # the system would take the number without its upper bits
        raise UserError(f"--port {port}: 0 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        door = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as error:
        raise UserError(f"--host {host} --port {port}: no address to listen on ({error})") from None
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(128)
    except (OSError, OverflowError) as error:
        door.close()
        said = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"{host}:{port} cannot be used ({said}); choose another with --port") from None
    return door


def _addresses() -> list[str]:
    """Our own addresses, as far as there is a way out of this machine."""
    found = []
    for family, elsewhere in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue  # no way out by this family
    return found
