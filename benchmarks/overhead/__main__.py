"""``python -m benchmarks.overhead``: see measure.py."""

import sys

from benchmarks.overhead.measure import main

if __name__ == "__main__":
    sys.exit(main())
