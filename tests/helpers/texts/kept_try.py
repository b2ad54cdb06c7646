"""One ``earful try`` that is looked at by many tests: what it showed, wrote and published."""

from __future__ import annotations

import contextlib
import dataclasses
import io
from pathlib import Path
from typing import NamedTuple

import pytest
from tried_table import Review, reviews, write

from earful.connectors.files.guess import Guess, guess
from earful.flows.cli.main import call
from earful.flows.first import drafting

#: Added to what is guessed of the table: as a file's own words could be in it.
DOUBT = 'likes: "Helpful"\nmay be it (columns.likes)\x1b'
#: The first bad post of Tried.rows, as the table has it.
WORST = (
    "Terrible update, it crashes and I lost my notes, awful, horrible, I hate it\x1b[31m, "
    "write to jane.doe@example.org or @janedoe"
)


class Tried(NamedTuple):
    """``try reviews.csv --keep`` in ``home``, in the terminal's words; the second product has no row in the table."""

    home: Path
    folder: Path
    rows: list[Review]
    shown: str
    author_secret: str


def keep(home: Path) -> Tried:
    """Six weeks of reviews, tried and kept; guessed for real, with a doubt and a second product added to the guess."""
    rows, secret = reviews(42), "one secret of authors for all"
    write(home / "reviews.csv", rows, more={next(row.id for row in rows if row.bad): WORST})

    def guessed(paths: list[Path], zone: str) -> Guess:
        made = guess(paths, zone)
        values = {"acme": ["1.0", "1.1", "1.2"], "two": ["2.0"]}
        options = {**made.options, "product_column": "App Version", "product_values": values}
        return dataclasses.replace(
            made, options=options, name="Acme", products=("Acme", "Two"), doubts=(*made.doubts, DOUBT)
        )

    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patched, contextlib.chdir(home), contextlib.redirect_stdout(out):
        patched.setenv("EARFUL_AUTHOR_SECRET", secret)
        patched.setattr(drafting, "guess", guessed)
        assert call(["try", "reviews.csv", "--keep"]) == 0
    return Tried(home, home / "earful-try-reviews", rows, out.getvalue(), secret)
