"""``earful digest``: the week in words, as files beside the page and, where a target is named, sent."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.jobs.digest import send_digest
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal


def make_digest(config: Path | None, *, quiet: bool, json: bool) -> int:
    """Write the digest's files, show it, and send it where ``digest.target_env`` names a variable."""
    done = send_digest(load(config))
    if json:
        found = {
            "subject": done.digest.subject,
            "markdown": str(done.markdown),
            "html": str(done.html),
            "sent": done.sent,
        }
        print(jsonlib.dumps(found))  # noqa: T201
        return Exit.OK
    if not quiet:
        print(escaped(done.digest.markdown))  # noqa: T201
    sent_to = f"; sent to {done.sent} address{'es' if done.sent > 1 else ''}" if done.sent else ""
    said = f"in {done.markdown} and {done.html.name}{sent_to}"
    Terminal(highlight=False, soft_wrap=True, stderr=True).print(said, markup=False)
    return Exit.OK
