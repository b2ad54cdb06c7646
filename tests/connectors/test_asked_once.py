"""One question, asked once: what a channel reads does not grow with the number of products that it serves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from files_channel import EVER, channel, pull
from reddit_fake import DAY, NOW, Fake, drain, made, minutes, thing
from replay import Request, Response, answer, serve

from earful.connectors.base import Asked, Coverage, Product, Window
from earful.connectors.errors import Fatal
from earful.connectors.files.tables import packed
from earful.connectors.testing import drained

MANY = [Product(f"p{n:02d}", f"Product{n:02d}", include=(f"product{n:02d}",)) for n in range(33)]


# --- Reddit -----------------------------------------------------------------------------------------------------------


def talk(count: int, subreddit: str = "common") -> list[dict[str, object]]:
    """Submissions a minute apart about one product after the other; every tenth is about all."""
    items = []
    for n in range(1, count + 1):
        about = " ".join(p.name for p in MANY[:8]) if n % 10 == 0 else MANY[n % 8].name
        more = {"selftext": f"{about} crashes", "subreddit": subreddit}
        number = n if subreddit == "common" else 5000 + n
        items.append(thing(number, NOW - timedelta(minutes=n), "t3", **more))
    return items


@pytest.mark.parametrize("listings", [("new",), ("new", "comments")])
def test_a_listing_is_requested_as_often_for_eight_products_as_for_one(listings: tuple[str, ...]) -> None:
    fake = Fake({"/r/common/new": talk(700)})
    options: dict[str, Any] = {"listings": listings, "subreddits": ("common",)}
    requests = {}
    for count in (1, 8):
        with serve(fake) as server:
            pages, coverage = drained(made(server.url, **options).pull([Asked(p, DAY) for p in MANY[:count]]))
        requests[count] = [(r.path, tuple(sorted(r.query.items()))) for r in server.requests]
        assert set(coverage.values()) == {Coverage.whole(DAY, coverage["p00"].note)}
        assert {slug for page in pages for slug in page.posts["product"].to_pylist()} == set(coverage)
    assert requests[8] == requests[1]
    assert len(requests[1]) >= 8


def test_every_product_gets_from_the_common_reading_what_it_gets_alone() -> None:
    """Windows of their own, a subreddit of their own, a cut list: posts and coverage are those of one pull a product."""
    fake = Fake(
        {"/r/common/new": talk(990), "/r/mine/new": talk(40, "mine"), "/r/common/comments/": minutes(950, "t1")}
    )
    mine = Product("p01", "Product01", include=("product01",), ids={"reddit": ("mine",)})
    asked = [
        Asked(MANY[0], DAY),
        Asked(mine, Window(NOW - timedelta(minutes=300), NOW)),
        Asked(MANY[2], Window(NOW - timedelta(minutes=600), NOW - timedelta(minutes=5))),
        Asked(MANY[3], Window(NOW - timedelta(days=30), NOW)),
    ]
    with serve(fake) as server:
        connector = made(server.url, subreddits=("common",))
        alone = {one.product.slug: drain(connector, one.product, one.window) for one in asked}
        before = len(server.requests)
        pages, coverage = drained(connector.pull(asked))
        deepest = 2 * 10 + 1 + 2  # both lists to their ends, the own subreddit, a token
        assert len(server.requests) - before <= deepest
    rows = [row for page in pages for row in page.posts.to_pylist()]
    for slug, each in alone.items():
        assert sorted(r["post_id"] for r in rows if r["product"] == slug) == sorted(each.ids), slug
        assert coverage[slug] == each.coverage, slug
    assert alone["p00"].coverage.capped
    assert not alone["p01"].coverage.capped


def test_a_search_is_asked_for_each_products_words_and_a_private_subreddit_fails_its_own_product_alone() -> None:
    """A search ends after about 250 hits, so that words joined over products would find less of each."""
    fake = Fake({"/r/common/new": talk(50)})

    def handler(request: Request) -> Response:
        return answer({"reason": "private"}, 403) if request.path.startswith("/r/secret/") else fake(request)

    secret = Product("p01", "Product01", include=("product01",), ids={"reddit": ("secret",)})
    with serve(handler) as server:
        connector = made(server.url, listings=("new",), subreddits=("common",), search=True)
        pull = connector.pull([Asked(MANY[0], DAY), Asked(secret, DAY), Asked(MANY[2], DAY)])
        list(pull)
        searches = [r.query["q"] for r in server.requests if r.path == "/r/all/search/"]
        health = connector.check([MANY[0], secret, MANY[2]])
    assert searches == ['"product00" OR "product 00"', '"product02" OR "product 02"']
    assert isinstance(pull.coverage["p01"], Fatal)
    assert "private" in str(pull.coverage["p01"])
    assert isinstance(pull.coverage["p00"], Coverage)
    assert isinstance(pull.coverage["p02"], Coverage)
    assert {slug: each.ok for slug, each in health.items()} == {"p00": True, "p01": False, "p02": True}


# --- files ------------------------------------------------------------------------------------------------------------


def shelf(folder: Path, form: str, rows: int = 660) -> str:
    table = [
        [str(n), f"2026-03-{1 + n % 28:02d}T10:00:00Z", MANY[n % 33].slug, f"{MANY[n % 33].name} is fine, {n}"]
        for n in range(rows)
    ]
    names = ["post_id", "created_at", "product", "text"]
    path = folder / f"shelf.{form}"
    if form == "parquet":
        pq.write_table(pa.table(list(zip(*table, strict=True)), names=names), path)
    elif form == "csv":
        with path.open("w", newline="") as out:
            csv.writer(out).writerows([names, *table])
    else:
        path.write_text("".join(str(dict(zip(names, row, strict=True))).replace("'", '"') + "\n" for row in table))
    return path.name


class Counting(io.RawIOBase):
    """A file that counts the bytes that are read from it."""

    def __init__(self, inner: BinaryIO, count: list[int]) -> None:
        self._inner, self._count = inner, count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        found = self._inner.read(len(buffer))  # type: ignore[arg-type]
        buffer[: len(found)] = found  # type: ignore[index]
        self._count[0] += len(found)
        return len(found)


@pytest.fixture
def bytes_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that the connector has read of text files so far."""
    count = [0]
    inner = packed.opened

    @contextmanager
    def counted(path: Path) -> Iterator[BinaryIO]:
        with inner(path) as file:
            yield io.BufferedReader(Counting(file, count))

    for module in ("records", "read"):
        monkeypatch.setattr(f"earful.connectors.files.tables.{module}.opened", counted)
    return count


