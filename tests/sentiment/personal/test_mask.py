"""What is masked in words, what stays, and that a page's counts are those of its texts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from earful.sentiment.personal.mask import describe, mask, mask_text

MASKED = [
    ("mail me at a.b+c@shop.example.co.uk now", "mail me at [email] now"),
    ("jo [at] example.de", "[email]"),
    ("Ruf an: +49 171 2345678!", "Ruf an: [phone]!"),
    ("030 12345678", "[phone]"),
    ("01 23 45 67 89", "[phone]"),
    ("020 7946 0958", "[phone]"),
    ("(415) 555-0132", "[phone]"),
    ("612 345 678", "[phone]"),
    ("347 1234567", "[phone]"),
    ("(11) 98765-4321", "[phone]"),
    ("98765 43210", "[phone]"),
    ("card 4111 1111 1111 1111.", "card [card]."),
    ("5500-0000-0000-0004", "[card]"),
    ("378282246310005", "[card]"),
    ("DE89 3704 0044 0532 0130 00 ok", "[account] ok"),
    ("GB82WEST12345698765432, thanks", "[account], thanks"),
    ("FR14 2004 1010 0505 0001 3M02 606", "[account]"),
    ("see https://x.example/reset?token=abc123.", "see https://x.example/[link]."),
    ("https://jo:pw@h.example/x", "https://h.example/[link]"),
    ("https://h.example/user/jo", "https://h.example/[link]"),
    ("My name is John Smith and I left", "My name is [name] and I left"),
    ("ich heiße anna.", "ich heiße [name]."),
    ("Me llamo José García López", "Me llamo [name]"),
    ("je m'appelle Jean-Luc", "je m'appelle [name]"),
    ("Mi chiamo Anna", "Mi chiamo [name]"),
    ("Meu nome é João da Silva", "Meu nome é [name]"),
    ("मेरा नाम राहुल है", "मेरा नाम [name] है"),
]
STAYS = [
    "version 4.2.0 and 120.0.6099.210",
    "since 2023-01-02 12:30 or 02.01.2023 12:30",
    "1.000.000 downloads, 12 000 000 users, $1,299.99",
    "rated 10/10, 4.5/5, at 10:45",
    "order 9876543210, ticket #1234567890",
    "thanks @acmeapp #bestapp",
    "https://x.example/blog/post-2020?page=2",
    "IBAN DE89 3704 0044 0532 0130 01",
    "4111 1111 1111 1112 is no card",
    "my name is not shown",
    "my name is misspelled.",
    "ping 192.168.100.200 failed",
    "0.123456789",
    "https://x.example/sharedfiles/?id=399014012",
    "/" + "a-" * 20_000,  # costs no more than others of its length
]


@pytest.mark.parametrize(("said", "shown"), MASKED)
def test_personal_data_is_masked_once(said: str, shown: str) -> None:
    assert mask_text(said)[0] == shown
    assert mask_text(shown)[0] == shown  # a rescore agrees


@pytest.mark.parametrize("said", STAYS)
def test_what_is_nobodys_stays(said: str) -> None:
    found, counts = mask_text(said)
    assert (found, dict(counts)) == (said, {})


def test_a_page_is_masked_as_its_texts_are() -> None:
    said = [each for each, _ in MASKED] + STAYS
    posts = pa.table({"product": ["a"] * len(said), "title": said[::-1], "text": said})
    masked, counts = mask(posts)
    assert masked["text"].to_pylist() == [each for _, each in MASKED] + STAYS
    assert masked["title"].to_pylist() == masked["text"].to_pylist()[::-1]
    assert sum(counts["a"].values()) == 2 * len(MASKED)
    assert describe(counts["a"]).startswith("masked: 4 email, ")
