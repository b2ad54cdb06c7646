"""The demo's night without Prefect: every channel of demo.toml, scored and landed, the way the flow does it."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from one_product import pulled

from earful.connectors.base import Asked, Context, Window
from earful.connectors.sample.connector import SampleConnector, SampleOptions
from earful.flows.config.scorers import scorers
from earful.flows.config.settings import Settings, parse
from earful.warehouse import Landing, Store, joined, land, register


def demo_settings(folder: Path, anchor: date, seed: int = 1) -> Settings:
    """The demo's configuration with its story hung on ``anchor``."""
    text = files("earful.flows").joinpath("demo.toml").read_text("utf-8").replace("2026-01-01", anchor.isoformat())
    raw = tomllib.loads(text)
    for channel in raw["channels"]:
        channel["seed"] = seed
    return parse(raw, folder / "earful.toml")


def land_demo(store: Store, settings: Settings, anchor: date, days: int = 120) -> None:
    """Land what the first night of the demo asks for: ``days`` before the anchor, and three hours of its own day."""
    now = datetime(anchor.year, anchor.month, anchor.day, 3, tzinfo=UTC)
    register(
        store,
        [(p.slug, p.name, p.own) for p in settings.products],
        [(c.name, c.source, c.connector) for c in settings.channels],
    )
    by_product = scorers(settings)
    for channel in settings.channels:
        options = channel.connector_options
        assert isinstance(options, SampleOptions)
        connector = SampleConnector(options, Context(channel.name, b"secret", {}))
        for product in settings.products_of(channel):
            scorer = by_product[product.slug]
            midnight = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC)
            window = Window(midnight - timedelta(days=days), now)
            pages, coverage = pulled(connector.pull([Asked(product.product(), window)]))
            parts = [joined(page.posts, scorer.score_page(page.posts)) for page in pages]
            for n, part in enumerate(parts):
                landing = Landing(
                    f"run-{n}", channel.name, channel.source, product.slug, window, coverage, scorer.version, now, part
                )
                land(store, landing)
