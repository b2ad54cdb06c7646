"""The measurement itself: what the unit names is there, and a process without the limits has none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from benchmarks.service import measure as service
from earful.flows.service.unit import Service


@pytest.mark.parametrize("user", [None, "root"])
def test_every_target_that_a_unit_names_has_its_stand_in(tmp_path: Path, user: str | None) -> None:
    unit = Service("earful", Path("/earful"), tmp_path / "earful.toml", tmp_path / "env", 4200, (tmp_path,), user)
    service._write(tmp_path, unit)
    named = set(re.findall(r"[\w-]+\.target", unit.unit()))
    assert named
    # Those that systemd puts before every service by itself.
    assert {file.name for file in tmp_path.glob("*.target")} >= named | {"sysinit.target", "basic.target"}
    assert (tmp_path / "earful.service").read_text() == unit.unit()


def test_a_process_of_ours_without_a_unit_has_no_limits(tmp_path: Path) -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("no /proc here")
    if re.search(r"^Seccomp:\s*2", status.read_text(), re.MULTILINE):
        pytest.skip("this process is itself limited")
    assert not service._limited(os.getpid(), whole=False)
    assert service._until(lambda: True)
    unit = Service("earful", Path("/earful"), tmp_path / "earful.toml", tmp_path / "env", 4200, (tmp_path,))
    assert service._up(unit) == []
