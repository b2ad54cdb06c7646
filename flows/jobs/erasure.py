"""The end of every erasure: file, page, digest and spool without it, then the store's bytes. Without Prefect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from earful.flows.config.settings import Settings
from earful.flows.datafolder.spool import sweep
from earful.flows.errors import Exit, UserError
from earful.flows.jobs.page import make_page
from earful.flows.process.waiting import say_waiting
from earful.reports.data import Unreadable
from earful.reports.digest import files_of, write_digest
from earful.warehouse import Store, publish, rewrite, sources_with_text
from earful.warehouse.files.atomic import exclusive, remove_left

#: What to do where a file could not be written on the way.
AGAIN = "run this again, it finishes"


@dataclass(frozen=True, slots=True)
class Finished:
    """What the end of an erasure found: sizes of the store's file in bytes, and runs whose spool still holds posts."""

    before: int
    after: int
    at_work: int

    def caveat(self) -> str:
        """What is left to say, or ""."""
        if not self.at_work:
            return ""
        return (
            "a run is at work: it leaves out what was erased when it lands, and what it has pulled so far "
            "goes from the spool folder when it ends"
        )


def finish(settings: Settings, store: Store) -> Finished:
    """Publish, write page and digest anew, sweep, and rewrite the store: last, since only that calls erasures finished.

    The store stays held throughout: what another run erases meanwhile is not called finished by us.
    """
    publish(store, settings.published)
    make_page(settings, AGAIN, store)
    rewrite_digest(settings)
    swept = sweep(settings.data)
    size = rewrite(store, datetime.now(UTC))
    return Finished(size.before, size.after, swept.at_work)


def rewrite_digest(settings: Settings) -> None:
    """Write the digest again where there is one: its terms, names and numbers are those of what is published now.

    Removes what killed writers of digest and page left. Raises UserError in one line.
    """
    files = files_of(settings.data)
    try:
        remove_unfinished(settings)
        if any(file.exists() for file in files):
            write_digest(settings.published, settings.data, waiting=say_waiting)
    except Unreadable as error:
        raise UserError(str(error), Exit.WAREHOUSE) from None
    except OSError as error:
        raise UserError(f"{files[0]}: {error.strerror or error}; {AGAIN}", Exit.WAREHOUSE) from None


def remove_unfinished(settings: Settings) -> None:
    """Remove what killed writers of digest and page left: it holds words. Raises OSError."""
    with exclusive(settings.data, waiting=say_waiting) as alone:
        # Where the file system knows no locks, it may be a living one's.
        for file in (settings.page, *files_of(settings.data)) if alone else ():
            remove_left(file)


def retention_days(settings: Settings, store: Store) -> dict[str, int]:
    """Days that text is kept, for every source that is configured or has any: dropping a channel keeps no words."""
    configured: dict[str, list[str]] = {}
    for channel in settings.channels:
        configured.setdefault(channel.source, []).append(channel.connector)
    sources = {*configured, *sources_with_text(store)}
    return {source: settings.retention.days_of(source, configured.get(source, ())) for source in sources}
