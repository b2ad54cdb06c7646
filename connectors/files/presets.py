"""Tables whose columns are known: Play Console's monthly review exports, and NPS surveys."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.post import Kind

#: From columns as text, by the preset's names for them, further fields of the page.
Derive = Callable[[Mapping[str, pa.Array]], dict[str, pa.Array]]


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of a table.

    ``columns``: field -> column names; a row's value is the first that is there and not empty. Names that begin with
    ``_`` are no fields but input of ``derive``. ``months``: a pattern with groups ``package`` and ``month`` (YYYYMM)
    for names of files that hold the posts last updated in one calendar month (UTC), every one of them.
    """

    source: str
    kind: Kind
    columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    product_column: str | None = None
    product_values: str | None = None
    derive: Derive | None = None
    months: str | None = None


def _play_fields(column: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """The id and the number of replies of Play Console rows.

    A review with text has the id in its link (reviewId). A row of stars only has no link, so its id is made: the first
    128 bits of SHA-256 over package, submit time (milliseconds) and device, which stay when the stars are changed and
    the row comes again in a later month. It changes when the reviewer writes a text later: then Google gives an id.
    """
    link = column["_link"]
    own = pc.struct_field(pc.extract_regex(link, r"(?i)review_?id=(?P<id>[^&#\s]+)"), "id")
    ids = pc.fill_null(own, "")
    if pc.any(pc.match_substring(ids, "%")).as_py():
        ids = pa.array([unquote(i) for i in ids.to_pylist()], pa.string())
    submitted = column["_submitted"]
    lacking = np.flatnonzero(pc.and_(pc.equal(ids, ""), pc.not_equal(submitted, "")).to_numpy(zero_copy_only=False))
    if len(lacking):
        parts = [column[name].take(pa.array(lacking)).to_pylist() for name in ("_package", "_submitted", "_device")]
        made = [
            "stars-" + hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:32] for row in zip(*parts, strict=True)
        ]
        at = np.zeros(len(ids), dtype=np.bool_)
        at[lacking] = True
        ids = pc.replace_with_mask(ids, pa.array(at), pa.array(made, pa.string()))
    replied = pc.or_(pc.not_equal(column["_reply"], ""), pc.not_equal(column["_replied"], ""))
    return {"post_id": ids, "reply_count": replied.cast(pa.int64())}


#: Column names as in the exports of 2016 and in Google's help page on downloading reports; all but a few may be absent.
PLAY_CONSOLE = Preset(
    source="google_play",
    kind="review",
    columns={
        "created_at": ("Review Submit Millis Since Epoch", "Review Submit Date and Time"),
        "edited_at": ("Review Last Update Millis Since Epoch", "Review Last Update Date and Time"),
        "title": ("Review Title",),
        "text": ("Review Text",),
        "rating": ("Star Rating",),
        "market": ("Reviewer Language",),
        "language_hint": ("Reviewer Language",),
        "app_version": ("App Version Name", "App Version Code"),
        "url": ("Review Link",),
        "_package": ("Package Name",),
        "_submitted": ("Review Submit Millis Since Epoch", "Review Submit Date and Time"),
        "_device": ("Device",),
        "_link": ("Review Link",),
        "_reply": ("Developer Reply Text",),
        "_replied": ("Developer Reply Millis Since Epoch", "Developer Reply Date and Time"),
    },
    required=frozenset({"created_at", "rating", "_package"}),
    product_column="Package Name",
    product_values="google_play",
    derive=_play_fields,
    months=r"reviews_(?P<package>.+)_(?P<month>\d{4}(?:0[1-9]|1[0-2]))(?: ?\(\d+\))?\.csv(?:\.gz)?",
)

NPS = Preset(
    source="nps_survey",
    kind="survey",
    columns={
        "post_id": ("id", "response id", "respondent id", "submission id", "answer id", "uuid"),
        "nps": ("score", "nps", "nps score", "rating"),
        "text": ("comment", "comments", "feedback", "reason", "verbatim", "text"),
        "created_at": ("date", "created at", "submitted at", "answered at", "response date", "timestamp", "time"),
        "market": ("market", "country"),
        "app_version": ("app version", "version"),
    },
    required=frozenset({"nps", "created_at"}),
)

PRESETS: Mapping[str, Preset] = {"play_console": PLAY_CONSOLE, "nps": NPS}
