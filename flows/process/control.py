"""Control characters made visible: what a post or a file holds must not command the terminal that shows it."""

from __future__ import annotations

import re

#: C0 without tab and line feed, DEL, C1, line and paragraph separators, and the marks that turn the direction of what
#: follows (embeddings, overrides, isolates); joiners and plain direction marks belong to emoji and to scripts.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    r"""The text with every control character as Python writes it: ``\x1b``, ``\u202e``. Tab and line feed stay."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)
