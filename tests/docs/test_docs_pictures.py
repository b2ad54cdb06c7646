"""The README's pictures are there, small, and say in words what they show."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LARGEST = 200_000


def test_every_picture_is_there_small_and_in_words() -> None:
    found = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert {path for _, path in found} == {f"docs/pictures/{name}.png" for name in ("page", "form")}
    for words, path in found:
        assert len(words) > 60
        assert (ROOT / path).read_bytes().startswith(b"\x89PNG")
        assert (ROOT / path).stat().st_size <= _LARGEST
    assert {path.name for path in (ROOT / "docs" / "pictures").glob("*.png")} == {"page.png", "form.png"}
