"""Numbers as other scripts and typography write them are masked; and the formats of sixteen countries, from their plans."""

from __future__ import annotations

import pyarrow as pa
import pytest

from benchmarks.pii.formats import measured
from earful.sentiment.personal.mask import mask, mask_text
from earful.sentiment.personal.scripts import plain

MASKED = [
    ("اتصل بي ٠٥٠١٢٣٤٥٦٧", "اتصل بي [phone]"),
    ("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧ اتصل", "[phone] اتصل"),
    ("۰۹۱۲۳۴۵۶۷۸۹ زنگ بزن", "[phone] زنگ بزن"),
    ("फोन ९८७६५४३२१० पर", "फोन [phone] पर"),
    ("०२२ २३४५ ६७८९", "[phone]"),
    ("電話 ０９０－１２３４－５６７８ へ", "電話 [phone] へ"),
    ("（０３）１２３４－５６７８", "[phone]"),
    ("+33\u00a06\u00a012\u00a034\u00a056\u00a078", "[phone]"),
    ("0171\u20132345678", "[phone]"),
    ("कार्ड ४१११ ११११ ११११ ११११ चला", "कार्ड [card] चला"),
    ("４２４２４２４２４２４２４２４２", "[card]"),
    ("Ring 08-12 34 03", "Ring [phone]"),
    ("8 (912) 345-67-89", "[phone]"),
    ("0 501 234 56 78", "[phone]"),
    ("22 345 67 89", "[phone]"),
    ("joe{at}example.com, joe(at)example(dot)com", "[email], [email]"),
    ("http://a.example/reset-password?t=8c7b6a", "http://a.example/[link]"),
    ("اسمي أحمد", "اسمي [name]"),
    ("my names Dave Brown", "my names [name]"),
]
STAYS = [
    "٢٠٢٤/٠٣/٠٤ و ١٠:٤٥", "१२३४ बार, ४.५ स्टार", "１２３４ 回", "バージョン １２．３．４", "١٢٣٤٥٦٧", "99,99\u00a0€, 1\u00a0299\u00a0000\u00a0zł", "2019\u20132023",
    "the names are wrong", "my names are not shown", "https://x.example/reset-your-mood", "look at {at} there",
]  # fmt: skip


@pytest.mark.parametrize(("said", "shown"), MASKED)
def test_masked_once_and_in_a_page_as_alone(said: str, shown: str) -> None:
    assert mask_text(said)[0] == shown
    assert mask_text(shown)[0] == shown
    posts = pa.table({"product": ["a"] * 2, "title": ["", ""], "text": [said, "plain"]})
    assert mask(posts)[0]["text"].to_pylist() == [shown, "plain"]


@pytest.mark.parametrize("said", STAYS)
def test_what_is_nobodys_stays_as_it_is_written(said: str) -> None:
    found, counts = mask_text(said)
    assert (found, dict(counts)) == (said, {})


def test_what_stands_beside_a_number_keeps_its_script() -> None:
    assert mask_text("٣ مرات ٠٥٠١٢٣٤٥٦٧ و ٤")[0] == "٣ مرات [phone] و ٤"


def test_places_are_the_same() -> None:
    said = "٠५９\u00a0－（a）é😀"
    assert plain(said) == "059 -(a)é😀"


def test_formats_of_numbering_plans() -> None:
    found = measured(7, 800)
    assert (found["missed_examples"], found["touched_examples"]) == ([], [])
