"""Connectors of other packages: found, checked, and never anybody else's trouble."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from one_product import checked
from outsiders import QUIET, installed, package

from earful.connectors.base import Asked, Context, Product, Window
from earful.connectors.errors import Fatal
from earful.connectors.registry import clashes, connector_class, connector_names, is_connector, outsider, troubles
from earful.flows.cli.main import call
from earful.flows.config.sections import Retention
from earful.flows.config.settings import Settings, parse
from earful.flows.errors import UserError, bug

ACME = Product("acme", "Acme")
DAY = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
CONTEXT = Context("c", b"key", {})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A folder of installed packages: fill it before the first look."""
    folder = tmp_path / "site"
    folder.mkdir()
    with installed(folder):
        yield folder


def settings(tmp_path: Path, *channels: dict[str, object], **product: object) -> Settings:
    acme = {"slug": "acme", "name": "Acme", **product}
    return parse({"products": [acme], "channels": list(channels)}, tmp_path / "earful.toml")


def refusal(tmp_path: Path, *channels: dict[str, object], **product: object) -> str:
    with pytest.raises(UserError) as caught:
        settings(tmp_path, *channels, **product)
    return str(caught.value)


def why(name: str) -> str:
    """What the connector says when it is asked."""
    found = connector_class(name)
    made = found(found.options_model(), CONTEXT)
    with pytest.raises(Fatal) as caught:
        next(iter(made.pull([Asked(ACME, DAY)])))
    health = checked(made, ACME)
    assert (health.ok, health.says) == (False, str(caught.value))
    assert "\n" not in health.says
    return health.says


def test_a_package_brings_a_connector(site: Path, tmp_path: Path) -> None:
    package(site, "library", {"quiet": "Quiet"})
    assert is_connector("quiet")
    assert "quiet" in connector_names()
    whose = outsider("quiet")
    assert whose is not None
    assert whose.package == "library 1.0"
    assert outsider("steam") is None
    assert outsider("nobodys") is None
    assert troubles() == []
    made = settings(tmp_path, {"name": "q", "connector": "quiet", "shelf": 2}, ids={"library": "7"})
    assert made.channels[0].source == "quiet"
    assert made.channels[0].connector_options.model_dump() == {"shelf": 2}
    assert Retention().days_of("quiet") == 3
    assert Retention(by_source={"quiet": 9}).days_of("quiet") == 9


def test_its_options_are_checked_as_ours_are(site: Path, tmp_path: Path) -> None:
    package(site, "library", {"quiet": "Quiet"})
    said = refusal(tmp_path, {"name": "q", "connector": "quiet", "shelv": 2})
    assert "channels[0].shelv: unknown key; did you mean shelf?" in said
    assert "found 'two'; allowed: a whole number" in refusal(
        tmp_path, {"name": "q", "connector": "quiet", "shelf": "two"}
    )
    assert "did you mean library?" in refusal(tmp_path, {"name": "q", "connector": "sample"}, ids={"librari": "7"})
    assert "quiet, reddit" in refusal(tmp_path, {"name": "q", "connector": "quite"})


def test_ours_keeps_its_name_and_the_clash_is_said(site: Path, tmp_path: Path) -> None:
    package(site, "library", {"steam": "Quiet"})
    assert connector_class("steam").source == "steam"
    (line,) = clashes()
    assert line == (
        "connector 'steam' is earful's own; the one of package library 1.0 is not used until it has another name"
    )
    assert troubles() == [line]
    assert clashes(["sample"]) == []
    assert line in refusal(tmp_path, {"name": "q", "connector": "steam", "shelf": 2})


