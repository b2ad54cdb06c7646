"""Land: posts and scores into the DuckDB store, days computed anew, the published file written aside and moved in.

``open_store`` gives a Store; ``land`` one window into it; ``publish`` writes what POMs open; ``read``
(frames) and ``query`` (SQL) read that.

What is asked for is imported then, and no more: a query needs DuckDB, a landing pandas and Arrow too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earful.warehouse.aggregates.coverage import Standing, union, without
    from earful.warehouse.backups.backup import BackedUp, back_up
    from earful.warehouse.backups.restore import Restored, restore
    from earful.warehouse.errors import QueryError, WarehouseError
    from earful.warehouse.landing.by_day import CameOn
    from earful.warehouse.landing.channel_end import set_ends
    from earful.warehouse.landing.clock import mend_clock
    from earful.warehouse.landing.day_means import DayMean, DayMeans, MeanChange, changed_means, day_means
    from earful.warehouse.landing.known_scores import Found, KnownScores, write_known_scores
    from earful.warehouse.landing.land import Landed, Landing, land
    from earful.warehouse.landing.remask import mask_kept
    from earful.warehouse.landing.remembered import remembered
    from earful.warehouse.landing.renamed import rename_products
    from earful.warehouse.landing.rescore import Pending, Rescored, pending, rescore
    from earful.warehouse.landing.rows import joined, spool
    from earful.warehouse.landing.runs import (
        LOST,
        StoredRun,
        end_lost,
        finish_run,
        last_runs,
        register,
        register_topics,
        standing,
        start_run,
        watermark,
    )
    from earful.warehouse.landing.windows import land_failure, note_pending
    from earful.warehouse.privacy.erase import (
        AllOf,
        Authors,
        Erased,
        Posts,
        channels_of,
        count_erasure,
        erase,
        unfinished,
        unname,
    )
    from earful.warehouse.privacy.exclude import (
        LeftOut,
        count_posts_of,
        excluded_authors,
        leave_out,
        said_of,
        take_in,
    )
    from earful.warehouse.privacy.pseudonyms import forgotten_authors, note_secret
    from earful.warehouse.privacy.recheck import Applied, apply_checks, due, never_asked, overdue
    from earful.warehouse.privacy.retention import apply_retention, sources_with_text
    from earful.warehouse.privacy.rewrite import Rewritten, rewrite
    from earful.warehouse.publishing.publish import Published, publish
    from earful.warehouse.reading.export import Exported, export
    from earful.warehouse.reading.frames import Reading, read
    from earful.warehouse.reading.query import QueryResult, query
    from earful.warehouse.store.store import Store, open_store
    from earful.warehouse.store.upgrade import Upgrade, held_by, missing_migrations, try_upgrade

__all__ = [
    "LOST",
    "AllOf",
    "Applied",
    "Authors",
    "BackedUp",
    "CameOn",
    "DayMean",
    "DayMeans",
    "Erased",
    "Exported",
    "Found",
    "KnownScores",
    "Landed",
    "Landing",
    "LeftOut",
    "MeanChange",
    "Pending",
    "Posts",
    "Published",
    "QueryError",
    "QueryResult",
    "Reading",
    "Rescored",
    "Restored",
    "Rewritten",
    "Standing",
    "Store",
    "StoredRun",
    "Upgrade",
    "WarehouseError",
    "apply_checks",
    "apply_retention",
    "back_up",
    "changed_means",
    "channels_of",
    "count_erasure",
    "count_posts_of",
    "day_means",
    "due",
    "end_lost",
    "erase",
    "excluded_authors",
    "export",
    "finish_run",
    "forgotten_authors",
    "held_by",
    "joined",
    "land",
    "land_failure",
    "last_runs",
    "leave_out",
    "mask_kept",
    "mend_clock",
    "missing_migrations",
    "never_asked",
    "note_pending",
    "note_secret",
    "open_store",
    "overdue",
    "pending",
    "publish",
    "query",
    "read",
    "register",
    "register_topics",
    "remembered",
    "rename_products",
    "rescore",
    "restore",
    "rewrite",
    "said_of",
    "set_ends",
    "sources_with_text",
    "spool",
    "standing",
    "start_run",
    "take_in",
    "try_upgrade",
    "unfinished",
    "union",
    "unname",
    "watermark",
    "without",
    "write_known_scores",
]

#: The same names once more, by the module of this floor that has them.
_PLACES = {
    "aggregates.coverage": "Standing union without",
    "backups.backup": "BackedUp back_up",
    "backups.restore": "Restored restore",
    "errors": "QueryError WarehouseError",
    "landing.by_day": "CameOn",
    "landing.channel_end": "set_ends",
    "landing.clock": "mend_clock",
    "landing.day_means": "DayMean DayMeans MeanChange changed_means day_means",
    "landing.known_scores": "Found KnownScores write_known_scores",
    "landing.land": "Landed Landing land",
    "landing.remask": "mask_kept",
    "landing.remembered": "remembered",
    "landing.renamed": "rename_products",
    "landing.rescore": "Pending Rescored pending rescore",
    "landing.rows": "joined spool",
    "landing.runs": (
        "LOST StoredRun end_lost finish_run last_runs register register_topics standing start_run watermark"
    ),
    "landing.windows": "land_failure note_pending",
    "privacy.erase": "AllOf Authors Erased Posts channels_of count_erasure erase unfinished unname",
    "privacy.exclude": "LeftOut count_posts_of excluded_authors leave_out said_of take_in",
    "privacy.pseudonyms": "forgotten_authors note_secret",
    "privacy.recheck": "Applied apply_checks due never_asked overdue",
    "privacy.retention": "apply_retention sources_with_text",
    "privacy.rewrite": "Rewritten rewrite",
    "publishing.publish": "Published publish",
    "reading.export": "Exported export",
    "reading.frames": "Reading read",
    "reading.query": "QueryResult query",
    "store.store": "Store open_store",
    "store.upgrade": "Upgrade held_by missing_migrations try_upgrade",
}
_PLACE = {name: module for module, names in _PLACES.items() for name in names.split()}

if not TYPE_CHECKING:  # a type checker reads the imports above, and would take any name for one of ours

    def __getattr__(name: str) -> object:
        if name not in _PLACE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_PLACE[name]}"), name)
        globals()[name] = found  # asked once
        return found
