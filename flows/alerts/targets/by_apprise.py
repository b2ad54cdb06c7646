"""Mail, ntfy and whatever else Apprise reaches. It says whether it was taken, and no reason."""

from __future__ import annotations

import re

import apprise
from apprise.attachment.base import AttachBase
from apprise.attachment.memory import AttachMemory
from apprise.plugins.email import NotifyEmail

from earful.flows.alerts.targets.attempt import Aim, NotTaken, Taken
from earful.flows.alerts.targets.markup import Outgoing, html_body, plain
from earful.flows.process.silence import silent

#: What an address of these kinds begins with.
_SCHEMES = {"mail": ("mailto", "mailtos"), "ntfy": ("ntfy", "ntfys")}


def _attached(out: Outgoing) -> apprise.AppriseAttachment | None:
    if out.chart is None:
        return None
    picture: AttachBase = AttachMemory(content=out.chart, name="chart.png", mimetype="image/png")  # type: ignore[no-untyped-call]
    return apprise.AppriseAttachment([picture])


def send(aim: Aim, out: Outgoing, seconds: float) -> Taken | NotTaken:
    """One attempt. Whether a target that did not answer has it all the same is not known."""
    schemes = _SCHEMES.get(aim.settings.kind)
    if schemes and aim.address.partition("://")[0].lower() not in schemes:
        return NotTaken(f"its address does not begin with {' or '.join(f'{s}://' for s in schemes)}")
    if len(re.split(r"[\s,]+", aim.address)) > 1 and aim.settings.kind != "mail":
        return NotTaken("its variable holds several addresses; a target has one, so write another [[alerts]]")
    with silent("apprise", "urllib3", "requests"):
        server = apprise.Apprise.instantiate(aim.address)
        if server is None:
            return NotTaken("its address is none that Apprise knows")
        server.socket_connect_timeout = min(seconds, 4.0)
        server.socket_read_timeout = seconds
        if isinstance(server, NotifyEmail):
            # The same at every attempt, so that a mailbox can sort out what came twice.
            server.headers["X-Earful-Message"] = out.message
        as_html = server.notify_format == apprise.NotifyFormat.HTML
        took = server.notify(
            title=out.alert.title,
            body=html_body(out) if as_html else plain(out),
            body_format=apprise.NotifyFormat.HTML if as_html else apprise.NotifyFormat.TEXT,
            attach=_attached(out) if server.attachment_support else None,
        )
    return Taken() if took else NotTaken("not taken; Apprise gives no reason", sure=False)
