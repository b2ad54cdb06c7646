"""Ways to write stars, survey answers, yes and no, counts and versions, and what stands where there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.odd_files.draft import CELLS, LOST, TEXT_SHAPES, Answer, Draft, Way, words

_WORDS = ("Poor", "Fair", "Good", "Very good", "Excellent")
_MARKS = ("NULL", "null", r"\N", "NaN", "nan", "None", "none", "N/A", "n/a", "-", "--", "#N/A", "<NA>")
#: Marks that a reader may as well call no number: either way nothing lands, and that is said.
_ODD_MARKS = ("(null)", "nil", "?", ".", "unknown", "undefined", "not rated", "#VALUE!", "—", "na", "missing", "k. A.")


def _stars(
    name: str,
    say: Callable[[int], object],
    known: Callable[[int], float] | None = None,
    answers: Sequence[Answer] = (),
    shapes: frozenset[str] = TEXT_SHAPES,
    scripts: str = "",
) -> Way:
    """A way whose cells are what ``say`` says of a post's stars."""

    def apply(draft: Draft) -> None:
        draft.cells["rating"] = [say(post.rating) for post in draft.posts]
        if known:
            draft.known["rating"] = [known(post.rating) for post in draft.posts]
        draft.answers += answers

    return Way(f"rating: {name}", CELLS, apply, words("rating"), shapes, words("rating"), words(scripts))


def _runs(low: int, high: int) -> Way:
    """Stars on another scale, all of its values: asked about where it is not surely 1..10."""

    def apply(draft: Draft) -> None:
        values = [draft.draw.randint(low, high) for _ in draft.posts]
        values[:2] = [high, low]
        draft.cells["rating"] = values
        draft.known["rating"] = [round(max(1.0, 1 + (v - low) * 4 / (high - low)), 4) for v in values]
        draft.answers.append(Answer("scale =", {"scale": f"{low}..{high}"}))

    return Way(f"rating: {low}..{high}", CELLS, apply, words("rating"), needs=words("rating"))


def _halves(mark: str) -> Way:
    def apply(draft: Draft) -> None:
        halves = [post.rating + (0.5 if post.rating < 5 and draft.draw.random() < 0.4 else 0) for post in draft.posts]
        draft.known["rating"] = list(halves)
        draft.cells["rating"] = [f"{half:.1f}".replace(".", mark) for half in halves]

    return Way(f"rating: halves with {mark!r}", CELLS, apply, words("rating"), TEXT_SHAPES, words("rating"))


def _slips(name: str, value: object) -> Way:
    """A few stars are none: they come empty, and that is said."""

    def apply(draft: Draft) -> None:
        draft.cells["rating"][5] = value
        draft.known["rating"][5] = LOST
        # In a short column one of them may be more than a slip.
        draft.answers.append(Answer("scale =", {"scale": "1..5"}))

    return Way(f"rating: {name}", CELLS, apply, words("rating"), TEXT_SHAPES, words("rating"))


def _mark(name: str, mark: object, fields: str = "rating likes app_version nps recommended") -> Way:
    """In a sixth of the cells stands a mark of nothing."""

    def apply(draft: Draft) -> None:
        for field in fields.split():
            if not draft.has(field):
                continue
            for number in range(2, draft.size):
                if draft.draw.random() < 1 / 6:
                    draft.cells[field][number] = mark
                    draft.known[field][number] = None

    return Way(f"nothing: {name}", CELLS, apply, words("rating likes app_version nps recommended"), TEXT_SHAPES)


def _odd_mark(mark: str) -> Way:
    return _mark(repr(mark), mark, "rating likes")


def _answers(name: str, say: Callable[[int], object], answers: Sequence[Answer] = ()) -> Way:
    def apply(draft: Draft) -> None:
        draft.cells["nps"] = [say(post.nps) for post in draft.posts]
        draft.answers += answers

    return Way(f"nps: {name}", CELLS, apply, words("nps"), TEXT_SHAPES, words("nps"))


def _low_answers(draft: Draft) -> None:
    """Nobody is content: 0..5, which may as well be stars."""
    values = [draft.draw.randint(0, 5) for _ in draft.posts]
    draft.cells["nps"], draft.known["nps"] = list(values), list(values)
    draft.answers.append(Answer("scale =", {"scale": {"nps": "0..10"}}))


