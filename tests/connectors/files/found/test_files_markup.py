"""Words that an export gives as HTML (help desks, forums, Mastodon) are scored as the words that they are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from files_channel import channel, pull

from earful.connectors.toolkit.markup import words_of_markup
from earful.sentiment.columnar import ColumnarScorer

#: As it is exported, and as its author sees it.
SEEN = (
    ("<p>Terrible</p>", "Terrible"),
    ("It crashes.<br>Terrible<br/>update<BR />now", "It crashes.\nTerrible\nupdate\nnow"),
    ("Slow<p>Really slow.", "Slow\nReally slow."),
    ('<p>I like <a href="https://m.example/tags/acme" class="tag">#<span>acme</span></a></p>', "I like #acme"),
    ("<div class='z'>Hi<ul><li>one</li>\n<li>two</li></ul></div>", "Hi\none\ntwo"),
    ("<table><tr><td>old</td><td>new</td></tr></table>", "old\nnew"),
    ("un<b>believ</b>able", "unbelievable"),
    ('so good <img src="/e.png" class="emoji" alt=":heart:" width="20"></p>', "so good  :heart:"),
    ("<img src='x'>ok</p>", "ok"),
    ("<style>p {color: red}</style><!-- sent by desk --><p>fine</p><script>alert(1)</script>", "fine"),
    ("<blockquote>you said <5 €</blockquote><p>a < b</p>", "you said <5 €\na < b"),
    ('<p title="a > b">odd</p>', 'b">odd'),  # an attribute with > is rare, and no word is lost by it
)
#: What people type.
PLAIN = ("I <3 it", "a < b and c > d", "use List<String> here", "the <div> is off", "<user> cannot log in", "5 > 3")


@pytest.mark.parametrize(("exported", "seen"), SEEN)
def test_what_its_author_sees(exported: str, seen: str) -> None:
    assert words_of_markup(exported) == seen
    assert words_of_markup(seen) == seen


@pytest.mark.parametrize("text", PLAIN)
def test_what_people_type_stays(text: str) -> None:
    assert words_of_markup(text) == text


def test_whatever_a_file_holds_it_is_read_in_a_moment() -> None:
    """Counted in steps of the search, not in seconds: what is looked at has an end."""
    for evil in ("<!--", "<script>", "<a ", "<p ", "<", "<img alt='"):
        text = evil * (400_000 // len(evil)) + "</p>"
        assert len(words_of_markup(text)) <= 100_000
    assert words_of_markup("<p>" + "good " * 30_000 + "</p>").startswith("good good")


def landed(folder: Path, texts: list[str]) -> list[str]:
    with (folder / "a.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [(f"p{n}", "2026-03-04", text) for n, text in enumerate(texts)]
        csv.writer(file).writerows([("post_id", "created_at", "text"), *rows])
    came = pull(channel(folder, "a.csv"))
    assert came.rejected == ()
    return [str(each) for each in came.column("text")]


def test_it_lands_and_is_scored_as_its_words(tmp_path: Path) -> None:
    exported = ["<p>Terrible</p>", "<p>I &lt;3 it, it&#39;s great</p>", "I <3 it", "&lt;p&gt; is a tag"]
    seen = ["Terrible", "I <3 it, it's great", "I <3 it", "<p> is a tag"]
    assert landed(tmp_path, exported) == seen
    plain = tmp_path / "plain"
    plain.mkdir()
    assert landed(plain, seen[:3]) == seen[:3]
    scorer = ColumnarScorer()
    import pyarrow as pa

    def compound(texts: list[str]) -> list[float]:
        page = pa.table({"product": ["p"] * len(texts), "title": [""] * len(texts), "text": texts})
        return [row["compound"] for row in scorer.score_page(page).scores.to_pylist()]

    assert compound(landed(tmp_path, exported)) == compound(seen)
    assert compound(["Terrible"])[0] < -0.4
