"""Which tests look at which file, the nearest first: a fault is noticed in seconds where they run before the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

#: Each column of what is published, worked out from one small world that these files share.
_WORLD = tuple(f"warehouse/test_world_{name}." for name in ("days", "changes", "episodes", "radar", "level", "order"))
_QUESTIONS = ("reports/test_questions_any_rows", "reports/test_questions.")
_DETECTOR = tuple(f"warehouse/test_trends_{name}." for name in ("rows", "judged", "level", "blocks"))
_LANDING = ("warehouse/test_bounds", "warehouse/test_land.", "warehouse/test_rows", "warehouse/test_revisions")
_CONFIRM = ("warehouse/test_bounds", "warehouse/test_confirm", "warehouse/test_store.", "warehouse/test_coverage")
#: Part of a file's name to parts of the names of its tests. The first that fits.
_TESTED_BY = (
    # SQL of a landing
    ("sql/landing/rescore", ("warehouse/test_rescore",)),
    ("sql/landing/clock_", ("warehouse/test_clock", "warehouse/test_bounds", "warehouse/test_order")),
    (
        "sql/landing/versions",
        ("warehouse/test_revisions", "warehouse/test_bounds", "warehouse/test_revised_days", "warehouse/test_order"),
    ),
    (
        "sql/landing/revisions",
        ("warehouse/test_revisions", "warehouse/test_revised_days", "warehouse/test_bounds", "warehouse/test_order"),
    ),
    ("sql/landing/aliases", ("warehouse/test_erase", "warehouse/test_land.", "warehouse/test_order")),
    ("sql/landing/", (*_LANDING, "warehouse/test_order", "warehouse/test_erase", "warehouse/test_store.")),
    # SQL of the days
    ("sql/aggregates/recompute", ("warehouse/test_bounds", "warehouse/test_world_days", "warehouse/test_views")),
    ("sql/aggregates/answers", ("warehouse/test_answers", "warehouse/test_store.", "warehouse/test_confirm")),
    ("sql/aggregates/rezone", ("warehouse/test_confirm", "warehouse/test_store.", "warehouse/test_days")),
    ("sql/aggregates/", _CONFIRM),
    # SQL of privacy
    ("sql/privacy/recheck_", ("connectors/test_reddit_recheck", "warehouse/test_retention", "flows/test_upkeep")),
    ("sql/privacy/never_asked", ("connectors/test_reddit_recheck", "warehouse/test_retention", "flows/test_upkeep")),
    ("sql/privacy/", ("warehouse/test_erase", "warehouse/test_retention", "flows/test_forget.", "flows/test_upkeep")),
    # SQL of what is published
    ("sql/publishing/near_copies/", ("warehouse/test_guards.", "warehouse/test_guards_growth", *_WORLD)),
    ("sql/publishing/words/", ("warehouse/test_emerging_words", *_WORLD)),
    ("sql/publishing/base/", ("warehouse/test_rows", "warehouse/test_publish", "warehouse/test_base", *_WORLD)),
    ("views/what_changed", ("warehouse/test_episodes_any_rows", *_WORLD, "warehouse/test_trends_judged")),
    ("views/level", ("warehouse/test_world_level", "warehouse/test_trends_level", "warehouse/test_trends_judged")),
    ("views/recover", ("warehouse/test_world_episodes", "warehouse/test_revisions")),
    (
        "views/quality/",
        (*_WORLD, "warehouse/test_views", "warehouse/test_confirm", "warehouse/test_cut_short",
         "warehouse/test_revised_days", "warehouse/test_clock"),
    ),
    ("views/", (*_WORLD, "warehouse/test_views", "warehouse/test_publish")),
    ("insights/bursts", (*_WORLD, "warehouse/test_guards.")),
    ("insights/emerging_words", ("warehouse/test_emerging_words", *_WORLD)),
    ("insights/release", (*_WORLD, "warehouse/test_releases")),
    ("insights/share_of_voice", (*_WORLD, "warehouse/test_share_of_voice")),
    ("insights/", (*_WORLD, "warehouse/test_compared", "warehouse/test_views")),
    ("sql/publishing/publish", (*_WORLD, "warehouse/test_publish", "warehouse/test_views")),
    ("sql/reading/", ("warehouse/test_frames", "warehouse/test_ask", "warehouse/test_export", *_QUESTIONS)),
    ("sql/trends/", _DETECTOR),
    # SQL of reports
    ("reports/sql/", (*_QUESTIONS, "flows/test_digest")),
    ("flows/sql/", (*_QUESTIONS, "flows/test_terminal", "flows/test_tables")),
    # Python
    ("warehouse/trends/replay", ("warehouse/test_trends_rows", "flows/test_backtest_command")),
    ("warehouse/trends/", _DETECTOR),
    ("warehouse/days", ("warehouse/test_days", "warehouse/test_bounds", "warehouse/test_store.")),
    ("aggregates/thin_days", ("warehouse/test_thin_days", "warehouse/test_confirm")),
    ("aggregates/pending", ("warehouse/test_base", "warehouse/test_publish", "warehouse/test_trends_blocks")),
    ("aggregates/coverage.py", ("warehouse/test_coverage", "warehouse/test_confirm", "flows/test_ended_channel")),
    ("warehouse/aggregates/", (*_CONFIRM, "warehouse/test_answers", "flows/test_ended_channel")),
    ("landing/clock", ("warehouse/test_clock", "warehouse/test_bounds")),
    ("landing/rescore", ("warehouse/test_rescore",)),
    ("landing/channel_end", ("flows/test_ended_channel", "warehouse/test_store.", "warehouse/test_confirm")),
    ("warehouse/landing/", (*_LANDING, "warehouse/test_store.", "flows/test_ended_channel", "warehouse/test_order")),
    ("privacy/retention", ("warehouse/test_retention", "flows/test_upkeep")),
    ("publishing/near_copies", ("warehouse/test_guards.", "warehouse/test_guards_growth", *_WORLD)),
    ("publishing/publish", (*_WORLD, "warehouse/test_publish", "warehouse/test_base")),
    ("reports/digest", (*_QUESTIONS, "flows/test_digest")),
    ("charts/", ("reports/test_charts", "reports/test_page.")),
    ("reports/", (*_QUESTIONS, "reports/test_page.", "reports/test_page_landed", "reports/test_words")),
    ("connectors/files", ("connectors/test_files", "connectors/test_asked_once")),
    (
        "toolkit/listing",
        ("connectors/test_listing", "connectors/test_reddit.", "connectors/test_app_store", "connectors/test_steam"),
    ),
    ("toolkit/matching", ("connectors/test_reddit.", "connectors/test_steam", "connectors/test_listing")),
    ("night/plan", ("flows/test_plan", "warehouse/test_clock", "flows/test_shared_jobs")),
    ("night/gaps", ("flows/test_plan", "flows/test_ended_channel", "flows/test_shared_jobs")),
)  # fmt: skip
#: Slow, and about something else than what is counted: crashes, servers, browsers, growth, packages. Only where listed.
_OTHER = re.compile(
    r"killed|server|browser|growth|wheel|full_disk|parallel|redact|readme|own_csv|flows/test_(flows|real|cli)"
)
#: How many test files count as near where none is listed.
_NEAR = 4


def nearest(root: Path, file: str) -> list[str]:
    """The test files nearest to a file, the nearest first: those listed, else those that name it most often."""
    listed = next((parts for part, parts in _TESTED_BY if part in file), ())
    tests = _tests(root)
    first = [name for part in listed for name in tests if f"tests/{part}" in name]
    if first:
        return list(dict.fromkeys(first))
    stem = re.escape(Path(file).stem)
    named = sorted(((len(re.findall(rf"\b{stem}\b", text)), name) for name, text in tests.items()), reverse=True)
    return [name for count, name in named if count and not _OTHER.search(name)][:_NEAR] or others(root, file, ())[
        :_NEAR
    ]


def others(root: Path, file: str, without: Sequence[str]) -> list[str]:
    """The other tests of the file's floor and of those above that read what it makes, the short ones first."""
    floors = {"connectors": ("connectors",), "reports": ("reports",), "flows": ("flows",)}
    own = floors.get(file.split("/", 1)[0], ("warehouse", "reports"))
    tests = _tests(root)
    found = [n for n in tests if n.split("/")[1] in own and n not in without and not _OTHER.search(n)]
    return sorted(found, key=lambda name: ("test_base" in name, len(tests[name])))


def listed() -> list[str]:
    """The parts of names of test files that the table holds."""
    return sorted({part for _, parts in _TESTED_BY for part in parts})


@cache
def _tests(root: Path) -> dict[str, str]:
    """Test file to text."""
    names = {p.relative_to(root).as_posix(): p for p in sorted((root / "tests").glob("*/test_*.py"))}
    return {name: p.read_text("utf-8") for name, p in names.items()}
