"""Configurations that `earful check` is asked about, each with channels of which something is true."""

from __future__ import annotations

from contextlib import ExitStack, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from said_landed import publish_into

from earful.connectors.sample.connector import SampleConnector
from earful.flows.cli.commands.start import check
from earful.flows.cli.main import call

ACME = '[[products]]\nslug = "acme"\nname = "Acme"\n'
FORMERLY = '[[products]]\nslug = "acme"\nname = "Acme"\nformerly = ["orbit"]\n'
SAMPLE = '[[channels]]\nname = "demo"\nconnector = "sample"\n'
OFF = SAMPLE + "enabled = false\n"
MISSING = '[[channels]]\nname = "table"\nconnector = "files"\npreset = "nps"\npaths = ["nowhere.csv"]\n'
STEAM = '[[channels]]\nname = "steam"\nconnector = "steam"\n'
TABLE = """[[channels]]
name = "table"
connector = "files"
paths = ["reviews.csv"]
source = "shop"
kind = "review"
columns = { created_at = "when", text = "text" }
"""
ENDED = TABLE + "end = 2025-12-31\n"

MADE = {
    "fine": ACME + SAMPLE,
    "in another zone": ACME + SAMPLE,
    "one of two": ACME + SAMPLE + MISSING,
    "none works": ACME + MISSING,
    "nothing enabled": ACME + OFF,
    "without ids": ACME + SAMPLE + STEAM,
    "old rows": ACME + TABLE + "start = 2026-01-01\n",
    "old rows asked for": ACME + TABLE,
    "ended before it landed": ACME + ENDED,
    "ended and landed": ACME + ENDED,
    "a product of the past": ACME + SAMPLE,
    "another slug now": FORMERLY + SAMPLE,
    "not compiled": ACME + SAMPLE,
    "a silent connector": ACME + SAMPLE,
}


NIGHTS = {"ended and landed", "a product of the past", "another slug now"}


def said(store: str, folder: Path) -> str:
    """What the command writes."""
    if store in NIGHTS:
        publish_into(folder)
    zone = "Asia/Tokyo" if store == "in another zone" else "UTC"
    (folder / "reviews.csv").write_text("when,text\n2024-02-01,good\n2024-02-03,bad\n", "utf-8")
    (folder / "earful.toml").write_text(f'time_zone = "{zone}"\n' + MADE[store], "utf-8")
    out, err = StringIO(), StringIO()
    with ExitStack() as change:
        change.enter_context(redirect_stdout(out))
        change.enter_context(redirect_stderr(err))
        if store == "not compiled":
            change.enter_context(patch.object(check, "has_numba", lambda: False))
        if store == "a silent connector":
            change.enter_context(patch.object(SampleConnector, "check", lambda *_: {}))
        call(["check", "--config", str(folder / "earful.toml")])
    return out.getvalue() + err.getvalue()
