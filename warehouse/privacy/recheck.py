"""Which posts to ask their service about again, and what follows from its answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from earful.warehouse.days import utc_naive
from earful.warehouse.privacy.erase import Posts, erase, unname
from earful.warehouse.statements import count, text
from earful.warehouse.store.store import Store

#: Asked about (or pulled) so recently, a post is not asked about again.
_FRESH = timedelta(hours=6)
#: What was deleted at its service has to be gone here within this time.
WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Applied:
    """What followed from an answer: posts erased, posts that lost their pseudonym; a post of two products twice."""

    gone: int = 0
    unnamed: int = 0


def due(store: Store, channel: str, now: datetime, most: int) -> list[str]:
    """Ids to ask about, ``most`` at most: those whose words are kept first, then those not asked about for longest."""
    asked = {"channel": channel, "before": utc_naive(now - _FRESH), "most": most}
    return [post_id for (post_id,) in store.con.execute(text("privacy/recheck_due"), asked).fetchall()]


def overdue(store: Store, channel: str, now: datetime) -> int:
    """Posts that nobody has looked at for a day."""
    return count(store.con, text("privacy/recheck_overdue"), {"channel": channel, "before": utc_naive(now - WITHIN)})


def never_asked(store: Store, sources: Collection[str], channels: Collection[str]) -> dict[str, int]:
    """Posts by channel that came from one of ``sources``, in channels other than those named."""
    asked = {"sources": sorted(sources), "channels": sorted(channels)}
    return dict(store.con.execute(text("privacy/never_asked"), asked).fetchall())


def apply_checks(
    store: Store,
    channel: str,
    *,
    asked: Collection[str],
    gone: Collection[str],
    unnamed: Collection[str],
    now: datetime,
) -> Applied:
    """Erase what the service says is gone, take pseudonyms off where the account is, and note who was asked about.

    Gone posts stay out in the versions up to ``now``: a version edited later may come again.
    """
    erased = unnamed_posts = 0
    if gone:
        ids = tuple(sorted(gone))
        erased = erase(store, Posts(channel, ids), kind="gone", why="deleted there", now=now, for_good=False).posts
    if unnamed:
        unnamed_posts = unname(store, channel, tuple(sorted(unnamed)), now).posts
    standing = sorted(set(asked) - set(gone))
    with store.transaction() as con:
        con.register("asked", pa.table({"post_id": pa.array(standing, pa.string())}))
        try:
            con.execute(
                "delete from checks where channel = $channel and post_id in (select post_id from asked)",
                {"channel": channel},
            )
            con.execute(
                "insert into checks select $channel, post_id, cast($now as timestamp) from asked",
                {"channel": channel, "now": utc_naive(now)},
            )
        finally:
            con.unregister("asked")
    return Applied(erased, unnamed_posts)
