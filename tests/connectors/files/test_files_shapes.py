"""Tables as exports lay them out: where the header is, headers of several lines and in mid-file, delimiters, quotes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, channel, pull
from one_product import checked

from earful.connectors.files.tables import records

HEAD = "post_id,created_at,text,rating\n"
TWO = "p1,2026-03-04 10:00,Great,5\np2,2026-03-05 11:00,Slow,2\n"


def put(root: Path, content: str, name: str = "a.csv", encoding: str = "utf-8") -> None:
    (root / name).write_bytes(content.encode(encoding))


def said(root: Path, **options: Any) -> dict[str, Any]:
    """What check says of a.csv, for machines."""
    health = checked(channel(root, "a.csv", **options), ACME)
    for line in (*health.details[0]["found"], *(each["reason"] for each in health.details[0]["left_out"])):
        assert any(line in shown for shown in health.lines), "for people too"
    return dict(health.details[0])


def left_out(root: Path, **options: Any) -> list[tuple[str, int, str]]:
    return [(each["reason"], each["rows"], each["first"]) for each in said(root, **options)["left_out"]]


ABOVE = [
    ("Report name: Reviews\n\nFrom 2026-03-01 to 2026-03-31\n\n", 2),
    ("Exported by,Jo\nRange,2026-03-01,2026-03-31\nFilter,none\n", 3),
    ('\n\n"App Reviews, all of them"\n', 1),
    ("Account;Acme, Inc.\nRows;2\n,,,\n", 3),
    ('Report "Q1" of us\nx\n', 2),
]


@pytest.mark.parametrize(("above", "lines"), ABOVE)
@pytest.mark.parametrize("block", [7, 1 << 20])
def test_lines_above_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, above: str, lines: int, block: int
) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    put(tmp_path, above + HEAD + TWO + "p3,never,Bad,1\n")
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("text") == ["Great", "Slow"]
    at = above.count("\n") + 4
    assert [item for item, _ in got.why()] == [f"a.csv:{at}"], "lines are those of the file"
    ((reason, count, _),) = left_out(tmp_path)
    assert (reason, count) == ("above the header", lines)
    assert f"the columns' names are in line {at - 3}, with lines above it" in said(tmp_path)["found"]


@pytest.mark.parametrize("skip", [2, 3])
def test_lines_above_the_header_as_configured(tmp_path: Path, skip: int) -> None:
    put(tmp_path, "created_at,post_id,text,rating\n1,2,3,4\n\n" + HEAD + TWO)
    assert pull(channel(tmp_path, "a.csv", skip=skip)).column("text") == ["Great", "Slow"]
    assert left_out(tmp_path, skip=skip) == [("above the header", 2, "a.csv:1")]


@pytest.mark.parametrize(
    "row", ["p1,2026-03-04,a secret of Jo,5", "x,soon,a secret of Jo,5", "p1,4.3.26 10:00,secret,good"]
)
def test_a_file_without_a_header_shows_nothing_of_its_rows(tmp_path: Path, row: str) -> None:
    put(tmp_path, row + "\n" + TWO)
    says = checked(channel(tmp_path, "a.csv"), ACME).says
    assert says == "a.csv: line 1 holds values and no columns' names; put the columns' names above it"
    put(tmp_path, HEAD + row + "\n" + TWO)
    assert checked(channel(tmp_path, "a.csv", skip=1), ACME).says == (
        "a.csv: line 2 holds values and no columns' names; mend skip"
    )


def test_a_header_that_ends_with_a_delimiter(tmp_path: Path) -> None:
    put(tmp_path, HEAD.replace("\n", ",\n") + TWO)
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["Great", "Slow"]


def test_a_header_is_not_skipped_where_it_is_not_found(tmp_path: Path) -> None:
    put(tmp_path, "Report\n\nid,day,words\nx,2026-03-04,a secret of Jo\n")
    says = checked(channel(tmp_path, "a.csv"), ACME).says
    assert says == (
        "a.csv: has no column 'created_at' (for created_at); columns found: 'id', 'day', 'words'; check columns or preset"
    )
    put(tmp_path, HEAD + TWO)
    assert checked(channel(tmp_path, "a.csv", skip=9), ACME).says == "a.csv: has no header behind 9 lines; mend skip"


QUALTRICS = {"post_id": "ResponseId", "created_at": "RecordedDate", "text": "Q2", "nps": "Q1"}
IDS = '"{""ImportId"":""%s""}"'


def survey(*names: str) -> list[str]:
    return [",".join(names), ",".join(f'"{n}: what do\nyou say?"' for n in names), ",".join(IDS % n for n in names)]


@pytest.mark.parametrize(
    ("column", "mark", "other"),
    [
        ("Status", "Survey Preview", "IP Address"),
        ("Status", "1", "0"),
        ("DistributionChannel", "preview", "anonymous"),
        ("Distribution Channel", "preview", "email"),
    ],
)
def test_a_survey_of_qualtrics(tmp_path: Path, column: str, mark: str, other: str) -> None:
    rows = [f"R_{n},2026-03-0{n} 10:00:00,{mark if n == 2 else other},{n + 5},answer {n}" for n in (1, 2, 3)]
    put(tmp_path, "\n".join([*survey("ResponseId", "RecordedDate", column, "Q1", "Q2"), *rows]) + "\n")
    got = pull(channel(tmp_path, "a.csv", kind="survey", columns=QUALTRICS))
    assert (got.column("text"), got.column("nps")) == (["answer 1", "answer 3"], [6, 8])
    assert got.why() == []
    assert left_out(tmp_path, columns=QUALTRICS) == [
        ("part of the header", 2, "a.csv:2"),
        ("a preview of the survey, no answer", 1, "a.csv:10"),
    ]


def test_questions_may_be_the_names_that_are_asked_for(tmp_path: Path) -> None:
    rows = ["R_1,2026-03-04 10:00:00,7,fine"]
    put(tmp_path, "\n".join([*survey("ResponseId", "RecordedDate", "Q1", "Q2"), *rows]) + "\n")
    columns = {k: f"{v}: what do\nyou say?" for k, v in QUALTRICS.items()}
    assert pull(channel(tmp_path, "a.csv", columns=columns)).column("text") == ["fine"]


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (",,Open-Ended Response,Response", [("part of the header", 1, "a.csv:2")]),
        ("text,date,text,number", [("part of the header", 1, "a.csv:2")]),
        ("----,----,----,----", [("part of the header", 1, "a.csv:2")]),
    ],
)
def test_a_header_of_two_lines(tmp_path: Path, second: str, found: list[Any]) -> None:
    put(tmp_path, HEAD + second + "\n" + TWO)
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("text"), got.why()) == (["Great", "Slow"], [])
    assert left_out(tmp_path) == found


def test_names_that_stand_in_the_second_line_alone(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,,rating\n,,text,stars\n" + TWO)
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["Great", "Slow"]


def test_a_first_row_that_cannot_be_read_is_a_row(tmp_path: Path) -> None:
    for row in ("p0,unknown,Great,5", "p0,soon,words,none", "x,y,z,4"):
        put(tmp_path, HEAD + row + "\n" + TWO)
        assert [item for item, _ in pull(channel(tmp_path, "a.csv")).why()] == ["a.csv:2"]
        assert left_out(tmp_path) == []


ALL = [("p1", "Great", 5), ("p2", "Slow", 2), ("q1", "Fine", 4), ("q2", "Poor", 1)]
LATER = [
    HEAD + "q1,2026-03-06,Fine,4\nq2,2026-03-07,Poor,1\n",
    "created_at,rating,text,post_id\n2026-03-06,4,Fine,q1\n2026-03-07,1,Poor,q2\n",
    "Post ID,author,Created_At,country,TEXT,rating\nq1,Jo,2026-03-06,de,Fine,4\nq2,Al,2026-03-07,fr,Poor,1\n",
    "rating,text,created_at,post_id,\n4,Fine,2026-03-06,q1,\n1,Poor,2026-03-07,q2,\n",
    "text,rating,post_id,created_at\nFine,4,q1,2026-03-06,\nPoor,1,q2,2026-03-07,\n",
]


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("block", [40, 1 << 20])
def test_files_that_were_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str, block: int) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    put(tmp_path, HEAD + TWO + later)
    got = pull(channel(tmp_path, "a.csv"))
    assert list(zip(*map(got.column, ("post_id", "text", "rating")), strict=True)) == ALL
    assert got.why() == []
    same = later.startswith(HEAD)
    reason = "the header once more" if same else "a header with other columns or another order"
    assert left_out(tmp_path) == [(reason, 1, "a.csv:4")]
    assert ("another header from line 4 on" in said(tmp_path)["found"]) is not same


def test_columns_that_come_with_a_later_header(tmp_path: Path) -> None:
    put(
        tmp_path,
        HEAD + TWO + "post_id,created_at,text,app_version\nq1,2026-03-06,Fine,2.1\n" + HEAD + "r1,2026-03-07,Ok,3\n",
    )
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("post_id") == ["p1", "p2", "q1", "r1"]
    assert (got.column("rating"), got.column("app_version")) == ([5, 2, None, 3], [None, None, "2.1", None])
    assert "another header from line 4 on, without 'rating'" in said(tmp_path)["found"]


def test_many_joined_files(tmp_path: Path) -> None:
    parts = [
        HEAD + f"p{i},2026-03-04,text {i},4\n" if i % 3 else f"text,created_at,post_id\ntext {i},2026-03-04,p{i}\n"
        for i in range(300)
    ]
    put(tmp_path, "".join(parts))
    got = pull(channel(tmp_path, "a.csv"))
    assert got.column("text") == [f"text {i}" for i in range(300)]
    assert sum(count for _, count, _ in left_out(tmp_path)) == 299


def test_a_post_of_words_that_are_names_is_a_post(tmp_path: Path) -> None:
    put(tmp_path, "post_id,created_at,title,text\na,2026-03-04,title,text\nb,2026-03-05,text,title\n")
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["text", "title"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"He said \"hi\" to me"', 'He said "hi" to me'),
        (r'"ends with \"this\""', 'ends with "this"'),
        (r'"\"all of it\""', '"all of it"'),
        (r'"a \"quote\", a comma"', 'a "quote", a comma'),
        ('"two lines \\"of\n it\\""', 'two lines "of\n it"'),
        (r'"C:\\dir\\ \"x\""', 'C:\\dir\\ "x"'),
    ],
)
@pytest.mark.parametrize("block", [11, 1 << 20])
def test_quotes_with_a_backslash_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, meant: str, block: int
) -> None:
    monkeypatch.setattr(records, "BLOCK", block)
    put(tmp_path, HEAD + f'p0,2026-03-04,{written},4\np1,2026-03-05,"plain, ""doubled""",3\np2,2026-03-06,last,2\n')
    got = pull(channel(tmp_path, "a.csv"))
    assert (got.column("text"), got.why()) == ([meant, 'plain, "doubled"', "last"], [])
    assert "quotes inside quotes have a backslash before them" in said(tmp_path)["found"]


