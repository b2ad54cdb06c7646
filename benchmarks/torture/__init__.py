"""``python -m benchmarks.torture``: `earful up` under kills, stops, a full disk, a damaged database and sleep."""
