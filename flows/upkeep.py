"""The daily flow that keeps promises: words past retention go, and so does what was deleted at its service."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from earful.flows.config.settings import load
from earful.flows.errors import UserError
from earful.flows.jobs.upkeep import Upkept, keep_up
from earful.warehouse import WarehouseError


@flow(
    name="upkeep",
    description="Drop words past their retention, remove what was deleted at its service, publish, and leave no byte.",
)
def upkeep() -> State[Upkept]:
    """Keep up. The state's data is what was done, or the error that ended it."""
    try:
        done = keep_up(load())
    except (UserError, WarehouseError) as error:
        get_run_logger().error("%s", error)
        return Failed(message=str(error), data=error)
    create_markdown_artifact(key="upkeep-summary", markdown=f"**upkeep**: {done.headline()}.\n\n{done.caveat}")
    return (Completed if done.ok else Failed)(message=done.headline(), data=done)
