"""The whole step of benchmarks.scoring: gate, repairs, both profiles and topics, and where its time goes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks.scoring.clock import ROUNDS, timed


def whole_step() -> dict[str, Any]:
    """Gate, repairs, both profiles and topics on the recorded reviews as they are; against langid and VADER a row."""
    import py3langid

    from benchmarks import rivals, texts
    from earful.sentiment import columnar
    from earful.sentiment.language.gate import languages

    written = texts.all_reviews()
    import pyarrow as pa

    page = pa.table({"title": [""] * len(written), "text": pa.array(written, pa.large_string())})
    corpus = texts.Corpus("reviews", written, len(written))
    some = [written[i] for i in corpus.sample(1_500)]

    def naive() -> int:
        scored = 0
        for text in some:
            if py3langid.classify(text)[0] == "en":
                rivals.package().polarity_scores(text)
                scored += 1
        return scored

    scorer = columnar.ColumnarScorer()
    scorer.score_page(page)
    naive()
    ours, others, shares = [], [], []
    for _ in range(ROUNDS):
        with _phases(columnar) as spent:
            seconds, _ = timed(lambda: scorer.score_page(page))
        ours.append(seconds / len(written))
        shares.append({name: value / seconds for name, value in spent.items()})
        others.append(timed(naive)[0] / len(some))
    gate, codes = timed(lambda: languages(list(dict.fromkeys(written))))
    names = list(shares[0])
    share = {name: median(s[name] for s in shares) for name in names}
    return {
        "texts": len(written),
        "timed_naive": len(some),
        "ratio": median(o / u for o, u in zip(others, ours, strict=True)),
        "texts_a_second": 1 / median(ours),
        "naive_texts_a_second": 1 / median(others),
        "share": {**share, "the rest": 1 - sum(share.values())},
        "gate": {"texts_a_second": len(codes) / gate, **_agreement()},
    }


def _agreement() -> dict[str, Any]:
    """How often the gate's "English or not" is what the reviewer's setting says (not always the text's language)."""
    import gzip

    from benchmarks import texts
    from earful.sentiment.language.gate import languages

    if not texts.STEAM.exists():
        return {}
    with gzip.open(texts.STEAM, "rt", encoding="utf-8") as lines:
        pairs = [(r["review"], r["language"] == "english") for r in map(json.loads, lines) if r["review"].strip()]
    codes = languages([text for text, _ in pairs])
    agreed = sum((code == "en") == english for code, (_, english) in zip(codes, pairs, strict=True))
    return {"agrees_with_setting": agreed / len(pairs), "reviews": len(pairs)}


@contextmanager
def _phases(module: Any) -> Any:  # noqa: ANN401 - the module under the clock
    """CPU seconds spent in each phase, by a clock around the names that the scorer calls."""
    spent: dict[str, float] = {}
    kept = {}

    def clocked(phase: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            begin = time.process_time()
            try:
                return call(*args, **more)
            finally:
                spent[phase] += time.process_time() - begin

        return run

    for phase, name in module.PHASES:
        spent.setdefault(phase, 0.0)
        kept[name] = getattr(module, name)
        setattr(module, name, clocked(phase, kept[name]))
    try:
        yield spent
    finally:
        for name, call in kept.items():
            setattr(module, name, call)
