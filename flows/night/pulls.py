"""The pulls of a run: so many at once, no channel more than its share, each handed over as soon as it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any, cast

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from earful.flows.night.plan import Job
from earful.flows.night.pull import RunContext, late
from earful.flows.night.spooled import Pulled
from earful.flows.night.tasks import pull_task
from earful.flows.process.deadline import Deadline

#: So many pulls at once; each source spaces its own requests.
PULLS = 8
# (The cast: Prefect types its runners by the kind of their futures, and a flow by the general kind.)
PULLERS = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=PULLS))

#: How often the caller gets control while nothing ends. Seconds.
POLL = 0.5


def pull_all(
    run_context: RunContext, jobs: Sequence[Job], ends: Deadline
) -> Iterator[tuple[Job, Pulled | BaseException] | None]:
    """Pull all jobs by Prefect's runner; each job with its outcome as it ends, None now and then in between.

    A job is begun when there is a place for it: a channel that is slow fills its share of the places and no more, and
    what others leave free. Once the run's deadline is over none is begun: the rest come out as late.
    """
    done: SimpleQueue[PrefectFuture[Any]] = SimpleQueue()
    waiting = list(enumerate(jobs))
    at_work: dict[PrefectFuture[Any], Job] = {}
    while True:
        while not ends.over and (place := _next(waiting, at_work.values())) is not None:
            number, job = waiting.pop(place)
            pull_ends = Deadline.of_pull(run_context.settings.channel(job.channel).pull_minutes)
            future = pull_task.submit(run_context, job, f"{number:05d}", pull_ends if pull_ends.at < ends.at else ends)
            at_work[future] = job
            future.add_done_callback(done.put)
        if not at_work:
            break
        try:
            ended = done.get(timeout=POLL)
        except Empty:
            yield None
            continue
        yield at_work.pop(ended), ended.result(raise_on_failure=False)
    for _, job in waiting:
        yield job, late(job, ends, run_context.again(job), asked=False)


def _next(waiting: Sequence[tuple[int, Job]], at_work: Iterable[Job]) -> int | None:
    """Where in ``waiting`` the job is that is begun next: the first of the channel that has the fewest at work."""
    busy = Counter(job.channel for job in at_work)
    channels = dict.fromkeys(job.channel for _, job in waiting)
    if not waiting or busy.total() >= PULLS:
        return None
    share = -(-PULLS // len(busy.keys() | channels.keys()))
    chosen = min(channels, key=lambda channel: busy[channel])
    if busy[chosen] >= share:
        return None
    return next(place for place, (_, job) in enumerate(waiting) if job.channel == chosen)
