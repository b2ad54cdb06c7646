"""``python -m benchmarks.limits``: see measure.py."""

import sys

from benchmarks.limits.measure import main

if __name__ == "__main__":
    sys.exit(main())
