"""The flow that only writes the published file and the page again, from what has landed."""

from __future__ import annotations

from prefect import flow

from earful.flows.alerts.deliver import targets_of
from earful.flows.config.settings import load
from earful.flows.datafolder.store import opened
from earful.flows.night.tasks import page_task, publish_task
from earful.warehouse.alerts.note import set_targets
from earful.warehouse.trends import set_alarms


@flow(name="publish", description="Write the published DuckDB file and the page again from what has landed.")
def publish() -> str:
    """Publish; returns the path of the file."""
    settings = load()
    with opened(settings, new=True) as store:
        set_alarms(store, settings.alarms.asked, settings.own_alarms)
        set_targets(store, targets_of(settings))
        path = publish_task(store, settings.published)
    page_task(settings, None)
    return str(path)
