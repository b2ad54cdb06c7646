"""``python -m benchmarks.service``: the units of `earful service install` under a systemd."""
