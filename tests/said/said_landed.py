"""One small store, landed and published, that `earful check` and `earful trend` are asked about."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from landing import DAY, T0, put, row, span

from earful.connectors.base import Coverage
from earful.warehouse import open_store, publish, register

#: The configuration lists these no more.
GONE = ("gone", "orbit")


@cache
def _published() -> tuple[TemporaryDirectory[str], Path]:
    """ "whole" is complete, of "part" the newest day came in part, "none" has no post yet; "acme" came by a table."""
    folder = TemporaryDirectory()
    with open_store(Path(folder.name) / "store.duckdb", time_zone="UTC") as store:
        products = ("whole", "part", "none", "acme", *GONE)
        register(store, [(slug, slug, True) for slug in products], [("rd", "reddit", "x"), ("table", "shop", "files")])
        for slug, channel, days in (
            ("whole", "rd", 3),
            ("part", "rd", 2.5),
            ("acme", "table", 3),
            ("orbit", "table", 3),
        ):
            posts = [row(f"{slug}-{n}", T0 + n * DAY / 2, product=slug, channel=channel) for n in range(5)]
            covered = Coverage.whole(span(0, days))
            put(store, *posts, product=slug, channel=channel, window=span(0, 3), coverage=covered)
        store.con.executemany("update products set tracked = false where product = ?", [[slug] for slug in GONE])
        return folder, publish(store, Path(folder.name) / "earful.duckdb").path


def publish_into(home: Path) -> None:
    """As if the configuration there had had its nights."""
    (home / "earful-data").mkdir()
    copyfile(_published()[1], home / "earful-data" / "earful.duckdb")
