"""A night without Prefect, for tests that need a published file and not the flow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from one_product import pulled

from earful.connectors.base import Asked, Context, Product, Window
from earful.connectors.sample.connector import SampleConnector, SampleOptions
from earful.sentiment.plain import PlainScorer
from earful.warehouse import Landing, joined, land, open_store, publish, register

END = datetime(2026, 6, 20, 3, tzinfo=UTC)


def sample_night(folder: Path, days: int = 20) -> Path:
    """Land ``days`` days of reviews and surveys of one product; gives the published file."""
    scorer = PlainScorer()
    with open_store(folder / "store.duckdb", time_zone="UTC") as store:
        register(store, [("acme", "Acme", True)], [("shop", "app_store", "sample"), ("nps", "nps_survey", "sample")])
        for channel, source, kind in (("shop", "app_store", "review"), ("nps", "nps_survey", "survey")):
            options = SampleOptions.model_validate({"as_source": source, "kind": kind, "anchor": date(2026, 6, 20)})
            connector = SampleConnector(options, Context(channel, b"secret", {}))
            window = Window(END - timedelta(days=days), END)
            pages, coverage = pulled(connector.pull([Asked(Product("acme", "Acme"), window)]))
            rows = [joined(page.posts, scorer.score_page(page.posts)) for page in pages]
            for n, part in enumerate(rows):
                land(
                    store,
                    Landing(f"run-{n}", channel, source, "acme", window, coverage, scorer.version, END, part),
                )
        return publish(store, folder / "earful.duckdb").path
