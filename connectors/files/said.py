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


def health(slug: str, read: Gave, posts: int, refused: int, reading: Reading, *, whole: bool) -> Health:
    """What ``earful check`` says of a product."""
    first = min((rows.first for _, rows in read if rows.first), default=None)
    last = max((rows.last for _, rows in read if rows.last), default=None)
    says = described(read)
    if first is None or last is None or not posts:
        return Health(False, f"{says}: no row of {slug}; check product_column, match or paths")
    says += f": {posts} rows of {slug}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    says += "" if whole else " (in the first rows of each)"
    says = "; ".join([says, *reading.says, *reading.asks, *of_ids(read), *left_out(read)])
    return Health(not reading.asks, says + (f"; {refused} set aside" if refused else ""), f"{first:%Y-%m-%d}")


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
