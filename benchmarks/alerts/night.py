"""One night of the trial, in a process that may be killed at any moment: episodes land, and what waits is sent."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from earful.flows.alerts import deliver as delivering
from earful.flows.alerts.deliver import deliver, targets_of
from earful.flows.config.settings import load
from earful.flows.datafolder.store import opened
from earful.warehouse.alerts.note import note_alerts, set_targets
from earful.warehouse.statements import count

#: The night of the trial's first day.
FIRST = datetime(2026, 6, 10, 4, 30, tzinfo=UTC)
#: An attempt waits so long, that a trial ends in minutes. Seconds.
ATTEMPT_SECONDS = 0.6
#: Episodes that one transaction lands.
_BATCH = 5


def night(config: Path, number: int, episodes: int, environment: dict[str, str], gate: int) -> None:
    """Night ``number``, a day after the one before. Says through ``gate`` (a pipe) that it begins."""
    os.environ.update(environment)
    delivering.ATTEMPT_SECONDS = ATTEMPT_SECONDS
    settings = load(config)
    now = FIRST + timedelta(days=number)
    os.write(gate, b".")
    with opened(settings, new=True) as store:
        set_targets(store, targets_of(settings))
    while _land(config, episodes, now):
        pass
    deliver(settings, now=lambda: now)


def _land(config: Path, episodes: int, now: datetime) -> bool:
    """Some verdicts, written and noted in one transaction, as publish has it; whether more are left."""
    settings = load(config)
    with opened(settings) as store, store.transaction() as con:
        there = count(con, "select count(distinct episode) from verdicts")
        for product in range(there, min(there + _BATCH, episodes)):
            con.execute(
                "insert into verdicts (day, product, slice_kind, channel, market, topic, app_version, metric, n,"
                " baseline_n, baseline_days, verdict, alarm, episode, reason)"
                " values ($day, $product, 'product', '', '', '', '', 'sentiment', 9, 9, 9, 'worse', true,"
                " $episode, '')",
                {"day": now.date(), "product": f"p{product}", "episode": f"p{product} {now.date()} worse"},
            )
        note_alerts(con, now, now.date())
        return there + _BATCH < episodes
