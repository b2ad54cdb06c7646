"""The flow that sends the alerts that wait: at the end of quiet hours, and by hand."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from earful.flows.alerts.deliver import Sent
from earful.flows.config.settings import load
from earful.flows.errors import UserError
from earful.flows.jobs.alerts import send_waiting
from earful.flows.process.one_line import failed
from earful.warehouse import WarehouseError


@flow(name="alerts", description="Send the alerts that wait: after quiet hours, or what a target did not take.")
def alerts() -> State[Sent]:
    """Send. The state's data is what was sent, or the error that ended it."""
    try:
        done = send_waiting(load())
    except (UserError, WarehouseError) as error:
        get_run_logger().error("%s", error)
        return failed(str(error), error)
    said = "; ".join([done.sent_line or "nothing to send", *done.failed])
    return Completed(message=said, data=done) if done.ok else failed(said, done)
