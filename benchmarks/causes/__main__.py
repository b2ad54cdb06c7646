"""``python -m benchmarks.causes``: see measure.py."""

import sys

from benchmarks.causes.measure import main

if __name__ == "__main__":
    sys.exit(main())
