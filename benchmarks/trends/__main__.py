"""``python -m benchmarks.trends``: see measure.py."""

import sys

from benchmarks.trends.measure import main

if __name__ == "__main__":
    sys.exit(main())
