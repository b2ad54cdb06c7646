"""What the command line shows can be read at 80 columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from landing import DAY, HOUR, T0, put, row
from rich.cells import cell_len

from earful.connectors.base import Coverage
from earful.flows.cli.commands.look.look import run_sql
from earful.flows.cli.commands.start import check
from earful.flows.cli.commands.start.check import ChannelCheck
from earful.flows.config.settings import load
from earful.warehouse import open_store, publish

Ask = Callable[..., list[str]]
CONFIG = '[[products]]\nslug = "orbit"\nname = "Orbit"\n[[channels]]\nname = "rd"\nconnector = "sample"\n'


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """What `earful sql` prints about a file with two gaps, at 80 columns or as many as are given."""
    (tmp_path / "earful.toml").write_text(CONFIG)
    with open_store(tmp_path / "earful-data" / "store.duckdb", time_zone="UTC") as store:
        cut = Coverage(T0 + 5 * DAY, T0 + 7 * DAY, capped=True, note="1,000 items, [old] ones are not listed")
        put(store, row("a", T0 + 12 * HOUR + 5 * DAY, text="word " * 60), coverage=cut)
        publish(store, tmp_path / "earful-data" / "earful.duckdb")

    def ask(sql: str, width: int = 80) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        assert run_sql(tmp_path / "earful.toml", sql, 20, json=False) == 0
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return ask


def test_a_wide_answer_is_lines_of_name_and_value_with_nothing_broken(shown: Ask) -> None:
    assert shown("select * from coverage_gaps") == [
        "product    orbit",
        "channel    rd",
        "gap_from   2026-03-02",
        "gap_to     2026-03-06",
        "days       5",
        "reason     the source gives no more: 1,000 items, [old] ones are not listed",
        "fetchable  False",
        "command    -",
    ]
    (head, line) = shown("select * from coverage_gaps", 200)
    assert head.split() == ["product", "channel", "gap_from", "gap_to", "days", "reason", "fetchable", "command"]
    assert "2026-03-02  2026-03-06     5  the source" in line


def test_days_numbers_and_names_are_never_broken_and_prose_takes_what_is_left(shown: Ask) -> None:
    lines = shown("select day, post_id, compound, text from posts")
    assert lines[0].split() == ["day", "post_id", "compound", "text"]
    assert lines[1].startswith("2026-03-07  a             0.5  word word")
    assert len(lines) > 4
    assert all(cell_len(line) <= 80 for line in lines)
    assert " ".join(lines[1:]).count("word") == 60


def test_what_a_check_says_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "earful.toml").write_text(CONFIG)
    monkeypatch.setenv("COLUMNS", "80")
    says = "steam: no answer from store.steampowered.com (ConnectTimeout); try again later"
    answers = [
        ChannelCheck("steam", "game-224820", False, says, "everything since the first review"),
        ChannelCheck("export", "game-224820", True, "ended 2025-10-31", ""),
    ]
    check._show(load(tmp_path / "earful.toml"), answers)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    table = lines[1 : lines.index(next(line for line in lines if line.startswith("scorer")))]
    assert all(cell_len(line) <= 80 for line in table)
    assert table[1].startswith("steam    game-224820  no  steam: no answer from")
    assert table[3].strip() == "reaches back: everything since the first review"
    assert table[4] == "export   game-224820  ok  ended 2025-10-31"
