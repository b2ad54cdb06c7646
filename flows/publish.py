"""The flow that only writes the published file and the page again, from what has landed."""

from __future__ import annotations

from prefect import flow

from flows.run import opened
from flows.settings import load
from flows.tasks import page_task, publish_task
from warehouse.trends import set_budget


@flow(name="publish", description="Write the published DuckDB file and the page again from what has landed.")
def publish() -> str:
    """Publish; returns the path of the file."""
    settings = load()
    with opened(settings) as store:
        set_budget(store, settings.alarms.per_year)
        path = publish_task(store, settings.published)
    page_task(settings)
    return str(path)
