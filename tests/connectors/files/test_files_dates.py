"""When rows were written, as forms and tools write it; what is no date or names no zone; and which other column it may be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from files_channel import ACME, channel, pull, put
from one_product import checked

from earful.connectors.files import cast


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026/03/04 10:02:11 AM GMT+1", "2026-03-04 09:02:11"),  # Google Forms
        ("2026/03/04 3:14:15 PM GMT-5:30", "2026-03-04 20:44:15"),
        ("3/14/2026 22:02:11", "2026-03-14 21:02:11"),
        ("14.03.2026 22:02:11", "2026-03-14 21:02:11"),
        ("2026-03-04 10:02:11", "2026-03-04 09:02:11"),  # Qualtrics
        ("March 4, 2026 10:02 PM", "2026-03-04 21:02:00"),
        ("4 Mar 2026 10:02", "2026-03-04 09:02:00"),
        ("4. März 2026 10:02", "2026-03-04 09:02:00"),
        ("4 de marzo de 2026", "2026-03-03 23:00:00"),
        ("04-Mar-26", "2026-03-03 23:00:00"),
        ("Dec 31st, 2025", "2025-12-30 23:00:00"),
        ("Wed, 04 Mar 2026 22:30:00 +0000", "2026-03-04 22:30:00"),
        ("Wed Mar 04 2026 22:30:00 GMT+0100 (Central European Standard Time)", "2026-03-04 21:30:00"),
    ],
)
def test_times_as_forms_and_tools_write_them(tmp_path: Path, written: str, moment: str) -> None:
    put(tmp_path, "post_id;created_at", f"1;{written}")
    got = pull(channel(tmp_path, "a.csv", time_zone="Europe/Berlin"))
    assert [f"{at:%Y-%m-%d %H:%M:%S}" for at in got.column("created_at")] == [moment]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        *(
            (said, "is words that tell no date")
            for said in ("2 months ago", "yesterday", "vor 2 Monaten", "hace un mes")
        ),
        *((f"2026-03-04 22:30:00 {name}", "letters that several zones share") for name in ("EST", "CST", "IST", "BST")),
        *((f"2026/03/04 10:02:11 AM {name}", "letters that several zones share") for name in ("EST", "PST", "AST")),
        ("Mar 4, 2026 10:02 PM (CST)", "letters that several zones share"),
        ("2026-13-04 10:00 AM", "is not a time that can be read"),
        ("Foo 4, 2026", "is not a time that can be read"),
        ("March 32, 2026", "is not a time that can be read"),
        ("March 4, 2026 13:00 PM", "is not a time that can be read"),
    ],
)
def test_what_is_no_date_or_names_no_zone_is_said(tmp_path: Path, written: str, why: str) -> None:
    put(tmp_path, "post_id;created_at;edited_at", f"1;{written};", f"2;2026-03-05;{written}")
    got = pull(channel(tmp_path, "a.csv"))
    ((item, said),) = got.why()
    assert item == "a.csv:2"
    assert said.startswith("created_at ")
    assert why in said
    assert got.column("edited_at") == [None]
    assert f"not read in 1 row: edited_at {said.removeprefix('created_at ')} (first a.csv:3)" in got.coverage.note


def test_the_letters_of_a_zone_can_be_answered(tmp_path: Path) -> None:
    put(tmp_path, "post_id;created_at", "1;2026/03/04 10:02:11 PM EST")
    options = {"time_format": "%Y/%m/%d %I:%M:%S %p EST", "time_zone": "America/New_York"}
    (at,) = pull(channel(tmp_path, "a.csv", **options)).column("created_at")
    assert f"{at:%Y-%m-%d %H:%M}" == "2026-03-05 03:02"


@pytest.mark.parametrize(
    ("header", "columns", "others"),
    [
        (["id", "Created", "Surveyed", "Last Updated"], {"created_at": "Surveyed"}, ["Created", "Last Updated"]),
        (
            ["id", "StartDate", "EndDate", "RecordedDate", "Duration"],
            {"created_at": "EndDate"},
            ["StartDate", "RecordedDate"],
        ),
        (["id", "Erstellt am", "Beantwortet am", "Wert"], {"created_at": "Beantwortet am"}, ["Erstellt am"]),
        (["id", "Data da resposta", "Atualizado em", "dados"], {"created_at": "Data da resposta"}, ["Atualizado em"]),
        (["id", "at", "Time Zone", "Updated By", "app data"], {"created_at": "at"}, []),
        (["id", "made", "changed_at", "updated"], {"created_at": "made", "edited_at": "updated"}, []),
        (["id", "timestamp", "Status Type"], {"created_at": "timestamp"}, []),
    ],
)
def test_other_columns_that_could_be_the_time_are_named(
    tmp_path: Path, header: list[str], columns: dict[str, str], others: list[str]
) -> None:
    put(tmp_path, ";".join(header), ";".join(["1", *["2026-03-01"] * (len(header) - 1)]))
    health = checked(channel(tmp_path, "a.csv", columns={"post_id": "id", **columns}), ACME)
    assert health.details[0]["other_dates"] == others
    said = [line for line in health.lines if "could be it, too" in line]
    chosen = columns["created_at"]
    named = f"  the time of a row is {chosen}; could be it, too: {', '.join(others)} (columns.created_at names one)"
    assert said == ([named] if others else [])


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2020/04/03 7:58:47 nachm. MESZ", "2020-04-03 17:58:47"),
        ("2020/04/03 12:05:00 vorm. MEZ", "2020-04-02 23:05:00"),
        ("2023/05/11 12:16:30 p. m. GMT-5", "2023-05-11 17:16:30"),
        ("2023/05/11 1:16:30 a.\u00a0m. GMT-5", "2023-05-11 06:16:30"),
        ("2023/05/11 1:16:30\u202fPM GMT+2", "2023-05-11 11:16:30"),
        ("2022/05/11 3:10:05 오후 GMT+9", "2022-05-11 06:10:05"),
        ("2022/05/11 12:16:30 午前 GMT+9", "2022-05-10 15:16:30"),
        ("2022/05/11 3:10:05 CH GMT+7", "2022-05-11 08:10:05"),
        ("2024/01/02 3:04:05 μ.μ. EET", "2024-01-02 13:04:05"),
        ("2024/01/02 15:04:05 JST", "2024-01-02 06:04:05"),
        ("2024/01/02 3:04:05 PM EST", None),  # of America or of Australia
    ],
)
def test_halves_of_the_day_and_letters_of_zones_as_forms_write_them(written: str, utc: str | None) -> None:
    (read,) = cast.moments(pa.array([written]), "auto", ZoneInfo("Asia/Tokyo")).to_pylist()
    assert read == (utc and datetime.fromisoformat(utc).replace(tzinfo=UTC))
