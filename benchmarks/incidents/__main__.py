"""``python -m benchmarks.incidents``: see measure.py."""

import sys

from benchmarks.incidents.measure import main

if __name__ == "__main__":
    sys.exit(main())
