"""``earful open``: an address that logs a browser into the running ``earful up``, once."""

from __future__ import annotations

from pathlib import Path

from earful.flows.cli.commands.nights import listening
from earful.flows.config.settings import load
from earful.flows.errors import Exit, UserError
from earful.flows.process.terminal import Terminal
from earful.flows.server import prefect_settings
from earful.flows.server.guard import credential
from earful.flows.server.proxies import spare_loopback


def open_ui(config: Path | None, *, browser: bool | None) -> int:
    """Print it, and open it where there is a display. Raises UserError (UNREADY) where no ``earful up`` runs."""
    settings = load(config)
    spare_loopback()
    home = prefect_settings.prefect_home(settings.data)
    url, secret = prefect_settings.running_server(home), credential.kept(home)
    if url is None or secret is None:
        raise UserError(f"{home}: no `earful up` runs for this folder; start it first", Exit.UNREADY)
    base = url.removesuffix("/api")
    say_how(base, settings.server.public_url, secret, browser=browser)
    return Exit.OK


def say_how(base: str, public_url: str | None, secret: str, *, browser: bool | None) -> None:
    """The address that logs in; opened too where asked for or, undecided (None), where the person would see it."""
    out = Terminal(highlight=False, soft_wrap=True, markup=False)
    for shown in [base, *([public_url] if public_url else [])]:
        address = credential.login_address(base, shown, secret)
        out.print(f"log in      {address}")
    out.print("            (works once, within ten minutes; `earful open` gives another)")
    if browser or (browser is None and listening.can_show()):
        listening.show(credential.login_address(base, base, secret, short=True))
