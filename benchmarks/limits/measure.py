"""``python -m benchmarks.limits``: services that answer as badly as they can, beside honest ones, night after night.

Every hostile answer (benchmarks.limits.answers) is given to each of the four HTTP connectors, in a night of its own
with two honest channels, at limits so small that they are reached. A night has ended in time where each of its pulls
ended within LONGEST seconds, which is what the limits and the waits between repetitions add up to, and the honest
channels were published whole. Then one ``earful run`` with many of them at once, under Prefect, against the same run
with honest answers only. Everything that the nights left is searched for the secrets that they were given, and
for "bug".
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.limits.answers import ANSWERS, HONEST_IN_FORM, ONLY_FILTERED
from benchmarks.limits.honest import SERVICES, honestly
from benchmarks.limits.night import HONEST, apart, by_command, channel, configuration, found_marks
from benchmarks.limits.secrets import credentials
from benchmarks.limits.service import serving

#: The longest that a pull may take. ANSWER_SECONDS for each of at most 4 pages; once the waits between repetitions of a
#: request, 14 s at most for ours and 20 s for prawcore's and ours together; and a busy machine.
LONGEST = 60.0
#: What one ``earful run`` is given at once; the rest of its time would be Prefect's waits before it pulls again.
TOGETHER = (
    "trickle-head", "gzip-bomb", "plain-endless", "endless-pages", "deep-json", "word-of-10-mb", "control-characters",
    "echo-in-the-body", "echo-with-success", "echo-in-the-head", "echo-bare-words", "echo-in-a-token",
    "echo-refused-token", "echo-lists-only", "echo-in-ids",
)  # fmt: skip
_BUG = re.compile(r"\bbugs?\b|please report|traceback", re.IGNORECASE)


def measure(folder: Path, names: Iterable[str] = ANSWERS, *, jobs: int = 3, whole: bool = False) -> dict[str, Any]:
    """Figures of the nights with the named answers; ``whole`` adds the run under Prefect. Linux and macOS only."""
    names = list(names)
    answers = {name: ANSWERS[name] for name in names} | {"honest-too": honestly}
    with serving(answers, str(folder)) as served:
        env, marks = credentials(served.urls)
        os.environ.update(env)  # children inherit it
        for name in answers:
            (folder / name).mkdir()
            configuration(folder / name, served.urls, [name])
        with ThreadPoolExecutor(jobs) as pool:
            nights = dict(
                zip(answers, pool.map(lambda name: apart(folder / name / "earful.toml"), answers), strict=True)
            )
        honest = nights.pop("honest-too")
        found = _figures(folder, nights, honest, marks)
        if whole:
            found["whole"] = _whole(folder, served.urls, marks)
            for key in ("markers_found", "bugs"):
                found[key] += found["whole"][key]
        found["strays"] = served.strays
    return found


def _figures(
    folder: Path, nights: dict[str, dict[str, Any]], honest: dict[str, Any], marks: list[bytes]
) -> dict[str, Any]:
    late: list[str] = []
    unpublished: list[str] = []
    bugs: list[str] = []
    marked: list[str] = []
    filtered: list[str] = []
    extra = {}
    for name, night in nights.items():
        for service in SERVICES:
            seconds = night.get("took", {}).get(channel(service, name))
            if not night["ended"] or seconds is None or seconds > LONGEST:
                late.append(f"{channel(service, name)}: {seconds}")
        same = all(night.get("published", {}).get(c) == honest["published"].get(c) for c in HONEST)
        if not same or not all(honest["published"].get(c) for c in HONEST):
            unpublished.append(name)
        lines = [*night["terminal"].splitlines(), *night.get("said", {}).values(), *night.get("notes", {}).values()]
        bugs += [f"{name}: {line}" for line in lines if _BUG.search(line)]
        seen = found_marks(folder / name, marks)
        seen += [f"said: {line}" for line in lines if any(mark.decode() in line for mark in marks)]
        (filtered if name in ONLY_FILTERED else marked).extend(f"{name}/{one}" for one in seen)
        extra[name] = round(max(night.get(key, 0) - honest[key] for key in ("mb", "pulling_mb")), 1)
    volume = {name: extra.pop(name) for name in HONEST_IN_FORM & extra.keys()}
    most = sorted(extra, key=lambda name: -extra[name])[:5]
    return {
        "answers": len(nights),
        "scenarios": len(nights) * len(SERVICES),
        "ended_in_time": len(nights) * len(SERVICES) - len(late),
        "late": late,
        "extra_mb": max(extra.values(), default=0.0),
        "most_memory": {name: extra[name] for name in most},
        "extra_mb_of_long_honest_texts": volume,
        "honest_mb": round(honest["mb"], 1),
        "honest_pulling_mb": round(honest["pulling_mb"], 1),
        "honest_unpublished": unpublished,
        "markers_found": len(marked),
        "markers": marked[:20],
        # In the words of a post: that is for the filter over everything written, not for a connector.
        "markers_in_words_of_posts": len(filtered),
        "bugs": len(bugs),
        "bug_lines": bugs[:20],
        "longest_pull": round(max((s for n in nights.values() for s in n.get("took", {}).values()), default=0.0), 1),
    }


def _whole(folder: Path, urls: dict[str, str], marks: list[bytes]) -> dict[str, Any]:
    """One run under Prefect with many hostile answers at once, and one with as many channels that are honest."""
    runs = {}
    for kind, answers in (("hostile", {n: urls[n] for n in TOGETHER}), ("honest", dict.fromkeys(TOGETHER, ""))):
        place = folder / f"run-{kind}"
        place.mkdir()
        where = {"honest": urls["honest"]} | {name: url or urls["honest"] for name, url in answers.items()}
        env, more = credentials(where)
        marks = [*marks, *more]
        file = configuration(place, where, answers)
        runs[kind] = by_command(file, {**os.environ, **env}, seconds=1800)
    hostile, honest = runs["hostile"], runs["honest"]
    lines = hostile["terminal"].splitlines()
    marked = found_marks(folder / "run-hostile", marks)
    return {
        "channels": len(TOGETHER) * len(SERVICES) + len(HONEST),
        "exit": hostile["exit"],
        "seconds": hostile["seconds"],
        "honest_seconds": honest["seconds"],
        "extra_mb": round(hostile["mb"] - honest["mb"], 1),
        "honest_mb": round(honest["mb"], 1),
        "honest_published": all(hostile["published"].get(c) == honest["published"].get(c) for c in HONEST),
        "markers_found": len(marked),
        "markers": marked[:20],
        "bugs": sum(bool(_BUG.search(line)) for line in lines),
    }


def main() -> int:
    """Run it and print the figures; 0 where all is as it should be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--only", nargs="*", default=[], help="names of answers; else all")
    parser.add_argument("--jobs", type=int, default=3, help="nights side by side")
    parser.add_argument("--no-run", action="store_true", help="leave out the run under Prefect")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.only or ANSWERS, jobs=given.jobs, whole=not (given.no_run or given.only))
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        for key, value in found.items():
            print(f"{key}: {value}")
    whole = found.get("whole", {})
    right = (
        found["ended_in_time"] == found["scenarios"]
        and max(found["extra_mb"], whole.get("extra_mb", 0)) <= 150
        and not (found["markers_found"] or found["bugs"] or found["honest_unpublished"] or found["strays"])
    )
    return 0 if right else 1
