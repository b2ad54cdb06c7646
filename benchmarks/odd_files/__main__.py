"""``python -m benchmarks.odd_files``: see measure.py."""

import sys

from benchmarks.odd_files.measure import main

if __name__ == "__main__":
    sys.exit(main())
