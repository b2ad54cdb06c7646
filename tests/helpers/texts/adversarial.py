"""Texts made to hurt a scorer: any number, seeded, each by one of the makers below. Shared with benchmarks/identity.py.

Most makers write one rule's words at all distances that the rule looks at, and one further, among words that disturb it.
All texts are valid UTF-8 (an Arrow column can hold nothing else): no lone surrogates.
"""

# Long because: a maker for each rule of VADER, all drawn from by one table.

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

from adversarial_words import (
    BOOSTERS,
    EMOJI,
    EMOTICONS,
    HITS,
    IN_WORDS,
    LETTERS,
    LEXICON,
    LONG_WORDS,
    MARKS,
    NAMED,
    NEGATIONS,
    NEUTRAL,
    NOT_SPACES,
    RULES,
    SPACES,
    WHOLE,
    WORDS,
)
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES


def texts(n: int, seed: int = 1) -> Iterator[str]:
    """So many texts; the same for a seed, whatever is asked besides. Some come twice."""
    rng = Random(seed)
    last = ""
    for _ in range(n):
        if rng.random() < 0.01:
            yield last
            continue
        last = _disturbed(rng, rng.choice(_MAKERS)(rng))
        yield last


def _disturbed(rng: Random, text: str) -> str:
    """The text, now and then with marks at its end, in capitals, with other white space, or some letter replaced."""
    p = rng.random()
    if p < 0.15:
        return text + rng.choice(["!", "?", "!!", "??", "!!!", "???", "!!!!", "????", "!!!!!!", "?!?!", " !", " ? ?"])
    if p < 0.20:
        return text.upper() if rng.random() < 0.7 else text.title()
    if p < 0.25:
        return text.replace(" ", rng.choice(SPACES), rng.randint(1, 3))
    if p < 0.28:
        return rng.choice(SPACES) * rng.randint(0, 2) + text + rng.choice(SPACES)
    if p < 0.32:
        at = rng.randint(0, len(text))
        return text[:at] + rng.choice(LETTERS + MARKS + NOT_SPACES + EMOJI[:40]) + text[at + rng.randint(0, 1) :]
    if p < 0.34:
        return text.replace("k", "\u212a").replace("i", rng.choice("iı\u0130I"), 1)
    return text


def _case(rng: Random, word: str) -> str:
    p = rng.random()
    if p < 0.72:
        return word
    return word.upper() if p < 0.87 else word.capitalize() if p < 0.95 else word.swapcase()


def _wrapped(rng: Random, word: str) -> str:
    p = rng.random()
    if p < 0.7:
        return word
    marks = string.punctuation
    if p < 0.85:
        return word + rng.choice(marks)
    return "".join(rng.choices(marks, k=rng.randint(0, 3))) + word + "".join(rng.choices(marks, k=rng.randint(0, 4)))


def _filler(rng: Random) -> str:
    p = rng.random()
    pool: list[str] = (
        NEUTRAL if p < 0.45 else BOOSTERS if p < 0.6 else NEGATE if p < 0.7 else RULES if p < 0.85 else HITS
    )
    return rng.choice(pool)


def _some(rng: Random, low: int, high: int) -> list[str]:
    return [_filler(rng) for _ in range(rng.randint(low, high))]


def _said(rng: Random, words: list[str]) -> str:
    return " ".join(_wrapped(rng, _case(rng, word)) for word in words)


def soup(rng: Random) -> str:
    """Words of all kinds in any order."""
    return _said(rng, _some(rng, 0, 14))


def before_a_hit(rng: Random, triggers: list[list[str]]) -> str:
    """A trigger, up to three words, a word of the lexicon, up to three more; from the text's first word on or later."""
    gap = _some(rng, 0, 3) if rng.random() < 0.5 else [rng.choice(NEUTRAL) for _ in range(rng.randint(0, 3))]
    words = [*_some(rng, 0, 4), *rng.choice(triggers), *gap, rng.choice(WORDS), *_some(rng, 0, 3)]
    if rng.random() < 0.5:
        words = [w if w in IN_WORDS or rng.random() < 0.8 else w.upper() for w in words]
        return " ".join(words)
    return _said(rng, words)


def negations(rng: Random) -> str:
    """Every negation, and any word with "n't" in it, at each distance."""
    return before_a_hit(rng, NEGATIONS)


def boosters(rng: Random) -> str:
    """Every booster, one or two of them, at each distance."""
    return before_a_hit(rng, [[rng.choice(BOOSTERS) for _ in range(1 + (rng.random() < 0.1))]])


def named(rng: Random) -> str:
    """The words that rules name, in the orders that rules look for and in others."""
    return before_a_hit(rng, NAMED)


