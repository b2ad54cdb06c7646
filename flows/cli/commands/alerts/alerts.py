"""What ``earful alerts`` shows of its jobs."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

from rich.table import Table

from earful.flows.config.settings import load
from earful.flows.errors import Exit
from earful.flows.jobs.alerts import list_alerts, send_waiting, try_targets
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal


def run_test(config: Path | None, names: list[str], *, json: bool) -> int:
    """``earful alerts test``."""
    tried = try_targets(load(config), names)
    failed = [each for each in tried if each.why]
    if json:
        found = [{"target": t.target, "kind": t.kind, "taken": not t.why, "why": t.why or None} for t in tried]
        print(jsonlib.dumps({"ok": not failed, "targets": found}))  # noqa: T201
    else:
        out = Terminal(highlight=False, soft_wrap=True)
        for each in tried:
            said = f"did not take it: {each.why}" if each.why else "took it; look whether it is shown there"
            out.print(f"{each.target} ({each.kind}) {said}", markup=False)
    return Exit.UNREADY if failed else Exit.OK


def run_list(config: Path | None, days: int, *, json: bool) -> int:
    """``earful alerts list``."""
    rows = list_alerts(load(config), days)
    if json:
        print(jsonlib.dumps({"ok": True, "messages": rows}))  # noqa: T201
        return Exit.OK
    out = Terminal(highlight=False)
    if not rows:
        out.print(f"no alert in the last {days} days, and none waits")
        return Exit.OK
    table = Table(box=None, pad_edge=False)
    for name in ("noted (UTC)", "target", "what", "about", "state", "tried", "why"):
        table.add_column(name, overflow="fold")
    for row in rows:
        state = {"due": "waits", "sending": "not known", "summed": "in a summary"}.get(row["status"], row["status"])
        about = row["subject"] if row["kind"] != "summary" else "a day's summary"
        what = row["kind"] if row["what"] in {"new", "summary"} else f"{row['kind']}, {row['what']}"
        cells = (row["queued_at"][:16], row["target"], what, about, state, str(row["attempts"]), row["error"])
        table.add_row(*(escaped(cell).replace("[", r"\[") for cell in cells))
    out.print(table)
    return Exit.OK


def run_send(config: Path | None, *, json: bool) -> int:
    """``earful alerts send``."""
    done = send_waiting(load(config))
    if json:
        found = {"ok": done.ok, "sent": done.sent, "waiting": done.waiting, "failed": done.failed}
        print(jsonlib.dumps(found))  # noqa: T201
    else:
        out = Terminal(highlight=False, soft_wrap=True)
        for line in (done.sent_line or "nothing to send", *done.failed):
            out.print(line, markup=False)
    return Exit.OK if done.ok else Exit.PARTIAL
