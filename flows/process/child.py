"""Run a module as a child that ends with its parent: ``python -m earful.flows.process.child MODULE [ARGUMENTS]``.

The parent holds the other end of our standard input. Its end, by kill -9 too, closes that; we then end like after a
SIGTERM, and what will not end is killed, with its process group where it leads one.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

GRACE = 4.0  # seconds to end in order


def main() -> None:
    """Watch the parent from a thread, become the module."""
    threading.Thread(target=_end_with_parent, args=(sys.stdin.fileno(),), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_parent(line: int) -> None:
    while os.read(line, 1024):
        pass  # nobody writes there; an empty answer is the end of the parent
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    # Who leads its group takes its own children along; a flow, which is in its worker's group, ends itself alone.
    (os.killpg if os.getpgid(0) == os.getpid() else os.kill)(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
