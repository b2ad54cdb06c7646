"""The flow started by hand, from the Prefect UI's form or ``earful backfill``: two days, products, channels."""

from __future__ import annotations

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State

from earful.flows.choices import ChannelChoice, ProductChoice
from earful.flows.night.gaps import gap_jobs, read_gaps
from earful.flows.night.plan import backfill_jobs
from earful.flows.night.pulls import PULLERS
from earful.flows.night.run import carry_out
from earful.flows.night.summary import Summary


@flow(
    name="backfill",
    description="Pull the given days again: fills gaps, lands what is new or changed, and never doubles a post.",
    task_runner=PULLERS,
    validate_parameters=True,
)
def backfill(
    first_day: date,
    last_day: date,
    products: tuple[ProductChoice, ...] = (),
    channels: tuple[ChannelChoice, ...] = (),
) -> State[Summary]:
    """Pull days again.

    Args:
        first_day: First day, in the reporting time zone.
        last_day: Last day, included.
        products: Only these; empty for all.
        channels: Only these; empty for all.
    """
    return carry_out(
        "backfill",
        lambda settings, _standings, now, _changed: backfill_jobs(
            settings, first_day, last_day, now, products, channels
        ),
    )


@flow(
    name="backfill-gaps",
    description="Ask again for every day that is missing or suspected and that can be fetched (see coverage_gaps).",
    task_runner=PULLERS,
    validate_parameters=True,
)
def backfill_gaps(products: tuple[ProductChoice, ...] = (), channels: tuple[ChannelChoice, ...] = ()) -> State[Summary]:
    """Fill the gaps.

    Args:
        products: Only these; empty for all.
        channels: Only these; empty for all.
    """
    # A run of kind "backfill", as the other: a person asked, which is what confirms a suspect day.
    return carry_out(
        "backfill",
        lambda settings, _standings, now, _changed: gap_jobs(
            settings, read_gaps(settings.published), now, products, channels
        ),
    )
