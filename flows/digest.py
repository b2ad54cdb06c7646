"""The weekly flow that writes the week in words, to files and to whoever is named."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from earful.flows.config.settings import load
from earful.flows.errors import UserError
from earful.flows.jobs.digest import DigestSent, send_digest
from earful.flows.process.one_line import failed


@flow(
    name="digest",
    description="The week in words, from the published file: beside the page, and sent where [digest] names a target.",
)
def digest() -> State[DigestSent]:
    """Write and send. The state's data is what was sent, or the error that ended it."""
    try:
        done = send_digest(load())
    except UserError as error:
        get_run_logger().error("%s", error)
        return failed(str(error), error)
    # Prefect's database is out of reach of `forget`: the terms that people wrote stay in the files.
    where = f"In `{done.markdown}` and `{done.html}`."
    create_markdown_artifact(key="digest", markdown=f"**{done.digest.subject}**\n\n{where}")
    said = done.digest.subject + (f"; sent to {done.sent}" if done.sent else "; not sent: [digest] names no target")
    return Completed(message=said, data=done)
