"""All findings of `earful status`, and what `earful doctor` tries; docs/operations.md has a row for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """As Nagios counts: a warning leaves nights going on, what is critical does not."""

    WARNING = 1
    CRITICAL = 2


#: Of `earful status`: code and weight.
STATUS = {
    "up-down": Weight.CRITICAL,
    "worker-silent": Weight.CRITICAL,
    "restarts": Weight.WARNING,
    "database-anew": Weight.WARNING,
    "unpublished": Weight.CRITICAL,
    "published-unreadable": Weight.CRITICAL,
    "night-missing": Weight.CRITICAL,
    "night-failed": Weight.WARNING,
    "channel-failed": Weight.WARNING,
    "channel-behind": Weight.WARNING,
    "channel-never": Weight.WARNING,
    "gaps": Weight.WARNING,
    "alerts-waiting": Weight.WARNING,
    "upkeep-missing": Weight.WARNING,
    "backup-missing": Weight.WARNING,
    "disk-soon": Weight.WARNING,
    "disk-full": Weight.CRITICAL,
    "clock-behind": Weight.WARNING,
}
#: Of `earful doctor`: what is tried, in order.
DOCTOR = (
    "configuration",
    "zone",
    "clock",
    "folder",
    "disk",
    "lock",
    "store",
    "database",
    "port",
    "proxy",
    "keys",
    "secret",
    "service",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` is one of STATUS; ``says`` one line: what is wrong, where, what to do."""

    code: str
    says: str

    @property
    def weight(self) -> Weight:
        """How bad it is."""
        return STATUS[self.code]
