"""Play Console's monthly review exports."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.files.presets.preset import Preset


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
    title="Play Console's monthly review exports",
    shape="exports of 2016, and Google's help page on downloading and exporting monthly reports",
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
    headers=(frozenset({"Package Name", "Star Rating", "Review Submit Date and Time"}),),
    product_column="Package Name",
    product_values="google_play",
    derive=_play_fields,
    months=r"reviews_(?P<package>.+)_(?P<month>\d{4}(?:0[1-9]|1[0-2]))(?: ?\(\d+\))?\.csv(?:\.gz)?",
)
