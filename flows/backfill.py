"""The flows started by hand, from the Prefect UI's form or ``earful backfill``: two days, products, channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from earful.flows.backfilling.report import markdown
from earful.flows.backfilling.shown import shown
from earful.flows.choices import ChannelChoice, ProductChoice
from earful.flows.config.settings import Settings, load
from earful.flows.errors import UserError
from earful.flows.jobs import rescoring
from earful.flows.night.gaps import NOTHING, gap_jobs, read_gaps, within
from earful.flows.night.plan import Job, asked, backfill_jobs, headline
from earful.flows.night.pulls import PULLERS
from earful.flows.night.run import carry_out
from earful.flows.night.summary import Summary
from earful.flows.process.one_line import failed
from earful.warehouse import WarehouseError


@flow(
    name="backfill",
    description="Pull the given days again: fills gaps, lands what is new or changed, and never doubles a post.",
    task_runner=PULLERS,
    validate_parameters=True,
)
def backfill(
    first_day: date,
    last_day: date,
    products: tuple[ProductChoice, ...] = (),
    channels: tuple[ChannelChoice, ...] = (),
    only_missing: bool = False,
    score_again: bool = False,
    preview: bool = False,
) -> State[Any]:
    """Pull days again; the state's data is a Summary. With ``preview`` nothing is pulled, and the data is what is said.

    Args:
        first_day: The earliest day to ask for again, in the reporting time zone.
        last_day: The latest, included; the same day for one day alone.
        products: Only these; leave it empty for all.
        channels: Only these; leave it empty for all.
        only_missing: Of these days ask only for those that are missing or suspected (see coverage_gaps).
        score_again: First score again, of all days, every kept post that other rules than the present have scored, as
            `earful rescore` does. What is pulled is scored in any case.
        preview: Only say what would be asked, and pull nothing.
    """

    def wanted(settings: Settings, now: datetime) -> list[Job]:
        jobs = backfill_jobs(settings, first_day, last_day, now, products, channels)
        if not only_missing:
            return jobs
        return gap_jobs(settings, within(read_gaps(settings.published), first_day, last_day), now, products, channels)

    if preview:
        return _preview(wanted, score_again=score_again)
    try:
        settings = load()
        wanted(settings, datetime.now(UTC))  # what cannot be asked ends it before anything is scored
        again = rescoring.score_again(settings).lines() if score_again else []
    except (UserError, WarehouseError) as error:
        get_run_logger().error("%s", error)
        return failed(str(error), error)
    for line in again:
        get_run_logger().info("%s", line)

    def said(summary: Summary) -> str:
        first = f"Before the days were asked for: {'; '.join(again)}.\n\n" if again else ""
        return first + markdown(summary)

    with shown():
        return carry_out(
            "backfill", lambda settings, _standings, now, _changed: _said(settings, wanted(settings, now)), said
        )


def _said(settings: Settings, jobs: Sequence[Job]) -> list[Job]:
    for line in asked(settings, jobs) or [NOTHING]:
        get_run_logger().info("asks %s", line)
    return list(jobs)


def _preview(wanted: Callable[[Settings, datetime], list[Job]], *, score_again: bool) -> State[Any]:
    try:
        settings = load()
        jobs = wanted(settings, datetime.now(UTC))
    except (UserError, WarehouseError) as error:
        get_run_logger().error("%s", error)
        return failed(str(error), error)
    first = "what other rules have scored would be scored again; then " if score_again else ""
    said = f"preview: {first}{headline(settings, jobs) if jobs else NOTHING}; nothing was pulled"
    lines = "\n".join(f"- {line}" for line in asked(settings, jobs))
    create_markdown_artifact(key="backfill-preview", markdown=f"{said}\n\n{lines}")
    return Completed(message=said, data=said)


@flow(
    name="backfill-gaps",
    description="Ask again for every day that is missing or suspected and that can be fetched (see coverage_gaps).",
    task_runner=PULLERS,
    validate_parameters=True,
)
def backfill_gaps(products: tuple[ProductChoice, ...] = (), channels: tuple[ChannelChoice, ...] = ()) -> State[Summary]:
    """Fill the gaps.

    Args:
        products: Only these; leave it empty for all.
        channels: Only these; leave it empty for all.
    """
    # A run of kind "backfill", as the other: a person asked, which is what confirms a suspect day.
    with shown():
        return carry_out(
            "backfill",
            lambda settings, _standings, now, _changed: gap_jobs(
                settings, read_gaps(settings.published), now, products, channels
            ),
            markdown,
        )
