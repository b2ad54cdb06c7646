"""What a files channel says of itself: to ``earful check``, and in the note of what it covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from earful.connectors.base import Health
from earful.connectors.files.known import Known
from earful.connectors.files.read import Opened
from earful.connectors.files.rows import FileRows
from earful.connectors.files.spans import ranges
from earful.connectors.files.values.ids import MADE_OF
from earful.connectors.files.values.reading import Reading
from earful.connectors.post import Rejected

#: Reasons that are named, at most.
_REASONS = 3
_SET_FORMAT = 'set time_format to how the times are written, such as "%d/%m/%Y"'
#: Files with what they gave a product, now or when they were read.
Gave = list[tuple[Opened, FileRows | Known]]


def of_ids(read: Gave) -> list[str]:
    """What is to be said of ids."""
    made = sum(rows.made_ids if isinstance(rows, Known) else rows.makes_ids for _, rows in read)
    again = sum(rows.again for _, rows in read)
    said = [f"{again} rows have the id of an earlier row of their file: of each the newest counts"] if again else []
    if made:
        said.append(f"ids made of each row ({', '.join(MADE_OF)})")
    return said


def left_out(read: Gave) -> list[str]:
    """What could not be read in rows that landed, and was left out of them."""
    counts, first = Counter[str](), dict[str, str]()
    for file, rows in read:
        unread = rows.unread if isinstance(rows, Known) else rows.unread.plain()
        for why, (many, line) in unread.items():
            counts[why] += many
            first.setdefault(why, f"{file.path.name}:{line}")
    return [f"left out of {many} posts: {why}, first at {first[why]}" for why, many in counts.most_common()]


def set_aside(refused: Sequence[Rejected]) -> str:
    """So many rows by reason, each with its first: "2 rows set aside: no id (first at a.csv:3)"; "" for none."""
    if not refused:
        return ""
    by_reason = Counter(one.reason for one in refused)
    first = {one.reason: one.item for one in reversed(refused)}
    shown = [f"{many} {why} (first at {first[why]})" for why, many in by_reason.most_common(_REASONS)]
    more = f", and {len(by_reason) - _REASONS} other reasons" if len(by_reason) > _REASONS else ""
    return f"{len(refused)} set aside: {', '.join(shown)}{more}"


def none_landed(slug: str, refused: Sequence[Rejected]) -> str:
    """Why no row of a product could be used, where rows were refused; "" where none was."""
    if not refused:
        return ""
    undated = any("time that can be read" in one.reason for one in refused)
    return f"no row of {slug} could be used; {set_aside(refused)}" + (f"; {_SET_FORMAT}" if undated else "")


def health(
    slug: str, read: Gave, posts: int, refused: Sequence[Rejected], reading: Reading, zone: str, *, whole: bool
) -> Health:
    """What ``earful check`` says of a product. ``zone``: of times that name none."""
    first = min((rows.first for _, rows in read if rows.first), default=None)
    last = max((rows.last for _, rows in read if rows.last), default=None)
    says = described(read)
    if first is None or last is None or not posts:
        why = none_landed(slug, refused) or f"no row of {slug}; check product_column, match or paths"
        return Health(False, f"{says}: {why}")
    says += f": {posts} rows of {slug}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    says += "" if whole else " (in the first rows of each)"
    says = "; ".join([says, *reading.says, *reading.asks, *of_ids(read), *left_out(read)])
    says = "; ".join(each for each in (says, *nothing_said(read), f"times without a zone are of {zone}") if each)
    says = "; ".join(each for each in (says, set_aside(refused)) if each)
    return Health(not reading.asks, says, f"{first:%Y-%m-%d}")


def nothing_said(read: Gave) -> list[str]:
    """In which fields cells spell "nothing", and how many."""
    marks = sum((rows.marks for _, rows in read if isinstance(rows, FileRows)), Counter[str]())
    shown = ", ".join(f"{many} of {name}" for name, many in marks.most_common())
    return [f"cells that say nothing (NULL, N/A and the like): {shown}"] if shown else []


def described(read: Gave) -> str:
    """How many files of which format and encoding."""
    forms = sorted({f"{f.format}, {f.encoding.says}" if f.encoding else f.format for f, _ in read})
    return f"{len(read)} {'file' if len(read) == 1 else 'files'} ({'; '.join(forms)})"


def days_refused(rows: FileRows | Known) -> list[date]:
    """Days of which rows were refused."""
    return [date.fromisoformat(each) for each in rows.refused_days] if isinstance(rows, Known) else [*rows.refused_days]


def days_with_rows(rows: FileRows | Known) -> Sequence[Sequence[int]]:
    """Days with rows that are not refused, as ranges of numbers since 1970 (UTC)."""
    return rows.days if isinstance(rows, Known) else ranges(rows.days)
