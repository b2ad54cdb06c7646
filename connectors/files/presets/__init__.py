"""Tables whose columns are known, each by its name in the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from earful.connectors.files.presets import public_sets, stores, surveys
from earful.connectors.files.presets.play_console import PLAY_CONSOLE
from earful.connectors.files.presets.preset import Preset

PresetName = Literal[
    "play_console", "nps", "app_store_connect", "google_play_scraper", "app_store_scraper", "appbot", "trustpilot",
    "steam_reviews", "steam_kaggle", "surveymonkey", "typeform", "google_forms", "qualtrics", "delighted", "zendesk",
    "intercom", "amazon_fine_food", "amazon_reviews", "amazon_reviews_2023", "twitter_airline",
]  # fmt: skip

PRESETS: Mapping[str, Preset] = {
    "play_console": PLAY_CONSOLE,
    "nps": surveys.NPS,
    "app_store_connect": stores.APP_STORE_CONNECT,
    "google_play_scraper": stores.GOOGLE_PLAY_SCRAPER,
    "app_store_scraper": stores.APP_STORE_SCRAPER,
    "appbot": stores.APPBOT,
    "trustpilot": stores.TRUSTPILOT,
    "steam_reviews": stores.STEAM_REVIEWS,
    "steam_kaggle": public_sets.STEAM_KAGGLE,
    "surveymonkey": surveys.SURVEYMONKEY,
    "typeform": surveys.TYPEFORM,
    "google_forms": surveys.GOOGLE_FORMS,
    "qualtrics": surveys.QUALTRICS,
    "delighted": surveys.DELIGHTED,
    "zendesk": surveys.ZENDESK,
    "intercom": surveys.INTERCOM,
    "amazon_fine_food": public_sets.AMAZON_FINE_FOOD,
    "amazon_reviews": public_sets.AMAZON_REVIEWS,
    "amazon_reviews_2023": public_sets.AMAZON_REVIEWS_2023,
    "twitter_airline": public_sets.TWITTER_AIRLINE,
}

__all__ = ["PRESETS", "Preset", "PresetName"]
