"""Hand a digest to whatever Apprise can reach: mail, chat, a webhook. The address is a secret and is never shown."""

from __future__ import annotations

import apprise

from earful.flows.errors import Exit, UserError
from earful.flows.process.silence import silent
from earful.reports.digest import Digest


def send(made: Digest, addresses: str, variable: str) -> int:
    """Send to every address of ``addresses`` (Apprise URLs apart by blanks or commas); the number that took it.

    Mail gets the HTML, all else the markdown. Raises UserError, which names ``variable`` and no address.
    """
    with silent("apprise", "urllib3", "requests"):
        return _send(made, addresses, variable)


def _send(made: Digest, addresses: str, variable: str) -> int:
    reach = apprise.Apprise()
    if not reach.add(addresses) or not len(reach):
        raise UserError(f"{variable}: holds no address that Apprise knows, such as mailtos://user:password@example.com")
    failed = 0
    for server in reach:
        html = server.notify_format == apprise.NotifyFormat.HTML
        took = server.notify(
            title=made.subject,
            body=made.html if html else made.markdown,
            # Without a format Apprise converts nothing: markdown reads well as plain text.
            body_format=apprise.NotifyFormat.HTML if html else None,
        )
        failed += not took
    if failed:
        raise UserError(
            f"{failed} of {len(reach)} addresses in {variable} did not take the digest; it is in the files as well",
            Exit.PARTIAL,
        )
    return len(reach)
