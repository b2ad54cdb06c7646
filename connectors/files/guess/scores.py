"""How well a column fits a role, by its name and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from earful.connectors.files.guess.looks import FEW, Look
from earful.connectors.files.guess.words.likert import steps
from earful.connectors.files.guess.words.names import strength, words_of
from earful.connectors.files.values.ids import names_people

#: Words of columns that tables of posts have.
_SOCIAL = frozenset({"subreddit", "upvotes", "upvote", "retweet", "retweets", "retweeted", "hashtags", "karma"})
#: "3 weeks ago", "2 people": a number of something, and no grade.
_AMOUNT = re.compile(
    r"^\d+\s+(?!(?:stars?|sterne?|étoiles?|estrell?as?|estrelas?|stell[ae]|sterren|gwiazd\w*|points?|punkte?)\b)[^\W\d]",
    re.IGNORECASE,
)
#: From here on a column may have a role; None: it cannot have it, whatever it is called.
Score = float | None
#: A name that is so strong says a role of itself.
NAMED = 0.4


def named(look: Look, role: str) -> float:
    """The strength of the name, less what speaks against it."""
    return max(_named(each, role) for each in look.called)


def _named(name: str, role: str) -> float:
    against = strength(name, f"!{role}")
    found = strength(name, role)
    # A name that is the role's own, word for word, is not spoken against by a part of it.
    return found if found == 1.0 and against < 1.0 else found - against


def created_at(look: Look) -> Score:
    """Times, by a name or by their form; plain numbers only by a name."""
    name = named(look, "created_at")
    if look.dated < 0.5 or (look.counted and name < NAMED):
        return None
    # The deeper in an object, the less it is the row's own.
    deep = 0.1 * look.name.count(".")
    return 1.5 * name + look.dated + 0.3 * look.share + (0.1 if look.has_clock else 0.0) - deep


def edited_at(look: Look) -> Score:
    """Times under a name that says so."""
    name = named(look, "edited_at")
    return 1.0 + name if name >= 0.5 and look.dated >= 0.5 else None


def text(look: Look) -> Score:
    """Words, the more the better."""
    if look.dated > 0.5 or look.urls > 0.5 or look.mails > 0.5 or look.numeric > 0.5 or look.codes > 0.8:
        return None
    name = named(look, "text")
    if look.wordy < (1.2 if name >= 0.6 else 3.0) or (look.graded > 0.8 and look.distinct <= 12):
        return None
    if steps(look.counts) or (look.distinct <= 12 and look.filled > 30 and look.unique < 0.2 and name < 0.9):
        return None
    return 1.5 * name + 1.5 * min(look.wordy, 12.0) / 12.0 + 0.6 * look.unique + 0.4 * look.share


def title(look: Look) -> Score:
    """A few words under a name that says so."""
    name = named(look, "title")
    if name < 0.55 or look.dated > 0.5 or look.numeric > 0.5 or look.urls > 0.5:
        return None
    # One title over and over is a product's or a page's.
    return None if look.unique < 0.05 and look.filled > 40 else 0.8 + name


def rating(look: Look) -> Score:
    """Grades on a scale, as numbers, stars or steps in words."""
    name = named(look, "rating")
    words = steps(look.counts)
    if {each.casefold() for each in look.counts} <= {"good", "bad", ""} and look.counts:
        return None
    if words:
        return 1.0 + name if name >= NAMED else 0.7
    if look.graded < 0.9 or (look.numbers and not 0 <= look.low <= look.high <= 100) or look.dated > 0.9:
        return None
    if look.high > 10 and not (look.high == 100 and name >= 0.5 and _round(look)):
        return None
    # Fractions other than halves are means or scores of a model.
    if any(2 * value != int(2 * value) for value in look.numbers) and (look.high > 10 or look.low < 1):
        return None
    usual = 0.5 if look.high <= 5 and look.distinct <= 11 else 0.2 if look.high <= 10 else 0.0
    if name < NAMED:
        known = look.whole and look.low >= 1 and 3 <= look.high <= 5 and look.filled > 5 and look.distinct > 1
        known = known and not any(map(_AMOUNT.match, look.sample))
        return 0.3 if known and name >= 0 else None
    return 0.5 + 1.2 * name + usual


def _round(look: Look) -> bool:
    """Whether most values are multiples of five, as answers per cent are, and counts are not."""
    return sum(n for value, n in look.numbers.items() if value % 5 == 0) >= 0.8 * look.filled


def nps(look: Look) -> Score:
    """Whole numbers 0..10 under a name that asks whether one recommends."""
    if look.graded < 0.9 or not look.whole or not 0 <= look.low <= look.high <= 10:
        return None
    name = named(look, "nps")
    if set(look.numbers) <= {0.0, 1.0}:
        return None
    if name < NAMED:
        plain = look.low == 0 and look.high == 10 and look.distinct >= 5 and look.filled > 5
        return 0.4 if plain and name >= 0 and strength(look.name, "!rating") < 0.5 else None
    return 0.8 + 1.2 * name


def recommended(look: Look) -> Score:
    """Yes and no, under a name that asks for it."""
    name = named(look, "recommended")
    good_bad = {each.casefold() for each in look.counts} <= {"good", "bad", "offered", "unoffered"}
    if name < 0.55 or not look.filled or not (look.answered >= 0.9 or good_bad) or look.distinct > 12:
        return None
    # Ones alone, or ones and twos, are stars.
    return 0.6 + name if look.answered < 0.9 or not set(look.counts) & {"2"} else None


def post_id(look: Look) -> Score:
    """One value a row, under a name of ids."""
    name = named(look, "post_id")
    if name < 0.5 or names_people(look.name) or look.mails > 0.2 or look.wordy > 4 or look.share < 0.5:
        return None
    if look.dated > 0.9 and not look.counted:
        return None
    return 0.5 + name + 0.5 * look.unique


def author(look: Look) -> Score:
    """People, by a name of theirs."""
    name = named(look, "author")
    if names_people(look.name):
        name = max(name, 0.8)
    before, _, last = look.name.rpartition(".")
    # "name" alone may be that of anything; in "author.name" it is the author's.
    if words_of(last) == ("name",) and strength(before, "author") < NAMED:
        name -= 0.15
    if name < 0.5 or look.wordy > 6 or look.urls > 0.5 or look.dated > 0.5 or not look.filled:
        return None
    if (look.distinct <= 3 and look.filled > 10) or (look.counted and look.unique < 0.5 and look.distinct <= FEW):
        return None
    return 0.6 + name - (0.2 if look.counted else 0.0)


def app_version(look: Look) -> Score:
    """Versions, by their name, the better in their form."""
    name = named(look, "app_version")
    if name < 0.5 or look.wordy > 4 or look.dated > 0.9 or not look.filled:
        return None
    # One digit alone counts the versions of a record.
    return 0.5 + name + 0.3 * look.versions if look.mean_length > 1.2 or look.distinct > 9 else None


def market(look: Look) -> Score:
    """Countries, by their name."""
    name = named(look, "market")
    few = look.distinct <= 300 and look.wordy <= 4 and look.numeric < 0.5
    return 0.5 + name + 0.2 * look.codes if name >= 0.55 and few and look.filled else None


def language_hint(look: Look) -> Score:
    """Languages, by their name."""
    name = named(look, "language_hint")
    few = look.distinct <= 200 and look.wordy <= 3 and look.numeric < 0.5
    return 0.5 + name + 0.2 * look.codes if name >= 0.55 and few and look.filled else None


def likes(look: Look) -> Score:
    """Counts under a name that says of what."""
    name = named(look, "likes")
    return 0.4 + name if name >= 0.55 and look.numeric >= 0.8 and look.dated < 0.5 and look.integral else None


def reply_count(look: Look) -> Score:
    """Counts under a name that says of what."""
    name = named(look, "reply_count")
    return 0.4 + name if name >= 0.7 and look.numeric >= 0.8 and look.dated < 0.5 else None


def url(look: Look) -> Score:
    """Addresses under a name that is no picture's."""
    name = named(look, "url")
    return 0.4 + name if name >= 0.3 and look.urls >= 0.8 and look.unique > 0.2 else None


