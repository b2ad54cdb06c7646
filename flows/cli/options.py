"""Options that several commands share."""

from __future__ import annotations

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
