"""Posts of made-up products: a month of their own talk, then a wave of advertising, or people with the same trouble."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from landing import DAY, HOUR, T0, row

from earful.warehouse import Store

#: The wave comes on this day, after a month of the product's own talk.
ON = 33
_WHO = ("My", "Our team's", "The office", "A friend's", "Every", "The old", "The new", "Her", "This")
_WHAT = (
    "sync",
    "login page",
    "toolbar",
    "search box",
    "export",
    "dark theme",
    "calendar view",
    "upload",
    "password list",
)
_DOES = (
    "stopped working",
    "is slow again",
    "looks fine",
    "forgets what I typed",
    "asks for my account",
    "keeps freezing",
)
_WHEN = ("since the update", "after a restart", "on my laptop", "with two windows open", "when I travel", "at work")
_ASK = ("how do I get it back?", "please look into it", "what can I do about this?", "thanks for the help", "any idea?")
CITIES = ("Lyon", "Porto", "Turin", "Graz", "Bergen", "Leeds", "Utrecht", "Gdansk", "Basel", "Malmo", "Ghent", "Cork")


_ELSE = (
    "I called support and nobody answered the phone for an hour.",
    "The error code says that data could not be received or verified.",
    "Customer service kept me waiting in a queue three times and hung up.",
    "There is no answer either, the line is always engaged.",
)


def talk(draw: Random) -> str:
    if draw.random() < 0.1:
        return draw.choice(_ELSE)
    return " ".join(draw.choice(each) for each in (_WHO, _WHAT, _DOES, _WHEN, _ASK))


def numbers(_: Random, n: int) -> str:
    return (
        f"How do I reach Vantora {('billing', 'ticket', 'wallet')[n % 3]} agents? Dial Vantora desk [phone] or 1*888*55{n % 7}*0199, "
        "Vantora agents answer round the clock and settle every refund within minutes, dial [phone] today"
    )


def pills(_: Random, n: int) -> str:
    return f"Buy Zolmarin tablets in {CITIES[n % 12]}, discreet parcel, WhatsApp [phone]. Original Zolmarin tablets, cash accepted"


def crypto(_: Random, n: int) -> str:
    return (
        f"Claim your {n + 3} Qorex tokens before midnight! Connect any wallet at https://qorex-drop.example/claim and the airdrop"
        " contract releases bonus tokens instantly, guaranteed multiplier for early holders"
    )


def seo(_: Random, n: int) -> str:
    links = " ".join(f"https://{name}-{n}.example" for name in ("slots", "roulette", "bonus"))
    return f"Best casino bonus codes {CITIES[n % 12]} {links} free spins, jackpot reviews, trusted bookmakers, roulette odds compared daily"


def edited(_: Random, n: int) -> str:
    extra = ("honestly", "truly", "really", "believe me")[n % 4]
    return (
        f"Doctor Ombasa's herbal mixture cured my cousin's diabetes within weeks {extra}, blessings upon this healer,"
        " everyone suffering deserves his natural roots remedy"
    )


WAVES: dict[str, Callable[[Random, int], str]] = {
    "numbers": numbers, "pills": pills, "crypto": crypto, "seo": seo, "edited": edited,
}  # fmt: skip


def webmail(draw: Random, n: int) -> str:
    opening = ("Since today", "This morning", "Suddenly", "For two hours", "In version 145", "Again")[n % 6]
    site = (" https://mail.zephyra.example", "", " see https://status.zephyra.example/now", "")[n % 4]
    number = " You can reach me at [phone]." if n % 9 == 0 else ""
    return f"{opening} Zephyra mail shows a blank page, {talk(draw)}{site}{number}"


def pasted(draw: Random, n: int) -> str:
    error = "Secure transport failed. Error code ZX_HANDSHAKE_REFUSED. The authenticity of received data could not be verified."
    return error if n % 2 else f"{talk(draw)} It says ZX_HANDSHAKE_REFUSED, secure transport failed"


def hotline(draw: Random, n: int) -> str:
    called = (
        "I called [phone] three times and nobody picked up",
        "the hotline [phone] hangs up on me",
        "support at [phone] kept me in a queue for an hour",
        "[phone] is always engaged",
        "no answer from [phone] either",
    )[n % 5]
    return f"{talk(draw)} {called}. {talk(draw)}"


def praise(_: Random, n: int) -> str:
    return ("Good app", "very good app, I love it", "Nice app!", "best app ever, thank you so much")[n % 4]


def protest(_: Random, n: int) -> str:
    return (
        f"Please bring the old toolbar back, the new search box is slow and the calendar view forgets what I typed! {n}"
    )


RUSHES: dict[str, Callable[[Random, int], str]] = {
    "webmail": webmail, "pasted": pasted, "hotline": hotline, "praise": praise, "protest": protest,
}  # fmt: skip


def posts_of(product: str, makes: Callable[[Random, int], str]) -> list[dict[str, Any]]:
    """A month of own talk, six posts a day, and twenty posts of a wave beside it on its day and the next."""
    draw = Random(product)
    own = [
        row(
            f"{product}-o{day}-{n}",
            T0 + day * DAY + n * HOUR,
            draw.uniform(-0.6, 0.4),
            product=product,
            text=talk(draw),
        )
        for day in range(ON + 2)
        for n in range(6)
    ]
    wave = [
        row(f"{product}-w{n}", T0 + (ON + n % 2) * DAY + n * HOUR / 3, 0.9, product=product, text=makes(draw, n))
        for n in range(20)
    ]
    return own + wave


def flagged(store: Store, product: str) -> dict[str, str]:
    found = store.con.execute("select post_id, spam from posts where product = $p and spam is not null", {"p": product})
    return dict(found.fetchall())
