"""The deployments, made from Python so that they work from a wheel; ``prefect.yaml`` says the same for a checkout."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow
from prefect.schedules import Cron, Schedule
from prefect.types.entrypoint import EntrypointType

from earful.flows.backfill import backfill, backfill_gaps
from earful.flows.choices import titled
from earful.flows.config.settings import CONFIG_ENV, Settings
from earful.flows.digest import digest
from earful.flows.nightly import nightly
from earful.flows.publish import publish
from earful.flows.send_alerts import alerts
from earful.flows.server.prefect_settings import POOL
from earful.flows.upkeep import upkeep


def deploy(settings: Settings) -> list[tuple[str, str]]:
    """Make the work pool and the deployments; gives (name, when) of each. Needs PREFECT_API_URL."""
    asyncio.run(_pool())
    flows: list[tuple[Flow[..., Any], str | None]] = [
        (nightly, settings.schedule.nightly),
        (upkeep, settings.schedule.upkeep),
        (digest, settings.schedule.digest),
        (backfill, None),
        (backfill_gaps, None),
        (publish, None),
        (alerts, _after_quiet_hours(settings)),
    ]
    made = []
    for flow, cron in flows:
        schedule = Cron(cron, timezone=settings.time_zone) if cron else None
        _deployment(flow, settings, schedule).apply(work_pool_name=POOL)
        made.append((f"{flow.name}/{flow.name}", f"{cron} {settings.time_zone}" if cron else "by hand"))
    return made


def _after_quiet_hours(settings: Settings) -> str | None:
    """When alerts that waited are sent: once in each hour in which quiet hours end, when they have ended."""
    ends = [target.quiet_until for target in settings.alerts if target.quiet_until]
    hours = ",".join(map(str, sorted({each.hour for each in ends})))
    return f"{max(each.minute for each in ends)} {hours} * * *" if ends else None


def _deployment(flow: Flow[..., Any], settings: Settings, schedule: Schedule | None) -> RunnerDeployment:
    made = RunnerDeployment.from_flow(
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
            # Without a command of ours Prefect writes the flow's whole environment into a temporary file, and the flow
            # lives on when its worker is killed: our module ends it when the pipe to the worker closes.
            "command": shlex.join([sys.executable, "-P", "-m", "earful.flows.process.child", "prefect.engine"]),
        },
    )
    titled(made._parameter_openapi_schema.properties)  # noqa: SLF001 - from_flow takes no schema
    return made


async def _pool() -> None:
    async with get_client() as client:
        try:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        except ObjectAlreadyExists:
            return
