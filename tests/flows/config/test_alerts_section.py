"""``[[alerts]]`` and ``ping_env`` in earful.toml: what is wrong is said, what is secret stays in, hours are hours."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from earful.flows.config.alerts import AlertSettings
from earful.flows.config.secret_values import secrets_of
from earful.flows.config.sections import Schedule
from earful.flows.config.settings import load
from earful.flows.errors import UserError
from earful.flows.server.child_environment import named_secrets

GOOD = """
[[products]]
slug = "acme"
name = "Acme"
ids = { steam = "440" }
[[channels]]
name = "steam"
connector = "steam"
"""
TARGET = '[[alerts]]\nname = "ops"\nkind = "slack"\nto_env = "OPS"\n'


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (TARGET.replace("slack", "sms"), ["alerts[0].kind: found 'sms'; allowed: 'slack', 'slack_bot', 'teams'"]),
        (TARGET.replace("OPS", "https://x/secret"), ["alerts[0].to_env: found a value that is not shown", "the name of"]),
        (TARGET + 'what = ["wrse"]', ["alerts[0].what[0]: found 'wrse'", "'worse'", "'backlog'"]),
        (TARGET + "what = []", ["alerts[0].what", "1 or more entries"]),
        (TARGET + 'products = ["acne"]', ["alerts[0].products: found 'acne'; allowed: acme"]),
        (TARGET + 'quiet = "22-7"', ["alerts[0].quiet: found '22-7'; allowed: two different times", '"22:00-07:00"']),
        (TARGET + 'quiet = "07:00-07:00"', ["alerts[0].quiet", "two different times"]),
        (TARGET + "at_most = 0", ["alerts[0].at_most: found 0; allowed: 1 or more"]),
        (TARGET + 'page_url = "file:///x"', ["alerts[0].page_url", "an address such as https://"]),
        (TARGET + 'page_url = "https://u:p@x/y"', ["alerts[0].page_url", "without a password"]),
        (TARGET + 'channel = "C0123"', ["alerts[0]: channel: is for kind slack_bot"]),
        (TARGET.replace("slack", "slack_bot"), ["alerts[0]: channel: is missing; a slack_bot posts to one by its id"]),
        (TARGET.replace("slack", "slack_bot") + 'channel = "#ops"', ["alerts[0].channel: found '#ops'", "C024BE91L"]),
        (TARGET.replace("slack", "webhook"), ["alerts[0]: secret_env: is missing"]),
        (TARGET + 'secret_env = "KEY"', ["alerts[0]: secret_env: is for kind webhook"]),
        (TARGET + TARGET, ["alerts: ops is there twice"]),
        (TARGET.replace("[[alerts]]", "[alerts]"), ["alerts: found a table with name, kind", "[[alerts]]"]),
        (TARGET + 'to_envs = "x"', ["alerts[0].to_envs: unknown key; did you mean to_env?"]),
    ],
)  # fmt: skip
def test_an_error_in_alerts_says_what_to_write(tmp_path: Path, written: str, says: list[str]) -> None:
    file = tmp_path / "earful.toml"
    file.write_text(f"{GOOD}{written}\n")
    with pytest.raises(UserError) as error:
        load(file)
    for each in says:
        assert each in str(error.value)


def test_what_alerts_name_is_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPS", "HOOK_KEY", "PINGED"):
        monkeypatch.setenv(name, f"https://example.org/{name.lower()}/0123456789abcdef0123")
    hook = TARGET.replace("slack", "webhook") + 'secret_env = "HOOK_KEY"\n'
    file = tmp_path / "earful.toml"
    file.write_text(f'{GOOD}{TARGET.replace("ops", "chat")}{hook}[schedule]\nping_env = "PINGED"\n')
    settings = load(file)
    found = secrets_of(settings)
    for name in ("OPS", "HOOK_KEY", "PINGED"):
        assert f"https://example.org/{name.lower()}/0123456789abcdef0123" in found
    assert "0123456789abcdef0123" in found
    assert named_secrets(settings) >= {"OPS", "HOOK_KEY", "PINGED"}


@pytest.mark.parametrize(
    ("cron", "hours"), [("15 4 * * *", 29), ("15 4 * * 1-5", 77), ("0 */6 * * *", 11), ("0 3 1 * *", 749)]
)
def test_the_page_is_old_when_a_night_was_left_out(cron: str, hours: int) -> None:
    assert Schedule(nightly=cron).stale_hours == hours


@pytest.mark.parametrize(
    ("quiet", "at", "is_so"),
    [
        ("22:00-07:00", "22:00", True), ("22:00-07:00", "06:59", True), ("22:00-07:00", "07:00", False),
        ("22:00-07:00", "21:59", False), ("12:00-13:30", "13:29", True), ("12:00-13:30", "11:59", False),
    ],
)  # fmt: skip
def test_quiet_hours(quiet: str, at: str, is_so: bool) -> None:
    target = AlertSettings(name="ops", kind="slack", to_env="OPS", quiet=quiet)
    assert target.is_quiet(time.fromisoformat(at)) is is_so
