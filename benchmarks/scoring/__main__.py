"""``python -m benchmarks.scoring``: see measure.py."""

import sys

from benchmarks.scoring.measure import main

if __name__ == "__main__":
    sys.exit(main())
