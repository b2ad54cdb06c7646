"""The scheduled flow: everything new since the last night, for every product and channel."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from earful.flows.choices import ChannelChoice, ProductChoice
from earful.flows.night.plan import nightly_jobs
from earful.flows.night.pulls import PULLERS
from earful.flows.night.run import carry_out
from earful.flows.night.summary import Summary


@flow(
    name="nightly",
    description="Pull what is new since the last night, score it, land it and publish the file POMs query.",
    task_runner=PULLERS,
    validate_parameters=True,
)
def nightly(products: tuple[ProductChoice, ...] = (), channels: tuple[ChannelChoice, ...] = ()) -> State[Summary]:
    """Run one night.

    Args:
        products: Only these; empty for all.
        channels: Only these; empty for all that are switched on.
    """
    return carry_out(
        "nightly",
        lambda settings, standings, now, changed: nightly_jobs(settings, standings, now, products, channels, changed),
    )
