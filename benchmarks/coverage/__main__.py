"""``python -m benchmarks.coverage``: how often days of a file are wrongly told to be whole, or not to be."""

from __future__ import annotations

import argparse
import json

from benchmarks.coverage.measure import measure


def main() -> None:
    """Print two tables, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--sources", type=int, default=20, help="made-up sources of each kind and rows a day")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.sources, given.seed)
    if given.json:
        print(json.dumps(found))
        return
    for row in [{"kind": "all", **found}, *found["kinds"], *found["levels"]]:
        name = row.get("kind") or f"{row['rows_a_day']:g} rows a day"
        print(
            f"{name:<27} wrongly complete {row['wrongly_complete']:.2%}  wrongly incomplete"
            f" {row['wrongly_incomplete']:.2%}  not known {row['not_known']:.0%}  missed {row['missed']:.0%}"
        )


if __name__ == "__main__":
    main()
