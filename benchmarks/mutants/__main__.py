"""``python -m benchmarks.mutants``: see kernel.py."""

import sys

from benchmarks.mutants.kernel import main

if __name__ == "__main__":
    sys.exit(main())
