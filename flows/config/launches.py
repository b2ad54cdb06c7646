"""``[[launches]]`` and ``[digest]`` of ``earful.toml``: what went out when, and who gets the week's digest."""

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


class DigestSettings(BaseModel):
    """``target_env`` names the environment variable with the address (an Apprise URL, or several); None: files only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
