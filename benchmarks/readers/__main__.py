"""``python -m benchmarks.readers``: see measure.py."""

import sys

from benchmarks.readers.measure import main

if __name__ == "__main__":
    sys.exit(main())
