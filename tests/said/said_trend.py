"""Stores that `earful trend` is asked about."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import duckdb
from said_landed import publish_into

from earful.flows.cli.main import call

#: Of each store what is asked. Of "none" no post has come; "gone" is configured no more.
MADE = {
    "whole": ("whole",),
    "in part": ("part",),
    "without posts": ("none",),
    "configured no more": ("gone",),
    "every product": (),
    "every product has posts": (),
    "unknown": ("nobody",),
    "no days": ("whole", "--days", "0"),
    "written by an older one": ("whole",),
}
CONFIG = 'time_zone = "UTC"\n[[channels]]\nname = "shop"\nconnector = "sample"\n'


def said(store: str, folder: Path) -> str:
    """What the command writes."""
    publish_into(folder)
    if store == "written by an older one":
        with duckdb.connect(str(folder / "earful-data" / "earful.duckdb")) as con:
            con.execute("create or replace view what_changed as select 1 as episode")
    products = ("whole", "part") if store == "every product has posts" else ("whole", "part", "none")
    tables = [f'[[products]]\nslug = "{slug}"\nname = "{slug}"\n' for slug in products]
    (folder / "earful.toml").write_text(CONFIG + "".join(tables), "utf-8")
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        call(["trend", *MADE[store], "--config", str(folder / "earful.toml")])
    return out.getvalue() + err.getvalue()
