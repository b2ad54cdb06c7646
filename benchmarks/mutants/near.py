"""Which tests look at which file, the nearest first: a fault is noticed in seconds where they run before the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

#: Each column of what is published, worked out from one small world that these files share.
_WORLD = (
    *(f"test_world_{name}." for name in ("days", "changes", "episodes", "radar", "level", "order")), "test_snapshots",
)  # fmt: skip
_QUESTIONS = ("test_questions_any_rows", "test_questions.", "test_snapshots")
_DETECTOR = (
    *(f"test_trends_{name}." for name in ("rows", "judged", "level", "together", "blocks")), "test_snapshots",
)  # fmt: skip
_REVISIONS = ("test_versions_told", "test_revisions", "test_revised_days", "test_bounds", "test_order")
_COPIES = ("test_guards.", "test_near_copies_compiled", "test_guards_growth")
_FILES = ("test_files", "test_covers", "test_presets", "test_asked_once", "test_conformance")
_LANDING = ("test_bounds", "test_land.", "test_rows", "test_revisions", "test_snapshots")
_CONFIRM = ("test_bounds", "test_confirm", "test_store.", "test_coverage", "test_snapshots")
#: Part of a file's name to the beginnings of the names of its tests, in whatever folder. The first that fits.
_TESTED_BY = (
    # SQL of a landing
    ("sql/landing/rescore", ("test_rescore_statements", "test_rescore", "test_remask")),
    ("sql/landing/clock_", ("test_clock_settled", "test_clock", "test_bounds", "test_order")),
    ("sql/landing/versions", _REVISIONS),
    ("sql/landing/revisions", _REVISIONS),
    ("sql/landing/aliases", ("test_kept_out", "test_erase", "test_land.", "test_order")),
    ("sql/landing/refuse", ("test_refused_bounds", *_LANDING)),
    ("sql/landing/known_scores", ("test_read_statements", "test_second_night", "test_rescore", *_LANDING)),
    ("sql/landing/days/", ("test_read_statements", "test_day_means", *_LANDING)),
    ("sql/landing/batch", ("test_read_statements", *_LANDING, "test_order")),
    ("sql/landing/candidates", ("test_kept_out", *_LANDING, "test_erase")),
    ("sql/landing/gone", ("test_kept_out", *_LANDING, "test_erase")),
    ("sql/landing/", ("test_landing_written", *_LANDING, "test_order", "test_erase", "test_store.")),
    # SQL of the days
    ("sql/aggregates/recompute", ("test_days_computed", "test_bounds", "test_world_days", "test_views")),
    ("sql/aggregates/answers", ("test_answers_condensed", "test_answers", "test_store.", "test_confirm")),
    ("sql/aggregates/rezone", ("test_day_statements", "test_confirm", "test_store.", "test_days")),
    ("sql/aggregates/", ("test_day_statements", *_CONFIRM)),
    # SQL of privacy, alerts, and products under another name
    ("sql/privacy/recheck_", ("test_erasing_statements", "test_reddit_recheck", "test_retention", "test_upkeep")),
    ("sql/privacy/never_asked", ("test_erasing_statements", "test_reddit_recheck", "test_retention", "test_upkeep")),
    ("sql/privacy/left_out", ("test_kept_out", "test_exclude")),
    ("sql/privacy/", ("test_erasing_statements", "test_erase", "test_retention", "test_forget.", "test_upkeep")),
    ("sql/alerts/found", ("test_found", "test_note", "test_deliver")),
    ("sql/alerts/", ("test_outbox_statements", "test_note", "test_deliver")),
    ("sql/store/renamed", ("test_renamed",)),
    # SQL of what is published
    ("sql/publishing/near_copies/", ("test_votes", *_COPIES, *_WORLD)),
    ("sql/publishing/causes/", ("test_causes", "test_episode_causes", *_WORLD)),
    ("sql/publishing/spam/", ("test_spam", *_WORLD)),
    ("sql/answers/", ("test_read_statements", "test_alarms_command", "test_episodes_any_rows")),
    ("sql/publishing/words/", ("test_words_any_rows", "test_words_kept", "test_emerging_words", *_WORLD)),
    ("sql/publishing/base/", ("test_rows", "test_publish", "test_base", *_WORLD)),
    ("views/what_changed", ("test_episodes_any_rows", *_WORLD, "test_trends_judged")),
    ("views/level", ("test_world_level", "test_trends_level", "test_trends_judged")),
    ("views/recover", ("test_world_episodes", "test_revisions")),
    (
        "views/quality/",
        (*_WORLD, "test_views", "test_confirm", "test_cut_short",
         "test_revised_days", "test_clock"),
    ),
    ("views/", (*_WORLD, "test_views", "test_publish")),
    ("insights/bursts", (*_WORLD, "test_guards.")),
    ("insights/emerging_words", ("test_emerging_words", *_WORLD)),
    ("insights/release", ("test_releases", *_WORLD)),
    ("insights/share_of_voice", (*_WORLD, "test_share_of_voice")),
    ("insights/", (*_WORLD, "test_compared", "test_views")),
    ("sql/publishing/publish", (*_WORLD, "test_publish", "test_views")),
    ("reading/worst_words", ("test_worst_any_rows", "test_worst_words", "test_snapshots")),
    ("sql/reading/", ("test_frames", "test_ask", "test_export", *_QUESTIONS)),
    ("sql/trends/points", ("test_trends_statements", *_DETECTOR)),
    ("sql/trends/genuine", ("test_trends_statements", *_DETECTOR)),
    ("sql/trends/", ("test_trends_told", "test_trends_statements", *_DETECTOR)),
    # SQL of reports
    ("alert/alert_quotes", ("test_alert_quotes", "test_alerts.", *_QUESTIONS)),
    ("reports/sql/", (*_QUESTIONS, "test_digest")),
    ("flows/sql/", (*_QUESTIONS, "test_terminal", "test_tables")),
    # Python
    ("warehouse/causes/", ("test_causes", "test_episode_causes", "test_episodes_any_rows")),
    ("warehouse/answers", ("test_alarms_command", "test_digest")),
    ("publishing/spam", ("test_spam", *_WORLD)),
    ("warehouse/trends/replay", ("test_trends_bounds", "test_trends_rows", "test_backtest_command")),
    ("warehouse/trends/", ("test_trends_bounds", "test_trends_steps", *_DETECTOR)),
    ("warehouse/days", ("test_days", "test_bounds", "test_store.")),
    ("aggregates/thin_days", ("test_thin_days_plain", "test_thin_days", "test_confirm")),
    ("aggregates/pending", ("test_base", "test_publish", "test_trends_blocks")),
    ("aggregates/coverage.py", ("test_coverage", "test_confirm", "test_ended_channel")),
    ("warehouse/aggregates/", (*_CONFIRM, "test_answers", "test_ended_channel")),
    ("landing/clock", ("test_noted", "test_clock", "test_bounds")),
    ("landing/rescore", ("test_rescore",)),
    ("landing/known_scores", ("test_noted", "test_second_night", "test_rescore", "test_land.")),
    ("landing/channel_end", ("test_channel_end", "test_ended_channel", "test_store.", "test_confirm")),
    ("landing/runs", ("test_noted", "test_store.")),
    ("landing/windows", ("test_noted", *_LANDING)),
    ("warehouse/landing/", (*_LANDING, "test_store.", "test_channel_end", "test_order")),
    ("privacy/retention", ("test_retention", "test_upkeep")),
    ("publishing/near_copies", (*_COPIES, *_WORLD)),
    ("publishing/publish", (*_WORLD, "test_publish", "test_base")),
    ("reports/digest", ("test_says_to_the_number", *_QUESTIONS, "test_digest")),
    ("charts/", ("test_chart_parts", "test_spark_and_weeks", "test_charts", "test_page.")),
    ("reports/picture", ("test_picture", *_QUESTIONS)),
    ("reports/alert", ("test_alerts.", "test_alert_quotes", *_QUESTIONS)),
    ("reports/", ("test_says_to_the_number", *_QUESTIONS, "test_page.", "test_page_landed", "test_words")),
    ("files/covering", ("test_covering", "test_months_of_apps", "test_covers", "test_files", "test_covered_days")),
    ("files/health", ("test_months_of_apps", "test_told_of_files", "test_covering", "test_files_names", "test_files")),
    ("files/rows", ("test_reach_of_rows", *_FILES)),
    ("files/dates", ("test_reach_of_rows", "test_files_dates", "test_files")),
    ("files/places", ("test_places_named", *_FILES)),
    ("files/options", ("test_spec_and_plan", *_FILES)),
    ("files/columns", ("test_spec_and_plan", *_FILES)),
    ("files/graded", ("test_spec_and_plan", *_FILES)),
    ("files/cast", ("test_spec_and_plan", "test_files_cast", "test_files")),
    (
        "files/report/",
        ("test_inferred", "test_between_files", "test_told_of_files", "test_covering", "test_rhythm", "test_covers",
         "test_files", "test_covered_days"),
    ),
    ("files/guess/", ("test_guess", "test_presets", "test_try", "test_init_table")),
    ("files/presets/", ("test_presets", "test_guess")),
    ("files/values/", ("test_files_values", "test_files_cast", "test_files")),
    ("files/tables/", ("test_files_tables", "test_files_shapes", "test_files_encodings", "test_files")),
    ("files/known", ("test_known_bounds", "test_files_known", "test_files", "test_same_as_a_night")),
    ("connectors/files", _FILES),
    (
        "toolkit/listing",
        ("test_listing", "test_reddit.", "test_app_store", "test_steam"),
    ),
    ("toolkit/matching", ("test_matching", "test_files_names", "test_reddit.")),
    ("night/plan", ("test_plan", "test_clock", "test_shared_jobs")),
    ("night/gaps", ("test_plan", "test_ended_channel", "test_shared_jobs")),
)  # fmt: skip
#: Slow, and about something else than what is counted: crashes, servers, browsers, growth, packages. Only where listed.
_OTHER = re.compile(
    r"killed|server|browser|growth|wheel|full_disk|parallel|redact|readme|own_csv|test_(flows|real|cli|bench)\."
)
#: How many test files count as near where none is listed.
_NEAR = 4


def nearest(root: Path, file: str) -> list[str]:
    """The test files nearest to a file, the nearest first: those listed, else those that name it most often."""
    listed = next((parts for part, parts in _TESTED_BY if part in file), ())
    tests = _tests(root)
    first = [name for part in listed for name in tests if name.rpartition("/")[2].startswith(part)]
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
    """The beginnings of names of test files that the table holds."""
    return sorted({part for _, parts in _TESTED_BY for part in parts})


@cache
def _tests(root: Path) -> dict[str, str]:
    """Test file to text."""
    names = {p.relative_to(root).as_posix(): p for p in sorted((root / "tests").glob("*/**/test_*.py"))}
    return {name: p.read_text("utf-8") for name, p in names.items()}
