"""The weekly flow that tells the week in words, to files and to whoever is named."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from earful.flows.config.settings import load
from earful.flows.errors import UserError
from earful.flows.jobs.digest import DigestSent, tell


@flow(
    name="digest",
    description="The week in words, from the published file: beside the page, and sent where [digest] names a target.",
)
def digest() -> State[DigestSent]:
    """Tell. The state's data is what was told, or the error that ended it."""
    try:
        told = tell(load())
    except UserError as error:
        get_run_logger().error("%s", error)
        return Failed(message=str(error), data=error)
    # Prefect's database is out of reach of `forget`: the terms that people wrote stay in the files.
    where = f"In `{told.markdown}` and `{told.html}`."
    create_markdown_artifact(key="digest", markdown=f"**{told.digest.subject}**\n\n{where}")
    said = told.digest.subject + (f"; sent to {told.sent}" if told.sent else "; not sent: [digest] names no target")
    return Completed(message=said, data=told)
