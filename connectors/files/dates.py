"""When rows were written: their times from whole columns, and why one cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from earful.connectors.base import Window
from earful.connectors.files.cast import empty, moments, trimmed
from earful.connectors.files.columns import Spec
from earful.connectors.files.report.tally import Tally
from earful.connectors.files.values.arrays import Mask, Positions, mask
from earful.connectors.files.values.reasons import Reasons
from earful.connectors.post import FIRST_YEAR, LAST_YEAR

NO_TIME = f"is not a time that can be read, or not of the years {FIRST_YEAR} to {LAST_YEAR}"
#: Of a time that cannot be read, what else is to be said, by a pattern of what stands there.
_WORDS = (
    r"(?i)\b(ago|yesterday|today|last (week|month|year)|\d+ (days|weeks|months|years)|vor (\d+|einer|einem|zwei)|"
    r"gestern|heute|hace (\d+|un|una)|ayer|hoy|il y a|hier|há (\d+|um|uma)|ontem|hoje|ieri|oggi|fa)\b"
)
#: Letters behind a digit or a half of the day that are no such half themselves.
_LETTERS = r"(?:\d|[AaPp]\.?[Mm]\.?)\s*\(?(?:[AP][A-LN-Z][A-Z]{0,3}|[AP]M[A-Z]{1,3}|[B-OQ-Z][A-Z]{1,4})\)?$"
_SHARED = (
    "names its zone by letters that several zones share, such as EST; write an offset, "
    "or the letters into time_format and the zone into time_zone"
)
_KINDS_OF_TIME = ((_WORDS, "is words that tell no date"), (_LETTERS, _SHARED))
#: A row from later than this after it was read is refused: a mistyped year would else claim that the files hold
#: everything up to now. A day is what a time without a zone may be off.
AHEAD = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def times(
    raw: Mapping[str, pa.Array], spec: Spec, now: datetime, tally: Tally, reasons: Reasons, lines: Positions
) -> dict[str, pa.Array]:
    """When rows were created and edited, and the first as received; ``now`` is when the file is read (aware)."""
    reasons.add(empty(raw["created_at"]), "no created_at")
    times = {}
    for name in ("created_at", "edited_at"):
        order = tally.found.orders.get(name, "")
        times[name] = moments(raw[name], spec.form, spec.zone, order, serials=name in tally.found.serials)
        bad = mask(pc.is_null(times[name])) & ~empty(raw[name])
        ahead = ~before(times[name], now + AHEAD)
        if name == "created_at":
            for why, where in _no_time(raw[name], bad, order):
                reasons.add(where, f"{name} {why}")
            reasons.add(ahead, f"{name} lies in the future")
            continue
        for why, where in _no_time(raw[name], bad, order):
            tally.not_read(name, why, where & bad, lines)
            bad &= ~where
        tally.not_read(name, "lies in the future", ahead, lines)
        if ahead.any():
            times[name] = pc.if_else(pa.array(ahead), None, times[name])
    unchanged = pc.fill_null(pc.equal(times["created_at"], times["edited_at"]), False)
    times["edited_at"] = pc.if_else(unchanged, None, times["edited_at"])
    # As received, only where the time in UTC does not say it already: another zone, another form.
    received = trimmed(raw["created_at"])
    zone = r"(Z|[+-]00:?00)" + ("?" if spec.zone.key == "UTC" else "")
    plain = pc.match_substring_regex(received, rf"^(\d{{9,17}}(\.\d*)?|\d{{4}}-\d\d-\d\d([T ][\d:.]*)?{zone})$")
    return times | {"raw_created": pc.if_else(plain, None, received)}


def _no_time(values: pa.Array, bad: Mask, order: str) -> list[tuple[str, Mask]]:
    """Why times cannot be read, the nearest reason first."""
    if not bad.any():
        return []
    found, written = [], trimmed(values)
    if order == "?":
        days = mask(pc.match_substring_regex(written, r"^\d{1,2}[./-]\d{1,2}[./-]\d"))
        found.append(("leaves open which is the day and which the month; set time_format", bad & days))
    found += [(why, bad & mask(pc.match_substring_regex(written, pattern))) for pattern, why in _KINDS_OF_TIME]
    return [*found, (NO_TIME, bad)]


def within(times: pa.Array, window: Window) -> Mask:
    """Which lie in a window."""
    count = times.cast(pa.int64())
    start, end = ((moment - _EPOCH) // _US for moment in (window.start, window.end))
    return mask(pc.and_(pc.greater_equal(count, start), pc.less(count, end)))


def before(times: pa.Array, end: datetime) -> Mask:
    """Which are before ``end``, or are none."""
    return mask(pc.fill_null(pc.less(times.cast(pa.int64()), (end - _EPOCH) // _US), True))
