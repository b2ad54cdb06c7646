"""Wait for what another process or thread holds, and say at once for whom, for how long at most, and what to do."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

#: A landing holds the store for a moment, and so does who makes a page: that much passes unsaid. Seconds.
UNSAID = 0.5
#: Said again so often, with what is left. Seconds.
AGAIN = 60.0

_PAUSE = 0.1  # seconds between two tries


class Patience:
    """One wait of up to ``wait`` seconds. ``waiting`` is called with the line to show, at once and once a minute."""

    def __init__(self, wait: float, waiting: Callable[[str], None] | None = None) -> None:
        now = time.monotonic()
        self._deadline = now + max(wait, 0.0)
        self._says_at = now + UNSAID
        self._waiting = waiting

    @property
    def left(self) -> float:
        """Seconds until it is over, 0 at least."""
        return max(self._deadline - time.monotonic(), 0.0)

    def over(self) -> bool:
        """Whether there is nothing left of it."""
        return time.monotonic() >= self._deadline

    def pause(self, what: str | Path, holder: Callable[[], str]) -> None:
        """Sleep until the next try; say that ``what`` is in use by ``holder()``, if that is due."""
        now = time.monotonic()
        if self._waiting is not None and now >= self._says_at and self.left:
            self._says_at = now + AGAIN
            self._waiting(
                f"{what} is in use by {holder()}: waiting up to {_told(self.left)} for it; to go on at once, end that"
            )
        time.sleep(min(_PAUSE, self.left))


def process(pid: int, otherwise: str = "") -> str:
    """A process as a person finds it: its id and its program's name, never its arguments (they may hold a secret).

    ``otherwise``: its name where the system does not tell.
    """
    try:
        name = Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
    except OSError:
        name = otherwise
    # Any process may call itself what it likes, escape sequences and all.
    name = re.sub(r"[^\w.+-]", "?", name)[:40]
    return f"process {pid} ({name})" if name else f"process {pid}"


def lock_holder(handle: int) -> str:
    """Who holds the lock (flock) of an open file or folder, as ``process`` names it; Linux tells."""
    try:
        inode, locks = os.fstat(handle).st_ino, Path("/proc/locks").read_text("ascii", "replace")
    except OSError:
        return "another process"
    for line in locks.splitlines():
        # 1: FLOCK  ADVISORY  WRITE 4711 08:01:131073 0 EOF
        found = re.fullmatch(rf"\d+: FLOCK +\w+ +\w+ +(\d+) \w+:\w+:{inode} .*", line)
        if found and int(found[1]):
            return process(int(found[1]))
    return "another process"


def _told(seconds: float) -> str:
    if seconds < 100:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} minutes"
