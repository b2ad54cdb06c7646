"""``python -m benchmarks.crash``: see trials.py."""

import sys

from benchmarks.crash.trials import main

if __name__ == "__main__":
    sys.exit(main())
