"""Tables and views lie in the order that their files say, whoever reads them without one of his own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from world import World

#: The columns of each order, the largest first where "-" stands before them; what is missing comes last.
ORDERS = {
    # what is written every night
    "coverage_daily": "product day channel",
    "products": "product",
    "channels": "channel",
    "topics": "topic",
    "coverage": "landed_at channel product asked_from",
    "revisions": "product day seen_at",
    "day_changes": "product day seen_at",
    # the base
    "daily": "product day channel market",
    "daily_version": "product day channel app_version",
    "daily_topic": "product day channel topic",
    "verdicts": "product slice_kind channel market topic app_version metric day",
    # views and what is computed
    "asked_days": "day product channel",
    "by_market": "product source -posts market",
    "by_topic": "product impact topic",
    "by_version": "product -last_day -first_day -app_version",
    "coverage_gaps": "product channel gap_from",
    "freshness": "product channel",
    "nps_daily": "day product",
    "revised_days": "-seen_on -day product reason",
    "recovered": "-recovered_at product channel post_id",
    "recovery": "product",
    "episode_causes": "episode rank",
    "what_moved": "episode dimension contribution value",
    "daily_sentiment": "day product",
    "trend": "product day",
    "bursts": "product -last_day -posts kind text",
    "nps_topics": "product -nps_count topic",
    "robust_daily": "product day",
    "emerging_words": "product -first_day episode -direction rank",
    "calibration": "channel -rated language against",
    "releases": "product -day release",
    "incidents": "product day name",
    "release_effect": "product -day release scope -posts_after topic",
    "share_of_voice": "day product",
    "nps_summary": "product",
    "this_week": "-own product",
    "weakness_radar": "product competitor rank topic",
    "worst_posts": "compound -day product channel post_id",
}


def key(columns: str) -> Callable[[dict[str, Any]], Any]:
    def number(value: Any) -> Any:
        value = value.timestamp() if isinstance(value, datetime) else value
        return value.toordinal() if isinstance(value, date) else value

    def of(row: dict[str, Any]) -> list[Any]:
        out = []
        for column in columns.split():
            value = number(row[column.removeprefix("-")])
            if column.startswith("-"):
                value = [-ord(c) for c in value] if isinstance(value, str) else None if value is None else -value
            out.append((value is None, value if value is not None else 0))
        return out

    return of


@pytest.mark.parametrize("table", ORDERS)
def test_rows_lie_in_order(world: World, table: str) -> None:
    keys = [key(ORDERS[table])(row) for row in world.ask(f"from {table}")]
    assert keys == sorted(keys)
    assert len(keys) > 1
