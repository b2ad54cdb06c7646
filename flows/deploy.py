"""The deployments, made from Python so that they work from a wheel; ``prefect.yaml`` says the same for a checkout."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow
from prefect.schedules import Cron, Schedule
from prefect.types.entrypoint import EntrypointType

from flows.backfill import backfill
from flows.nightly import nightly
from flows.publish import publish
from flows.settings import CONFIG_ENV, Settings

POOL = "earful"


def deploy(settings: Settings) -> list[tuple[str, str]]:
    """Make the work pool and the three deployments; gives (name, when) of each. Needs PREFECT_API_URL."""
    asyncio.run(_pool())
    when = f"{settings.schedule.nightly} {settings.time_zone}"
    schedule = Cron(settings.schedule.nightly, timezone=settings.time_zone)
    flows: list[tuple[Flow[..., Any], str]] = [(nightly, when), (backfill, "by hand"), (publish, "by hand")]
    made = []
    for flow, says in flows:
        _deployment(flow, settings, schedule if flow is nightly else None).apply(work_pool_name=POOL)
        made.append((f"{flow.name}/{flow.name}", says))
    return made


def _deployment(flow: Flow[..., Any], settings: Settings, schedule: Schedule | None) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        flow,
        name=flow.name,
        schedule=schedule,
        tags=["earful"],
        description=flow.description,
        # One run of a kind at a time: the second waits in the queue instead of pulling the same things.
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
        job_variables={
            "env": {
                CONFIG_ENV: str(settings.file),
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "PATH": os.environ.get("PATH", ""),
            },
            "working_dir": str(settings.root),
        },
    )


async def _pool() -> None:
    async with get_client() as client:
        try:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        except ObjectAlreadyExists:
            return
