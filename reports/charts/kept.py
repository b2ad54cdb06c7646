"""Charts of the page that is there, so that one whose days did not change is not drawn again.

To draw charts is what costs most of a page (Vega's compiler, 200 MB). A chart is kept under a digest of its whole
specification, its data and what draws it: with the same digest it would be the same, byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

#: A page that is larger is not read: ours has 0.4 MB of five products. Bytes.
_LARGEST = 50_000_000
_CHART = re.compile(
    r'viewBox="0 0 ([\d.]+) ([\d.]+)"[^<>]*><title[^<>]*>[^<]*</title><desc[^<>]*>[^<]*</desc>'
    r'<g data-drawn="([0-9a-f]{32})">(.*?)</g></svg>',
    re.DOTALL,
)

#: What Vega draws none of: who may write to the folder must not get into every later page what the page's text escapes.
_FOREIGN = re.compile(r"<(?!/?(?:g|line|path|rect|text)[\s/>])|\s(?:on\w+|style|(?:xlink:)?href)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One SVG, without its outer tag: ``body``, ``width`` and ``height`` in its own units; ``key``: see key()."""

    body: str
    width: float
    height: float
    key: str


#: By their keys.
Kept = Mapping[str, Drawing]


def kept(page: Path) -> Kept:
    """The charts of a page of ours; none where there is none, or none that can be read."""
    try:
        if page.stat().st_size > _LARGEST:
            return {}
        text = page.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found = (Drawing(body, float(width), float(height), key) for width, height, key, body in _CHART.findall(text))
    return {each.key: each for each in found if not _FOREIGN.search(each.body)}


def key(spec: Mapping[str, Any]) -> str:
    """Of all that a chart is made of."""
    said = json.dumps(spec, sort_keys=True, default=str)
    return sha256(f"{_made_by()}\n{said}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


@cache
def _made_by() -> str:
    """A digest of what turns a specification into the page's SVG."""
    here = files("earful.reports.charts")
    ours = [here.joinpath(f"{name}.py").read_text("utf-8") for name in ("svg", "paint")]
    return sha256("\n".join([version("vl-convert-python"), *ours]).encode()).hexdigest()
