"""``python -m benchmarks.service``: see measure.py."""

import sys

from benchmarks.service.measure import main

if __name__ == "__main__":
    sys.exit(main())