def _stars_as_answers(draft: Draft) -> None:
    """Stars in a column that is called NPS: the message names columns.rating."""
    values = [draft.draw.randint(1, 5) for _ in draft.posts]
    draft.cells["nps"], draft.known["nps"] = list(values), [LOST] * draft.size
    stars: dict[str, list[Any]] = {"rating": [float(value) for value in values], "nps": [None] * draft.size}
    draft.answers.append(Answer("columns.rating", {}, {"rating": draft.names["nps"], "nps": None}, stars))


def _thumbs(name: str, yes: object, no: object, shapes: frozenset[str] = TEXT_SHAPES, scripts: str = "",
            answers: Mapping[str, bool] | None = None) -> Way:  # fmt: skip
    def apply(draft: Draft) -> None:
        draft.cells["recommended"] = [yes if post.recommended else no for post in draft.posts]
        if answers is not None:
            draft.answers.append(Answer("values =", {"values": {"recommended": answers}}))

    return Way(f"recommended: {name}", CELLS, apply, words("recommended"), shapes, words("recommended"), words(scripts))


def _likes(name: str, say: Callable[[int], object], known: Callable[[int], int] | None = None,
           answers: Sequence[Answer] = ()) -> Way:  # fmt: skip
    def apply(draft: Draft) -> None:
        draft.posts[2].likes, draft.posts[3].likes = 12_345, 7
        draft.cells["likes"] = [say(post.likes) for post in draft.posts]
        draft.known["likes"] = [known(post.likes) if known else post.likes for post in draft.posts]
        draft.answers += answers

    return Way(f"likes: {name}", CELLS, apply, words("likes"), TEXT_SHAPES, words("likes"))


def _thousands(mark: str) -> Callable[[int], str]:
    return lambda n: f"{n:,}".replace(",", mark)


def _indian(count: int) -> str:
    head, tail = divmod(count, 1000)
    return f"{head // 100},{head % 100:02d},{tail:03d}" if head >= 100 else f"{count:,}"


def _short(count: int) -> str:
    return str(count) if count < 1000 else f"{count / 1000:.1f}K"


def _short_known(count: int) -> int:
    return count if count < 1000 else round(float(f"{count / 1000:.1f}") * 1000)


def _round_thousands(draft: Draft) -> None:
    """All of 1.000, 2.000, 3.000: one like, or a thousand."""
    values = [1000 * draft.draw.randint(1, 9) for _ in draft.posts]
    draft.cells["likes"] = [f"{value:,}".replace(",", ".") for value in values]
    draft.known["likes"] = list(values)
    draft.answers.append(Answer("decimal =", {"decimal": ","}))


def _versions(name: str, make: Callable[[Draft, int], str]) -> Way:
    def apply(draft: Draft) -> None:
        made = [make(draft, number) for number in range(draft.size)]
        draft.cells["app_version"], draft.known["app_version"] = list(made), list(made)

    return Way(f"version: {name}", CELLS, apply, words("app_version"), TEXT_SHAPES, words("app_version"))


