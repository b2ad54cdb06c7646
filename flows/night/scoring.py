"""Posts of a pull scored: none twice that serves several products, none that the store has with the same words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.scorer import SCHEMA as SCORE
from earful.sentiment.scorer import TOPICS, Scored, Scorer
from earful.warehouse import Found, KnownScores

#: What is asked of KnownScores.
_ASKED = ("post_id", "created_at", "title", "text", "language_hint")


def score(scorer: Scorer, posts: pa.Table, known: Mapping[str, KnownScores]) -> Scored:
    """The scores and topics of a page, as ``scorer.score_page`` gives them.

    ``known``, by product: scores that the store has of posts with the same words and stated language. What is not
    found there is scored.
    """
    parts = _known(posts, known)
    if not parts:
        return scored_once(scorer, posts)
    at = [places for places, _ in parts]
    unknown = np.setdiff1d(np.arange(len(posts)), np.concatenate(at))
    if len(unknown):
        rest = scored_once(scorer, posts.take(pa.array(unknown)))
        scores, topics = [rest.scores.cast(SCORE)], [_at(rest.topics, unknown)]
    else:
        scores, topics = [], []
    scores += [found.scores.cast(SCORE) for _, found in parts]
    topics += [_topic_rows(found, places) for places, found in parts]
    order = np.argsort(np.concatenate([unknown, *at] if len(unknown) else at))
    whole = pa.concat_tables(scores).take(pa.array(order))
    if any(each is None for each in topics):
        return Scored(whole, None)
    return Scored(whole, pa.concat_tables(topics).sort_by("row").combine_chunks())


def scored_once(scorer: Scorer, posts: pa.Table) -> Scored:
    """The scores of a page, for which a post that serves several products is scored once."""
    if pc.count_distinct(posts["product"]).as_py() < 2 or pc.count_distinct(posts["post_id"]).as_py() == len(posts):
        return scorer.score_page(posts)
    # By its words too: one post may be there in two versions.
    keys = pc.binary_join_element_wise(posts["post_id"], posts["title"], posts["text"], "\x00").combine_chunks()
    codes = keys.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    first = np.unique(codes, return_index=True)[1]
    scored = scorer.score_page(posts.take(pa.array(first)))
    scores = scored.scores.take(pa.array(codes))
    if scored.topics is None:
        return Scored(scores, None)
    rows = pa.table({"row": pa.array(codes, pa.int64()), "of": pa.array(np.arange(len(codes)))})
    topics = scored.topics.join(rows, "row", join_type="inner").drop_columns("row").rename_columns({"of": "row"})
    return Scored(scores, topics.select(scored.topics.column_names).sort_by("row").cast(scored.topics.schema))


def _known(posts: pa.Table, known: Mapping[str, KnownScores]) -> list[tuple[np.ndarray, Found]]:
    """For each product of which something is known: places in ``posts``, and the scores of the posts there."""
    parts = []
    for slug in pc.unique(posts["product"]).to_pylist():
        if slug not in known:
            continue
        own = np.flatnonzero(pc.equal(posts["product"], slug).combine_chunks().to_numpy(zero_copy_only=False))
        found = known[slug].find(posts.select(_ASKED).take(pa.array(own)))
        if len(found.places):
            parts.append((own[found.places.to_numpy()], found))
    return parts


def _at(topics: pa.Table | None, places: np.ndarray) -> pa.Table | None:
    """Topics of a part of a page as rows of the page, which stand at ``places``."""
    if topics is None:
        return None
    told = topics.combine_chunks().cast(TOPICS)
    return told.set_column(0, TOPICS.field("row"), pa.array(places, pa.int64()).take(told["row"].combine_chunks()))


def _topic_rows(found: Found, places: np.ndarray) -> pa.Table:
    """Stored topics, a list a post, as rows of TOPICS."""
    parent = pc.list_parent_indices(found.topics)
    said = pc.list_flatten(found.topics)
    columns = [pa.array(places, pa.int64()).take(parent), *(pc.struct_field(said, name) for name in TOPICS.names[1:])]
    return pa.table([each.cast(field.type) for each, field in zip(columns, TOPICS, strict=True)], schema=TOPICS)
