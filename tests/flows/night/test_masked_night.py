"""Personal data in words is in no byte of any file after a night; without the mask it is, so that the search can see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from earful.flows.cli.main import call
from earful.flows.config.settings import Settings, load
from earful.flows.first.alone import night_alone
from earful.flows.night.progress import Silent
from earful.warehouse import query

pytestmark = pytest.mark.usefixtures("prefect_server")

SECRETS = ("zaphod.bx@heartofgold.example", "+49 171 2345678", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00",
           "tok9x7q2v5b8n3m1", "Beeblebroxson")  # fmt: skip
REVIEWS = f"""post_id,created_at,title,text
1,2026-03-02T10:00:00Z,mail {SECRETS[0]},It crashes. Call me on {SECRETS[1]} please.
2,2026-03-03T10:00:00Z,My name is {SECRETS[5]},They charged {SECRETS[2]} and {SECRETS[3]} twice!
3,2026-03-04T10:00:00Z,,Broken link https://shop.example/reset?token={SECRETS[4]} again
"""
CONFIG = """
[privacy]
mask = {mask}
[[products]]
slug = "acme"
name = "Acme"
[[channels]]
name = "reviews"
connector = "files"
paths = ["reviews.csv"]
start = 2026-03-01
"""


def configured(home: Path, *, mask: bool) -> Settings:
    (home / "earful.toml").write_text(CONFIG.format(mask=str(mask).lower()), "utf-8")
    return load(home / "earful.toml")


def found(home: Path) -> set[str]:
    """Which of SECRETS stand in any file of the data folder."""
    files = [file.read_bytes() for file in (home / "earful-data").rglob("*") if file.is_file()]
    assert len(files) > 3
    return {each for each in SECRETS if any(each.encode() in content for content in files)}


def test_what_is_masked_is_in_no_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "reviews.csv").write_text(REVIEWS, "utf-8")
    settings = configured(home, mask=True)
    assert call(["run", "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)["brought"]
    assert "masked: 1 email, 1 phone, 1 card, 1 account, 1 link, 1 name" in line["note"]
    assert found(home) == set()
    assert query(settings.published, "select channel, sum(masked) from coverage group by all").rows == (("reviews", 6),)
    # Switched off, the same files are read again, as they are.
    (came,) = night_alone(configured(home, mask=False), Silent()).brought
    assert "masked" not in came.note
    assert came.changed == 3
    assert found(home) == set(SECRETS)
