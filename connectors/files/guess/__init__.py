"""What the columns of a table are, found from their names and from what stands in them."""

from __future__ import annotations

from earful.connectors.files.guess.guessing import guess
from earful.connectors.files.guess.result import Guess

__all__ = ["Guess", "guess"]
