"""Nights as a run reports them: each a summary about which something is true."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from backfill_ends import ENDS

from earful.flows.backfilling import report
from earful.flows.cli.commands.nights import runs
from earful.flows.night.summary import Brought, Summary

AT = datetime(2026, 11, 22, tzinfo=UTC)


def _line(channel: str, product: str = "acme", **more: Any) -> Brought:
    return Brought(channel, product, AT - timedelta(1), AT, **{"status": "ok", **more})


def _night(*brought: Brought, **more: Any) -> Callable[[], Summary]:
    return lambda: Summary("1", "nightly", AT, AT + timedelta(seconds=37), brought, "p.duckdb", "p.html", **more)


MADE: dict[str, Callable[[], Summary]] = {
    "all came": _night(
        _line("shop", posts=1204, new=1200, changed=4), _line("forum", posts=20, new=20, note="forum was out on Tuesday")
    ),
    "one of two failed": _night(_line("shop", posts=3, new=3), _line("forum", status="failed", error="forum: 503")),
    "cut short with posts": _night(
        _line("forum", status="failed", error="forum: 503 on page 3", posts=40, new=30), _line("shop", posts=3, new=3)
    ),
    "all failed": _night(_line("forum", status="failed", error="forum: 503")),
    "a question": _night(_line("shop", posts=3, new=3, questions=("asked of day: 01/02 is which?",))),
    "late": _night(_line("shop", posts=3, new=3), _line("forum", posts=1, new=1, late=True)),
    "the night's end": _night(
        _line("shop", posts=3, new=3), _line("forum", status="failed", error="forum: cut", late=True),
        cut="schedule.night_hours = 4 are over", notes=("the clock was set back",),
    ),
    "an alert waits": _night(_line("shop", posts=3, new=3), untold=("ops: slack: 503",)),
    **ENDS,
}  # fmt: skip


def said(store: str, folder: Path) -> str:
    """What the terminal and the UI show."""
    del folder
    summary, out = MADE[store](), StringIO()
    with redirect_stdout(out):
        runs.show(summary)
    return out.getvalue() + "\n" + (summary.markdown() if summary.days is None else report.markdown(summary))
