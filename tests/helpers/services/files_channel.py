"""A files channel for tests: made from options, pulled whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from one_product import frame_of, pulled

from earful.connectors.base import Asked, Context, Coverage, Product, Window
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.options import FilesOptions
from earful.connectors.post import SCHEMA, Rejected

SECRET = b"only for tests"
ACME = Product("acme", "Acme", include=("acme",), exclude=("acme anvils",), ids={"google_play": ("com.acme",)})
EVER = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Pulled:
    """All pages of one pull as one."""

    posts: pd.DataFrame
    rejected: tuple[Rejected, ...]
    coverage: Coverage

    def column(self, name: str) -> list[Any]:
        return [None if pd.isna(value) else value for value in self.posts[name].tolist()]

    def why(self) -> list[tuple[str, str]]:
        return [(r.item, r.reason) for r in self.rejected]


def channel(root: Path, paths: list[str] | str, **options: Any) -> FilesConnector:
    names = [paths] if isinstance(paths, str) else paths
    return FilesConnector(FilesOptions(paths=names, **options), Context("shelf", SECRET, {}, str(root)))


def put(root: Path, *lines: str, name: str = "a.csv") -> Path:
    path = root / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def span(start: str, end: str) -> Window:
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end))
    return Window(first, last)


def pull(connector: FilesConnector, product: Product = ACME, window: Window = EVER) -> Pulled:
    frames: list[pd.DataFrame] = []
    rejected: list[Rejected] = []
    pages, coverage = pulled(connector.pull([Asked(product, window)]))
    for page in pages:
        assert page.posts.schema == SCHEMA
        frames.append(frame_of(page))
        rejected += page.rejected
    empty = SCHEMA.empty_table().to_pandas(types_mapper=pd.ArrowDtype)
    posts = pd.concat([empty, *frames], ignore_index=True)
    # The page must go on as it is: the whole frame back into the schema, every string valid UTF-8.
    pa.Table.from_pandas(posts, schema=SCHEMA, preserve_index=False).validate(full=True)
    return Pulled(posts, tuple(rejected), coverage)
