"""Product terms and texts in one normal form: what names a product however it was typed, and what does not."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest

from earful.connectors.base import Product
from earful.connectors.toolkit.matching import Texts, mentions, queries_of
from earful.connectors.toolkit.near_misses import near_misses, shown
from earful.connectors.toolkit.spelling import normal_of, words


def named_by(term: str, *more: str, name: str = "x", slug: str = "x", exact: bool = False) -> Product:
    return Product(slug, name, include=(term, *more), exact=exact)


@pytest.mark.parametrize(
    ("term", "texts"),
    [
        # Quotes of phones, of Word, of a codec mistaken for another; entities; none at all.
        ("wendy's", ["Wendy’s", "Wendy‘s", "WENDY`S", "Wendyʼs", "Wendy´s", "Wendy\u0092s", "Wendy&#39;s", "wendys'"]),
        ("Wendys", ["Wendy’s app", "wendys", "wendy&rsquo;s"]),
        ("L'Oréal", ["L’Oréal", "l‘ore\u0301al", "LOréal"]),
        # Ampersands and entities, some of them escaped twice.
        ("B&Q", ["B&amp;Q", "b&amp;amp;q is", "B & Q", "B&#38;Q", "Ｂ＆Ｑ"]),
        ("Marks & Spencer", ["marks and spencer", "Marks &amp; Spencer", "MarksAndSpencer", "marks&spencer"]),
        # Hyphens of all kinds, invisible ones too.
        ("Spider-Man", ["Spider‑Man", "Spider–Man", "Spider\u00adMan", "spiderman", "Spider Man", "Spider−Man"]),
        ("Wi-Fi Analyzer", ["wifi analyzer", "Wi‐Fi\u00a0Analyzer", "Wi-Fi-Analyzer", "#WiFiAnalyzer", "wi_fi_analyzer"]),
        # Composed and decomposed, full width, trade marks, capitals beyond ASCII.
        ("Citroën", ["CITROËN", unicodedata.normalize("NFD", "Citroën")]),
        (unicodedata.normalize("NFD", "Café Björk"), ["café björk", "CaféBjörk", "CAFÉ-BJÖRK"]),
        ("Straßenbahn", ["STRASSENBAHN", "straßenbahn's"]),
        ("Duolingo", ["ＤＵＯＬＩＮＧＯ", "Duolingo™ Plus", "#duolingo", "duolingo_fail", "Duo\u200blingo", "éclair, duolingo!"]),
        # One form in whichever way it stands in the configuration.
        *((term, ["AcmeNotes", "Acme-Notes", "acme notes", "#acmenotes", "ACME\tNOTES", "acme_notes", "Acme Notes’ sync"])
          for term in ("AcmeNotes", "Acme-Notes", "acme notes", "acme_notes")),
        ("Office365", ["office 365", "Office-365", "OFFICE365"]),
        # Scripts without blanks between words, and names of ours in them.
        ("微信", ["我用微信很好", "App微信"]),
        ("AcmeNotes", ["AcmeNotesは最高", "最新のacme notesが", "acmenotes를 좋아"]),
        ("카카오톡", ["카카오톡이 좋아요"]),
        ("ライン", ["ラインは便利"]),
        ("C++", ["C++ is fine", "(c++)"]),
        (".NET", [".net rocks"]),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_was_typed(term: str, texts: list[str]) -> None:
    product = named_by(term)
    assert [text for text in texts if not mentions(product, text)] == []
    assert Texts(pa.array(texts)).naming(product).all()


@pytest.mark.parametrize(
    ("term", "texts"),
    [
        ("wendy's", ["wendy", "wendysburger", "Gwendys", "wendy es"]),
        ("acme notes", ["I use Acme. Notes are fine", "Acme - notes", "acme, notes", "Acme—notes", "acmenotesx", "macmenotes"]),
        ("AcmeNotes", ["étéacmenotes", "acmenoteś", "acme big notes"]),
        ("acme", ["Acmes", "acmé", "acme1"]),
        ("1Password", ["only 1 password", "1 password a day"]),
        ("citroën", ["citroen"]),  # a near miss: bare letters are other words in many languages
        ("ライン", ["オンラインで"]),
        ("c-", ["c is a letter"]),
        ("workday", ["a long work day"]),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_name_is_none(term: str, texts: list[str]) -> None:
    assert [text for text in texts if mentions(named_by(term), text)] == []


def test_another_spelling_of_the_product_says_where_its_words_part() -> None:
    assert not mentions(named_by("gopro"), "I want to go pro")
    assert mentions(named_by("gopro", name="Go Pro"), "my go-pro broke")
    assert mentions(named_by("acmenotes", slug="acme-notes"), "Acme Notes")


def test_the_exact_form_is_found_as_it_is_written_only() -> None:
    teams = named_by("Teams", exact=True)
    texts = ["Teams is slow", "our teams", "the team's", "TEAMS", "new Teams!", "Te\u200bams", "Teams&amp;co"]
    assert Texts(pa.array(texts)).naming(teams).tolist() == [True, False, False, False, True, False, True]
    lowes = named_by("Lowe's Go", exact=True)
    assert [mentions(lowes, text) for text in ("Lowe's  Go", "Lowe’s Go", "Lowes Go")] == [True, False, False]
    assert mentions(named_by("Caf\u00e9", exact=True), "Cafe\u0301 App")


def test_excluded_phrases_are_cut_out_first_in_all_their_spellings() -> None:
    product = Product("acme", "Acme", include=("acme",), exclude=("acme anvils", "mini-acme"))
    texts = ["acme anvils acme anvils acme anvils", "Acme‑Anvils é", "AcmeAnvils", "mini acme", "#MiniAcme, minì"]
    assert not Texts(pa.array(texts)).naming(product).any()
    assert Texts(pa.array(["acme beats acme anvils", "ACME-ANVILS é; acme"])).naming(product).all()


def test_title_and_text_are_two_texts_and_nothing_is_none() -> None:
    product = named_by("acme notes")
    titles, texts = pa.array(["about acme", None, "", "Acme Notes"]), pa.array(["notes", "acme notes", None, ""])
    assert Texts(titles, texts).naming(product).tolist() == [False, True, False, True]
    assert not mentions(product)
    assert not mentions(product, None, "")
    assert not mentions(Product("x", " ", include=(" ",)), "anything")
    assert mentions(Product("x", "Acme Notes"), "acmenotes")


def test_many_products_meet_the_texts_of_one_table() -> None:
    names = ["Lowe's", "AT&T", "Pokémon Go", "Spider-Man", "Acme Notes"]
    products = [Product(f"p{n}", name) for n, name in enumerate(names)]
    texts = Texts(pa.chunked_array([["lowes", "AT&amp;T"], ["POKÉMON-GO", "spider‑man", "#AcmeNotes", "none of it"]]))
    found = np.array([texts.naming(product) for product in products])
    assert found.tolist() == np.eye(5, 6, dtype=np.bool_).tolist()


def test_a_product_may_have_hundreds_of_terms_of_any_script() -> None:
    """RE2 refuses a pattern that is too large."""
    terms = [f"straße nummer {n}" for n in range(250)] + [f"微信{n}" for n in range(20)] + ["x" * 400]
    product = Product("many", "Many", include=tuple(terms), exclude=tuple(f"kein {term}" for term in terms[:220]))
    texts = Texts(
        pa.array(["STRASSENUMMER249", "微信7", "é kein Straße-Nummer 7", "x" * 400, "Strasse Nummer", "x" * 500])
    )
    assert texts.naming(product).tolist() == [True, True, False, True, False, False]
    assert near(product, "straße numer 249", "straße nummer 7") == {"strasse numer 249": 1}


def test_a_search_asks_for_the_spellings_that_it_finds_apart() -> None:
    assert queries_of(named_by("AcmeNotes", "acme  notes", "lowe's")) == [
        "AcmeNotes",
        "acme notes",
        "lowe's",
    ]
    assert queries_of(named_by("Acme Notes", exact=True)) == ("Acme Notes",)
    assert queries_of(Product("x", "AT&T")) == ["AT&T"]


def test_the_normal_form_of_a_normal_form_is_itself() -> None:
    said = ["Lowe’s", "ＡＴ＆Ｔ", "Spider‑Man", "İstanbul ΣΑΣ", "ﬁle™", "AcmeNotes ½"]
    assert [normal_of(normal_of(each)) for each in said] == [normal_of(each) for each in said]
    assert words("McDonald’s ABCNews") == ["mc", "donald's", "abc", "news"]


# --- what nearly names a product --------------------------------------------------------------------------------------


def near(product: Product, *texts: str) -> dict[str, int]:
    said = Texts(pa.array(texts))
    return shown(near_misses(product, said, said.naming(product)))


@pytest.mark.parametrize(
    ("term", "texts", "found"),
    [
        ("acme notes", ["acme ntoes!", "Acme  Notez", "acme knotes", "acm notes", "acmenotes"],
         {"acm notes": 1, "acme knotes": 1, "acme notez": 1, "acme ntoes": 1}),
        ("pokémon go", ["pokemon go", "Pokemon Go is on", "PokemonGo", "pokémon"], {"pokemon go": 2, "pokemongo": 1}),
        ("workday", ["my work day", "worday", "workdays", "work-day"],
         {"work day": 1, "work-day": 1, "workdays": 1, "worday": 1}),
        ("acmenotes", ["Acme Notes", "acmenotesapp", "#AcmeNotesFail"],
         {"acme notes": 1, "acmenotesapp": 1, "acmenotesfail": 1}),
        # One letter of a short name makes another word; of the shortest everything is near.
        ("slack", ["black", "stack", "slick", "slcak", "slackk"], {"slackk": 1, "slcak": 1}),
        ("uno", ["un", "unos", "one"], {}),
    ],
)  # fmt: skip
def test_near_misses_are_counted(term: str, texts: list[str], found: dict[str, int]) -> None:
    assert near(named_by(term), *texts) == found


def test_near_misses_show_no_person_and_only_the_commonest() -> None:
    product = named_by("acme notes")
    assert near(product, "me@acmenotes1.com", "@acmenotesjohn", "x.org/acmenotes7", "john.acmenotess") == {}
    many = [f"acme notes{letter}" for letter in "bcdefgh" for _ in range(ord(letter) % 3 + 1)]
    found = near(product, *many)
    assert list(found.values()) == [3, 3, 3, 2, 2]


def test_a_mark_without_a_letter_in_a_name_does_no_harm() -> None:
    """It has no bare form: a lone backslash stood in the pattern for it."""
    assert near(named_by("Acme\u0301 \u0301 Notes"), "acme notes are fine", "nothing") == {"acme notes": 1}
