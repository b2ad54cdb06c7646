"""Land: posts and scores into the DuckDB store, days computed anew, the published file written aside and moved in.

``open_store`` gives a Store; ``land`` one window into it; ``publish`` writes what POMs open; ``read``
(frames) and ``query`` (SQL) read that.
"""

from warehouse.ask import Answer, query
from warehouse.backup import BackedUp, back_up
from warehouse.checks import Applied, apply_checks, due, overdue, unasked
from warehouse.clock import mend_clock
from warehouse.coverage import Standing, union, without
from warehouse.ends import set_ends
from warehouse.erase import AllOf, Authors, Erased, Posts, channels_of, count_erasure, erase, unfinished, unname
from warehouse.errors import QueryError, WarehouseError
from warehouse.export import Exported, export
from warehouse.frames import Reading, read
from warehouse.land import Landed, Landing, land
from warehouse.pseudonyms import forgotten_authors, note_secret
from warehouse.publish import Published, publish
from warehouse.rescore import Pending, Rescored, pending, rescore
from warehouse.restore import Restored, restore
from warehouse.retention import apply_retention, sources_with_text
from warehouse.rewrite import Rewritten, rewrite
from warehouse.rows import joined, spool
from warehouse.runs import LOST, end_lost, finish_run, register, standing, start_run, watermark
from warehouse.store import Store, open_store
from warehouse.windows import land_failure, note_pending

__all__ = [
    "LOST",
    "AllOf",
    "Answer",
    "Applied",
    "Authors",
    "BackedUp",
    "Erased",
    "Exported",
    "Landed",
    "Landing",
    "Pending",
    "Posts",
    "Published",
    "QueryError",
    "Reading",
    "Rescored",
    "Restored",
    "Rewritten",
    "Standing",
    "Store",
    "WarehouseError",
    "apply_checks",
    "apply_retention",
    "back_up",
    "channels_of",
    "count_erasure",
    "due",
    "end_lost",
    "erase",
    "export",
    "finish_run",
    "forgotten_authors",
    "joined",
    "land",
    "land_failure",
    "mend_clock",
    "note_pending",
    "note_secret",
    "open_store",
    "overdue",
    "pending",
    "publish",
    "query",
    "read",
    "register",
    "rescore",
    "restore",
    "rewrite",
    "set_ends",
    "sources_with_text",
    "spool",
    "standing",
    "start_run",
    "unasked",
    "unfinished",
    "union",
    "unname",
    "watermark",
    "without",
]
