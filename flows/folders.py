"""The folder of everything earful writes."""

from __future__ import annotations

from flows.errors import Exit, UserError
from flows.settings import Settings


def make_data_folder(settings: Settings) -> None:
    """The folder of all that earful writes; others may enter it, since POMs read two of its files."""
    try:
        settings.data.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{settings.data}: cannot be made: {error.strerror}", Exit.WAREHOUSE) from None
