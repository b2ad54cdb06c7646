"""``python benchmarks/overhead/plain_night.py earful.toml``: the steps of ``earful run``, called without Prefect."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run it; 3 where a channel failed, as the command."""
    from earful.flows.process.importing import importing

    with importing():
        from earful.flows.config.settings import load
        from earful.flows.first.alone import night_alone
        from earful.flows.night.progress import Silent

    return 0 if night_alone(load(Path(sys.argv[1])), Silent()).ok else 3


if __name__ == "__main__":
    sys.exit(main())