def phrases(rng: Random) -> str:
    """Special cases and boosting phrases, whole, cut or stretched, anywhere around a hit."""
    words = rng.choice([*SPECIAL_CASES, *[b for b in BOOSTER_DICT if " " in b], "kind of", "the shit"]).split()
    p = rng.random()
    if p < 0.1:
        words = words[:-1]
    elif p < 0.2:
        words = [*words[:1], rng.choice(NEUTRAL), *words[1:]]
    more = rng.choice([*SPECIAL_CASES, "kind of", "sort of", "just enough", "good", "bad"]).split()
    middle = [words, _some(rng, 0, 2), [rng.choice(WORDS)] if p < 0.8 else more]
    if rng.random() < 0.4:
        middle.reverse()
    return _said(rng, [*_some(rng, 0, 4), *(word for part in middle for word in part), *_some(rng, 0, 2)])


def buts(rng: Random) -> str:
    """ "but", often more than once, among hits of equal and of halved values."""
    hits = [rng.choice(WORDS) for _ in range(rng.randint(1, 4))] + ["good", "great", "bad"]
    pool = hits + ["but"] * rng.choice([1, 1, 3]) + [rng.choice(NEUTRAL), _filler(rng)]
    return _said(rng, [rng.choice(pool) for _ in range(rng.randint(1, 18))])


def many_hits(rng: Random) -> str:
    """ "but" among so many hits that they are not simply compared."""
    hits = rng.choices(WORDS, k=rng.randint(1, 30)) + rng.choices(BOOSTERS + NEGATE, k=3)
    return " ".join(rng.choice(hits) if rng.random() < 0.97 else "but" for _ in range(rng.randint(55, 140)))


def ties(rng: Random) -> str:
    """Shares whose third decimal is a tie or next to one: n of 16, n of 80."""
    value = rng.choice([1.0, -1.0, 3.0, -3.0])
    each, total = abs(value) + 1, rng.choice([16, 32, 32, 64, 80, 160])
    hits = rng.randint(1, max(1, int(total / each / 2)))
    words = ["x"] * int(total - hits * each) + rng.choices(WHOLE[value], k=hits)
    rng.shuffle(words)
    return " ".join(words)


def cancelling(rng: Random) -> str:
    """Hits whose valences sum to zero, but for the last bits, so that the sign decides on what "!" does."""
    hits = rng.choices(WORDS, k=rng.randint(1, 5))
    rest = round(-sum(LEXICON[w] for w in hits), 1)
    matching = _by_valence().get(rest)
    hits += [rng.choice(matching)] if matching else rng.choices(WORDS, k=2)
    rng.shuffle(hits)
    if rng.random() < 0.3:
        hits.insert(rng.randint(0, len(hits)), rng.choice(["but", "x", "no", "kind of", "the shit", "bus stop"]))
    joint = rng.choice([" ", " x ", " x x x "])
    return joint.join(hits) + rng.choice(["", "!", "!!!!", "???", " ??"])


@cache
def _by_valence() -> dict[float, list[str]]:
    found: dict[float, list[str]] = {}
    for word in WORDS:
        found.setdefault(LEXICON[word], []).append(word)
    return found


def emoji(rng: Random) -> str:
    """Emoji glued to words, to each other, with joiners, skin tones and variation selectors, and single parts of them."""
    parts = []
    for _ in range(rng.randint(1, 8)):
        p = rng.random()
        if p < 0.5:
            parts.append(rng.choice(EMOJI))
        elif p < 0.65:
            parts.append(rng.choice(MARKS))
        elif p < 0.8:
            parts.append(_wrapped(rng, _case(rng, _filler(rng))))
        else:
            parts.append(rng.choice([" ", "  ", "\t", "!", "?", "not ", " but ", "'", ".", "\xa0", "\u3000"]))
    return "".join(parts)


def unicode_words(rng: Random) -> str:
    """Letters beyond ASCII inside, before and behind words of the lexicon."""
    words = []
    for _ in range(rng.randint(1, 6)):
        word = _case(rng, _filler(rng))
        at = rng.randint(0, len(word))
        p = rng.random()
        if p < 0.5:
            word = word[:at] + rng.choice(LETTERS + MARKS) + word[at + rng.randint(0, 1) :]
        elif p < 0.6:
            word = word.replace("k", "\u212a").replace("K", "\u212a").replace("s", "ſ" if p < 0.52 else "s")
        elif p < 0.65:
            word = unicodedata.normalize(rng.choice(["NFD", "NFKC"]), word + "é")
        elif p < 0.7:
            word = "".join(rng.choices(LETTERS, k=rng.randint(1, 3)))
        words.append(word)
    return rng.choice([" ", " ", rng.choice(SPACES), rng.choice(NOT_SPACES)]).join(words)


