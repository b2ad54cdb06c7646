"""Ways to write when a post was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone

from benchmarks.odd_files.draft import CELLS, LOST, TEXT_SHAPES, Answer, Draft, Way, words

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CREATED = words("created")
_NO_TIME = "not a time that can be read"


def _names(said: str) -> list[str]:
    return said.split()


_GERMAN = _names("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
_FRENCH = _names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")


def _local(draft: Draft, number: int) -> datetime:
    return draft.posts[number].created_at.astimezone(draft.zone).replace(tzinfo=None)


def _midnight(draft: Draft, number: int) -> datetime:
    day = _local(draft, number).replace(hour=0, minute=0, second=0)
    return day.replace(tzinfo=draft.zone).astimezone(UTC)


def _minute(draft: Draft, number: int) -> datetime:
    return draft.posts[number].created_at.replace(second=0)


def _written(
    name: str,
    say: Callable[[Draft, int], object],
    known: Callable[[Draft, int], object] | None = None,
    ground: str = "",
    answers: Mapping[str, str] | None = None,
    shapes: frozenset[str] = TEXT_SHAPES,
    scripts: str = "",
) -> Way:
    """A way whose cells are what ``say`` says of each row; ``known``: what is left of the time."""

    def apply(draft: Draft) -> None:
        draft.cells["created_at"] = [say(draft, number) for number in range(draft.size)]
        if known:
            draft.known["created_at"] = [known(draft, number) for number in range(draft.size)]
        draft.answers += [Answer(word, {word: value}) for word, value in (answers or {}).items()]

    return Way(f"time: {name}", CELLS, apply, _CREATED, shapes=shapes, ground=ground, scripts=words(scripts))


def _utc(form: str) -> Callable[[Draft, int], str]:
    return lambda draft, number: draft.posts[number].created_at.strftime(form)


def _naive(form: str) -> Callable[[Draft, int], str]:
    return lambda draft, number: _local(draft, number).strftime(form)


def _offset(form: str, hours: float, end: str) -> Callable[[Draft, int], str]:
    zone = timezone(timedelta(hours=hours))
    return lambda draft, number: draft.posts[number].created_at.astimezone(zone).strftime(form) + end


def _count(times: int) -> Callable[[Draft, int], int]:
    return lambda draft, number: int((draft.posts[number].created_at - _EPOCH).total_seconds()) * times


def _short(form: str) -> Callable[[Draft, int], str]:
    """With days, months and hours without a zero before them: "-" behind a % is no standard."""

    def say(draft: Draft, number: int) -> str:
        at = _local(draft, number)
        said = form.replace("%-d", str(at.day)).replace("%-m", str(at.month)).replace("%-I", str(at.hour % 12 or 12))
        return at.strftime(said)

    return say


def _serial(mark: str) -> Callable[[Draft, int], object]:
    def say(draft: Draft, number: int) -> object:
        days = (_local(draft, number) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - no zone
        return f"{days:.8f}".replace(".", ",") if mark == "," else round(days, 8)

    return say


def _months(names: list[str], form: str) -> Callable[[Draft, int], str]:
    def say(draft: Draft, number: int) -> str:
        at = _local(draft, number)
        return at.strftime(form.format(day=at.day, month=names[at.month - 1]))

    return say


def _fraction(digits: int, zone: str) -> Way:
    def apply(draft: Draft) -> None:
        for number in range(draft.size):
            micro = draft.draw.randrange(10**digits) * 10 ** (6 - digits)
            at = draft.posts[number].created_at.replace(microsecond=micro)
            draft.known["created_at"][number] = at
            local = at if zone else at.astimezone(draft.zone)
            draft.cells["created_at"][number] = (
                f"{local:%Y-%m-%dT%H:%M:%S}.{micro // 10 ** (6 - digits):0{digits}d}{zone}"
            )

    return Way(f"time: {digits} digits of a second{' Z' if zone else ''}", CELLS, apply, _CREATED, TEXT_SHAPES)


def _mixed_offsets(draft: Draft, number: int) -> str:
    zone = timezone(timedelta(hours=(-8, 0, 1, 5.5)[number % 4]))
    return draft.posts[number].created_at.astimezone(zone).isoformat()


def _mixed_zones(draft: Draft, number: int) -> str:
    return _utc("%Y-%m-%dT%H:%M:%SZ")(draft, number) if number % 3 else _naive("%Y-%m-%d %H:%M:%S")(draft, number)


def _mixed_forms(draft: Draft, number: int) -> str:
    return _naive("%Y-%m-%d %H:%M:%S" if number % 2 else "%d.%m.%Y %H:%M:%S")(draft, number)


def _short_days(draft: Draft) -> None:
    """Days that all stay under 13: which is the month cannot be told."""
    for number, post in enumerate(draft.posts):
        local = _local(draft, number)
        at = local.replace(day=local.day % 12 + 1, hour=12)
        draft.cells["created_at"][number] = f"{at:%d/%m/%Y %H:%M:%S}"
        post.created_at = draft.known["created_at"][number] = at.replace(tzinfo=draft.zone).astimezone(UTC)
    draft.answers.append(Answer("time_format", {"time_format": "%d/%m/%Y %H:%M:%S"}))


def _some(what: str, value: str, ground: str) -> Way:
    """A few rows have no time that anybody can read."""

    def apply(draft: Draft) -> None:
        for number in draft.draw.sample(range(2, draft.size), 3):
            draft.cells["created_at"][number] = value
            draft.known["created_at"][number] = LOST
            draft.spoilt.add(number)

    return Way(f"time: {what}", CELLS, apply, _CREATED, TEXT_SHAPES, ground=ground)


_DMY, _MDY = "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"
WAYS = (
    _written("Z", _utc("%Y-%m-%dT%H:%M:%SZ")),
    _written("small t and z", _utc("%Y-%m-%dt%H:%M:%Sz")),
    _written("+02:00", _offset("%Y-%m-%dT%H:%M:%S", 2, "+02:00")),
    _written("-0700", _offset("%Y-%m-%dT%H:%M:%S", -7, "-0700")),
    _written("+05:30 behind a blank", _offset("%Y-%m-%d %H:%M:%S", 5.5, " +05:30")),
    _written("+01", _offset("%Y-%m-%d %H:%M:%S", 1, "+01")),
    _written("other offsets in every row", _mixed_offsets),
    _written("some with Z, some local", _mixed_zones),
    _written("two forms in one column", _mixed_forms),
    _written("UTC", _utc("%Y-%m-%d %H:%M:%S UTC")),
    _written("GMT", _utc("%Y-%m-%d %H:%M:%S GMT")),
    _written("UTC+2", _offset("%Y-%m-%d %H:%M:%S", 2, " UTC+2")),
    _written("GMT-03:30", _offset("%Y-%m-%d %H:%M:%S", -3.5, " GMT-03:30")),
    _written("name of the zone in brackets", _offset("%Y-%m-%dT%H:%M:%S", 9, "+09:00[Asia/Tokyo]")),
    _written("basic ISO", _utc("%Y%m%dT%H%M%SZ")),
    _fraction(3, "Z"),
    _fraction(6, "Z"),
    _fraction(3, ""),
    _fraction(1, "Z"),
    _written("seconds since 1970", _count(1)),
    _written("milliseconds since 1970", _count(1_000)),
    _written("microseconds since 1970", _count(1_000_000)),
    _written("nanoseconds since 1970", _count(1_000_000_000), ground=_NO_TIME),
    _written("seconds since 1970 as words", lambda d, n: str(_count(1)(d, n))),
    _written("seconds since 1970 with a point", lambda d, n: f"{_count(1)(d, n)}.0"),
    _written(".NET", lambda d, n: f"/Date({_count(1_000)(d, n)})/", ground=_NO_TIME),
    _written("e-mail", _utc("%a, %d %b %Y %H:%M:%S +0000"), answers={"time_format": "%a, %d %b %Y %H:%M:%S %z"}),
    _written("HTTP", _utc("%a, %d %b %Y %H:%M:%S GMT"), answers={"time_format": "%a, %d %b %Y %H:%M:%S %Z"}),
    _written("Twitter", _utc("%a %b %d %H:%M:%S +0000 %Y"), answers={"time_format": "%a %b %d %H:%M:%S %z %Y"}),
    _written("ctime", _naive("%a %b %d %H:%M:%S %Y"), answers={"time_format": "%a %b %d %H:%M:%S %Y"}),
    _written(
        "JavaScript",
        _offset("%a %b %d %Y %H:%M:%S GMT", 1, "+0100"),
        answers={"time_format": "%a %b %d %Y %H:%M:%S %Z"},
    ),
    _written("Google Forms", _offset("%Y/%m/%d %I:%M:%S %p", 1, " GMT+1")),
    _written("ISO without a zone", _naive("%Y-%m-%d %H:%M:%S")),
    _written("ISO without a zone, T", _naive("%Y-%m-%dT%H:%M:%S")),
    _written("ISO to the minute", _naive("%Y-%m-%d %H:%M"), _minute),
    _written("year first, slashes", _naive("%Y/%m/%d %H:%M:%S")),
    _written("year first, dots", _naive("%Y.%m.%d %H:%M:%S")),
    _written("year first, slashes, AM", _naive("%Y/%m/%d %I:%M:%S %p")),
    _written("day first, dots", _naive("%d.%m.%Y %H:%M:%S")),
    _written("day first, dots, to the minute", _short("%-d.%-m.%Y %H:%M"), _minute),
    _written(
        "day first, dots in the clock", _naive("%d.%m.%Y %H.%M"), _minute, answers={"time_format": "%d.%m.%Y %H.%M"}
    ),
    _written("day first, slashes", _naive(_DMY), answers={"time_format": _DMY}),
    _written(
        "day first, slashes and comma", _naive("%d/%m/%Y, %H:%M:%S"), answers={"time_format": "%d/%m/%Y, %H:%M:%S"}
    ),
    _written("day first, hyphens", _naive("%d-%m-%Y %H:%M:%S"), answers={"time_format": "%d-%m-%Y %H:%M:%S"}),
    _written("day first, short year", _naive("%d/%m/%y %H:%M:%S"), answers={"time_format": "%d/%m/%y %H:%M:%S"}),
    _written("month first", _naive(_MDY), answers={"time_format": _MDY}),
    _written(
        "month first, short, PM", _short("%-m/%-d/%Y %-I:%M %p"), _minute, answers={"time_format": "%m/%d/%Y %I:%M %p"}
    ),
    _written(
        "month first, comma, PM", _short("%-m/%-d/%Y, %-I:%M:%S %p"), answers={"time_format": "%m/%d/%Y, %I:%M:%S %p"}
    ),
    _written("month first, short year", _short("%-m/%-d/%y %H:%M"), _minute, answers={"time_format": "%m/%d/%y %H:%M"}),
    _written(
        "month first, p.m.",
        lambda d, n: _short("%-m/%-d/%Y %-I:%M:%S %p")(d, n).replace("AM", "a.m.").replace("PM", "p.m."),
    ),
    Way(
        "time: day or month first cannot be told",
        CELLS,
        _short_days,
        _CREATED,
        TEXT_SHAPES,
        ground="which is the day and which the month",
    ),
    _written("a spreadsheet's numbers", _serial(".")),
    _written("a spreadsheet's numbers with a comma", _serial(",")),
    _written("days", _naive("%Y-%m-%d"), _midnight),
    _written("days, dots", _naive("%d.%m.%Y"), _midnight),
    _written("days, slashes", _naive("%d/%m/%Y"), _midnight, answers={"time_format": "%d/%m/%Y"}),
    _written("days, month first", _short("%-m/%-d/%Y"), _midnight, answers={"time_format": "%m/%d/%Y"}),
    _written("days, basic", _naive("%Y%m%d"), _midnight),
    _written("fourteen digits", _naive("%Y%m%d%H%M%S"), answers={"time_format": "%Y%m%d%H%M%S"}),
    _written("month's short name first", _short("%b %-d, %Y"), _midnight, answers={"time_format": "%b %d, %Y"}),
    _written(
        "month's name first, PM", _short("%B %-d, %Y %-I:%M %p"), _minute, answers={"time_format": "%B %d, %Y %I:%M %p"}
    ),
    _written("day, month's name", _short("%-d %B %Y"), _midnight, answers={"time_format": "%d %B %Y"}),
    _written(
        "day, month's short name, hyphens", _naive("%d-%b-%Y %H:%M:%S"), answers={"time_format": "%d-%b-%Y %H:%M:%S"}
    ),
    _written("weekday, month's name", _short("%A, %B %-d, %Y"), _midnight, answers={"time_format": "%A, %B %d, %Y"}),
    _written("German months", _months(_GERMAN, "{day}. {month} %Y"), _midnight, ground=_NO_TIME, scripts="en de fr"),
    _written("French months", _months(_FRENCH, "{day} {month} %Y %H:%M:%S"), ground=_NO_TIME, scripts="en de fr"),
    _written(
        "Japanese",
        _naive("%Y年%m月%d日 %H:%M:%S"),
        answers={"time_format": "%Y年%m月%d日 %H:%M:%S"},
        scripts="en ja zh",
    ),
    _written(
        "letters of a zone that are many",
        _naive("%Y-%m-%d %H:%M:%S EST"),
        lambda _d, _n: LOST,
        ground="letters that several zones share",
    ),
    _written("words", lambda _d, n: f"{n % 11 + 2} months ago", lambda _d, _n: LOST, ground="words that tell no date"),
    _some("a few are empty", "", "no created_at"),
    _some("a few are zero", "0000-00-00 00:00:00", _NO_TIME),
    _some("a few are of the future", "2187-01-01T00:00:00Z", "in the future"),
    _some("a few are words", "unknown", _NO_TIME),
)
