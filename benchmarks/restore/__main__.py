"""``python -m benchmarks.restore``: see measure.py."""

import sys

from benchmarks.restore.measure import main

if __name__ == "__main__":
    sys.exit(main())
