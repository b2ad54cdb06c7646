"""``python -m benchmarks.overhead.bare_flow TASKS``: a flow of tasks that do nothing, Prefect's own server beside it.

PREFECT_HOME names the folder of its database.
"""

from __future__ import annotations

import sys

from prefect import flow, task
from prefect.cache_policies import NO_CACHE


@task(cache_policy=NO_CACHE)
def nothing(number: int) -> int:
    """As a step of a night is seen by Prefect, without its work."""
    return number


@flow
def bare(tasks: int) -> int:
    """The tasks one after the other, as a night lands; gives how many there were."""
    return len([nothing(number) for number in range(tasks)])


if __name__ == "__main__":
    sys.exit(bare(int(sys.argv[1])) != int(sys.argv[1]))
