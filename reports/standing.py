"""How nights, channels and disk stood when the page was made; who makes the page says it, see write_page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """``at``: when one looked (aware UTC). ``lines``: a name, what is said of it. ``findings``: a word, what is wrong.

    ``ok``: nothing is wrong.
    """

    at: datetime
    lines: tuple[tuple[str, str], ...]
    findings: tuple[tuple[str, str], ...]
    ok: bool
