"""Times that name their month, that count otherwise, or that a language writes in signs of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from files_channel import channel, pull

from earful.connectors.files.values.named_days import from_words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Tue, 03 Sep 2024 10:00:00 +0000", "2024-09-03T10:00:00+00:00"),
        ("Fri, 29 Nov 2024 23:59:59 -0330", "2024-11-29T23:59:59-03:30"),
        ("Sat, 1 Feb 2025 00:00:01 GMT", "2025-02-01T00:00:01+00:00"),
        ("Tue Sep  3 10:00:00 2024", "2024-09-03T10:00:00"),
        ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24+00:00"),
        ("Thu Dec 05 2024 08:15:00 GMT+0100 (Central European Standard Time)", "2024-12-05T08:15:00+01:00"),
        ("Sep 3, 2024", "2024-09-03"), ("Sept. 13, 2024", "2024-09-13"), ("May 1, 2023", "2023-05-01"),
        ("September 3, 2024 10:00 PM", "2024-09-03T22:00"), ("June 7, 2024 at 12:05 a.m.", "2024-06-07T00:05"),
        ("Tuesday, September 3, 2024", "2024-09-03"), ("3rd March 2021", "2021-03-03"), ("22 July 2020", "2020-07-22"),
        ("03-Sep-2024 10:00:00", "2024-09-03T10:00:00"), ("7-Jan-25", "2025-01-07"),
        ("10/Oct/2024:13:55:36 -0700", "2024-10-10T13:55:36-07:00"),
        ("3. Oktober 2024", "2024-10-03"), ("12. März 2024 um 7:30", "2024-03-12T07:30"), ("Mo., 2. Dez. 2024", "2024-12-02"),
        ("1er août 2024", "2024-08-01"), ("mar. 5 mars 2024 à 10:05", "2024-03-05T10:05"),
        ("3 de septiembre de 2024", "2024-09-03"), ("12 dic 2024", "2024-12-12"), ("5 de março de 2024", "2024-03-05"),
        ("9 maggio 2024", "2024-05-09"), ("3 сентября 2024 г.", "2024-09-03"), ("14 февр 2024", "2024-02-14"),
        ("3 Eylül 2024", "2024-09-03"), ("21 mei 2024", "2024-05-21"), ("6 czerwca 2024", "2024-06-06"),
        ("2024年9月3日", "2024-09-03"), ("2024年12月13日 午後1:05", "2024-12-13T13:05"),
        ("2024년 9월 3일 오전 12:30", "2024-09-03T00:30"), ("20240903100501", "2024-09-03T10:05:01"),
        ("5. ledna 2024", "2024-01-05"), ("6. helmikuuta 2024", "2024-02-06"), ("7 martie 2024", "2024-03-07"),
        ("8 квітня 2024", "2024-04-08"), ("9 Μαΐου 2024", "2024-05-09"), ("10 Juni 2024 10:05", "2024-06-10T10:05"),
        ("11 Agustus 2024", "2024-08-11"), ("12 سبتمبر 2024", "2024-09-12"), ("13 अक्टूबर 2024", "2024-10-13"),
        ("2024. 9. 3 오후 1:05:09", "2024-09-03T13:05:09"), ("2024/9/3 上午 10:00:00", "2024-09-03T10:00"),
        ("Reviewed in the United States on September 3, 2024", "2024-09-03"),
        ("Rezension aus Deutschland vom 3. September 2024", "2024-09-03"),
        ("Commenté en France le 3 septembre 2024", "2024-09-03"), ("Date of experience: September 3, 2024", "2024-09-03"),
        ("/Date(1725357600000)/", "2024-09-03T10:00:00+00:00"), ("/Date(1725357600000+0200)/", "2024-09-03T10:00:00+00:00"),
    ],
)  # fmt: skip
def test_what_is_read(said: str, meant: str) -> None:
    assert from_words(said) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "said",
    [
        "Sep 3, 2024 10:00 EST", "3 Foo 2024", "May 2024", "Feb 30, 2024", "Sep 3, 2024 14:00 PM", "20241303100000",
        "5 listopada 2024", "I bought it on September 3, 2024", "2024. 9. 3 오후 13:05", "2 months ago", "the 3 may 2024 build", "3 Sep 2024 25:00", "2024-09-03 may", "",
    ],
)  # fmt: skip
def test_what_is_no_time(said: str) -> None:
    """Letters of a zone that several share, a month that is another in another language, days that there are not."""
    with pytest.raises(ValueError, match=r"."):
        from_words(said)


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["Sep 3, 2024 10:00 PM", "Sep 14, 2024 1:05 AM"], datetime(2024, 9, 3, 20, tzinfo=UTC)),
        (["3. Okt. 2024", "4. Okt. 2024"], datetime(2024, 10, 2, 22, tzinfo=UTC)),
        (["Tue, 03 Sep 2024 10:00:00 -0500", "2024-09-04"], datetime(2024, 9, 3, 15, tzinfo=UTC)),
        (["1725357600123456789", "1725357700123456789"], datetime(2024, 9, 3, 10, 0, 0, 123456, tzinfo=UTC)),
        (["13/09/2024 10.05.09", "14/09/2024 8.00.00"], datetime(2024, 9, 13, 8, 5, 9, tzinfo=UTC)),
        (["2024-09-03t10:00:00z", "2024-09-04t10:00:00z"], datetime(2024, 9, 3, 10, tzinfo=UTC)),
        (["2024-09-03T10:00:00+09:00[Asia/Tokyo]", "2024-09-04T10:00Z[UTC]"], datetime(2024, 9, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_column_of_them(tmp_path: Path, cells: list[str], first: datetime) -> None:
    rows = "".join(f'p{at},"{cell}",fine\n' for at, cell in enumerate(cells))
    (tmp_path / "a.csv").write_text(f"post_id,created_at,text\n{rows}", "utf-8")
    got = pull(channel(tmp_path, "a.csv", time_zone="Europe/Berlin"))
    assert got.why() == []
    assert got.column("created_at")[0] == first
    assert len(got.posts) == 2
