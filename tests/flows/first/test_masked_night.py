"""Personal data in words: what a night counts of it, and that it is found in the files of one that masks nothing.

That it is in no byte of any file after a try and after `earful run` is asked in test_try.py and test_same_as_a_night.py.
"""

from __future__ import annotations

import pytest
from kept_try import SECRETS, Tried, found

from earful.flows.config.settings import load
from earful.flows.first.alone import night_alone
from earful.flows.night.progress import Silent
from earful.warehouse import query


@pytest.mark.usefixtures("no_page")
def test_switched_off_the_same_files_are_read_again_as_they_are(
    gone_on: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARFUL_AUTHOR_SECRET", gone_on.author_secret)
    file, data = gone_on.folder / "earful.toml", gone_on.folder / "earful-data"
    masked = query(data / "earful.duckdb", "select product, sum(masked) from coverage group by all order by all").rows
    assert masked == (("acme", len(SECRETS)), ("two", 0))
    assert found(data) == set()
    file.write_text(file.read_text("utf-8") + "[privacy]\nmask = false\n", "utf-8")
    of_acme, _ = night_alone(load(file), Silent()).brought
    assert "masked" not in of_acme.note
    assert of_acme.changed == 6  # those of SAID, the one with a title, and WORST
    assert found(data) == set(SECRETS)
