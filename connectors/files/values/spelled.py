"""Times whose month is spelled ("March 4, 2026 10:02 AM", "Wed, 04 Mar 2026 22:30:00 +0000") as ISO 8601."""

from __future__ import annotations

import re

_NAMES = (
    "jan january januar jänner janvier enero ene janeiro gennaio gen",
    "feb february februar février fevrier févr febrero fevereiro fev febbraio",
    "mar march märz maerz mär mars marzo março marco",
    "apr april avril avr abril abr aprile",
    "may mai mayo maio maggio mag",
    "jun june juni juin junio junho giugno giu",
    "jul july juli juillet juil julio julho luglio lug",
    "aug august août aout agosto ago",
    "sep sept september septembre septiembre setembro set settembre",
    "oct october oktober okt octobre octubre outubro out ottobre ott",
    "nov november novembre noviembre novembro",
    "dec december dezember dez décembre decembre déc diciembre dic dezembro dicembre",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_SPELLED = re.compile(
    r"""(?:[^\W\d]{2,10}\.?,?\s+)??
    (?:(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+(?:de\s+)?(?P<month>[^\W\d]{3,10})\.?,?(?:\s+de)?[\s-]+
      |(?P<month2>[^\W\d]{3,10})\.?[\s-]+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?[\s-]+)
    (?P<year>\d{4}|\d{2})
    (?:,?\s+(?:at\s+|um\s+|à\s+)?(?P<hour>\d{1,2})(?P<rest>:\d\d(?::\d\d(?:\.\d+)?)?)\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?
    \s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d\d:?\d\d|UTC|GMT|)(?:\s*\([^()]*\))?""",
    re.VERBOSE,
)


def as_iso(value: str) -> str:
    """A time with its month in letters as ISO 8601; what is none as it is.

    A name in brackets only says again what the offset before it says; without an offset it is no zone that can be read.
    """
    found = _SPELLED.fullmatch(value)
    month = MONTHS.get((found["month"] or found["month2"]).lower()) if found else None
    if found is None or month is None or (value.endswith(")") and not found["zone"]):
        return value
    year = found["year"] if len(found["year"]) == 4 else f"20{found['year']}"
    said = f"{year}-{month:02d}-{int(found['day'] or found['day2']):02d}"
    if not found["hour"]:
        return said if not found["zone"] else value
    hour = int(found["hour"])
    if half := (found["half"] or "").lower():
        if not 1 <= hour <= 12:
            return value
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    zone = re.sub(r"^(?:UTC|GMT)(?=.)", "", found["zone"])
    return f"{said} {hour:02d}{found['rest']}{'+00:00' if zone in ('UTC', 'GMT', 'Z') else zone}"
