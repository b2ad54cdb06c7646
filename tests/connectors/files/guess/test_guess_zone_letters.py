"""Zones in letters that mean one offset are zones that values name."""

from __future__ import annotations

from pathlib import Path

import pytest

from earful.connectors.files.guess import guess


@pytest.mark.parametrize(("zone", "named"), [("MEZ", True), ("CEST", True), ("JST", True), ("EST", False), ("", False)])
def test_whether_the_values_of_a_form_name_their_zone(tmp_path: Path, zone: str, named: bool) -> None:
    rows = [f"2026/03/0{n} 10:12:1{n} {zone},It is slow on day {n} and gets slower,{n}" for n in range(1, 7)]
    file = tmp_path / "form.csv"
    file.write_text("\n".join(["Timestamp,What could be better?,How do you rate us?", *rows]), "utf-8")
    if zone == "EST":
        with pytest.raises(Exception, match=r"no time can be read in 'Timestamp'"):
            guess([file], "UTC")
        return
    found = guess([file], "UTC")
    assert any("its values name their zone" in said for said in found.said) is named
    assert any("names no zone" in doubt for doubt in found.doubts) is not named
