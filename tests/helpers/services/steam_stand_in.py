"""Steam's list of reviews over loopback: pages by an opaque cursor, newest change first."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replay import Request, Response, answer

WEB_API = "/IUserReviewsService/GetAppReviews/v1/"


@dataclass
class SteamStandIn:
    """A handler for ``replay.serve``. ``reviews`` holds review objects by app id, in any order."""

    reviews: Mapping[str, Iterable[Mapping[str, Any]]]

    def __post_init__(self) -> None:
        self._sorted = {
            app: sorted(found, key=lambda r: (-int(r["timestamp_updated"]), str(r["recommendationid"])))
            for app, found in self.reviews.items()
        }

    def __call__(self, request: Request) -> Response:
        """A page, as the web API would give it."""
        if request.path != WEB_API:
            return Response(404, b"<html>")
        asked = json.loads(request.query["input_json"])
        assert asked["filter"] == 2, "newest change first"
        app = str(asked["appid"])
        if app not in self._sorted:
            return answer({"response": {}})
        page, summary = self._page(app, asked["cursor"], asked["num_per_page"])
        return answer({"response": {**page, "query_summary": summary, "total_matching": len(self._sorted[app])}})

    def _page(self, app: str, cursor: str, size: int) -> tuple[dict[str, Any], dict[str, Any]]:
        found = self._sorted.get(app, [])
        start = 0 if cursor == "*" else int(base64.b64decode(cursor.removeprefix("AoJ4+/")).decode())
        some = found[start : start + size]
        # Characters that must be encoded, as in Steam's own cursors.
        following = "AoJ4+/" + base64.b64encode(str(start + len(some)).encode()).decode()
        return {"reviews": some, "cursor": following}, {"num_reviews": len(some), "total_reviews": len(found)}


def recorded_reviews(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The reviews of a JSON lines recording by app id."""
    found: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            review = json.loads(line)
            found.setdefault(review.pop("appid"), []).append(review)
    return found
