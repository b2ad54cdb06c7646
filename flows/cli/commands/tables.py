"""Tables of any content that a person can read in the width of the terminal, often 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

#: Values up to this long (characters) are not broken: days, numbers, names. A column of longer ones is prose.
SHORT = 24
#: A column of prose is not made narrower than this.
_PROSE = 28
_GAP = 2  # blanks between two columns, as rich has it


def table_of(names: Sequence[str], rows: Sequence[Sequence[Text]], right: Sequence[bool], width: int) -> RenderableType:
    """A table; where its columns would be too narrow to read, a line for each name and value of a row instead.

    ``right`` says which columns line up at the right; ``width`` is the terminal's, in characters.
    """
    widths = [
        max([cell_len(name), *(cell_len(line) for row in rows for line in row[i].plain.split("\n"))])
        for i, name in enumerate(names)
    ]
    prose = [w > SHORT for w in widths]
    least = sum(min(w, _PROSE) if p else w for w, p in zip(widths, prose, strict=True)) + _GAP * (len(names) - 1)
    if rows and least > width:
        return _records(names, rows)
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for name, w, at_right, long in zip(names, widths, right, prose, strict=True):
        table.add_column(
            Text(name), justify="right" if at_right else "left", overflow="fold", width=None if long else w
        )
    for row in rows:
        table.add_row(*row)
    return table


def _records(names: Sequence[str], rows: Sequence[Sequence[Text]]) -> Group:
    """Long values are left to the terminal to wrap: a command is copied as the one line it is."""
    widest = max(map(cell_len, names))
    lines = []
    for n, row in enumerate(rows):
        lines += [Text("")] if n else []
        for name, value in zip(names, row, strict=True):
            label = Text(f"{name}{' ' * (widest - cell_len(name))}  ", style="dim")
            lines.append(Text.assemble(label, value, no_wrap=True, overflow="ignore"))
    return Group(*lines)


def show(out: Console, what: RenderableType) -> None:
    """Print it; lines that are longer than the terminal is wide are not cut."""
    out.print(what, crop=False)
