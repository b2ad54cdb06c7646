"""``python -m benchmarks.pii``: see measure.py, and formats.py for the texts written apart from the rules."""

from benchmarks.pii.measure import main

if __name__ == "__main__":
    main()
