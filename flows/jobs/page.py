"""The page, made anew of what is published: one way, and one line for what can go wrong. Without Prefect."""

from __future__ import annotations

from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.errors import Exit, UserError
from earful.flows.process.waiting import say_waiting
from earful.flows.state.lines import standing
from earful.reports.data import Unreadable
from earful.reports.page import write_page
from earful.warehouse import Store


def make_page(settings: Settings, otherwise: str, store: Store | None = None, *, stands: bool = True) -> Path:
    """Write the page and return its path. ``store``: where who calls has it open.

    ``stands``: with how the nights stand.


    Raises UserError for a published file that cannot be read, and for a page that cannot be written: ``otherwise`` says
    then how things are, or what to do.
    """
    try:
        hours = settings.schedule.stale_hours
        how = standing(settings, store) if stands else None
        return write_page(settings.published, settings.page, stale_hours=hours, standing=how, waiting=say_waiting)
    except Unreadable as error:
        raise UserError(str(error), Exit.WAREHOUSE) from None
    except OSError as error:
        raise UserError(f"{settings.page}: {error.strerror or error}; {otherwise}", Exit.WAREHOUSE) from None
