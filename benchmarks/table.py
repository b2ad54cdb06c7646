"""What ``python -m benchmarks`` runs: each measurement with its two sizes, and the figures that stand for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement. ``small`` ends in a minute or so of CPU, ``whole`` is what the docs' figures were measured at.

    ``figures``: label -> where the number stands in the JSON, keys apart by dots; of a list its length counts.
    ``title`` tells two runs of one module apart.
    """

    module: str
    small: str
    whole: str
    figures: Mapping[str, str]
    title: str = ""

    @property
    def name(self) -> str:
        """What the table and ``--only`` call it."""
        return self.title or self.module

    def arguments(self, *, whole: bool) -> list[str]:
        """The command line after ``python -m``."""
        return [f"benchmarks.{self.module}", "--json", *(self.whole if whole else self.small).split()]


#: Measurements first, proofs after them.
RUNS: Sequence[Run] = (
    Run("scoring", "--texts 3000", "", {
        "times vaderSentiment's speed, tweets and reviews": "ratio_short", "times its speed, long texts": "ratio_long",
        "whole step, times the naive row": "step_ratio", "texts that differ from vaderSentiment": "mismatches",
    }),
    Run("scale", "--posts 200000 --days 365 --rounds 1 --landed 100000", "", {
        "CPU of a night, over one on 10,000 posts": "nightly_ratio",
        "CPU of a landing, over a bare insert": "land_ratio",
        "a year's trend, ms": "query_ms", "peak memory of the night, MB": "peak_mb",
    }),
    Run("night", "--small", "", {
        "posts a CPU second between two sizes, over the script's": "marginal",
        "CPU of the script on all, over a later night": "later_night",
        "CPU of a quiet night, over the demo's": "quiet_night",
        "CPU of a night with 33 products in one file, over one": "ratio_many_to_one",
        "memory above an idle night, MB": "extra_mb", "requests with 33 products, over one": "requests_many_to_one",
        "bytes read with 33 products, over one": "bytes_many_to_one",
    }),
    Run("trends", "--series 3", "", {
        "drops of 0.11 found, share": "recall_011", "drops of 0.19 found, share": "recall_019",
        "false alarms a slice-year (asked for: 1)": "false_alarms_per_slice_year",
        "mix-only shifts told as drops, share": "mix_false_drops", "alarms on days of an outage": "outage_alarms",
    }),
    Run("incidents", "--years 60 --simulated", "", {
        "simulated false alarms a product-year (asked for: 1)": "simulated.false_alarms_per_product_year",
        "falls by 0.4 told, share": "simulated.planted.score and stars -0.4.recall",
        "four times the posts told, share": "simulated.planted.posts x4.recall",
    }),
    Run("causes", "--episodes 120", "", {
        "planted causes named and nothing else, share": "right",
        "nothing named of an even fall, share": "nothing_named",
        "error of a named share, median": "share_error_median", "shares within 10 points": "share_within_10_points",
        "the same at best, by who knows the world": "best_within_10_points",
        "shares inside their interval": "share_covered",
    }),
    Run("thin_days", "--channels 1", "", {
        "healthy channels doubted, times a year": "doubted_a_year", "the most of any kind": "worst_doubted_a_year",
    }),
    Run("coverage", "--sources 3", "", {
        "days of files wrongly told complete, share": "wrongly_complete",
        "the same, at worst by rows a day": "worst_wrongly_complete",
        "days wrongly told incomplete, share": "wrongly_incomplete", "days not known, share": "not_known",
    }),
    Run("erase", "--posts 100000", "", {
        "rewriting the store, CPU s": "rewrite_cpu_s", "peak memory, MB": "peak_mb",
    }),
    Run("overlay", "", "", {
        "gain on tweets (accuracy)": "tweets.product.gain", "gain on Amazon reviews": "Amazon reviews.product.gain",
    }),
    Run("real", "", "", {"channels and products asked": "brought"}),
    Run("pii", "--texts 1000", "", {
        "personal data masked, share": "generated.masked", "other texts touched, share": "generated.touched",
        "CPU beside scoring, share": "recorded.cpu_share",
    }),
    Run("identity", "--texts 5000", "--texts 1000000 --processes 2", {
        "texts compared": "texts", "that differ from vaderSentiment": "mismatches",
    }),
    Run("mutants", "--texts 1000 --files sums", "", {
        "breaks of the kernel": "mutants", "caught by the texts": "caught",
    }, "mutants of the kernel"),
    Run("mutants", "--sql --count 3 --near", "--sql", {
        "faults of SQL and Python": "count", "noticed by the tests": "noticed", "share": "share",
    }, "mutants of the SQL"),
    Run("crash", "--trials 6", "", {
        "trials": "trials", "identical after a kill": "identical", "controls": "controls", "caught": "controls_caught",
    }),
    Run("alerts", "--episodes 12 --kills 5", "", {
        "messages to six failing targets": "messages", "killed nights": "kills", "lost": "alerts_lost",
        "sent again after a committed success": "alerts_doubled", "seen twice after an unknown answer": "seen_twice",
    }),
    Run("readers", "--readers 6 --publishes 10", "", {
        "questions": "queries", "errors": "errors", "torn": "torn",
    }),
    Run("hostile", "--rows 5000", "", {
        "batches stopped": "stopped", "rows lost": "lost", "refused without a reason": "without_reason",
    }),
    Run("odd_files", "--pairs 100 --seeds 1", "", {
        "tables": "tables", "read right without an option, share": "read_right", "asked, then right": "asked",
        "refused with a reason": "refused_with_reason", "wrong values": "wrong_values",
        "losses unsaid": "silent_losses", "refused without a reason": "refused_without_reason",
    }),
    Run("limits", "--only echo-with-success deep-json", "", {
        "hostile scenarios": "scenarios", "ended in time": "ended_in_time", "more memory than honest, MB": "extra_mb",
        "secrets found": "markers_found",
    }),
    Run("restore", "--archives 40", "", {
        "spoilt backups": "archives", "half restored or misjudged": "wrong",
    }),
    Run("first_look", "--rows 10000", "", {
        "CPU of a first look at 10,000 rows, over the demo's": "ratio", "its CPU, s": "try_cpu",
        "the demo's, s": "demo_cpu",
    }),
    Run("overhead", "--rounds 1", "--rounds 5", {
        "CPU of a first night, over its jobs called plainly": "ratio", "of a later one": "ratio_later",
        "CPU of an idle night, over a bare flow": "idle_over_bare", "its memory with the server, MB": "tree_mb",
        "seconds until `up` is ready": "ready_s", "CPU of a command, over its imports": "cli_over_imports",
    }),
    Run("first_runs", "--pairs 1", "", {"pairs of first runs": "pairs", "right": "right"}),
    Run("torture", "--rounds 2 --only kill-server,kill-flow", "", {
        "faults": "rounds", "not as it must be": "wrong", "restarts seen": "restarts_seen",
        "longest until a whole night, s": "seconds_to_whole_max", "alerts delivered": "alerts",
        "alerts lost": "alerts_lost", "alerts doubled": "alerts_doubled",
    }),
    Run("service", "", "", {
        "units started by a systemd": "asked", "with a night": "nights", "with their limits": "limits",
        "ended in order": "ended", "left behind": "left",
    }),
    Run("signals", "--signals 2 --commands run,page", "", {
        "signals": "signals", "ended with one line": "one_line", "not as it must be": "wrong",
        "longest until the end, s": "seconds_to_end_max",
    }),
)  # fmt: skip


def figure(found: Any, place: str) -> float | int | None:  # noqa: ANN401 - what JSON holds
    """The number at ``place``; None where it was not measured. Raises KeyError where there is no such place."""
    for key in place.split("."):
        found = found[key]
    return len(found) if isinstance(found, (list, dict)) else found
