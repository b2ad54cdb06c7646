"""The daily flow that keeps promises: words past retention go, and so does what was deleted at its service."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from earful.flows.config.settings import load
from earful.flows.errors import UserError
from earful.flows.jobs.upkeep import Upkept, keep_up
from earful.flows.process.one_line import failed
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
        return failed(str(error), error)
    create_markdown_artifact(key="upkeep-summary", markdown=f"**upkeep**: {done.headline()}.\n\n{done.caveat}")
    return Completed(message=done.headline(), data=done) if done.ok else failed(done.headline(), done)
