"""The script that a data scientist writes in an afternoon, for benchmarks.night: ``python -m benchmarks.night.naive``.

Reads the tables with pandas, a row's language with py3langid, scores the English ones with vaderSentiment, and writes
a day's mean and count of each product with DuckDB. One process; it knows nothing of yesterday, so it reads all of it
every night.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: The small products of numpy would spin on other cores: CPU seconds for nothing, and the script is to look its best.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def daily(files: list[Path], out: Path) -> int:
    """Write table ``daily`` (product, day, posts, scored, mean_compound) into a new DuckDB file; returns its rows."""
    import duckdb
    import pandas as pd
    import py3langid
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    posts = pd.concat([pd.read_csv(file, dtype={"post_id": str}) for file in files], ignore_index=True)
    posts["day"] = pd.to_datetime(posts["created_at"], utc=True).dt.date
    polarity = SentimentIntensityAnalyzer().polarity_scores
    compounds: list[float | None] = []
    for text in posts["text"].fillna(""):
        english = bool(text.strip()) and py3langid.classify(text)[0] == "en"
        compounds.append(polarity(text)["compound"] if english else None)
    posts["compound"] = pd.Series(compounds, dtype="float64", index=posts.index)
    days = (
        posts.groupby(["product", "day"])
        .agg(posts=("post_id", "size"), scored=("compound", "count"), mean_compound=("compound", "mean"))
        .reset_index()
    )
    out.unlink(missing_ok=True)
    with duckdb.connect(str(out)) as con:
        con.register("days", days)
        con.execute("create table daily as select * from days order by product, day")
    return len(days)


if __name__ == "__main__":
    print(daily([Path(name) for name in sys.argv[2:]], Path(sys.argv[1])))
