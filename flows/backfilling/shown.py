"""How far a run is, in Prefect's pages: a progress artifact of its flow run, kept up to date by a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.runtime import flow_run

from earful.flows.backfilling.pace import Pace
from earful.flows.night import progress

KEY = "backfill-progress"
#: What changed is shown so many seconds later at most. Each showing is two writes in Prefect's database.
EVERY = 3.0
#: So long a server that does not answer may hold up the run's end. Seconds.
PATIENCE = 10.0


@contextmanager
def shown() -> Iterator[None]:
    """Listen to the run inside, beside whoever listens already, and show how far it is. For use inside a flow."""
    pace, ended, before = Pace(), Event(), progress.listener
    artifact = _Artifact(pace, UUID(str(flow_run.id)))
    # The server's address and who we are hang on Prefect's context, which a new thread would not have.
    thread = Thread(target=copy_context().run, args=(artifact.keep, ended), name="backfill-progress", daemon=True)
    progress.listener = progress.Both(before, pace)
    thread.start()
    try:
        yield
    finally:
        progress.listener = before
        ended.set()
        thread.join(PATIENCE)


class _Artifact:
    """Made when it is known what is asked; a run that was refused before has none."""

    def __init__(self, pace: Pace, run: UUID) -> None:
        self._pace = pace
        self._run = run
        self._id: UUID | None = None
        self._said = ""
        self._warned = False

    def keep(self, ended: Event) -> None:
        """Show what changed every few seconds, and once more at the end."""
        # A client of its own: that of the flow serves the flow's thread.
        with get_client({"timeout": PATIENCE}, sync_client=True) as client:
            over = False
            while not over:
                over = ended.wait(EVERY if self._id else EVERY / 6)
                if self._pace.begun:
                    self._show(client, over=over)

    def _show(self, client: SyncPrefectClient, *, over: bool) -> None:
        said = self._pace.line(ended=over)
        if said == self._said:
            return
        # The page and the file are still to come when the last question is done.
        share = self._pace.share * 100
        share = share if over else min(share, 99.0)
        try:
            if self._id is None:
                made = ArtifactCreate(
                    key=KEY, type="progress", flow_run_id=self._run, data=share, description=said
                )  # fmt: skip
                self._id = client.create_artifact(made).id
            else:
                client.update_artifact(self._id, ArtifactUpdate(data=share, description=said))
            self._said = said
        except httpx.HTTPError as error:  # the run itself goes on; tried again with the next change
            if not self._warned:
                self._warned = True
                get_run_logger().warning("how far the run is cannot be shown now: %s", type(error).__name__)
