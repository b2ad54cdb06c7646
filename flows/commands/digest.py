"""``earful digest``: the week in words, as files beside the page and, where a target is named, sent."""

from __future__ import annotations

import json as jsonlib
import os
from pathlib import Path

from rich.console import Console

from flows.errors import Exit, UserError
from flows.settings import load
from reports.data import Unreadable
from reports.digest import digest, write_digest


def make_digest(config: Path | None, *, quiet: bool, json: bool) -> int:
    """Write the digest's files, show it, and send it where ``digest.target_env`` names a variable."""
    settings = load(config)
    try:
        made = digest(settings.published)
        markdown, html = write_digest(made, settings.data)
    except Unreadable as error:
        raise UserError(str(error), Exit.WAREHOUSE) from None
    except OSError as error:
        raise UserError(f"{settings.data}: {error.strerror or error}", Exit.WAREHOUSE) from None
    variable, sent = settings.digest.target_env, 0
    if variable is not None:
        addresses = os.environ.get(variable, "").strip()
        if not addresses:
            raise UserError(f"digest.target_env: {variable} is not set; the digest is in {markdown}")
        from flows.mail import send

        sent = send(made, addresses, variable)
    if json:
        found = {"subject": made.subject, "markdown": str(markdown), "html": str(html), "sent": sent}
        print(jsonlib.dumps(found))  # noqa: T201
        return Exit.OK
    if not quiet:
        print(made.markdown)  # noqa: T201
    sent_to = f"; sent to {sent} address{'es' if sent > 1 else ''}" if sent else ""
    Console(highlight=False, soft_wrap=True, stderr=True).print(f"in {markdown} and {html.name}{sent_to}", markup=False)
    return Exit.OK
