"""The week in words: written beside the page and, where a target is named, sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.errors import Exit, UserError
from earful.flows.jobs.mail import send
from earful.flows.process.waiting import say_waiting
from earful.reports.data import Unreadable
from earful.reports.digest import Digest, files_of, write_digest


@dataclass(frozen=True, slots=True)
class DigestSent:
    """A digest, its files, and how many addresses took it."""

    digest: Digest
    markdown: Path
    html: Path
    sent: int


def send_digest(settings: Settings) -> DigestSent:
    """Write the digest of the published file and send it where ``digest.target_env`` names a variable.

    Raises UserError: nothing published, a folder that cannot be written, a variable that is not set, an address that
    did not take it (the files are there then).
    """
    try:
        made = write_digest(settings.published, settings.data, waiting=say_waiting)
    except Unreadable as error:
        raise UserError(str(error), Exit.WAREHOUSE) from None
    except OSError as error:
        raise UserError(f"{settings.data}: {error.strerror or error}", Exit.WAREHOUSE) from None
    markdown, html = files_of(settings.data)
    variable, sent = settings.digest.target_env, 0
    if variable is not None:
        addresses = os.environ.get(variable, "").strip()
        if not addresses:
            raise UserError(f"digest.target_env: {variable} is not set; the digest is in {markdown}")
        sent = send(made, addresses, variable)
    return DigestSent(made, markdown, html, sent)
