"""``python -m benchmarks.night``: see measure.py."""

import sys

from benchmarks.night.measure import main

if __name__ == "__main__":
    sys.exit(main())
