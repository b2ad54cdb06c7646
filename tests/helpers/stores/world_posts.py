"""The posts of the world (world.py): plain days by rule and chance, and special posts for what chance does not hit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from landing import named, row

from earful.connectors.base import Window

ZONE = ZoneInfo("Europe/Berlin")
#: Days are counted from here, a Monday; the last one of the world is LAST, and clocks go forward on day 83.
D0 = date(2026, 1, 5)
LAST = 139

PRODUCTS = {
    "orbit": ("Orbit", True), "luna": ("Luna", True), "solo": ("Solo", True),
    "nova": ("Nova", False), "vega": ("Vega", False), "mute": ("Mute", False),
}  # fmt: skip
SOURCES = {"rd": "reddit", "app": "app_store", "steam": "steam", "nps": "survey", "forum": "forum"}
KINDS = {"rd": "post", "app": "review", "steam": "review", "nps": "survey", "forum": "post"}
TOPICS = {"login": "Logging in", "ads": "Advertising", "ui": "Looks", "sync": "Syncing", "rare": "Rarely named"}

#: What was asked for and came whole, as [first, end) in days.
WHOLE: dict[tuple[str, str], list[tuple[int, int]]] = {
    ("orbit", "rd"): [(-400, -397), (0, 140)],
    ("orbit", "app"): [(0, 140)],
    ("orbit", "steam"): [(-227, -224), (0, 140)],
    ("orbit", "nps"): [(20, 138)],
    ("luna", "rd"): [(60, 140)],
    ("luna", "app"): [(0, 136)],
    ("luna", "steam"): [(50, 140)],
    ("luna", "nps"): [(0, 136)],
    ("nova", "rd"): [(0, 140)],
    ("nova", "app"): [(0, 140)],
    ("nova", "steam"): [(40, 140)],
    ("vega", "rd"): [(0, 140)],
    ("vega", "app"): [(100, 140)],
    ("mute", "rd"): [(112, 140)],
    ("mute", "forum"): [(126, 140)],
    ("solo", "forum"): [(126, 140)],
}
#: Of these, days that did not come: an outage.
MISSING = {("orbit", "app"): (130, 131), ("nova", "app"): (118, 120), ("luna", "rd"): (100, 103)}
#: What was asked for and failed.
FAILED = {("luna", "app"): (136, 140)}

#: (product, day, name, version): the launches of the configuration. Nova's old ones are more than the 20 newest that are
#: compared however old; Luna's of a year ago are more than 20 within 365 days, and three before.
LAUNCHES = [
    ("orbit", 60, "Big one", "1.1"), ("orbit", 100, "New price", None),
    ("orbit", -226, "A year ago", None), ("orbit", -225, "Not yet a year", None), ("nova", 70, "Their party", None),
    ("solo", 133, "Second week", None),
    *(("nova", -900 + 3 * n, f"Old {n}", None) for n in range(24)),
    *(("luna", -228 + n, f"Short {n}", None) for n in range(28)),
]  # fmt: skip

Post = dict[str, Any]


def day(number: int) -> date:
    """The date of a day of the world."""
    return D0 + timedelta(number)


def moment(number: int, hour: float = 0) -> datetime:
    """A local time of a day of the world, in UTC."""
    return (datetime.combine(day(number), datetime.min.time(), ZONE) + timedelta(hours=hour)).astimezone(UTC)


def window(first: int, end: int) -> Window:
    """[first, end) in days."""
    return Window(moment(first), moment(end))


def counts(product: str, channel: str, d: int) -> int:
    """How many posts the plain days have. No day is so much below the others that it would be doubted."""
    match product, channel:
        case "orbit", "app":
            return 3 + d * 7 % 3
        case "orbit", "rd":
            return 2 + d % 2
        case "orbit", "steam":
            return 2
        case "orbit", "nps":
            return 1 + (d % 3 == 0)
        case "luna", "app":
            return 2 if d < 20 else 1 + (d % 3 == 1)
        case "luna", "nps":
            # 15 answers in the 28 days to its last complete day, 15 in the 28 before.
            return int(d % 2 == 0 or d in (95, 121))
        case "nova", "rd":
            return 3
        case "nova", "app":
            return 2
        case "vega", "rd":
            return int(d % 2 == 0)
        case "vega", "app":
            # With those of Reddit 15 posts in the last 28 days.
            return int(d == 125 or (d % 4 == 1 and d < 112))
        case "mute", _:
            return 0
        case "solo", _:
            # 15 posts in the last week, 15 in the one before.
            return 2 + (d in (126, 139))
    return 1


def _version(product: str, channel: str, d: int, n: int) -> str | None:
    if (product, channel) == ("orbit", "steam"):
        return "7.0" if d < 80 else "7.1"  # another platform, with releases of its own
    if channel != "app" or n == 3:
        return None
    if product == "orbit":
        return "1.0" if d < 60 or n == 2 else "1.1" if d < 111 else "1.2"
    # Luna's 5.1 is out on the channel's fourth day; Nova's 3.1 on its third, which nobody can tell from its first.
    if product == "luna":
        return "5.0" if d < 3 else "5.1"
    return "3.0" if d < 2 else "3.1"


WORDS = ["fine", "slow", "map", "search", "photo", "login", "ads", "update", "sync", "price", "menu", "button"]
LATE_WORDS = ["panel", "chart", "export"]


def plain_posts(rng: random.Random) -> Iterator[Post]:
    """The plain days: every product, channel and day that was asked for and not left out by an outage or a failure."""
    number = 0
    for (product, channel), spans in WHOLE.items():
        gone = MISSING.get((product, channel), (0, 0))
        for d in (d for first, end in spans for d in range(first, end)):
            if gone[0] <= d < gone[1] and d % 2 == 0:
                continue  # the odd ones of an outage have the posts that came before it
            for n in range(counts(product, channel, d)):
                number += 1
                yield _post(rng, number, product, channel, d, n)


def _post(rng: random.Random, number: int, product: str, channel: str, d: int, n: int) -> Post:
    level = {"orbit": 0.15, "luna": 0.05, "nova": 0.35, "vega": -0.3, "solo": 0.0}[product]
    level += {"rd": -0.1, "app": 0.0, "steam": 0.1, "nps": 0.0, "forum": 0.0}[channel]
    if product == "orbit" and channel == "app" and d >= 111:
        level -= 0.35
    compound: float | None = round(max(-0.9999, min(0.9999, rng.gauss(level, 0.35))), 4)
    on_a_bound = {0: 0.05, 1: -0.05, 2: 0.0, 3: 0.0499, 4: -0.0499}.get(number % 23)
    compound = on_a_bound if on_a_bound is not None else compound
    # 15 posts of Vega's and of Solo's are 15 scored ones.
    compound = None if number % 11 == 5 and product not in ("vega", "solo") else compound
    topics = {t: round(max(-1, min(1, rng.gauss(level, 0.5))), 4) for t in ("login", "ads", "ui") if rng.random() < 0.3}
    if number % 7 == 0:
        topics |= {"ads": -0.05, "ui": 0.05}
    market = ("de", "us", "fr")[(number + d // 40) % 3] if channel == "app" else ""
    more: Post = {"market": market, "app_version": _version(product, channel, d, n)}
    if channel == "app":
        more["rating"] = None if n == 2 else max(1, min(5, round(3 + 3 * (compound or 0) + rng.gauss(0, 1))))
    if channel == "steam":
        more["recommended"] = None if number % 5 == 0 else rng.random() < 0.5 + (compound or 0) / 2
    if channel == "nps":
        more["nps"] = rng.choice((0, 3, 6, 7, 8, 9, 10, 10)) if d < LAST - 28 else rng.choice((0, 2, 6, 6, 7, 9))
    if channel == "rd":
        more["likes"] = rng.choice((None, 0, 0, 1, 2, 7, 300))
    return make(
        f"{product[0]}{channel}{number}", product, channel, d, rng.random() * 23.9, compound,
        author=f"{channel} author {rng.randrange(60)}" if number % 8 else None,
        text=" ".join(rng.choices(WORDS if d < LAST - 6 else WORDS + LATE_WORDS, k=rng.randrange(1, 6))) if number % 6 else "",
        title="Title" if number % 12 == 0 else "", topics=[] if compound is not None else None, **more,
    ) | ({"topics": named(**topics)} if compound is not None else {})  # fmt: skip


def make(
    post_id: str, product: str, channel: str, d: int, hour: float, compound: float | None = 0.1, **more: Any
) -> Post:
    """One post of a local hour of a day."""
    whole = {"kind": KINDS[channel], "channel": channel, "source": SOURCES[channel], "product": product, **more}
    return row(post_id, moment(d, hour), compound, **whole) | {"day": day(d)}


def special_posts() -> Iterator[Post]:
    """What the plain days do not have. No post here names a version, but for those that say so."""
    for n in range(6):  # one author with six posts a day: long ago, just out of the 90 days, just in, and of late
        for d in (30, LAST - 90, LAST - 89, 133):
            yield make(f"loud{d}-{n}", "orbit", "rd", d, n, round(-0.05 * n, 4), author="loud", text="again", likes=3)
    said = "the new checkout asks for my card again and again every time"
    for n in range(7):  # one text of many
        yield make(f"copy{n}", "nova", "rd", 120 + n % 3, 9 + n, -0.4, author=f"copier {n}", text=said, likes=2)
    for product, channel in (("orbit", "rd"), ("nova", "rd")):  # 15 on one topic within the 28 days, more before them
        for n in range(15):
            yield make(
                f"sync{product}{n}", product, channel, 112 + n, 12, 0.2, text="", topics=named(sync=-0.3 if n % 3 else 0.5)
            )  # fmt: skip
        for n in range(9):
            yield make(f"before{product}{n}", product, channel, 111 - n, 12, 0.3, text="", topics=named(sync=-0.9))
    for n in range(15):  # 15 comments of NPS answers on a topic, on days of its window
        yield make(f"asked{n}", "orbit", "nps", 111 + n, 13, 0.1, nps=n % 11, text="", topics=named(sync=-0.6))
    for n in range(5):  # as few posts as an interval of impact takes
        yield make(f"rare{n}", "luna", "rd", 130 + n, 13, -0.2, text="", topics=named(rare=-0.1 * n))
    # As far back as the worst posts go, the day before, and on the bound of negative.
    yield make("worst-first", "orbit", "rd", 112, 0.5, -0.97, text="on the first of 28 days", title="Bad")
    yield make("worst-before", "orbit", "rd", 111, 23.5, -0.98, text="on the day before them")
    yield make("worst-old", "orbit", "rd", 20, 12, -0.99, text="long ago")
    yield make("worst-bound", "orbit", "rd", 139, 12, -0.05, text="on the bound")
    yield make("worst-not", "orbit", "rd", 139, 12, -0.0499, text="not quite")
    yield make("unscored", "orbit", "rd", 139, 12, None, text="", unscored_reason="no text", language=None)
    # Calibration and releases look back 365 days.
    yield make("year-out", "orbit", "steam", -226, 12, -0.9, recommended=True, text="out")
    yield make("year-in", "orbit", "steam", -225, 12, 0.9, recommended=False, text="in")


def reviews_by_night() -> list[tuple[Post, list[dict[str, Any]]]]:
    """Reviews with what became of each, night by night: stars and thumbs that rose, rose and fell, and never rose."""

    def begun(post_id: str, product: str, channel: str, d: int, compound: float, **more: Any) -> Post:
        return make(post_id, product, channel, d, 10, compound, text=f"first words of {post_id}", **more)

    def edit(d: int, compound: float, **more: Any) -> dict[str, Any]:
        return {"edited_at": moment(d, 15), "compound": compound, "vader_compound": compound, **more}

    same = {"rating": 1, "app_version": "1.2"}
    return [
        (begun("rose", "orbit", "app", 125, -0.6, **same), [edit(128, 0.6, rating=5, reply_count=1), {}]),
        (begun("half", "orbit", "app", 126, -0.6, rating=2), [edit(129, 0.1, rating=3), edit(131, 0.4, rating=5)]),
        (begun("back", "orbit", "app", 126, -0.6, rating=2), [edit(129, 0.6, rating=5), edit(135, -0.7, rating=2)]),
        (begun("fell", "orbit", "app", 127, 0.6, rating=5), [edit(130, -0.6, rating=1), {}]),
        (begun("up", "orbit", "steam", 127, -0.4, recommended=False), [edit(132, 0.4, recommended=True), {}]),
        (
            begun("up-down", "orbit", "steam", 127, -0.4, recommended=False),
            [edit(132, 0.4, recommended=True), edit(134, -0.5, recommended=False)],
        ),
        # One id in two products: each has its own past.
        (begun("twin", "orbit", "app", 120, -0.3, rating=1), [edit(124, 0.3, rating=4), {}]),
        (begun("twin", "nova", "app", 120, -0.3, rating=2), [edit(127, 0.5, rating=5), {}]),
        # No review.
        (begun("talk", "orbit", "rd", 120, -0.3, rating=1), [edit(121, 0.3, rating=5), {}]),
        # Edited under another version, on another day: that version was seen then.
        (begun("moved", "orbit", "app", 90, -0.3, rating=3, app_version="1.2"), [edit(112, -0.3, rating=3), {}]),
    ]
