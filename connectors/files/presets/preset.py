"""What is known of a table: its columns, its scale, its times, and by what names in its header it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from earful.connectors.post import Kind

#: From columns as text, by the preset's names for them, further fields of the page.
Derive = Callable[[Mapping[str, pa.Array]], dict[str, pa.Array]]


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of a table.

    ``title``: what it is, for people; ``shape``: where its shape is from. ``columns``: field -> column names; a row's
    value is the first that is there and not empty. Names that begin with ``_`` are no fields but input of ``derive``.
    ``required``: fields without whose column a file is none of these. ``headers``: sets of names, of which all of one
    are in the header of such a table and of no other; none where nothing in it is distinctive. ``months``: a pattern
    with groups ``package`` and ``month`` (YYYYMM) for names of files that hold the posts last updated in one calendar
    month (UTC), every one of them. ``zone`` (IANA): of times that name none, where the vendor says it. ``values``:
    field -> what stands there, in small letters -> its value. ``row_ids``: no column tells its rows apart.
    ``questions``: its columns of words and answers are called as each survey asks, and have to be named in columns.
    ``only``: column -> the one value that it has in every row of such a table.
    """

    title: str
    shape: str
    source: str
    kind: Kind
    columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    headers: tuple[frozenset[str], ...] = ()
    product_column: str | None = None
    product_values: str | None = None
    derive: Derive | None = None
    months: str | None = None
    zone: str | None = None
    scales: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    row_ids: bool = False
    questions: bool = False
    only: Mapping[str, str] = field(default_factory=dict)
