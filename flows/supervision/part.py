"""One child of `earful up`: the server or the worker, with its log, ended with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from earful.flows.process import signals

#: Where a part died by itself, the others have that long; after a signal a second each. Seconds.
STOP_WAIT = 15.0
#: A log that is longer is put aside when its part starts, as NAME.old; one of these is kept. Bytes.
LONGEST_LOG = 20 << 20


class Part:
    """One child process, run as a module, with its own log."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        log: Path,
        held: tuple[int, ...],
        environment: dict[str, str],
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_name(f"{log.name}.old"))
        with log.open("ab") as file, signals.held():
            # A session of its own: Ctrl-C reaches us alone, and we end the parts in order.
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                [sys.executable, "-P", "-m", "earful.flows.process.child", *arguments],
                env=environment,
                cwd=folder,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,  # its end, were we killed outright, ends the part too
                start_new_session=True,
                pass_fds=held,  # locks: as long as a part is at work they say so
            )
            signals.child(self.process.pid)

    def dead(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def how(self) -> str:
        """How a dead one ended, in words."""
        code = self.process.returncode
        if code is not None and code < 0:
            with suppress(ValueError):
                return f"was killed by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    def stop(self, patience: float = STOP_WAIT) -> None:
        """End it, in order where it can within so many seconds, with its group (the worker's flows)."""
        # The worker's flows are in its group: signalled at the same time, and ended if it is dead already.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(signals.patience(patience))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        signals.until_gone(self.process.pid)
        signals.reaped(self.process.pid)
        if self.process.stdin:
            self.process.stdin.close()
