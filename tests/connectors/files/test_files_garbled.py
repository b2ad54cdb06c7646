"""Words that were UTF-8 and were read in another encoding: repaired where that is certain, and told; all others stay."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import ftfy.bad_codecs  # noqa: F401 - gives Python the codecs that leave no byte out
import pyarrow as pa
import pytest
from files_channel import ACME, channel, pull, put
from one_product import checked

from earful.connectors.files.values.garbled import meant, repaired

#: Sentences as people write them, and an encoding that their UTF-8 was read in.
SENTENCES = [
    ("I don’t like it — “slow” and 5€ too much…", "sloppy-windows-1252"),
    ("The new icon is great 😀👍", "sloppy-windows-1252"),
    ("Ça marche très bien depuis l’été, déjà vu", "latin-1"),
    ("Größe und Menü sind übel", "latin-1"),
    ("O aplicativo não abre, avaliação é 1", "sloppy-windows-1252"),
    ("CANCIÓN EN ESPAÑOL", "sloppy-windows-1252"),
    ("Uygulama çok güzel, teşekkürler İstanbul", "sloppy-windows-1254"),
    ("Aplikacja się wiesza, żółw łódź", "sloppy-windows-1250"),
    ("Polecam, nie znudzi się", "sloppy-windows-1252"),
    ("Приложение вылетает каждый раз", "sloppy-windows-1251"),
    ("Приложение вылетает", "sloppy-windows-1252"),
    ("Работает плохо", "macroman"),
    ("Le café est là, très bon", "macroman"),
    ("don’t buy", "macroman"),
    ("été très bien", "cp437"),
    ("ऐप बहुत अच्छा है", "latin-1"),
    ("très bien, já é bom", "sloppy-windows-1251"),
    ("Spielspaß pur", "sloppy-windows-1250"),
    ("The game™", "sloppy-windows-1252"),
    ("10°C for £5", "latin-1"),
]
#: Odd, and meant so.
STAY = [
    *("NÃO É BOM", "AVALIAÇÃO", "São Paulo, naïve, café", "“IRMÃ”", "AMANHÃ… TALVEZ", "MAÇÃ©", "o til: “Ã”", "Ã", "Â"),
    *("â€", "I typed â€ on purpose", "foo Â bar", "CAFÉ® bom", "NESCAFÉ®™", "déjà… «voilà»", "l’été,”", "5€–10€ (±2)"),
    *(
        "¯\\_(ツ)_/¯",
        "°º¤ø,¸¸,ø¤º°`°º¤ø",
        "x = √±2, 3×²",
        "£5 ½ §3 ¶",
        "Çok iyi… teşekkürler",
        "żółw „Łódź”",
        "Рік, Сё, ВВС",
    ),
    *(
        "😀👍🏽",
        "日本語のテスト",
        "안녕하세요",
        "अच्छा",
        "ĐÃ XONG",
        "PÅ” x",
        "Å, Ä och Ö",
        "“straße”",
        "Ähm…",
        "Íñigo",
        "├──┤",
        "",
    ),
]


def garbled(text: str, encoding: str) -> str:
    return text.encode().decode(encoding)


@pytest.mark.parametrize(("said", "encoding"), SENTENCES)
def test_what_was_read_in_another_encoding_is_as_it_was_written(said: str, encoding: str) -> None:
    assert meant(garbled(said, encoding)) == said
    assert repaired(pa.array(["fine", garbled(said, encoding)]))[0].to_pylist() == ["fine", said]
    assert meant(said) == said


@pytest.mark.parametrize("said", ["I don’t", "C’est très déjà", "Größe"])
def test_twice(said: str) -> None:
    twice = garbled(garbled(said, "sloppy-windows-1252"), "sloppy-windows-1252")
    assert meant(twice) == said


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("cafÃ©", "café"),
        ("Ã©", "é"),
        ("it\x92s", "it’s"),
        ("say â€œhelloâ€, she", "say “hello”, she"),  # the third byte of a closing quote was dropped
        ("“nice” cafÃ© 😀", "“nice” café 😀"),  # half of it
        ("ï»¿Nice", "Nice"),
        ("perchÃ© la cittÃ  Ã¨ bella", "perché la città è bella"),  # a no-break space had become a blank
    ],
)
def test_pieces(said: str, read: str) -> None:
    assert meant(said) == read


@pytest.mark.parametrize("said", STAY)
def test_what_only_looks_so_stays(said: str) -> None:
    assert meant(said) == said
    column = pa.array([said, None, "x"])
    assert repaired(column) == (column, None)


def test_titles_and_texts_of_a_file(tmp_path: Path) -> None:
    rows = [
        (garbled("Très bien", "latin-1"), "fine"),
        ("NÃO", "São"),
        ("ok", garbled("don’t 😀", "sloppy-windows-1252")),
    ]
    lines = [f"{number},2026-03-0{number + 1},{title},{text}" for number, (title, text) in enumerate(rows)]
    put(tmp_path, "post_id,created_at,title,text", *lines)
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("title") == ["Très bien", "NÃO", "ok"]
    assert got.column("text") == ["fine", "São", "don’t 😀"]
    said = "words repaired (UTF-8 that had been read in another encoding) in 2 rows (first a.csv:2)"
    assert f"; {said}" in got.coverage.note
    health = checked(channel(tmp_path, "a.csv"), ACME)
    assert f"  {said}" in health.lines
    assert health.details[0]["repaired"] == {"rows": 2, "first": "a.csv:2"}


def test_a_file_without_any_says_nothing_of_it(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,text", "1,2026-03-01,São “Ã” naïve", "2,2026-03-01,plain")
    assert "repaired" not in pull(channel(tmp_path, "a.csv")).coverage.note
    assert not any("repaired" in line for line in checked(channel(tmp_path, "a.csv"), ACME).lines)


def test_ids_of_rows_are_of_the_cells_as_they_stand(tmp_path: Path) -> None:
    """The same garbled row in two files is one post; the row that was written right is another."""
    for name, text in (("a.csv", "cafÃ©"), ("b.csv", "cafÃ©"), ("c.csv", "café")):
        put(tmp_path, "created_at,text", f"2026-03-01,{text}", name=name)
    one, two, right = (pull(channel(tmp_path, name)) for name in ("a.csv", "b.csv", "c.csv"))
    assert one.column("post_id") == two.column("post_id") != right.column("post_id")
    assert one.column("text") == right.column("text") == ["café"]


def test_composed_as_the_rest_is(tmp_path: Path) -> None:
    put(
        tmp_path,
        "post_id,created_at,text",
        "1,2026-03-01," + garbled(unicodedata.normalize("NFD", "très é"), "latin-1"),
    )
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["très é"]


def test_a_file_with_nothing_for_it_does_not_load_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ftfy", None)  # an import would fail
    put(tmp_path, "post_id,created_at,text", "1,2026-03-01,São Paulo: très bien 😀 日本", "2,2026-03-01,plain")
    assert len(pull(channel(tmp_path, "a.csv")).posts) == 2
