"""``[[launches]]`` of ``earful.toml``: days of which the POM knows that something went out."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Launch(BaseModel):
    """One launch. ``day`` is in the reporting time zone; ``version`` where it is one that reviews may name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: str
    day: date
    name: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[str, Field(min_length=1)] | None = None
