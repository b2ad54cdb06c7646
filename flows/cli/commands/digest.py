"""``earful digest``: the week in words, as files beside the page and, where a target is named, sent."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.jobs.digest import tell
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal


def make_digest(config: Path | None, *, quiet: bool, json: bool) -> int:
    """Write the digest's files, show it, and send it where ``digest.target_env`` names a variable."""
    told = tell(load(config))
    if json:
        found = {
            "subject": told.digest.subject,
            "markdown": str(told.markdown),
            "html": str(told.html),
            "sent": told.sent,
        }
        print(jsonlib.dumps(found))  # noqa: T201
        return Exit.OK
    if not quiet:
        print(escaped(told.digest.markdown))  # noqa: T201
    sent_to = f"; sent to {told.sent} address{'es' if told.sent > 1 else ''}" if told.sent else ""
    said = f"in {told.markdown} and {told.html.name}{sent_to}"
    Terminal(highlight=False, soft_wrap=True, stderr=True).print(said, markup=False)
    return Exit.OK
