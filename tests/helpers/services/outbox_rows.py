"""Messages put into an outbox by hand, of the episode that landed_world tells of."""

from __future__ import annotations

from datetime import date, datetime

from earful.flows.alerts.deliver import targets_of
from earful.flows.config.settings import Settings
from earful.flows.datafolder.store import opened
from earful.warehouse.alerts.note import set_targets

BAD = "orbit 2026-05-11 worse"


def put_alert(
    settings: Settings, *, subject: str = BAD, kind: str = "worse", what: str = "new", number: int = 0
) -> str:
    """Put one message into the outbox of every target; the message's id for the first."""
    first = ""
    with opened(settings) as store:
        set_targets(store, targets_of(settings))
        for target in settings.alerts:
            message = f"m{number:03}-{target.name}"
            first = first or message
            store.con.execute(
                "insert into alerts select ?, ?, ?, ?, ?, ?, ?, 1, 'open', '3 days are missing', ?, null"
                " where not exists (from alerts where alert = ?)",
                [
                    f"a{number}-{target.name}", target.name, kind, "orbit", subject, date(2026, 5, 11),
                    date(2026, 5, 19), datetime(2026, 5, 20), f"a{number}-{target.name}",
                ],
            )  # fmt: skip
            store.con.execute(
                "insert into alert_outbox (message, target, alert, what, queued_at, status, attempts)"
                " values (?, ?, ?, ?, ?, 'due', 0)",
                [message + what, target.name, f"a{number}-{target.name}", what, datetime(2026, 5, 20, 1, number % 60)],
            )
    return first + what
