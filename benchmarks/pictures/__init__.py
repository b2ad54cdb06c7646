"""The README's pictures, taken anew: ``python -m benchmarks.pictures``."""
