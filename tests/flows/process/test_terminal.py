"""What a post, a file or a service holds commands no terminal: control characters are shown, never sent."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from earful.flows.cli.main import call
from earful.flows.process.control import escaped
from earful.flows.process.terminal import Terminal

FLOWS = Path(__file__).parents[3] / "flows"
CONFIG = """
[[products]]
slug = "acme"
name = "Acme"
[[channels]]
name = "reviews"
connector = "sample"
"""
#: Colour, title of the window, clear, carriage return over what stands there, C1's CSI, and a reversal of direction.
HOSTILE = "\x1b[31mred \x1b]0;title\x07 \x1b[2J \rover \x9b1m \u202eesrever \x7f \x08"


def shown(what: object, **how: object) -> str:
    out = io.StringIO()
    Terminal(file=out, force_terminal=True, color_system="standard", width=200, highlight=False).print(what, **how)  # type: ignore[arg-type]
    return out.getvalue()


def test_control_characters_are_shown_as_python_writes_them() -> None:
    assert escaped(HOSTILE) == (r"\x1b[31mred \x1b]0;title\x07 \x1b[2J \rover \x9b1m \u202eesrever \x7f \x08")
    assert (
        escaped("tab\tand\nline, \N{WOMAN}\u200d\N{GIRL} é \u200fעברית")
        == "tab\tand\nline, \N{WOMAN}\u200d\N{GIRL} é \u200fעברית"
    )


@given(st.text())
def test_what_is_escaped_stays_and_holds_nothing_that_commands(text: str) -> None:
    told = escaped(text)
    assert escaped(told) == told
    assert not any((ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160 for c in told)


@pytest.mark.parametrize("how", [{"markup": False}, {"soft_wrap": True, "markup": False}])
def test_the_consoles_own_colours_stay_and_foreign_ones_do_not(how: dict[str, bool]) -> None:
    table = Table(box=None)
    table.add_column("title")
    table.add_row(Text(HOSTILE))
    for text in (shown(HOSTILE, **how), shown(Text(HOSTILE)), shown(table), shown(f"[red]{HOSTILE}[/]"[:5] + HOSTILE)):
        assert r"\x1b[31mred" in text
        assert "\x1b[31mred" not in text
        assert "\x9b" not in text
        assert "\u202e" not in text
    assert shown("[red]ours[/]") == "\x1b[31mours\x1b[0m\n"


def test_an_answer_shows_them_and_its_columns_still_line_up(
    home: Path, capsys: pytest.CaptureFixture[str], published: Path
) -> None:
    (home / "earful.toml").write_text(CONFIG)
    (home / "earful-data").mkdir()
    (home / "earful-data" / "earful.duckdb").symlink_to(published)
    assert (
        call(["sql", "select chr(27) || '[31mred' as title, 'x' as after union all select 'plain', 'x' order by 1"])
        == 0
    )
    hostile, plain = capsys.readouterr().out.splitlines()[1:3]
    assert hostile.split() == [r"\x1b[31mred", "x"]
    assert hostile.index(" x") == plain.index(" x", 6)
    # What a command line repeats of what it was given, too.
    assert call(["trend", "no\x1b[31msuch"]) == 2
    assert r"found 'no\x1b[31msuch'" in capsys.readouterr().err


def test_every_console_of_the_commands_is_ours() -> None:
    """Rich's own sends what it is given: one forgotten is a hole."""
    found = [
        f"{file.relative_to(FLOWS)}:{node.lineno}"
        for file in sorted(FLOWS.rglob("*.py"))
        if file.name != "terminal.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Console"
    ]
    assert found == []


@pytest.mark.parametrize(
    "file", ["cli/main.py", "process/waiting.py", "cli/commands/nights/up.py", "cli/commands/nights/open_ui.py"]
)
def test_an_address_with_brackets_is_shown_whole(file: str) -> None:
    """``http://[fd00::1]:4200`` was shown as ``http://:4200``: consoles that show addresses know no markup."""
    made = [
        {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}
        for node in ast.walk(ast.parse((FLOWS / file).read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Terminal"
    ]
    assert made
    for settings in made:
        out = io.StringIO()
        Terminal(**settings | {"file": out, "width": 100}).print("UI  http://[fd00::1]:4200")
        assert out.getvalue() == "UI  http://[fd00::1]:4200\n"
