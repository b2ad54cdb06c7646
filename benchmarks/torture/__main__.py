"""``python -m benchmarks.torture``: see measure.py."""

import sys

from benchmarks.torture.measure import main

if __name__ == "__main__":
    sys.exit(main())
