"""``python -m benchmarks.alerts``: see measure.py."""

import sys

from benchmarks.alerts.measure import main

if __name__ == "__main__":
    sys.exit(main())