_VALUES = Answer("values =", {"values": {"rating": {word: n for n, word in enumerate(_WORDS, 1)}}})
_NUMBERS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")
WAYS = (
    _stars("4.0", lambda r: f"{r}.0"),
    _stars("words of digits", str),
    _stars("with a comma", lambda r: f"{r},0"),
    _halves("."),
    _halves(","),
    _stars("4/5", lambda r: f"{r}/5"),
    _stars("8/10", lambda r: f"{2 * r}/10", lambda r: round(1 + (2 * r - 1) * 4 / 9, 4)),
    _stars("4 out of 5", lambda r: f"{r} out of 5"),
    _stars("4 von 5 Sternen", lambda r: f"{r} von 5 Sternen"),
    _stars("4 sur 5", lambda r: f"{r} sur 5"),
    _stars("4 stars", lambda r: f"{r} star{'s' if r > 1 else ''}"),
    _stars("Rated 4 out of 5 stars", lambda r: f"Rated {r} out of 5 stars"),
    _stars(
        "5 - Very satisfied", lambda r: f"{r} - {('Very unhappy', 'Unhappy', 'So so', 'Happy', 'Very happy')[r - 1]}"
    ),
    _stars("full and empty stars", lambda r: "★" * r + "☆" * (5 - r), scripts="en ja emoji zh"),
    _stars("full stars", lambda r: "★" * r, scripts="en ja emoji zh"),
    _stars("emoji stars", lambda r: "⭐" * r, scripts="en ja emoji zh"),
    _stars("full width digits", lambda r: chr(0xFF10 + r), scripts="en ja zh"),
    _stars("Arabic digits", lambda r: chr(0x660 + r), scripts="en ar"),
    _stars("with blanks around", lambda r: f" {r} "),
    _stars("words", lambda r: _WORDS[r - 1], answers=[_VALUES]),
    _stars(
        "numbers as words",
        lambda r: _NUMBERS[r - 1],
        answers=[Answer("values =", {"values": {"rating": {w: n for n, w in enumerate(_NUMBERS, 1)}}})],
    ),
    _stars(
        "per cent", lambda r: f"{20 * r}%", lambda r: 1 + 20 * r * 4 / 100, [Answer("scale =", {"scale": "0..100"})]
    ),
    _runs(1, 10),
    _runs(0, 100),
    _runs(1, 7),
    _runs(0, 10),
    _slips("one slip of 44", 44),
    _slips("one is 0", 0),
    _slips("one is -1", -1),
    _slips("one is words", "five-ish"),
    *(_mark(repr(mark), mark) for mark in _MARKS),
    _mark("empty", ""),
    _mark("blank", "  "),
    _mark("null of JSON", None),
    *(_odd_mark(mark) for mark in _ODD_MARKS),
    _answers("9.0", lambda n: f"{n}.0"),
    _answers("words of digits", str),
    _answers(
        "with what the ends mean", lambda n: {0: "0 - Not at all likely", 10: "10 - Extremely likely"}.get(n, str(n))
    ),
    _answers("9/10", lambda n: f"{n}/10"),
    Way("nps: none above 5", CELLS, _low_answers, words("nps"), needs=words("nps")),
    Way("nps: stars", CELLS, _stars_as_answers, words("nps rating"), needs=words("nps")),
    _thumbs("yes and no", "Yes", "No"),
    _thumbs("true and false of JSON", True, False),
    _thumbs("1 and 0", 1, 0),
    _thumbs("1 and -1", 1, -1),
    _thumbs("1 and 2", 1, 2, answers={"1": True, "2": False}),
    _thumbs("Recommended", "Recommended", "Not Recommended"),
    _thumbs("thumbs", "👍", "👎", scripts="en emoji ja zh"),
    _thumbs("German", "Ja", "Nein"),
    _thumbs("Spanish", "Sí", "No", scripts="en de fr es"),
    _thumbs("of its own words", "Top", "Flop", answers={"Top": True, "Flop": False}),
    _thumbs("TRUE", "TRUE", "FALSE"),
    _likes("thousands with a comma", _thousands(",")),
    _likes("thousands with a dot", _thousands(".")),
    _likes("thousands with a blank", _thousands(" ")),
    _likes("thousands with a hard blank", _thousands("\u202f")),
    _likes("thousands with an apostrophe", _thousands("'")),
    _likes("thousands as in India", _indian),
    _likes("1.2K", _short, _short_known),
    _likes("12.0", lambda n: f"{n}.0"),
    _likes("12,0", lambda n: f"{n},0"),
    _likes("+12", lambda n: f"+{n}"),
    _likes("1.234,00", lambda n: f"{n:,}.00".translate(str.maketrans(",.", ".,"))),
    _likes("12 people found this helpful", lambda n: f"{n:,} people found this helpful"),
    Way("likes: all round thousands", CELLS, _round_thousands, words("likes"), TEXT_SHAPES, words("likes")),
    _versions("two parts with a zero behind", lambda d, _n: f"{d.draw.randint(1, 9)}.{10 * d.draw.randint(1, 4)}"),
    _versions("v and build", lambda d, _n: f"v{d.draw.randint(1, 9)}.0 (build {d.draw.randint(100, 999)})"),
    _versions("like a day", lambda d, _n: f"2024.{d.draw.randint(1, 12)}.{d.draw.randint(1, 28)}"),
)
