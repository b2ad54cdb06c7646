"""Times with a month in words, as mails, browsers, forms and people write them, made ISO 8601; one value at a time."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

#: By month, its names and short names in the languages that exports come in.
_MONTHS = (
    (
        "january jan januar jänner januari jän janvier janv enero ene janeiro gennaio gen января янв ocak oca "
        "stycznia tammikuuta tammikuu ledna január ianuarie ian січня ιανουαρίου يناير जनवरी"
    ),
    (
        "february feb februar februari février fevrier févr febrero fevereiro fev febbraio февраля фев февр "
        "şubat lutego helmikuuta helmikuu února február februarie лютого φεβρουαρίου فبراير फ़रवरी"
    ),
    (
        "march mar märz maerz mär maart mrt mars marzo março marca марта мар mart marts maaliskuuta maaliskuu "
        "března március martie березня μαρτίου maret مارس मार्च"
    ),
    (
        "april apr avril avr abril abr aprile апреля апр nisan nis kwietnia huhtikuuta huhtikuu dubna április "
        "aprilie квітня απριλίου أبريل अप्रैल"
    ),
    ("may mai mei maj mayo maio maggio mag мая mayıs maja toukokuuta toukokuu května május травня μαΐου مايو मई"),
    (
        "june jun juni juin junio junho giugno giu июня июн haziran haz czerwca kesäkuuta kesäkuu června "
        "június iunie червня ιουνίου يونيو जून"
    ),
    (
        "july jul juli juillet juil julio julho luglio lug июля июл temmuz tem lipca heinäkuuta heinäkuu "
        "července július iulie липня ιουλίου يوليو जुलाई"
    ),
    (
        "august aug augustus augusti août aout agosto ago августа авг ağustos ağu sierpnia elokuuta elokuu "
        "srpna augusztus серпня αυγούστου agustus agu ags أغسطس अगस्त"
    ),
    (
        "september sep sept septembre septiembre setembro set settembre сентября сен сент eylül eyl września "
        "syyskuuta syyskuu září szeptember septembrie вересня σεπτεμβρίου سبتمبر सितंबर"
    ),
    (
        "october oct oktober okt octobre octubre outubro out ottobre ott октября окт ekim eki października "
        "lokakuuta lokakuu října október octombrie жовтня οκτωβρίου أكتوبر अक्टूबर"
    ),
    (
        "november nov novembre noviembre novembro ноября ноя нояб kasım kas marraskuuta marraskuu listopadu "
        "noiembrie листопада νοεμβρίου نوفمبر नवंबर"
    ),
    (
        "december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre декабря дек aralık "
        "ara grudnia joulukuuta joulukuu prosince decembrie грудня δεκεμβρίου desember des ديسمبر दिसंबर"
    ),
)


def _key(name: str) -> str:
    # Small letters of Greek come apart: composed again.
    return unicodedata.normalize("NFC", name.casefold())


_MONTH = {_key(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_CLOCK = r"(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d(?:\.\d{1,6})?))?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
#: A name in brackets only says again what the offset before it says: alone it is no zone that can be read.
_ZONE = r"(?:\s*(?P<zone>Z|(?:UTC|GMT)(?:[+-]\d\d?(?::?\d\d)?)?|[+-]\d\d?(?::?\d\d)?)(?:\s*\([^)]*\))?)?"
_WEEKDAY = r"(?:[^\W\d_]+\.?,?\s+)?"
_DAY, _YEAR = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|\.)?", r"(?P<y>\d{4})"
#: Letters, and the marks that stand on them in Devanagari.
_NAME = r"(?P<name>[^\W\d_](?:[^\W\d_]|[\u0900-\u0903\u093a-\u094f])*)\.?"
_THEN = rf"(?:,?\s+(?:at|um|à|a las|às|alle|kl\.?|,)?\s*|T|,\s*|:){_CLOCK}{_ZONE}"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # 3 September 2024 10:00, 3. September 2024, 3 de septiembre de 2024, Tue, 03 Sep 2024 10:00:00 +0000
        rf"{_WEEKDAY}{_DAY}\s*(?:de|of)?\s*{_NAME},?\s+(?:de|del)?\s*{_YEAR}(?: г\.)?(?:{_THEN})?",
        # 03-Sep-2024 10:00, 03/Sep/2024:10:00:00 +0000
        rf"(?P<d>\d{{1,2}})[-/ ]{_NAME}[-/ ](?P<y>\d{{4}}|\d\d)(?:{_THEN})?",
        # September 3, 2024 at 10:00 PM, Tue Sep 03 2024 10:00:00 GMT+0100 (CET)
        rf"{_WEEKDAY}{_NAME}\s+{_DAY},?\s+{_YEAR}(?:{_THEN})?",
        # Tue Sep  3 10:00:00 +0000 2024, Tue Sep 3 10:00:00 2024
        rf"{_WEEKDAY}{_NAME}\s+{_DAY}\s+{_CLOCK}{_ZONE}\s+{_YEAR}",
    )
)
#: 2024年9月3日 10:00, 2024년 9월 3일 오후 1:05, 2024. 9. 3 오전 10:00:00, 2024/9/3 上午 10:00:00
_NUMBERED = re.compile(
    rf"(?P<y>\d{{4}})\s?[年년./]\s?(?P<mo>\d{{1,2}})\s?[月월./]\s?(?P<d>\d{{1,2}})\s?[日일.]?"
    rf"(?:\s*\([^)]*\))?(?:\s*(?P<before>午前|午後|上午|下午|오전|오후)?\s*{_CLOCK})?"
)
_TICKS = re.compile(r"/Date\((-?\d{1,14})(?:[+-]\d{4})?\)/")
_DIGITS = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<mo>\d\d)(?P<d>\d\d)(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)")
#: How Amazon's and Trustpilot's pages begin a date.
_SHOPS = re.compile(
    r"^(?:Reviewed in|Rezension aus|Commenté|Avis laissé|Reseñado en|Calificado en|Revisado en|Recensito in|"
    r"Avaliado n[oa]|Beoordeeld in|Recenserad i|Napisano w)\b[^\d]{0,60}?\s(?:on|vom|le|el|il|em|op|den|dnia)\s+"
    r"|^(?:Date of experience|Updated|Posted on|Reviewed on|Published on):?\s+",
    re.IGNORECASE,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AFTERNOON = {"午後", "下午", "오후"}


def from_words(value: str) -> datetime:
    """The time that a value names, aware where it names its zone. Raises ValueError for any other value.

    Read: a month in words of twenty languages, 2024年9月3日, 20240903100000, and .NET's /Date(1725357600000)/; also
    behind the words with which shops begin it ("Reviewed in India on 3 September 2024").
    """
    said = unicodedata.normalize("NFKC", value).strip()
    said = _SHOPS.sub("", said) if said[:1].isalpha() else said
    if ticks := _TICKS.fullmatch(said):
        return _EPOCH + timedelta(milliseconds=int(ticks[1]))
    if found := _NUMBERED.fullmatch(said) or _DIGITS.fullmatch(said):
        return _made(found, int(found["mo"]))
    for form in _FORMS:
        found = form.fullmatch(said)
        month = found and _MONTH.get(_key(found["name"]))
        if found and month:
            return _made(found, month)
    raise ValueError("no time in words")


def _made(found: re.Match[str], month: int) -> datetime:
    parts = found.groupdict()
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    hour = int(parts["h"] or 0)
    half = (parts.get("half") or "").lower() or ("p" if parts.get("before") in _AFTERNOON else "")
    if half or parts.get("before"):
        if hour > 12:
            raise ValueError("no hour of a half day")
        hour = hour % 12 + (12 if half == "p" else 0)
    seconds = float(parts["s"] or 0)
    if seconds >= 60:
        raise ValueError("no second of a minute")
    at = datetime(year, month, int(parts["d"]), hour, int(parts["m"] or 0))  # noqa: DTZ001 - the zone follows
    return (at + timedelta(seconds=seconds)).replace(tzinfo=_zone(parts.get("zone")))


def _zone(written: str | None) -> timezone | None:
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?", written or "")
    if found:
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-offset if found[1] == "-" else offset)
    return UTC if written else None