def test_two_packages_of_one_name_are_both_refused(site: Path) -> None:
    package(site, "library", {"quiet": "Quiet"})
    package(site, "archive", {"quiet": "Quiet"})
    assert why("quiet") == (
        "the packages archive 1.0 and library 1.0 both bring a connector 'quiet'; uninstall all but one"
    )


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import nowhere_at_all", "cannot be imported (there is no module nowhere_at_all)"),
        ("x = 1 / 0", "cannot be imported (ZeroDivisionError in library_module.py:1)"),
        ("import sys; sys.exit('hush')", "cannot be imported (SystemExit in library_module.py:1)"),
        ("def x(:", "cannot be imported (SyntaxError"),
        ("", "cannot be imported (AttributeError"),
        ("Quiet = 5", "is no connector of this earful: it is no class"),
        ("class Quiet:\n    source = 'quiet'", "it has no options_model, overlap, seekable, needs, id_keys, reads,"),
        (QUIET.replace('reads = "whole"', 'reads = "both"'), "its reads is not one of id, whole"),
        (QUIET.replace("spacing = 0.0", "spacing = -1"), "its spacing is not a number of seconds"),
        (QUIET.replace("text_days = 3", "text_days = 0"), "its text_days is not whole days or None"),
        (QUIET.replace("def check(", "check = 1\n    def other("), "its check cannot be called"),
        (QUIET.replace("QuietOptions(Options)", "QuietOptions"), "its options_model is not a model derived from"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_so_in_one_line(site: Path, tmp_path: Path, source: str, says: str) -> None:
    package(site, "library", {"quiet": "Quiet"}, source)
    said = why("quiet")
    assert said.startswith("connector 'quiet' of package library 1.0 ")
    assert says in said
    assert "hush" not in said
    assert troubles() == [said]
    # The configuration is valid, so that the others have their night.
    made = settings(tmp_path, {"name": "q", "connector": "quiet", "shelf": 2}, {"name": "s", "connector": "sample"})
    assert [channel.source for channel in made.channels] == ["quiet", "sample"]


def test_check_says_which_package(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package(site, "library", {"quiet": "Quiet", "steam": "Quiet"})
    package(site, "archive", {"dusty": "Quiet"}, "import nowhere_at_all")
    package(site, "attic", {"odd": "Quiet"}, QUIET.replace("return {", "return 1 / 0, {"))
    file = tmp_path / "earful.toml"
    names = ("quiet", "dusty", "odd", "sample")
    channels = "".join(f'[[channels]]\nname = "{name}"\nconnector = "{name}"\n' for name in names)
    file.write_text(f'[[products]]\nslug = "acme"\nname = "Acme"\n{channels}')
    assert call(["check", "--config", str(file), "--json"]) == 5
    said = json.loads(capsys.readouterr().out)
    lines = {each["channel"]: (each["ok"], each["says"]) for each in said["channels"]}
    assert lines["quiet"] == (True, "shelf 1 is quiet")
    assert lines["sample"][0]
    assert lines["dusty"][1].startswith("connector 'dusty' of package archive 1.0 cannot be imported")
    broken = "a bug in the connector of package attic 1.0 (ZeroDivisionError in attic_module.py:30); report it there"
    assert lines["odd"] == (False, broken)
    assert said["packages"] == troubles()
    assert len(said["packages"]) == 2
    call(["check", "--config", str(file)])
    assert "connector 'steam' is earful's own" in " ".join(capsys.readouterr().out.split())


def test_options_that_raise_what_they_should_not(site: Path, tmp_path: Path) -> None:
    raising = '    shelf: int = 1\n    def model_post_init(self, _):\n        raise LookupError("hush")\n'
    package(site, "library", {"quiet": "Quiet"}, QUIET.replace("    shelf: int = 1\n", raising))
    said = refusal(tmp_path, {"name": "q", "connector": "quiet"})
    assert "channels[0]: LookupError where connector 'quiet' of package library 1.0 checks its options" in said
    assert "hush" not in said


def test_a_mistake_in_our_files_is_ours_whoever_was_at_work(site: Path) -> None:
    naive = "def check(self, products):\n        from earful.connectors.base import Window\n        Window(1, 2)\n"
    package(site, "library", {"quiet": "Quiet"}, QUIET.replace("def check(self, products):\n", naive))
    made = connector_class("quiet")({}, CONTEXT)
    with pytest.raises(AttributeError) as caught:
        checked(made, ACME)
    assert bug(caught.value, outsider("quiet")).startswith("a bug in earful (AttributeError in connectors/base.py:")
