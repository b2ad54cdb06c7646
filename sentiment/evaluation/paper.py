"""The table of the VADER paper (Hutto and Gilbert, ICWSM 2014), computed again on its four rated sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from earful.sentiment.evaluation import truth


@dataclass(frozen=True, slots=True)
class Published:
    """One row of the paper's table for VADER: its file, Pearson's r with the mean human rating, and F1."""

    name: str
    file: str
    r: float
    f1: float


#: Mean ratings by 20 people each, in [-4, 4]. The paper's F1 is the mean over classes weighted by their size.
SETS = (
    Published("tweets", "tweets_GroundTruth.txt", 0.881, 0.96),
    Published("Amazon reviews", "amazonReviewSnippets_GroundTruth.txt", 0.565, 0.63),
    Published("film reviews", "movieReviewSnippets_GroundTruth.txt", 0.451, 0.61),
    Published("newspaper editorials", "nytEditorialSnippets_GroundTruth.txt", 0.492, 0.55),
)


def sets(folder: Path) -> Iterator[tuple[Published, pa.Array, truth.Truth]]:
    """The four sets: texts as they are in the files, and their ratings. Raises ValueError for a line of another form.

    FileNotFoundError where a file is missing. The files come with vaderSentiment's source (MIT): tab separated, id,
    mean rating, text.
    """
    for published in SETS:
        file = folder / published.file
        ratings, texts = [], []
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            fields = line.split("\t")
            if len(fields) != 3:
                raise ValueError(
                    f"{file.name}:{number}: {len(fields)} fields; expected id, rating and text between tabs"
                )
            ratings.append(fields[1])
            texts.append(fields[2])
        yield published, pa.array(texts, pa.large_string()), truth.read(pa.array(ratings, pa.string()), "ratings")
