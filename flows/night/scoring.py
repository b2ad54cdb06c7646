"""Posts of a pull scored, but for those that the store has with the same words: they get the scores that they have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.scorer import SCHEMA as SCORE
from earful.sentiment.scorer import TOPICS, Scored, Scorer
from earful.warehouse.landing.known_scores import Found, KnownScores

_ASKED = {
    "post_id": pa.string(),
    "created_at": pa.timestamp("us", "UTC"),
    "title": pa.large_string(),
    "text": pa.large_string(),
}


def score(scorer: Scorer, posts: pd.DataFrame, known: KnownScores | None) -> Scored:
    """The scores and topics of a page, as ``scorer.score_page`` gives them."""
    asked = _asked(posts) if known is not None else None
    if known is None or asked is None:
        return scorer.score_page(posts)
    found = known.find(asked)
    if not len(found.places):
        return scorer.score_page(posts)
    known_at = found.places.to_numpy()
    unknown = np.setdiff1d(np.arange(len(posts)), known_at, assume_unique=True)
    if not len(unknown):
        return Scored(_frame(found.scores), _frame(_topic_rows(found, known_at)))
    rest = scorer.score_page(posts.iloc[unknown].reset_index(drop=True))
    of_rest = pa.Table.from_pandas(rest.scores, preserve_index=False).select(SCORE.names)
    order = np.argsort(np.concatenate([unknown, known_at]))
    schema = found.scores.schema
    scores = pa.concat_tables([of_rest.cast(schema), found.scores]).take(pa.array(order))
    if rest.topics is None:
        return Scored(_frame(scores), None)
    told = pa.Table.from_pandas(rest.topics, preserve_index=False).select(TOPICS.names).cast(TOPICS)
    told = told.set_column(0, TOPICS.field("row"), pa.array(unknown).take(told["row"]))
    topics = pa.concat_tables([told, _topic_rows(found, known_at)]).sort_by("row")
    return Scored(_frame(scores), _frame(topics))


def _asked(posts: pd.DataFrame) -> pa.Table | None:
    """The columns to look up by; None where a connector's page does not hold what it should, which landing judges."""
    try:
        columns = [pa.array(posts[name], from_pandas=True) for name in _ASKED]
        flat = [each.combine_chunks() if isinstance(each, pa.ChunkedArray) else each for each in columns]
        return pa.table([each.cast(kind) for each, kind in zip(flat, _ASKED.values(), strict=True)], names=list(_ASKED))
    except (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError, KeyError):
        return None


def _topic_rows(found: Found, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Table:
    """Stored topics, a list a post, as rows of TOPICS."""
    parent = pc.list_parent_indices(found.topics)
    said = pc.list_flatten(found.topics)
    columns = [pa.array(places).take(parent), *(pc.struct_field(said, name) for name in TOPICS.names[1:])]
    return pa.table([each.cast(field.type) for each, field in zip(columns, TOPICS, strict=True)], schema=TOPICS)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
