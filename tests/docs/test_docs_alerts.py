"""docs/alerts.md names what there is: kinds, what is told, the webhook's fields, limits."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

from earful.flows.alerts import deliver, words
from earful.flows.alerts.ping import PING_SECONDS
from earful.flows.alerts.targets.webhook import payload
from earful.flows.config.alerts import AlertSettings, Kind, What
from earful.reports.alerts import _FIGURES, Alert, Quote
from earful.warehouse.alerts.note import RECENT

DOCS = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text("utf-8")
WORDS = " ".join(DOCS.split())


def column(section: str) -> set[str]:
    """The names in the first column of a section's table."""
    text = DOCS.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return {name for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)} - {
        "what", "kind" if section == "Each target" else "", "to_env",
    }  # fmt: skip


def test_kinds_and_what() -> None:
    assert column("Each target") == set(get_args(Kind))
    assert column("What is told") == set(get_args(What))
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    (target,) = tomllib.loads(example)["alerts"]
    AlertSettings.model_validate(target)
    defaults = AlertSettings(name="x", kind="slack", to_env="X")
    assert "By default " + ", ".join(f"`{w}`" for w in defaults.what[:-1]) + f" and `{defaults.what[-1]}`" in WORDS


def test_the_webhook_s_fields() -> None:
    target = AlertSettings(name="x", kind="webhook", to_env="X", secret_env="Y")
    data = {
        "kind": "worse",
        "update": "new",
        "product": "p",
        "episode": "e",
        "first_day": "",
        "last_day": "",
        "sentence": "",
    }
    made = payload(
        words.to_send(
            target, "m", Alert("t", "x", (Quote("q", "c", date(2026, 1, 1), None),), data), datetime(2026, 1, 1, tzinfo=UTC)
        )
    )  # fmt: skip
    assert column("The webhook") == set(made)
    for name in (*_FIGURES, "causes", "alarm_day"):
        assert f"`{name}`" in DOCS
    for name in made["quotes"][0]:
        assert f"`{name}`" in DOCS


def test_numbers() -> None:
    assert f"more than {RECENT} days old when it is found" in WORDS
    assert f"{deliver.ATTEMPT_SECONDS:g} seconds an attempt" in WORDS
    assert deliver.ALL_SECONDS == 120
    assert PING_SECONDS == 10
    assert f"may not be kept for {words._KEPT_DAYS} days" in WORDS
    assert deliver._backoff(1) == 300
    assert deliver._backoff(99) == 20 * 3600
