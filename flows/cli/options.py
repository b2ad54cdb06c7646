"""Options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Config = Annotated[
    Path | None, Parameter(name=["--config"], help="The configuration file; else $EARFUL_CONFIG, else ./earful.toml.")
]
Json = Annotated[
    bool,
    Parameter(
        name=["--json"], negative="", show_default=False, help="One JSON object on standard output, nothing else."
    ),
]
Verbose = Annotated[
    bool, Parameter(name=["--verbose", "-v"], negative="", show_default=False, help="Prefect's own log as well.")
]
Products = Annotated[
    list[str] | None, Parameter(name=["--product"], negative="", help="Only this product; may be given again.")
]
Channels = Annotated[
    list[str] | None, Parameter(name=["--channel"], negative="", help="Only this channel; may be given again.")
]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Night:
    """What ``run`` and ``backfill`` share: of what they are, by which configuration, and how they tell of it."""

    product: Products = None
    channel: Channels = None
    config: Config = None
    json: Json = False
    verbose: Verbose = False

    @property
    def products(self) -> list[str]:
        """Only these products; all of them where it is empty."""
        return self.product or []

    @property
    def channels(self) -> list[str]:
        """Only these channels; all of them where it is empty."""
        return self.channel or []
