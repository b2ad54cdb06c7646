"""Which secret the pseudonyms were made with, so that a change of it is never silent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from earful.warehouse.days import utc_naive
from earful.warehouse.privacy.erase import Erased, note
from earful.warehouse.statements import count
from earful.warehouse.store.store import Store

KNOWN = "new secret; authors are recognised as they are met"
UNKNOWN = "new secret; authors from before are others"


def note_secret(store: Store, present: str, former: Collection[str], now: datetime) -> str | None:
    """Record the fingerprint of the present secret; what it means where it is another than the last, else None.

    Either way ``erasures`` gets a row of kind "secret". With the last one among ``former``, posts are given their new
    pseudonyms as their authors are met; without, who wrote before counts as another author from here on.
    """
    with store.transaction() as con:
        rows = con.execute("select fingerprint from secrets order by since desc, rowid desc limit 1").fetchall()
        last = rows[0][0] if rows else None
        if last == present:
            return None
        con.execute("insert into secrets values ($present, $now)", {"present": present, "now": utc_naive(now)})
        if last is None:
            return None
        says = KNOWN if last in former else UNKNOWN
        note(con, "secret", says, now, Erased())
    return says


def forgotten_authors(store: Store) -> int:
    """How many pseudonyms are kept out."""
    return count(store.con, "select count(*) from forgotten_authors")
