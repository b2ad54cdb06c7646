"""Asking before what cannot be undone."""

from __future__ import annotations

import sys

from rich.prompt import Confirm

from earful.flows.errors import UserError
from earful.flows.process.terminal import Terminal


def agreed(question: str, *, yes: bool, json: bool) -> bool:
    """Whether to go on: by an option, or asked and answered. Raises UserError where nobody can be asked."""
    if yes:
        return True
    if json or not sys.stdin.isatty():
        raise UserError(f"nothing was done: give --yes to do it without being asked ({question})")
    return Confirm.ask(question, default=False, console=Terminal(stderr=True))
