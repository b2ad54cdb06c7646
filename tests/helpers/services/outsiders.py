"""Packages of other people, in a folder on the path: connectors that earful finds by their entry points."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from earful.connectors.outsiders import load, outsiders

#: A whole connector in few lines; it brings nothing.
QUIET = """
from datetime import timedelta
from earful.connectors.base import Coverage, Health, Options, one_by_one

class QuietOptions(Options):
    shelf: int = 1

class Quiet:
    source = "quiet"
    options_model = QuietOptions
    overlap = timedelta(days=1)
    seekable = True
    needs = None
    id_keys = ("library",)
    reads = "whole"
    text_days = 3
    spacing = 0.0

    def __init__(self, options, context):
        self.options = options

    def pull(self, asked):
        return one_by_one(asked, self.pages)

    def pages(self, product, window):
        return Coverage.whole(window)
        yield

    def check(self, products):
        return {product.slug: Health(True, f"shelf {self.options.shelf} is quiet") for product in products}
"""


def package(folder: Path, project: str, entries: dict[str, str], source: str = QUIET) -> None:
    """Lay a package's files as pip leaves them: its module, and its metadata with these entry points."""
    folder.mkdir(exist_ok=True)
    (folder / f"{project}_module.py").write_text(dedent(source))
    info = folder / f"{project}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n")
    lines = [f"{name} = {project}_module:{attribute}" for name, attribute in entries.items()]
    (info / "entry_points.txt").write_text("\n".join(["[earful.connectors]", *lines, ""]))


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """The folder's packages on the path of this process."""
    modules = set(sys.modules)
    sys.path.insert(0, str(folder))
    _forget()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - modules:
            if name.endswith("_module"):
                del sys.modules[name]
        _forget()


def _forget() -> None:
    outsiders.cache_clear()
    load.cache_clear()
