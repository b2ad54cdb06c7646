"""The page's words without its charts and its SQL: other tests draw and ask, which takes most of a page's time."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

from earful.reports.charts import trend
from earful.reports.charts.kept import Drawing
from earful.reports.page import render
from earful.reports.standing import Standing


def words_of(published: Path, stale_hours: int | None = None, standing: Standing | None = None) -> str:
    """The page about the ``published`` file as HTML, with empty charts and no style, script or SQL."""
    with patch.object(trend, "draw", lambda *_: Drawing("", 1, 1, "")):
        html = render(published, stale_hours, standing)
    return re.sub(r"<(pre|style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
