"""The scorer of each product and the topics, by the configuration."""

from __future__ import annotations

from collections.abc import Mapping

from earful.flows.config.settings import Settings
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.scorer import Scorer
from earful.sentiment.topics.topics import Topics


def scorers(settings: Settings) -> Mapping[str, Scorer]:
    """By product slug; products without words of their own share one. Raises UserError for a bad overlay file."""
    profile, topics, gate = settings.profile, Topics.load(settings.topics), settings.scoring.gate
    shared: dict[str, Scorer] = {}
    found = {}
    for product in settings.products:
        own = profile.for_product(product.slug)
        found[product.slug] = shared.setdefault(own.version, ColumnarScorer(own, topics, gate))
    return found


def topics(settings: Settings) -> list[tuple[str, str]]:
    """Topics by name, with their titles: the shipped ones and the configuration's."""
    known = Topics.load(settings.topics)
    return [(name, known.title(name)) for name in known.names]
