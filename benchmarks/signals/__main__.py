"""``python -m benchmarks.signals``: see measure.py."""

import sys

from benchmarks.signals.measure import main

if __name__ == "__main__":
    sys.exit(main())