@pytest.mark.parametrize("how", [{"product_column": "product"}, {"match": True}])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_is_read_once_for_33_products(
    tmp_path: Path, bytes_read: list[int], form: str, how: dict[str, object]
) -> None:
    name = shelf(tmp_path, form)
    connector = channel(tmp_path, name, **how)
    read = {}
    for count in (1, 33):
        bytes_read[0] = 0
        pages, coverage = drained(connector.pull([Asked(p, EVER) for p in MANY[:count]]))
        read[count] = bytes_read[0]
        found = [row for page in pages for row in page.posts.to_pylist()]
        for product in MANY[:count]:
            alone = pull(connector, product)
            assert [r["post_id"] for r in found if r["product"] == product.slug] == alone.column("post_id")
            assert coverage[product.slug] == alone.coverage
            assert len(alone.posts) == 20
    assert read[33] == read[1] >= (tmp_path / name).stat().st_size
    bytes_read[0] = 0
    assert connector.check(MANY[:1])["p00"].ok
    once = bytes_read[0]
    assert all(health.ok for health in connector.check(MANY).values())
    assert bytes_read[0] == 2 * once > 0


def test_a_parquet_file_is_opened_once_for_33_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = shelf(tmp_path, "parquet")
    opens: list[str] = []
    real = pq.ParquetFile

    def counted(path: Path) -> pq.ParquetFile:
        opens.append(path.name)
        return real(path)

    monkeypatch.setattr(pa.parquet, "ParquetFile", counted)
    pages, _ = drained(channel(tmp_path, name, product_column="product").pull([Asked(p, EVER) for p in MANY]))
    assert sum(len(page.posts) for page in pages) == 660
    assert opens == [name]


def test_each_product_is_read_and_covered_for_its_own_window(tmp_path: Path) -> None:
    name = shelf(tmp_path, "csv")
    march = [Window(EVER.start.replace(year=2026, month=3, day=d), EVER.start.replace(year=2026, month=3, day=e))
             for d, e in ((1, 11), (5, 29), (20, 21))]  # fmt: skip
    connector = channel(tmp_path, name, product_column="product")
    pages, coverage = drained(connector.pull([Asked(p, w) for p, w in zip(MANY, march, strict=False)]))
    found = [row for page in pages for row in page.posts.to_pylist()]
    for product, window in zip(MANY, march, strict=False):
        alone = pull(connector, product, window)
        assert [r["post_id"] for r in found if r["product"] == product.slug] == alone.column("post_id")
        assert coverage[product.slug] == alone.coverage


def test_what_is_set_aside_is_its_products_and_what_nobody_can_read_is_everybodys(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "post_id,created_at,product,text\n1,2026-03-01,p00,fine\n2,never,p00,fine\n3,2026-03-01,p01,fine,too much\n"
        "4,2026-03-02,p01,fine\n"
    )
    pages, _ = drained(channel(tmp_path, "a.csv", product_column="product").pull([Asked(p, EVER) for p in MANY[:2]]))
    assert [(r.item, r.product) for page in pages for r in page.rejected] == [("a.csv:4", ""), ("a.csv:3", "p00")]


def test_a_product_that_rows_cannot_be_found_by_fails_alone(tmp_path: Path) -> None:
    shelf(tmp_path, "csv")
    connector = channel(tmp_path, "shelf.csv", product_column="product", product_values={"p00": ["p00"]})
    pull = connector.pull([Asked(p, EVER) for p in MANY[:2]])
    assert sum(len(page.posts) for page in pull) == 20
    assert isinstance(pull.coverage["p00"], Coverage)
    assert "has no values in product_values" in str(pull.coverage["p01"])
    assert [health.ok for health in connector.check(MANY[:2]).values()] == [True, False]
