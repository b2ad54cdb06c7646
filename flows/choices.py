"""Parameter types whose form in the Prefect UI offers the configured products and channels."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from earful.flows.config.settings import Settings, load
from earful.flows.errors import UserError


def _configured() -> Settings | None:
    try:
        return load()
    except UserError:
        return None  # a schema asked for where no configuration is: free text; the run itself says what is wrong


def _products(schema: dict[str, Any]) -> None:
    settings = _configured()
    if settings:
        schema["enum"] = [p.slug for p in settings.products]


def _channels(schema: dict[str, Any]) -> None:
    settings = _configured()
    if settings:
        schema["enum"] = [c.name for c in settings.channels]


# The lists are read when the schema is made (at deployment), not at import: one code for every configuration.
ProductChoice = Annotated[str, Field(json_schema_extra=_products)]
ChannelChoice = Annotated[str, Field(json_schema_extra=_channels)]

#: What the form calls the fields of flows: a POM's words instead of the names of parameters.
TITLES = {
    "first_day": "First day", "last_day": "Last day", "products": "Products", "channels": "Channels",
    "only_missing": "Only what is missing", "score_again": "Score again", "preview": "Preview only",
}  # fmt: skip


def titled(properties: dict[str, Any]) -> None:
    """Name the fields of a form in a person's words; ``properties`` of a parameter schema, changed in place."""
    for name, field in properties.items():
        field["title"] = TITLES.get(name, field.get("title", name))
