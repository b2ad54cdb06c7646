"""What a guess is: parameters of a ``files`` channel, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Guess:
    """Parameters of a ``files`` channel that read a table, found from the table.

    ``options``: all of them but ``paths``, as FilesOptions takes them. ``name``: a product's, as a person would write
    it; ``products``: of all products that a column tells apart, ``name`` first. ``said``: a line for each column that
    is used, what it was taken as and why. ``doubts``: a line for what may be otherwise, each with the option that
    settles it.
    """

    options: dict[str, Any]
    name: str
    said: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