def test_a_backslash_before_a_closing_quote_stays(tmp_path: Path) -> None:
    put(tmp_path, HEAD + 'p0,2026-03-04,"it is in C:\\dir\\",4\np1,2026-03-05,"x, y",3\n')
    assert pull(channel(tmp_path, "a.csv")).column("text") == ["it is in C:\\dir\\", "x, y"]


def test_an_escaped_quote_that_comes_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK", 1 << 15)
    many = "".join(f'p{i},2026-03-04,"text, {i}",4\n' for i in range(6_000))
    put(tmp_path, HEAD + many + 'q,2026-03-05,"so \\"good\\"",5\n')
    got = pull(channel(tmp_path, "a.csv"))
    assert (len(got.posts), got.column("text")[-1], got.why()) == (6_001, 'so "good"', [])


COMMAS = [
    ("post_id;created_at;text (all, every, word);rating", "text (all, every, word)"),
    ("post_id;created_at;a,b,c,d,e;rating", "a,b,c,d,e"),
    ('post_id;created_at;"Good, bad, or ugly?";rating', "Good, bad, or ugly?"),
]


@pytest.mark.parametrize(("header", "text"), COMMAS)
@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_the_delimiter_is_that_of_the_rows(tmp_path: Path, header: str, text: str, mark: str) -> None:
    rows = ['p1;2026-03-04;"one\ntwo, three; four";4', "p2;2026-03-05;a, b, c;5"]
    put(tmp_path, "\n".join([header, *rows]).replace(";", mark) + "\n")
    columns = {"post_id": "post_id", "created_at": "created_at", "text": text.replace(";", mark), "rating": "rating"}
    got = pull(channel(tmp_path, "a.csv", columns=columns))
    assert got.column("text") == [f"one\ntwo, three{mark} four", "a, b, c"]
    assert said(tmp_path, columns=columns)["delimiter"] == mark
    assert f"a.csv (csv, utf-8, {mark!r})" in checked(channel(tmp_path, "a.csv", columns=columns), ACME).lines[0]


