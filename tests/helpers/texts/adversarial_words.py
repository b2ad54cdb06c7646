"""What the makers of adversarial texts draw from: the package's words, and characters that surprise."""

from __future__ import annotations

import sys

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

_ANALYZER = SentimentIntensityAnalyzer()
LEXICON: dict[str, float] = _ANALYZER.lexicon
EMOJI: list[str] = [e for e in _ANALYZER.emojis if len(e) == 1]

HITS = [w for w in LEXICON if w.isascii() and w not in BOOSTER_DICT]
WORDS = [w for w in HITS if w.isalpha()]
EMOTICONS = [w for w in HITS if not w.isalpha()]
LONG_WORDS = [w for w in LEXICON if len(w) in {7, 8, 9, 14, 15, 16, 17} or len(w) > 17]
BOOSTERS = [w for w in BOOSTER_DICT if " " not in w]
IN_WORDS = frozenset(WORDS)
NEUTRAL = ["the", "table", "a", "it", "is", "und", "x", "of", "on", "was", "app", "kinds", "i", "I", "1.5.2", "10/10"]
#: Words that a rule names and that no dictionary above holds, and both halves of all phrases.
RULES = [
    *("no", "nor", "or", "least", "at", "very", "never", "so", "this", "without", "doubt", "but", "kind", "of", "sort"),
    *("just", "enough", "kind-of", "uh-uh", "not", "none"),
    *(word for phrase in SPECIAL_CASES for word in phrase.split()),
]
#: Valence 1.0, 2.0 and 3.0: sums of these meet Python's rounding at its ties.
WHOLE = {v: [w for w in WORDS if LEXICON[w] == v] for v in (1.0, -1.0, 2.0, -2.0, 3.0, -3.0)}

#: All that str.split takes for white space in any Python, and some that it does not.
SPACES = [chr(c) for c in range(sys.maxunicode + 1) if chr(c).isspace()]
NOT_SPACES = ["\u200b", "\u2060", "\ufeff", "\u180e", "\x00", "\x07", "\x1b", "\x7f", "\xad"]
#: Letters whose lower case, upper case or length in bytes surprises.
LETTERS = [
    *("\u212a", "\u0131", "\u0130", "\u017f", "ß", "ẞ", "ﬁ", "Σ", "σ", "ς", "ΑΣ", "Å", "\u212b", "\u2126", "ǅ", "ǆ"),
    *("Ω", "É", "é", "e\u0301", "Ｋ", "ｋ", "𝐋", "Ꭰ", "ꭰ", "Ა", "ა", "Ⅷ", "ⓚ", "ʰ", "ª", "Ж", "й", "好", "あ", "ا"),
    *(
        "\U00010400",
        "\U00010428",
        "\U0001e900",
        "\U000e0041",
        "\U0010ffff",
        "\ufffd",
        "\uffff",
        "\x80",
        "Ã©",
        "�(",
        "ÿ",
    ),
]
MARKS = [
    "\u0301",
    "\u0307",
    "\u200d",
    "\ufe0f",
    "\ufe0e",
    "\u20e3",
    "\u0345",
    "\U0001f3fb",
    "\U0001f3ff",
    "'",
    "\u2019",
]
#: Every negation, and what "n't" may hide in.
NEGATIONS = [
    [w]
    for w in [
        *NEGATE,
        *("n't", "xn't", "n'tx", "'n't'", "N'T", "don\u2019t", "dn't.", "n'", "'t", "ain't", "cann\u0301't", "жn't"),
    ]
]
#: The words that rules name, in the orders that rules look for and in others.
_CASES = (
    "no|no or|no nor|nor|least|at least|very least|the least|never so|never this|never|so|this|without doubt"
    "|without|without a doubt|so this|this so|never x so|never so x|without x doubt|doubt|no x or|no x nor"
    "|no no|no x x or|never this so|never x this|without doubt x|at x least|nor no|or no|so never|so so|this this"
)
NAMED = [case.split() for case in _CASES.split("|")]
