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
#: Personal data that stands in the table's words and titles, and must stand in no file that earful writes.
SECRETS = ("jane.doe@example.org", "zaphod.bx@heartofgold.example", "+49 171 2345678", "4111 1111 1111 1111",
           "DE89 3704 0044 0532 0130 00", "tok9x7q2v5b8n3m1", "Beeblebroxson")  # fmt: skip
#: What is said of them.
MASKED = "masked: 2 email, 1 phone, 1 card, 1 account, 1 link, 1 name"
#: The first bad post of Tried.rows, as the table has it.
WORST = (
    "Terrible update, it crashes and I lost my notes, awful, horrible, I hate it\x1b[31m, "
    f"write to {SECRETS[0]} or @janedoe"
)
#: Behind the text of German posts, which have no score.
SAID = (
    f"mail an {SECRETS[1]}",
    f"ruf an {SECRETS[2]}",
    f"They charged {SECRETS[3]} and {SECRETS[4]} twice!",
    f"https://shop.example/reset?token={SECRETS[5]} geht nicht",
)
#: The title of the last of them.
TITLE = f"My name is {SECRETS[6]}"


def found(folder: Path) -> set[str]:
    """Which of SECRETS stand in any file of a data folder, as bytes."""
    files = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 3
    return {each for each in SECRETS if any(each.encode() in content for content in files)}


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
    german = [row for row in rows if row.text.startswith("Die")]
    more = {row.id: f"{row.text}, {said}" for row, said in zip(german, SAID, strict=False)}
    more[next(row.id for row in rows if row.bad)] = WORST
    write(home / "reviews.csv", rows, more=more, titles={german[-1].id: TITLE})

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