def short(rng: Random) -> str:
    """Tokens of one to four characters: emoticons, letters with signs, which keep their punctuation or do not."""
    pool = [
        rng.choice(EMOTICONS),
        "".join(rng.choices(string.punctuation, k=rng.randint(1, 4))),
        rng.choice(string.ascii_letters) + rng.choice(string.punctuation) * rng.randint(0, 2),
        rng.choice(string.punctuation)
        + "".join(rng.choices(string.ascii_letters + string.digits, k=rng.randint(1, 3))),
        rng.choice([":)", ":(", "xD", ";-)", "<3", ":D", "no.", "ok", "OK!", "(no)", "'no'", "I", "I'm", "a:", "n't"]),
        rng.choice(["é.", ".é", "(好)", "好!", "ñ", "é?!", "..é.."]),
        _filler(rng),
    ]
    return " ".join(rng.choice(pool) for _ in range(rng.randint(1, 9)))


def nearly(rng: Random) -> str:
    """Words that almost are in the lexicon: a letter changed, added, left out; long ones above all."""
    words = []
    for _ in range(rng.randint(1, 5)):
        word = rng.choice(LONG_WORDS if rng.random() < 0.6 else HITS)
        at, p = rng.randrange(len(word)), rng.random()
        if p < 0.25:
            word = word[:at] + rng.choice(string.ascii_lowercase + "-'é") + word[at + 1 :]
        elif p < 0.4:
            word = word[:at] + word[at + 1 :]
        elif p < 0.55:
            word = word[:at] + rng.choice(string.ascii_letters + string.punctuation) + word[at:]
        elif p < 0.6:
            word = word[:at] + word[at:].upper()
        words.append(_wrapped(rng, word))
    return " ".join(words)


def numbers(rng: Random) -> str:
    """Digits, versions, prices, shares, ordinals, other scripts' digits."""
    made = [
        str(rng.randint(0, 10**9)),
        f"{rng.random() * 100:.{rng.randint(0, 4)}f}%",
        f"${rng.randint(1, 99)}.99",
        f"v{rng.randint(0, 9)}.{rng.randint(0, 9)}",
        *("1st", "2nd", "½", "٣", "Ⅷ", "x²", "8)", "0_o", "3:0", "1e9", "100%", "8-d", "+1", "-1"),
    ]
    return " ".join(
        rng.choice(made) if rng.random() < 0.7 else _case(rng, _filler(rng)) for _ in range(rng.randint(1, 8))
    )


def capitals(rng: Random) -> str:
    """Capitals and small letters, also of tokens that are neither (signs, digits, other scripts)."""
    pool = [
        rng.choice(WORDS),
        rng.choice(BOOSTERS),
        "I",
        "A",
        "1",
        "!!!",
        "好",
        "Éa",
        "ÉA",
        "ǅ",
        "ⅷ",
        "Ⅷ",
        "ª",
        ":D",
        "NO",
    ]
    words = [rng.choice(pool) for _ in range(rng.randint(1, 8))]
    return " ".join(word.upper() if rng.random() < 0.5 else word for word in words)


def emphasis(rng: Random) -> str:
    """ "!" and "?" in any number and place, with a word or without one."""
    parts = [
        rng.choice(["!", "?", "!", "?", " ", "good", "BAD ", "x ", "¿", "‼", "⁉", "！", "？"])
        for _ in range(rng.randint(1, 9))
    ]
    return "".join(parts)


def blanks(rng: Random) -> str:
    """Nothing, white space only, signs only, lone combining marks."""
    pool = [*SPACES, *NOT_SPACES, *MARKS, ".", "!", "?", '"']
    return "".join(rng.choices(pool, k=rng.randint(0, 5)))


def any_characters(rng: Random) -> str:
    """Characters from all of Unicode, with words between."""
    parts = []
    for _ in range(rng.randint(1, 10)):
        point = rng.choice([rng.randrange(0x80), rng.randrange(0x800), rng.randrange(0x10000), rng.randrange(0x110000)])
        parts.append(" " if 0xD800 <= point < 0xE000 else chr(point))
        if rng.random() < 0.3:
            parts.append(_filler(rng))
    return "".join(parts)


def sentences(rng: Random) -> str:
    """Ten to sixty words with signs and lines, as people write."""
    words = _some(rng, 10, 60)
    return "".join(w + rng.choice([" ", " ", " ", ", ", ". ", "! ", "\n", "\n\n", "... ", "-", " - "]) for w in words)


def long(rng: Random) -> str:
    """Some hundred words: seldom, since the package takes their square."""
    if rng.random() < 0.98:
        return soup(rng)
    return _said(rng, _some(rng, 150, 400)) + "!" * rng.randint(0, 5)


_MAKERS: list[Callable[[Random], str]] = [
    *(soup, soup, negations, negations, boosters, named, named, phrases, phrases, buts, many_hits, ties, cancelling),
    *(emoji, emoji, unicode_words, short, nearly, numbers, capitals, emphasis, blanks, any_characters, sentences, long),
]
