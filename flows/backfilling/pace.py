"""How far a backfill is: questions and days that are done, and the time left as far as what is done can tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from threading import Lock
from time import monotonic
from zoneinfo import ZoneInfo

from earful.flows.night.plan import Job
from earful.flows.night.progress import Silent
from earful.warehouse.days import days_touched


class Pace(Silent):
    """Listens to one run; threads may tell and ask it at once. ``clock``: seconds that never go back.

    A question (a job) is done when it has landed or failed, a day when every question that asks for some of it is done.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._lock = Lock()
        self._clock = clock
        self._began: float | None = None
        self._zone = ZoneInfo("UTC")
        self._left: Counter[str] = Counter()  # questions by channel
        self._done: Counter[str] = Counter()
        self._days: Counter[date] = Counter()  # questions that are not done, by day; 0 where all are
        self._posts: dict[Job, int] = {}
        self._publishing = False

    def planned(self, jobs: Sequence[Job], zone: ZoneInfo) -> None:
        """These questions are asked from now on; days are those of the zone."""
        with self._lock:
            self._began, self._zone = self._clock(), zone
            self._left = Counter(job.channel for job in jobs)
            self._days = Counter(day for job in jobs for day in self._days_of(job))

    def pulled(self, job: Job, posts: int) -> None:
        """So many posts of a question have come so far; less than before where it is asked again."""
        with self._lock:
            self._posts[job], self._publishing = posts, False

    def done(self, job: Job) -> None:
        """A question is over, well or badly."""
        with self._lock:
            self._publishing = False
            self._left[job.channel] -= 1
            self._done[job.channel] += 1
            self._days.subtract(self._days_of(job))

    def publishing(self) -> None:
        """The published file is being written."""
        with self._lock:
            self._publishing = True

    @property
    def begun(self) -> bool:
        """Whether it is known what is asked."""
        with self._lock:
            return self._began is not None

    @property
    def share(self) -> float:
        """Questions that are done, of all, 0 to 1; 1 where none was to be asked."""
        with self._lock:
            done = self._done.total()
            return done / max(done + self._left.total(), 1) if self._left.total() else 1.0

    @property
    def seconds_left(self) -> float | None:
        """Until the last question is done if each channel goes on as it did; None where one has yet to end its first.

        A channel's pace is all the time so far over its questions that are done: while nothing comes it becomes slower.
        """
        with self._lock:
            if self._began is None:
                return None
            so_far = self._clock() - self._began
            left = [channel for channel, number in self._left.items() if number]
            if not all(self._done[channel] for channel in left):
                return None
            return max((so_far / self._done[name] * self._left[name] for name in left), default=0.0)

    def line(self, *, ended: bool = False) -> str:
        """All of it in one line; the pages cut its end, so the posts stand there. ``ended``: the run has."""
        with self._lock:
            done, asked = self._done.total(), self._done.total() + self._left.total()
            days = sum(not number for number in self._days.values())
            posts = _counted(sum(self._posts.values()), "post")
            of_days, of_questions = _counted(len(self._days), "day"), _counted(asked, "question")
            publishing = self._publishing or done == asked
        now = "ended" if ended else "publishing" if publishing else _told(self.seconds_left)
        return f"{days:,} of {of_days}, {done:,} of {of_questions} done; {now}; {posts} so far"

    def _days_of(self, job: Job) -> Iterable[date]:
        """Each once, however many products ask for it."""
        return {day for s in job.shares for day in days_touched(self._zone, s.window.start, s.window.end)}


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def _told(seconds: float | None) -> str:
    """The time left, as coarse as it is known."""
    if seconds is None:
        return "time left not known yet"
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 1.5 * size:
            return f"about {_counted(round(seconds / size), unit)} left"
    return f"about {max(round(seconds / 10), 1) * 10} seconds left"
