"""The kernel's scoring half: VADER's rules over the codes of a text's tokens (kernel/table).

Functions have the names that they have in vaderSentiment.py, and the steps its order: floating point is not
associative, and the last bit is promised.
"""

from __future__ import annotations

from earful.sentiment.vader.kernel.bits import inlined, plain
from earful.sentiment.vader.kernel.table import (
    AT,
    BEFORE,
    BOOSTER,
    BUT,
    DOUBT,
    KIND,
    LEAST,
    LEXICON,
    NEGATION,
    NEVER,
    NO,
    NOR,
    NUMBER,
    OF,
    OR,
    PHRASE_END,
    SO,
    THIS,
    UPPER,
    VERY,
    WITHOUT,
    Bools,
    Floats,
    Ints,
    phrases,
)

# The numbers of Hutto and Gilbert (ICWSM 2014), as vaderSentiment.py has them.
C_INCR = 0.733
N_SCALAR = -0.74

_PHRASES, _SPECIAL = phrases()


@inlined
def valences(
    codes: Ints,
    places: Ints,
    scored: int,
    is_cap_diff: bool,
    valence_of: Floats,
    boost_of: Floats,
    values: Floats,
    ints: Bools,
) -> tuple[int, int]:
    """The valence of each token that the lexicon holds, in order; all other tokens have the integer 0.

    codes, places: from kernel/tokens; places then counts from the text's first token. Fills values and ints (whether
    Python has an int there, which its sum treats differently). Returns (how many, index of the first "but" or -1).
    """
    found = 0
    but = -1
    for k in range(scored):
        i = places[k]
        code = codes[i]
        if code >> NUMBER == BUT:
            but = i - BEFORE if but < 0 else but
            if not code & LEXICON:
                continue
        if code >> NUMBER == KIND and codes[i + 1] >> NUMBER == OF:
            continue
        values[found], ints[found] = _sentiment_valence(codes, i, is_cap_diff, valence_of, boost_of)
        places[found] = i - BEFORE
        found += 1
    return found, but


@inlined
def _sentiment_valence(
    codes: Ints, i: int, is_cap_diff: bool, valence_of: Floats, boost_of: Floats
) -> tuple[float, bool]:
    # Before the text are codes 0, which no rule knows: only the idioms must not look there.
    code, one, two, three = codes[i], codes[i - 1], codes[i - 2], codes[i - 3]
    n1, n2, n3 = one >> NUMBER, two >> NUMBER, three >> NUMBER
    is_int = False
    valence = valence_of[code >> NUMBER]
    if code >> NUMBER == NO and codes[i + 1] & LEXICON:
        valence = 0.0
    if n1 == NO or n2 == NO or (n3 == NO and (n1 == OR or n1 == NOR)):
        valence = valence_of[code >> NUMBER] * N_SCALAR
    if is_cap_diff and code & UPPER:
        valence = valence + C_INCR if valence > 0 else valence - C_INCR

    if not one & LEXICON:
        valence += _scalar_inc_dec(one, valence, is_cap_diff, boost_of)
        if one & NEGATION:
            valence *= N_SCALAR
    if not two & LEXICON:
        valence += _scalar_inc_dec(two, valence, is_cap_diff, boost_of) * 0.95
        if n2 == NEVER and (n1 == SO or n1 == THIS):
            valence *= 1.25
        elif n2 == WITHOUT and n1 == DOUBT:
            pass
        elif two & NEGATION:
            valence *= N_SCALAR
    if i > 2 + BEFORE and not three & LEXICON:
        valence += _scalar_inc_dec(three, valence, is_cap_diff, boost_of) * 0.9
        if (n3 == NEVER and (n2 == SO or n2 == THIS)) or (n1 == SO or n1 == THIS):
            valence *= 1.25
        elif n3 == WITHOUT and (n2 == DOUBT or n1 == DOUBT):
            pass
        elif three & NEGATION:
            valence *= N_SCALAR
        if (two | one | code | codes[i + 1] | codes[i + 2]) & PHRASE_END:
            valence, is_int = _special_idioms_check(valence, codes, i)

    if n1 == LEAST and not one & LEXICON and n2 != AT and n2 != VERY:
        valence *= N_SCALAR
        is_int = False
    return valence, is_int


@inlined
def _scalar_inc_dec(code: int, valence: float, is_cap_diff: bool, boost_of: Floats) -> float:
    scalar = 0.0
    if code & BOOSTER:
        scalar = boost_of[code >> NUMBER]
        if valence < 0:
            scalar *= -1
        if is_cap_diff and code & UPPER:
            scalar = scalar + C_INCR if valence > 0 else scalar - C_INCR
    return scalar


@plain
def _special_idioms_check(valence: float, codes: Ints, i: int) -> tuple[float, bool]:
    is_int = False
    # In the package's order: the first that is special counts.
    special = _phrase(codes, i - 1, i, True)
    if special < 0:
        special = _phrase(codes, i - 2, i, True)
    if special < 0:
        special = _phrase(codes, i - 2, i - 1, True)
    if special < 0:
        special = _phrase(codes, i - 3, i - 1, True)
    if special < 0:
        special = _phrase(codes, i - 3, i - 2, True)
    # Phrases that begin here take precedence, the longer one most.
    for last in (i + 1, i + 2):
        ahead = _phrase(codes, i, last, True)
        special = ahead if ahead >= 0 else special
    if special >= 0:
        valence = _PHRASES[special]["value"]
        is_int = _PHRASES[special]["is_int"]
    # "kind of", "sort of", "just enough"
    for first, last in ((i - 3, i - 1), (i - 3, i - 2), (i - 2, i - 1)):
        booster = _phrase(codes, first, last, False)
        if booster >= 0:
            valence += _PHRASES[booster]["value"]
            is_int = False
    return valence, is_int


@plain
def _phrase(codes: Ints, first: int, last: int, special: bool) -> int:
    """The special case (or booster phrase) that the tokens first to last, two or three, are; -1 where none."""
    if not codes[last] & PHRASE_END:
        return -1
    start, stop = (0, _SPECIAL) if special else (_SPECIAL, len(_PHRASES))
    one = codes[first] >> NUMBER if last - first == 2 else -1
    for at in range(start, stop):
        phrase = _PHRASES[at]
        if (
            phrase["three"] == codes[last] >> NUMBER
            and phrase["two"] == codes[last - 1] >> NUMBER
            and phrase["one"] == one
        ):
            return at
    return -1
