"""What a backfill did to the days that it asked for, as the terminal shows it: the report of the pages, shorter."""

from __future__ import annotations

from rich.table import Table

from earful.flows.backfilling import report
from earful.flows.night.summary import Summary
from earful.flows.process.terminal import Terminal

#: So many rows of each table, and lines of what did not come.
MOST = 12


def show_days(out: Terminal, summary: Summary) -> list[str]:
    """Show what came and whose mean changed; gives the lines on what did not come, and what was noted."""
    for table in (report.came_by_day(summary, MOST), report.changed_means(summary, MOST)):
        if not table.rows:
            continue
        shown = Table(box=None, pad_edge=False)
        for name in table.head:
            words = name in {"channel", "product", "day"}
            shown.add_column(name, no_wrap=words, justify="left" if words else "right")
        for row in table.rows:
            shown.add_row(*row)
        out.print()
        out.print(shown)
        if table.left_out:
            out.print(f"  {table.left_out}", markup=False, soft_wrap=True)
    out.print()
    for line in report.beside(summary):
        out.print(f"  {line}", markup=False, soft_wrap=True)
    return [*report.did_not_come(summary, MOST), *report.notes(summary, MOST)]
