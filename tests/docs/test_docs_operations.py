"""The runbook in docs/operations.md, held against the list of messages in the code; the service's page, too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from earful.flows.service.unit import Service
from earful.flows.state.messages import DOCTOR, STATUS

ROOT = Path(__file__).parents[2]


def rows(title: str) -> list[str]:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert text.count(f"\n## {title}\n") == 1
    section = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^\| `([a-z-]+)` \| (.+?) \|", section, re.MULTILINE)
    assert all(len(said) > 10 or said.startswith("never") for _, said in found)
    return [code for code, _ in found]


def test_each_finding_of_status_has_its_row_and_no_other() -> None:
    assert sorted(rows("Runbook: what `earful status` finds")) == sorted(STATUS)


def test_each_thing_that_doctor_tries_has_its_row_in_that_order() -> None:
    assert tuple(rows("Runbook: what `earful doctor` tries")) == DOCTOR


def test_every_finding_is_made_somewhere() -> None:
    code = (ROOT / "flows" / "state" / "status.py").read_text("utf-8")
    assert {name for name in STATUS if re.search(rf'Finding\(\s*"{name}"', code)} == STATUS.keys()


def test_the_cron_line_of_the_docs_is_the_one_that_is_printed() -> None:
    root = Path("/path/to")
    service = Service("earful", root / "venv/bin/earful", root / "earful.toml", root / "earful.env", 4200, ())
    assert service.cron_line("15 4 * * *") in (ROOT / "examples" / "service" / "README.md").read_text("utf-8")


def test_the_container_is_not_root_and_asks_for_its_health() -> None:
    lines = (ROOT / "examples" / "service" / "Dockerfile").read_text("utf-8").splitlines()
    (user,) = [line for line in lines if line.startswith("USER ")]
    assert int(user.split()[1]) > 0
    assert [line for line in lines if line.startswith("HEALTHCHECK ")]
    compose = yaml.safe_load((ROOT / "examples" / "service" / "compose.yaml").read_text("utf-8"))
    service = compose["services"]["earful"]
    assert service["ports"] == ["127.0.0.1:4200:4200"]
    assert (ROOT / "examples" / "service" / service["build"]["context"]).resolve() == ROOT
    assert (ROOT / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("name", ["history_days", "hung_seconds", "keep", "folder"])
def test_the_settings_stand_in_the_example(name: str) -> None:
    assert re.search(rf"^# {name} = ", (ROOT / "flows" / "example.toml").read_text("utf-8"), re.MULTILINE)
