"""Land: posts and scores into the DuckDB store, days computed anew, the published file written aside and moved in.

``open_store`` gives a Store; ``land`` one window into it; ``publish`` writes what POMs open; ``query`` reads that.
"""

from warehouse.errors import WarehouseError
from warehouse.land import Landed, Landing, land, land_failure
from warehouse.publish import Published, publish
from warehouse.read import Answer, query
from warehouse.rescore import Pending, Rescored, pending, rescore
from warehouse.retention import apply_retention
from warehouse.rows import joined, spool
from warehouse.runs import finish_run, register, start_run, watermark
from warehouse.store import Store, open_store

__all__ = [
    "Answer",
    "Landed",
    "Landing",
    "Pending",
    "Published",
    "Rescored",
    "Store",
    "WarehouseError",
    "apply_retention",
    "finish_run",
    "joined",
    "land",
    "land_failure",
    "open_store",
    "pending",
    "publish",
    "query",
    "register",
    "rescore",
    "spool",
    "start_run",
    "watermark",
]
