"""How many alarms a team wants, and what it knows to have happened; for verdicts and their backtest."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Alarms(BaseModel):
    """The budget. ``per_year``: false alarms a year that are bearable, over all slices of all products."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_year: Annotated[float, Field(ge=0.1, le=366)] = 4.0


class Incident(BaseModel):
    """Something that happened to a product on a day (reporting time zone), for ``earful backtest`` to look for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: str
    day: date
    name: Annotated[str, Field(min_length=1, max_length=200)]
