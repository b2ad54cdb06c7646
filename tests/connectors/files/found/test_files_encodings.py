"""Texts of thirty languages in the encodings that their spreadsheets and old systems write, found from the letters."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from files_channel import channel, pull

from earful.connectors.files.tables.encodings import detect

TEXTS = {
    "cs": "Aplikace po poslední aktualizaci přestala fungovat, nelze se přihlásit. Účet je zablokovaný, děkuji za pomoc.",
    "da": "Appen går ned, så snart jeg åbner den. Ellers køber jeg den ikke igen, ærgerligt.",
    "de": "Nach dem Update öffnet sich nichts mehr, schade. Für Bücher wäre das großartig gewesen.",
    "es": "Después de la actualización no abre. ¿Cuándo lo arreglarán? Antes me gustaba más, qué lástima año tras año.",
    "fr": "Depuis la dernière mise à jour, plus rien ne s'ouvre. C'est dommage, j'étais très content de l'été passé.",
    "hr": "Aplikacija se ruši čim je otvorim, žao mi je što sam platio. Kćerki se sviđa, ali ne može više ništa spremiti.",
    "hu": "A frissítés óta nem működik, állandóan kilép. Kár érte, előtte nagyon szerettem, főleg a szűrőket és az értesítőt.",
    "is": "Forritið hrynur þegar ég opna það. Mér þótti það gott áður en nú virðist ekkert ganga, því miður. Þetta er dýrt.",
    "it": "Dopo l'aggiornamento non si apre più. Peccato, perché era una bella app e però così è inutile.",
    "lt": "Po atnaujinimo programėlė nebeveikia, labai gaila. Anksčiau ji man patiko, nes buvo greita ir patogi žmonėms.",
    "lv": "Pēc atjauninājuma lietotne vairs nestrādā, ļoti žēl. Agrāk man tā patika, jo bija ātra un ērta, paldies.",
    "pl": "Po aktualizacji aplikacja już się nie otwiera. Szkoda, bo wcześniej była świetna, a teraz źle działa.",
    "pt": "Depois da atualização não abre mais. Que pena, porque antes era ótimo e agora já não é possível usá-lo.",
    "ro": "Dupã actualizare nu mai merge. Îmi pare rău, pentru că înainte era foarte bună și rapidă.".replace(
        "ã", "ă"
    ).replace("ș", "ş"),
    "sv": "Efter uppdateringen går det inte att öppna appen. Synd, för den var så bra förut, även på äldre telefoner.",
    "tr": "Güncellemeden sonra uygulama açılmıyor. Çok yazık, eskiden işime yarıyordu, şimdi ise sürekli kapanıyor.",
    "bg": "След обновяването приложението вече не се отваря. Жалко, защото преди беше чудесно и бързо.",
    "ru": "После обновления приложение больше не открывается. Жаль, раньше оно было отличным и быстрым.",
    "uk": "Після оновлення застосунок більше не відкривається. Шкода, раніше він був чудовий і швидкий.",
    "el": "Μετά την ενημέρωση η εφαρμογή δεν ανοίγει πια. Κρίμα, γιατί παλιά ήταν πολύ καλή και γρήγορη.",
    "he": "אחרי העדכון האפליקציה כבר לא נפתחת. חבל כי פעם היא הייתה מצוינת ומהירה מאוד",
}
#: Codec -> languages that it is for.
CODECS = {
    "cp1252": "da de es fr is it pt sv", "mac_roman": "de es fr it pt sv", "cp850": "da de es fr it pt sv",
    "cp437": "de fr", "cp1250": "cs hr hu pl ro", "iso8859_2": "cs hr hu pl ro", "cp852": "cs hr hu pl",
    "mac_latin2": "cs hu pl", "cp1254": "tr", "iso8859_9": "tr", "mac_turkish": "tr", "cp1257": "lt lv",
    "cp1251": "bg ru uk", "koi8_u": "ru uk", "iso8859_5": "bg ru uk", "cp866": "bg ru", "mac_cyrillic": "bg ru",
    "cp1253": "el", "iso8859_7": "el", "cp1255": "he", "utf-32": "ru fr", "utf-16": "he lv",
}  # fmt: skip


@pytest.mark.parametrize(
    ("codec", "language"), [(codec, each) for codec, some in CODECS.items() for each in some.split()]
)
def test_few_words_tell_how_they_are_written(codec: str, language: str) -> None:
    rows = "".join(f"p{at},2026-03-04,{TEXTS[language]},4\n" for at in range(3))
    data = f"post_id,created_at,text,rating\n{rows}".encode(codec)
    found = detect(io.BytesIO(data), "auto", 1 << 20)
    assert data[found.skip :].decode(found.codec) == f"post_id,created_at,text,rating\n{rows}", found


def test_japanese_in_seven_bits(tmp_path: Path) -> None:
    text = "更新してから動きが遅くなりました。"
    (tmp_path / "a.csv").write_bytes(f"post_id,created_at,text\n1,2026-03-04,{text}\n".encode("iso2022_jp"))
    assert pull(channel(tmp_path, "a.csv")).column("text") == [text]


@pytest.mark.parametrize(
    "text", ["It isn’t “good”", "5 € is too much – sorry…", "Naïve café", "20 °C, 3 £, ©", "«Bien»"]
)
def test_a_few_signs_of_the_west(text: str) -> None:
    data = f"post_id,created_at,text\n1,2026-03-04,{text}\n".encode("cp1252")
    found = detect(io.BytesIO(data), "auto", 1 << 20)
    assert data.decode(found.codec).splitlines()[1].split(",", 2)[2] == text
