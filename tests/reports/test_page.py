"""The page says what the views say, to everyone, whatever the posts hold."""

# Long because: one page, section by section, read once.

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from page_reader import PageReader
from published_file import LAST, Day, Product, five, publish, steady
from published_story import episode, hostile, level

from earful.reports import wording
from earful.reports.data import Published, QueryRows, Unreadable
from earful.reports.page import render, write_page
from earful.warehouse.constants import ENOUGH_POSTS

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</blockquote></section></main><h1>Gone</h1>",
    '"><svg onload=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "\u202eevil \u2067 \u202d right to left",
    "W" * 4000,
    "Z" + "\u0300" * 900,
    "a\x08b\x1bc\ufffe d\u2028e",
    "'; drop table posts; --",
]

LINKS = ["javascript:alert(1)", "data:text/html,x", 'https://example.com/"><script>', "https://example.com/1"]


def _values(published: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(published), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("busy") / "earful.duckdb", five())


@pytest.fixture(scope="module")
def busy_page(busy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page about five products with 120 days."""
    return write_page(busy, tmp_path_factory.mktemp("page") / "earful.html")


@pytest.fixture(scope="module")
def busy_html(busy_page: Path) -> str:
    return busy_page.read_text(encoding="utf-8")


def test_today_is_what_the_views_say(busy: Path, busy_html: str) -> None:
    expected = _values(
        busy,
        """
        select t.product_name, t.day, t.scored, t.mean_7d, t.scored_7d, v.change, v.verdict,
            t.posts_7d / t.days_7d, w.stars, w.n
        from trend t
        left join (
            select t.product, t.day, sum(r.rating_count * r.rating_mean) / sum(r.rating_count) as stars, sum(r.rating_count) as n
            from trend t join daily_sentiment r on r.product = t.product and r.complete and r.day between t.day - 6 and t.day
            group by all
        ) w on w.product = t.product and w.day = t.day
        left join verdicts v on v.product = t.product and v.day = t.day and slice_kind = 'product' and metric = 'sentiment'
        where t.day = (select max(day) from trend u where u.product = t.product and u.complete)
        order by t.own desc, t.product_name
        """,
    )
    table = PageReader(busy_html).table("Score, 7 days")
    rows = table.rows
    assert len(rows) == len(expected) == 5
    assert f"to {wording.weekday(LAST)}" in table.caption
    for cells, (name, day, n, mean_7d, n_7d, change, verdict, posts, rating, ratings) in zip(
        rows, expected, strict=True
    ):
        few = ", few posts" if n < ENOUGH_POSTS else ""
        judged = f"{verdict} {wording.signed(change)} (−0.14 to +0.10)" if verdict else "not judged"
        assert (cells[0].removesuffix(" competitor"), day) == (name, LAST)
        assert cells[1] == f"{judged} n = {n:,}{few}"
        assert cells[2] == f"{wording.signed(mean_7d)} n = {n_7d:,}" + (", few posts" if n_7d < ENOUGH_POSTS else "")
        assert cells[3] == ("–" if rating is None else f"{rating:.1f} n = {ratings:,}")
        assert cells[4] == (f"{posts:.1f}" if posts < 9.95 else f"{posts:,.0f}")


def test_a_product_that_is_behind_says_its_day(tmp_path: Path) -> None:
    late = Product("b", "B", days=steady(9, last=LAST - timedelta(days=2)))
    rows = (
        PageReader(render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=steady(9)), late])))
        .table("Score, 7 days")
        .rows
    )
    assert [row[1] for row in rows] == ["not judged n = 36", "not judged n = 36, Fri 20 Nov 2026"]


def test_ours_come_before_competitors(busy_html: str) -> None:
    names = [row[0] for row in PageReader(busy_html).table("Score, 7 days").rows]
    assert [name.endswith("competitor") for name in names] == [False, False, False, True, True]


def test_every_sql_on_the_page_repeats_its_block(busy: Path, busy_html: str) -> None:
    statements = PageReader(busy_html).sql
    with Published(busy) as file:
        today = file.ask("today", until=LAST + timedelta(days=1))
        worst = file.ask("worst", product="orbit", until=LAST + timedelta(days=1), most=3)
    assert today.sql in statements
    assert worst.sql in statements
    for answer in (today, worst):
        assert _values(busy, answer.sql) == [tuple(row.values()) for row in answer.rows]
    for sql in statements:
        assert "$" not in sql
        _values(busy, sql)


def test_shares_agree_with_the_rolling_window(busy: Path, busy_html: str) -> None:
    (scored_7d,) = _values(
        busy, "select scored_7d from trend where product = 'orbit' and complete order by day desc limit 1"
    )[0]
    tables = [table for table in PageReader(busy_html).tables if "Unscored" in table.heads]
    week = tables[1].rows[1]  # own products by name: Lumen, then Orbit
    assert week[0].startswith("7 days")
    assert week[4] == f"{scored_7d:,}"
    positive, neutral, negative = (int(cell.split()[1].replace(",", "")) for cell in week[1:4])
    assert positive + neutral + negative == scored_7d
    assert (
        "unscored posts (another language, or nothing said) are counted apart and are not neutral" in tables[1].caption
    )


def test_unscored_days_are_not_neutral(tmp_path: Path) -> None:
    days = [Day(LAST, posts=12, scored=0, mean=None)]
    page = PageReader(render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=days)])))
    assert page.table("Unscored").rows[0] == ["that day", "– 0", "– 0", "– 0", "0 few posts", "12"]


def test_what_changed_comes_first_ours_before_others_and_the_worst_on_top(tmp_path: Path) -> None:
    days = steady(40)
    when = (LAST - timedelta(days=9), LAST - timedelta(days=2))
    products = [
        Product("a", "A", days=days, more={"what_changed": [
            episode("a up", *when, verdict="better", change=0.2, value=0.3, ongoing=True),
            episode("a flood", *when, metric="volume", verdict="flood", value=130.4, baseline=40.2, change=90.2,
                    change_low=60.0, change_high=120.4, topics=[], causes=None, versions=[]),
            episode("a old", LAST - timedelta(days=90), LAST - timedelta(days=80)),
        ]}),
        Product("b", "B", own=False, days=days, more={"what_changed": [episode("b down", *when)]}),
        Product("c", "C", days=days, more={"what_changed": [
            episode("c quiet", *when, metric="silence", verdict="silent", value=0.0, baseline=12.0, change=None, topics=[], causes=None),
        ]}),
    ]  # fmt: skip
    page = PageReader(render(publish(tmp_path / "p.duckdb", products)))
    rows = page.table("What explains it").rows
    assert [(row[0], row[1]) for row in rows] == [
        ("C", "no posts any more all posts"),
        ("A", "a flood of posts all posts"),
        ("A", "better all posts"),
        ("B competitor", "worse all posts"),
    ]
    assert rows[0][2:4] == ["0 posts 12 were to come", "–"]
    assert rows[1][2:5] == ["130 posts a day usual are 40", "+90 +60 to +120", "512"]
    assert rows[2][5] == "13 Nov 2026 on still so"
    assert rows[3][2:] == [
        "−0.07 before +0.21", "−0.28 −0.35 to −0.21", "512", "13 Nov 2026 to 20 Nov 2026, over now",
        "login 62%, crashes 21%",
    ]  # fmt: skip
    assert page.headings[:2] == ["earful", "What changed"]


def test_every_number_on_the_page_is_one_of_the_sql_below_it(busy: Path, busy_html: str) -> None:
    page = PageReader(busy_html)
    checked = 0
    assert len(page.tables) >= 40
    with duckdb.connect(str(busy), read_only=True) as con:
        for tables, statements in page.blocks:
            answers = [row for sql in statements for row in con.execute(sql).fetchall()]
            # Counts of rows left out stand in captions; all other numbers are the query's, as the page writes them.
            known = set().union(*(_written(value) for row in answers for value in row)) if answers else set()
            for table in tables:
                for cells in table.rows:
                    said = re.sub(r"\d+ days? behind", "", " ".join(cells[1:]))  # wording.behind has its own test
                    for number in _NUMBER.findall(said):
                        assert number in known, (table.heads, cells, number)
                        checked += 1
    assert checked > 1500


_NUMBER = re.compile(r"[+−]?\d+(?:,\d{3})*(?:\.\d+)?%?")


def _written(value: Any) -> set[str]:
    if isinstance(value, bool) or value is None:
        return set()
    if isinstance(value, int | float):
        return {
            wording.signed(value), wording.signed(value, 0), wording.signed(value, 3), wording.signed(100 * value, 0), wording.signed(100 * value, 1), wording.count(value),
            wording.share(value), wording.share(value).removeprefix("<").removeprefix(">"), wording.stars(value), wording.decimal(value),
            wording.signed(value, 1), wording.signed(value).lstrip("+"),
        }  # fmt: skip
    if isinstance(value, list):
        return set().union(*map(_written, value))
    if isinstance(value, datetime):
        return set(re.findall(r"\d+", wording.moment(value, ZoneInfo("Europe/Berlin"))))
    if isinstance(value, date):
        return set(re.findall(r"\d+", wording.day(value)))
    text = str(value)
    return {*_NUMBER.findall(text.replace("-", "−")), *re.findall(r"\d+", text)}


def test_what_moved_it_has_words_and_quotes_without_names(busy: Path, busy_html: str) -> None:
    page = PageReader(busy_html)
    moved = page.table("Explains")
    expected = _values(busy, "select label, share, named from episode_causes order by rank")
    assert [row[0] for row in moved.rows] == [
        f"{title}{'' if named else ' within chance'}" for title, _, named in expected
    ]
    assert [row[1].split("%")[0] for row in moved.rows] == [f"{100 * share:.0f}" for _, share, _ in expected]
    assert "drafts 30% of 300 people, before <1%" in page.text
    quotes = [quote for quote in page.quotes if quote.startswith("Bad")]
    assert len(quotes) == 4
    assert len(set(quotes)) == 4
    assert all("@… and u/…" in quote for quote in quotes)
    assert "@somebody" not in busy_html
    assert "someone-else" not in busy_html


def test_nps_has_its_interval_its_answers_and_the_divergence(busy_html: str) -> None:
    text = PageReader(busy_html).text
    assert "+25 NPS, between +10 and +39 (95% interval), n = 120" in text
    assert "60 promoters (9 and 10), 30 passives (7 and 8), 30 detractors (0 to 6)" in text
    assert "NPS did not really change (-26 to +14), but social sentiment fell by 0.12 (0.05 to 0.19)" in text
    assert 'aria-label="Answers from 0 to 10: 2, 1, 3, 4, 5, 7, 8, 14, 16, 33, 27"' in busy_html


def test_ratings_taken_back_are_told(busy_html: str) -> None:
    assert (
        "Of 20 reviews whose stars or thumb are known to have changed, 12 stand higher now than before a rise (60%), by 2.4"
        " stars on average; half of these rose within 3.5 days. Under 4 of those that rose a reply of the developer is shown."
    ) in PageReader(busy_html).text


def test_a_new_product_is_judged_beside_others(tmp_path: Path) -> None:
    far = level(
        "sentiment",
        value=-0.3,
        difference=-0.4,
        difference_low=-0.5,
        difference_high=-0.3,
        verdict="far below",
        new=True,
        complete_days=20,
    )
    page = PageReader(
        render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=steady(20), more={"level": [far]})]))
    )
    assert "Not enough history or posts yet to say whether something changed: 20 complete days" in page.text
    assert page.table("Beside").rows == [
        ["all competitors", "mean score 28 days", "−0.30 n = 900", "+0.10 n = 1,800", "−0.40 −0.50 to −0.30", "far below"]
    ]  # fmt: skip
    assert page.headings.index("Where it stands") < page.headings.index("Trend")


def test_hostile_texts_neither_run_nor_break_the_page(tmp_path: Path) -> None:
    worst = [
        {
            "day": LAST, "channel": evil[:80], "source": "s", "market": evil[:80], "compound": -0.9, "rating": 1,
            "app_version": evil[:80], "title": evil, "text": evil, "post_id": str(n),
            "url": LINKS[n % len(LINKS)],
        }
        for n, evil in enumerate(HOSTILE)
    ]  # fmt: skip
    products = [
        Product(
            name,
            name,
            days=steady(3),
            worst=worst[half : half + 5],
            markets=[{"source": evil, "market": evil, "posts": 3, "scored": 3, "mean_compound": 0.1} for evil in some],
            versions=[
                {"app_version": evil, "first_day": LAST, "last_day": LAST, "posts": 3, "scored": 3} for evil in some
            ],
            channels=[{"channel": evil, "source": evil, "status": "failed", "error": evil} for evil in some],
            gaps=[
                {"channel": evil, "gap_from": LAST, "gap_to": LAST, "days": 1, "reason": evil, "command": evil}
                for evil in some
            ],
            more=hostile(some),
        )
        for half, name, some in ((0, HOSTILE[0] + HOSTILE[5], HOSTILE[:5]), (5, HOSTILE[3] + HOSTILE[9], HOSTILE[5:]))
    ]
    html = render(publish(tmp_path / "p.duckdb", products, scorer_version=HOSTILE[0]))
    page = PageReader(html)  # every tag is closed by its own: nothing broke out
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "embed", "form", "base"}
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)
    assert page.headings.count("earful") == 1
    assert "Gone" not in page.headings
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith(("#", "https://", "data:,"))
    assert "49" not in "".join(page.quotes)
    assert all(len(quote) <= 280 + 120 + 1 for quote in page.quotes)
    for sql in page.sql:
        _values(tmp_path / "p.duckdb", sql)  # a slug full of quotes stays one literal


def test_no_script_and_nothing_from_elsewhere(busy_html: str) -> None:
    page = PageReader(busy_html)
    policy = next(attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    loading = [(tag, a) for tag, a in page.tags if "src" in a or (tag == "link" and a["href"] != "data:,")]
    assert not loading
    assert "url(" not in busy_html
    assert "@import" not in busy_html


def test_names_targets_and_ids_fit_together(busy_html: str) -> None:
    tags = PageReader(busy_html).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids)
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids


def test_it_is_small(busy_page: Path) -> None:
    size = busy_page.stat().st_size
    assert size < 400_000, f"{size:,} bytes for 5 products with 120 days"


@pytest.mark.slow
def test_its_questions_grow_with_the_products_and_not_with_the_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = Published.ask

    def counted(self: Published, name: str, **values: Any) -> QueryRows:
        asked.append(name)
        return ask(self, name, **values)

    monkeypatch.setattr(Published, "ask", counted)

    def questions(products: int, days: int) -> int:
        asked.clear()
        told = [Product(f"p{i}", f"P{i}", days=steady(days)) for i in range(products)]
        render(publish(tmp_path / f"{products}-{days}.duckdb", told))
        return len(asked)

    one = questions(1, 10)
    more = questions(2, 10) - one
    assert 0 < more < 25
    assert questions(5, 10) == one + 4 * more
    assert questions(1, 120) == one


def test_a_file_without_products_says_what_to_do(tmp_path: Path) -> None:
    page = PageReader(render(publish(tmp_path / "p.duckdb", [])))
    assert "No product is configured" in page.text
    assert "earful init" in page.text
    assert "No channel that is configured has been asked yet" in page.text


def test_products_without_posts_say_what_to_do(tmp_path: Path) -> None:
    page = PageReader(
        render(publish(tmp_path / "p.duckdb", [Product("a", "A", channels=()), Product("b", "B", own=False)]))
    )
    assert "No posts yet. earful check says for every channel whether it can work" in page.text
    assert [row[1] for row in page.table("Score, 7 days").rows] == ["no posts yet", "no posts yet"]
    assert not any(tag == "svg" for tag, _ in page.tags)


def test_only_incomplete_days_are_shown_and_said(tmp_path: Path) -> None:
    page = PageReader(render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=steady(9, complete=False))])))
    assert page.table("Score, 7 days").rows[0][1].startswith("no complete day yet: posts are there up to 22 Nov 2026")
    assert "No complete day yet, so no shares" in page.text
    assert [row[4] for row in page.table("Coverage").rows] == ["incomplete"] * 9
    assert any(tag == "svg" for tag, _ in page.tags)


def test_blocks_without_data_are_left_out(tmp_path: Path) -> None:
    unknown = {"source": "reddit", "market": "", "posts": 9, "scored": 9, "mean_compound": 0.1}
    nowhere = {"app_version": "", "first_day": LAST, "last_day": LAST, "posts": 9, "scored": 9}
    product = Product("a", "A", days=steady(9), markets=[unknown], versions=[nowhere])
    headings = PageReader(render(publish(tmp_path / "p.duckdb", [product]))).headings
    assert headings == [
        "earful", "What changed", "All products", "A our product", "Trend", "Positive, neutral, negative",
        "Freshness and coverage", "Gaps", "How to read this",
    ]  # fmt: skip


def test_one_day_is_enough(tmp_path: Path) -> None:
    page = PageReader(render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=steady(1))])))
    row = page.table("Score, 7 days").rows[0]
    assert row[1:3] == ["not judged n = 36", "+0.10 n = 36 1 of 7 days complete"]
    assert "The newest 1 day in numbers" in page.text


def test_a_day_without_posts_is_no_neutral_day(tmp_path: Path) -> None:
    days = [*steady(6, last=LAST - timedelta(days=1)), Day(LAST, posts=0, scored=0, mean=None)]
    row = (
        PageReader(render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=days)])))
        .table("Score, 7 days")
        .rows[0]
    )
    assert row[1] == "not judged no posts that day"
    assert row[2] == "+0.10 n = 216"


def test_dates_after_publishing_do_not_move_the_page(tmp_path: Path) -> None:
    days = [*steady(5), *steady(1, last=date(2031, 5, 1))]
    page = PageReader(render(publish(tmp_path / "p.duckdb", [Product("a", "A", days=days)])))
    assert "to Sun 22 Nov 2026" in page.table("Score, 7 days").caption
    assert "2031" not in page.text


def test_channels_tell_in_words(busy_html: str) -> None:
    page = PageReader(busy_html)
    rows = {(row[0], row[1]): row for row in page.table("Last request").rows}
    assert rows["Orbit Mail", "google_play_api google_play"][5].startswith(
        "the last request failed: the service answered 401"
    )
    assert rows["Orbit Mail", "google_play_api google_play"][3] == "20 Nov 2026 2 days behind"
    assert rows["Orbit Mail", "reddit"][5] == "the source gave less than was asked: Reddit lists about 1,000 items"
    assert rows["Orbit Mail", "app_store_rss app_store"][2:] == ["23 Nov 2026 02:12", "22 Nov 2026", "812", "answered"]
    gap = page.table("To fill it").rows[0]
    assert gap[2] == "21 Sep 2026 to 24 Sep 2026 4 days"
    assert gap[4] == "earful backfill --from 2026-09-21 --to 2026-09-24 --product orbit --channel reddit"


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    gaps = [
        {"channel": "c", "gap_from": LAST - timedelta(days=2 * n), "gap_to": LAST - timedelta(days=2 * n), "days": 1}
        for n in range(25)
    ]
    versions = [
        {"app_version": f"1.{n}", "first_day": LAST, "last_day": LAST, "posts": 1, "scored": 1} for n in range(9)
    ]
    product = Product("a", "A", days=steady(2), gaps=gaps, versions=versions)
    text = PageReader(render(publish(tmp_path / "p.duckdb", [product]))).text
    assert "25 gaps, the newest 20 shown" in text
    assert "The newest 6 of 9." in text


def test_header_tells_time_in_the_reporting_zone(busy_html: str) -> None:
    text = PageReader(busy_html).text
    assert "Published23 Nov 2026 02:14 Days and times inEurope/Berlin" in text
    assert "ScorervaderSentiment 3.3.2" in text


def test_the_page_replaces_the_old_one_and_can_be_read(tmp_path: Path) -> None:
    published = publish(tmp_path / "earful.duckdb", [])
    out = tmp_path / "site" / "earful.html"
    out.parent.mkdir()
    out.write_text("old")
    before = published.read_bytes()
    assert write_page(published, out) == out
    assert out.stat().st_mode & 0o777 == 0o644
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in out.parent.iterdir()] == ["earful.html"]
    assert published.read_bytes() == before
    assert not published.with_suffix(".duckdb.wal").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no published file yet"), (b"not a database" * 99, "not readable as DuckDB")],
)
def test_a_bad_file_is_one_line_and_the_old_page_stays(tmp_path: Path, content: bytes | None, says: str) -> None:
    published, out = tmp_path / "p.duckdb", tmp_path / "earful.html"
    out.write_text("old")
    if content is not None:
        published.write_bytes(content)
    with pytest.raises(Unreadable, match=says) as caught:
        write_page(published, out)
    assert "\n" not in str(caught.value)
    assert str(published) in str(caught.value)
    assert out.read_text() == "old"


def test_a_file_of_another_time_is_named(tmp_path: Path) -> None:
    published = publish(tmp_path / "p.duckdb", [Product("a", "A", days=steady(2))])
    published.chmod(0o600)
    with duckdb.connect(str(published)) as con:
        con.execute("drop table coverage_gaps")
    with pytest.raises(Unreadable, match="coverage_gaps"):
        render(published)


@pytest.mark.parametrize("meta", [{"time_zone": "Mars/Olympus"}, {"published_at": "yesterday"}])
def test_meta_that_cannot_be_understood_is_named(tmp_path: Path, meta: dict[str, str]) -> None:
    published = publish(tmp_path / "p.duckdb", [], **meta)
    with pytest.raises(Unreadable, match=next(iter(meta))):
        render(published)


def test_the_connection_has_no_way_out(busy: Path) -> None:
    with Published(busy) as file, pytest.raises(Unreadable, match="disabled by configuration"):
        file._rows("select * from read_csv('/etc/hostname')", {})


def test_a_page_of_nights_has_one_script_that_its_policy_names(busy: Path) -> None:
    html = render(busy, 29)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    policy = next(a["content"] for tag, a in PageReader(html).tags if a.get("http-equiv"))
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    note = next(a for tag, a in PageReader(html).tags if a.get("id") == "stale")
    assert "hidden" in note, "where no script runs nothing is said"
    assert (note["data-hours"], note["data-published"]) == ("29", "2026-11-23T01:14:00+00:00")