TIMES = [
    ("Date,Time", "2026-03-04,10:05", "2026-03-04 10:05:00"),
    ("Date,Time", "2026-03-04,10:05:30 PM", "2026-03-04 22:05:30"),
    ("Review Date,Review Time", "13/03/2026,9.07", "2026-03-13 09:07:00"),
    ("Datum,Uhrzeit", "13.03.2026,23:59", "2026-03-13 23:59:00"),
    ("Fecha,Hora", "2026-03-04 00:00:00,12:30 a.m.", "2026-03-04 00:30:00"),
    ("date,time", "2026-03-04,10:05+02:00", "2026-03-04 08:05:00"),
    ("Day,Time", "2026-03-04 07:00,10:05", "2026-03-04 07:00:00"),
    ("Date,Time", "2026-03-04,a while", "2026-03-04 00:00:00"),
]


@pytest.mark.parametrize(("names", "written", "meant"), TIMES)
@pytest.mark.parametrize("asked", [True, False])
def test_day_and_time_in_two_columns(tmp_path: Path, names: str, written: str, meant: str, asked: bool) -> None:
    put(tmp_path, f"id,{names},text\na,{written},fine\n")
    day, clock = names.split(",")
    columns = {"post_id": "id", "created_at": [day, clock] if asked else day, "text": "text"}
    got = pull(channel(tmp_path, "a.csv", columns=columns))
    assert [f"{at:%Y-%m-%d %H:%M:%S}" for at in got.column("created_at")] == [meant]
    joined = f"created_at: the day is in {day!r}, its time of day in {clock!r}"
    assert (joined in said(tmp_path, columns=columns)["found"]) is (written[-1] != "e" and "07:00" not in written)


def test_two_columns_of_a_time_are_named_as_such(tmp_path: Path) -> None:
    put(tmp_path, "id,On,At,text\na,04/03/2026,10:05,fine\n")
    columns = {"post_id": "id", "created_at": ["On", "At"], "text": "text"}
    got = pull(channel(tmp_path, "a.csv", columns=columns, time_format="%d/%m/%Y %H:%M"))
    assert [f"{at:%Y-%m-%d %H:%M}" for at in got.column("created_at")] == ["2026-03-04 10:05"]
    lacking = {**columns, "created_at": ["On", "When"]}
    assert "has no column 'When'" in checked(channel(tmp_path, "a.csv", columns=lacking), ACME).says
    for wrong in (["On"], ["On", "At", "text"]):
        with pytest.raises(ValueError, match="two columns make a time"):
            channel(tmp_path, "a.csv", columns={**columns, "created_at": wrong})
    with pytest.raises(ValueError, match="two columns make a time"):
        channel(tmp_path, "a.csv", columns={**columns, "title": ["On", "At"]})
