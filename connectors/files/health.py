"""What ``earful check`` says of a channel's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from earful.connectors.base import Health
from earful.connectors.files.known import Known
from earful.connectors.files.places import Skipped, told
from earful.connectors.files.report.messages import all_refused, lines, report
from earful.connectors.files.rows import FileRows
from earful.connectors.files.tables.read import Opened

#: Files with what they gave a product, now or when they were read.
Gave = list[tuple[Opened, FileRows | Known]]


def health(
    slug: str,
    read: Gave,
    asked: Sequence[Mapping[str, str]],
    posts: int,
    refused: int,
    zone: str,
    rule: str,
    skipped: Sequence[Skipped],
    open_days: str = "",
) -> Health:
    """What ``earful check`` says of one product: in a line, file by file, and for machines.

    ``asked``: by file and field, what other files make doubtful. ``zone``: of times that name none. ``rule``: by which
    days count as covered. ``open_days``: of which days it is not known whether they are whole, in words.
    """
    first = min((rows.first for _, rows in read if rows.first), default=None)
    last = max((rows.last for _, rows in read if rows.last), default=None)
    says = described(read)
    summaries = [
        {**rows.summary, "questions": {**rows.summary["questions"], **more}}
        for (_, rows), more in zip(read, asked, strict=True)
    ]
    details = tuple(report(_how(file), summary, zone, rule) for (file, _), summary in zip(read, summaries, strict=True))
    shown = tuple(line for each in details for line in lines(each))
    details += tuple({"file": each.name, "skipped": each.why} for each in skipped)
    shown += tuple(f"{each.name}: skipped, {each.why}" for each in skipped)
    says += f"; skipped {told(skipped)}" if skipped else ""
    if nothing := all_refused(summaries):
        return Health(False, f"{says}: {nothing}", lines=shown, details=details)
    if first is None or last is None or not posts:
        return Health(False, f"{says}: no row of {slug}; check product_column, match or paths", lines=shown)
    says += f": {posts} rows of {slug}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    says += f"; {refused} set aside" if refused else ""
    questions = list(dict.fromkeys(why for summary in summaries for why in summary["questions"].values()))
    says += "".join(f"; {why}" for why in [*questions, *filter(None, [open_days])])
    return Health(True, says, f"{first:%Y-%m-%d}", shown, details, (first, last))


def _how(file: Opened) -> dict[str, str | None]:
    encoding = file.encoding.says if file.encoding else None
    return {"format": file.format, "encoding": encoding}


def described(read: Gave) -> str:
    """How many files of which format and encoding."""
    forms = sorted({f"{f.format}, {f.encoding.says}" if f.encoding else f.format for f, _ in read})
    return f"{len(read)} {'file' if len(read) == 1 else 'files'} ({'; '.join(forms)})"
