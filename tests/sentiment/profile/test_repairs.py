"""Each repair on what it is for, on what it must leave alone, and on text made to hurt."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from growth import growth
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.sentiment.profile.profile import Profile
from earful.sentiment.profile.repairs import REPAIRS, repair
from earful.sentiment.vader.polarity import polarity

ALL = tuple(REPAIRS)


def one(text: str, *names: str) -> str:
    (repaired,) = repair(pa.array([text]), names or ALL).to_pylist()
    assert isinstance(repaired, str)
    return repaired


def compound(text: str, *names: str) -> float:
    return float(polarity(repair(pa.array([text]), names), engine="package").compound[0])


CASES = [
        ("entities", "don&#39;t &quot;buy&quot; &amp; run", "don't \"buy\" & run"),
        ("entities", "twice &amp;amp;lt; &#x27;x", "twice < 'x"),
        ("entities", "&foo; AT&T; R&D &#xD800; &#0;", "&foo; AT&T; R&D � �"),
        ("invisible", "I ❤️ it, 👍🏽 soft\u00adware zero\u200bwidth", "I ❤ it, 👍 software zerowidth"),
        ("quotes", "> it is terrible\n\nnot at all", "\n\nnot at all"),
        ("quotes", "> it is terrible\nnot at all", "\nnot at all"),
        ("quotes", "yes\n\n>awful\n>and worse\n\nno", "yes\n\n\nno"),
        ("quotes", ">be me\n>buy it\nlove it", ">be me\n>buy it\nlove it"),
        ("quotes", ">:( why", ">:( why"),
        ("quotes", "> all of it is quoted", "> all of it is quoted"),
        ("quotes", "a > b", "a > b"),
        ("code", "it says `fatal error` here", "it says   here"),
        ("code", "it prints\n```\nkill -9 terrible\n```\nand works", "it prints\n \nand works"),
        ("code", "it prints\n\n    panic(awful);\n    exit\n\nand works", "it prints\n\n\n\nand works"),
        ("code", "Hello,\n\n    I love this app\n", "Hello,\n\n    I love this app\n"),
        ("code", "an open ``` fence", "an open ``` fence"),
        ("markup", "[h1]Great[/h1][b]fun[/b] bad<br />x <3 [10/10] <3", " Great  fun  bad x <3 [10/10] <3"),
        ("markup", '[url=https://a.b]here[/url] <a href="x">there</a>', " here   there "),
        ("links", "see https://x.y/great?a=!! and www.love.com now", "see   and   now"),
        ("links", "[great](https://x.y/bad) http:// awww.no", "[great](  http:// awww.no"),
        ("mentions", "@lovely_day u/angry_bird /r/mildlyinfuriating ok", "      ok"),
        ("mentions", "me@home.de and/or u/x @> 5 @ 6", "me@home.de and/or u/x @> 5 @ 6"),
        ("mentions", "thanks @kind@example.social!", "thanks  !"),
        ("apostrophes", "don’t can`t won´t ‘quoted’", "don't can't won't 'quoted'"),
        ("punctuation", "“great” good… bad—or not！", '"great" good... bad - or not! '),
        ("glued", "good.but slow/buggy app,crashes yes!no wait...what", "good. but slow/ buggy app, crashes yes! no wait... what"),
        ("glued", "example.com file.txt Node.js e.g. U.S.A. 1.5.2 3,000 :D", "example.com file.txt Node.js e.g. U.S.A. 1.5.2 3,000 :D"),
        ("glued", "good..................but ..ab ab.) cd x.ab", "good.................. but ..ab ab.) cd x.ab"),
        ("glued", "go to BBC.co.uk/news.Now", "go to BBC.co.uk/ news. Now"),
        ("glued", "schlecht.Größe well-made don't", "schlecht. Größe well-made don't"),
        ("mentioned", "Where is the 🔥🔥 button? I love it 😍", "Where is the button? I love it 😍"),
        ("mentioned", "how do I type 🐌", "how do I type"),
        ("mentioned", "this app is the 🔥, with 👍 from me", "this app is the 🔥, with 👍 from me"),
        ("stars", "★★☆☆☆ meh", " 2 out of 5 meh"),
        ("stars", "from ★★★★★ to ★", "from  5 out of 5 to  1 out of 5 "),
        ("stars", "⭐ because there is no zero", " 1 out of 5 because there is no zero"),
        ("stars", "⭐⭐⭐⭐⭐", " 5 out of 5 "),
        ("stars", "★", " 1 out of 5 "),
        ("stars", "⭐ Great app ⭐", "⭐ Great app ⭐"),
        ("stars", "☆☆☆☆☆", " 0 out of 5 "),
        ("figures", "10/10 but 4.5/5, and 85/100. 5/5", "10 out of 10 but 4 out of 5, and 8 out of 10. 5 out of 5"),
        ("figures", "24/7 on 1/5/2024, v1.5/10.2, 3/10/5", "24/7 on 1/5/2024, v1.5/10.2, 3/10/5"),
        ("repeated", "😡😡😡😡 ok 👍👍 ❤❤❤", "😡😡 ok 👍👍 ❤❤"),
        ("repeated", "★★★★★", "★★★★★"),
        ("stretched", "sooo SLOOOOW, greeeat zzz www.xxx", "so SLOW, great zzz www.xxx"),
        ("stretched", "gooood baaad coool whyyyy", "good bad cool why"),
        ("emoji_space", "👍great 😡.no ❤2", "👍 great 😡.no ❤ 2"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "repaired"), CASES)
def test_what_each_repair_does(name: str, text: str, repaired: str) -> None:
    assert one(text, name) == repaired


def test_each_has_a_case_above_and_a_reason() -> None:
    assert {name for name, _, _ in CASES} == set(REPAIRS)
    assert all(len(each.why) > 20 and "\n" not in each.why for each in REPAIRS.values())


@pytest.mark.parametrize(
    ("name", "text", "sign"),
    [
        ("apostrophes", "I don’t like it", -1),
        ("entities", "I don&#39;t like it", -1),
        ("invisible", "❤️", 1),
        ("glued", "it is great.really", 1),
        ("punctuation", "“great”", 1),
        ("markup", "[h1]Great[/h1]", 1),
        ("emoji_space", "👍great", 1),
    ],
)
def test_vader_misses_it_without_and_sees_it_with_the_repair(name: str, text: str, sign: int) -> None:
    assert compound(text) * sign <= 0
    assert compound(text, name) * sign > 0.05


def test_null_empty_sliced_chunked_and_large_columns() -> None:
    texts = ["don’t", None, "", "plain", "good.but", None, "a\x00’b"]
    expected = ["don't", None, "", "plain", "good. but", None, "a\x00'b"]
    for kind in (pa.string(), pa.large_string()):
        array = pa.array(texts, kind)
        for given_, wanted in (
            (array, expected),
            (array.slice(2), expected[2:]),
            (array.slice(1, 4), expected[1:5]),
            (pa.chunked_array([array.slice(0, 3), array.slice(3, 0), array.slice(3)]), expected),
            (pa.chunked_array([], kind), []),
            (pa.array([None, None], kind), [None, None]),
            (array.slice(0, 0), []),
        ):
            repaired = repair(given_, ALL)
            assert repaired.to_pylist() == wanted
            assert repaired.type == kind
            repaired.validate(full=True)


def test_a_column_that_needs_nothing_is_handed_through() -> None:
    texts = pa.array(["nothing to mend here", "nor here."])
    assert repair(texts, ALL) is texts
    assert repair(pa.array(["don’t"]), ()).to_pylist() == ["don’t"]


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(ValueError, match=r"'speling' is no repair; there are: entities, "):
        repair(pa.array(["x"]), ["glued", "speling"])


def test_the_order_is_that_of_the_registry_and_not_of_the_names() -> None:
    text = "&gt; it is awful\n\nno"
    assert one(text, "quotes", "entities") == one(text, "entities", "quotes") == "\n\nno"


@given(st.lists(st.text(alphabet=st.sampled_from("ab.’&#39;>`\n @/u[]<br👍️”…😡!"), max_size=40), max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_column_is_its_texts_one_by_one_and_nothing_becomes_blank(texts: list[str]) -> None:
    together = repair(pa.array(texts, pa.string()), ALL).to_pylist()
    assert together == [one(text) for text in texts]
    assert [bool(t.strip()) for t in together] == [bool(t.strip()) for t in texts]


PIECES = st.sampled_from(
    [*"ab&#;>`\n\t @/u[]<.!,(?\"'-é日👍❤5_", "\ufe0f", "\u200d", "’", "´", "…", "“", "—", "，", "    ", "www.", "https://x", "u/me",
     "@me", "&amp;", "&#39;", "[b]", "<br>", "🏽", "①", "word", "GREAT", "> ", "```", "x=1;"]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), min_size=1, max_size=12))
@settings(max_examples=80, deadline=None)
def test_no_text_that_needs_a_repair_is_passed_over(texts: list[str]) -> None:
    array = pa.array(texts, pa.large_string())
    for name, each in REPAIRS.items():
        changed = each.change(array).to_pylist()
        wanted = [new if new.strip() else old for old, new in zip(texts, changed, strict=True)]
        assert repair(array, [name]).to_pylist() == wanted, name


@pytest.mark.parametrize(
    "unit",
    [
        "a.b", "ab.", "ab!.?,", ">", "> a\n", ">a\n", ">a\n\n", "`", "`a\n", "```", "``` a", "[b", "[b=", "<a ", "<br", "@a",
        "@a@", "u/", "https://", "http://a ", "&amp;", "&#1", "&", " ", "\t", "\n    x", "    a;\n", "\n \n", "👍", "👍a", "’",
        "a`", "…", "\u200b", "é", ".", "(", "a", "日",
    ],
)  # fmt: skip
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    """100,000 characters beside 10,000."""

    def repairing(characters: int) -> Callable[[], object]:
        text = pa.array([(unit * characters)[:characters]])
        return lambda: repair(text, ALL)

    assert growth(repairing, 10_000, 10) < 40


def test_the_profile_applies_its_repairs() -> None:
    texts = pa.array(["don’t", None])
    assert Profile.product().apply(texts).to_pylist() == ["don't", None]
    assert Profile.vader().apply(texts).to_pylist() == ["don’t", None]
    assert Profile.product(repairs=["links"]).apply(texts).to_pylist() == ["don’t", None]