def product(look: Look) -> Score:
    """A few names that come again, under a name that says of what."""
    name = named(look, "product")
    short = look.wordy <= 8 and look.dated < 0.5 and look.urls < 0.5 and look.mean_length < 80
    again = look.unique <= 0.5 or look.distinct <= 3
    # A name is better than a number that stands for one.
    return 0.4 + name - 0.6 * look.numeric if name >= 0.6 and short and again and look.share > 0.9 else None


#: In no order: the best fit of all goes first.
SCORES: Mapping[str, Callable[[Look], Score]] = {
    "created_at": created_at,
    "edited_at": edited_at,
    "text": text,
    "title": title,
    "rating": rating,
    "nps": nps,
    "recommended": recommended,
    "post_id": post_id,
    "author": author,
    "app_version": app_version,
    "market": market,
    "language_hint": language_hint,
    "likes": likes,
    "reply_count": reply_count,
    "url": url,
    "product": product,
}


def social(looks: list[Look]) -> bool:
    """Whether the table is of posts or comments, whose score counts votes."""
    return any(strength(look.name, "reply_count") >= 0.95 or _SOCIAL & set(words_of(look.name)) for look in looks)


def _says_grade(look: Look, role: str) -> bool:
    """Whether the name says a grade also where the table's scores count votes."""
    return named(look, role) >= NAMED and words_of(look.name)[-1:] not in (("score",), ("points",))


def assigned(looks: list[Look]) -> tuple[dict[str, Look], dict[str, list[tuple[float, Look]]]]:
    """One column a role and one role a column, the best fit first; and by role every column that fits, best first."""
    fits: dict[str, list[tuple[float, Look]]] = {}
    every: list[tuple[float, int, str, Look]] = []
    votes = social(looks)
    for at, look in enumerate(looks):
        if not look.filled:
            continue
        for role, score in SCORES.items():
            found = score(look)
            if votes and role in ("rating", "nps") and not _says_grade(look, role):
                continue
            if found is not None and found > 0:
                fits.setdefault(role, []).append((found, look))
                every.append((-found, at, role, look))
    chosen: dict[str, Look] = {}
    used: set[str] = set()
    for _, _, role, look in sorted(every, key=lambda each: each[:3]):
        if role not in chosen and look.name not in used:
            chosen[role] = look
            used.add(look.name)
    return chosen, {role: sorted(its, key=lambda each: -each[0]) for role, its in fits.items()}
