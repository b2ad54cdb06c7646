"""The page in a real browser: light, dark and on a phone. Needs Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from published_file import LAST, Product, five, publish, steady
from published_story import hostile

from earful.reports.page import write_page

pytestmark = pytest.mark.browser

_CHROMIUM = Path("/usr/bin/chromium")
# Without these Chromium itself looks for updates and services, which a machine without a network refuses one by one.
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_DESK, _PAD, _PHONE = (
    ViewportSize(width=1280, height=900),
    ViewportSize(width=768, height=1024),
    ViewportSize(width=360, height=740),
)
_PAPER = ViewportSize(width=718, height=1047)  # A4 less its margins, in CSS pixels
_VIEWS = [("light", _DESK), ("dark", _PAD), ("light", _PHONE)]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A busy product, one with hostile texts, one without posts."""
    folder = tmp_path_factory.mktemp("page")
    evil = "<img src=https://example.com/x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"
    texts = [evil, "W" * 3000, "\u202e\u2067right to left" * 9, "Z" + "\u0300\u0301" * 400]
    worst = [
        {"day": LAST, "channel": "c" * 90, "source": "s", "compound": -0.9, "title": text, "text": text,
         "post_id": str(n), "app_version": text, "market": text[:90], "url": "https://example.com/" + "u" * 900}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    rough = Product(
        "rough",
        "Productnamewithoutasinglespace" * 4,
        days=steady(9),
        worst=worst,
        markets=[{"source": text, "market": text, "posts": 9, "scored": 9, "mean_compound": 0.1} for text in texts],
        versions=[{"app_version": t, "first_day": LAST, "last_day": LAST, "posts": 9, "scored": 9} for t in texts],
        channels=[{"channel": text, "source": "s", "status": "failed", "error": text} for text in texts],
        gaps=[
            {"channel": text, "gap_from": LAST, "gap_to": LAST, "days": 1, "reason": text, "command": "x" * 200}
            for text in texts
        ],
        more=hostile(texts),
    )
    products = [five()[0], rough, Product("silent", "Silent", own=False)]
    return write_page(publish(folder / "earful.duckdb", products), folder / "earful.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not _CHROMIUM.exists():
        pytest.skip("needs Chromium at /usr/bin/chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def five_products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page about five products as a busy team has them."""
    folder = tmp_path_factory.mktemp("five")
    return write_page(publish(folder / "earful.duckdb", five()), folder / "earful.html")


@pytest.fixture(scope="module", params=_VIEWS, ids=lambda view: f"{view[0]}-{view[1]['width']}")
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    scheme, viewport = request.param
    context = browser.new_context(color_scheme=scheme, viewport=viewport)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, page_file: Path) -> Iterator[Page]:
    """The page, opened; at the end nothing may have left it or gone wrong in it."""
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(page_file.as_uri())
    yield page
    page.close()
    assert [url for url in requests if not url.startswith("data:")] == [page_file.as_uri()]
    assert complaints == []


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")


def test_nothing_runs_and_nothing_is_wider_than_the_screen(page: Page) -> None:
    assert page.title().startswith("earful: what people say")
    _open_all(page)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => !e.closest('svg, .unseen, .skip, thead') && !getComputedStyle(e).clipPath.includes('inset'))
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_one_chart_is_shown_and_its_labels_are_whole(page: Page) -> None:
    # Chart text must lie within its own SVG and not on another label.
    _open_all(page)
    faults = page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width).flatMap(svg => {
            const frame = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')]
            const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()])
            const cut = boxes.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1
                || b.top < frame.top - 1 || b.bottom > frame.bottom + 1).map(([t]) => 'cut: ' + t)
            const small = boxes.filter(([, b]) => b.height < 11).map(([t, b]) => 'small: ' + t + ' ' + b.height)
            const over = boxes.flatMap(([t, a], i) => boxes.slice(i + 1)
                .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                .map(([u]) => t + ' on ' + u))
            return [...cut, ...small, ...over]
        })"""
    )
    assert faults == []
    shown = page.locator("figure svg:visible")
    assert shown.count() == 2  # one for each product with posts
    assert shown.first.get_attribute("role") == "img"


def test_axe_finds_no_violation(browser: Browser, page_file: Path) -> None:
    # The page's policy forbids scripts; the debugger's evaluate, by which axe comes in, is not bound by it.
    page = browser.new_page()
    page.goto(page_file.as_uri())
    _open_all(page)
    for dark, size in ((False, _DESK), (False, _PHONE), (True, _PAD), (True, _PHONE)):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size(size)
        results = Axe().run(page)
        assert results.violations_count == 0, (dark, size, results.generate_report())
    page.add_style_tag(content="dt { color: #888 !important; background: #999 }")
    assert Axe().run(page, context="header").violations_count == 1, "axe looks at contrast"
    page.close()


def test_the_first_screen_answers_and_a_link_opens_what_is_closed(browser: Browser, five_products: Path) -> None:
    page = browser.new_page(viewport=_DESK)
    page.goto(five_products.as_uri())
    for what in (".change .headline", ".change .facts", "#changed ~ .fresh", ".glance tbody tr:nth-child(3)"):
        box = page.locator(what).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900, what
    assert page.evaluate("document.documentElement.scrollHeight") <= 8 * 900
    closed = page.locator("section.product > details:not([open])")
    before = closed.count()
    assert before == 4
    page.get_by_role("link", name="Tern").first.click()
    assert closed.count() == before - 1
    page.close()


def test_twelve_products_fit_the_first_screen(browser: Browser, tmp_path: Path) -> None:
    twelve = [replace(five()[n % 5], slug=f"p{n}", name=f"Number {n}") for n in range(12)]
    page = browser.new_page(viewport=_DESK)
    page.goto(write_page(publish(tmp_path / "earful.duckdb", twelve), tmp_path / "earful.html").as_uri())
    rows = page.locator(".glance tbody tr")
    assert rows.count() == 12
    assert page.locator(".glance svg.spark").count() == 36
    box = rows.last.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate("document.querySelector('.glance').getBoundingClientRect().right") <= 1180
    page.close()


def test_on_paper_all_is_open_and_no_chart_is_cut(browser: Browser, five_products: Path) -> None:
    page = browser.new_page(viewport=_PAPER)
    page.goto(five_products.as_uri())
    page.emulate_media(media="print")
    charts = page.locator("figure svg.wide")
    assert charts.count() == 5
    for n in range(charts.count()):
        box = charts.nth(n).bounding_box()
        assert box is not None
        assert box["height"] > 100
        assert box["x"] + box["width"] <= _PAPER["width"] + 1
    kept = page.evaluate("[...document.querySelectorAll('figure')].map(f => getComputedStyle(f).breakInside)")
    assert set(kept) == {"avoid"}
    assert page.locator(".print-note").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= _PAPER["width"]
    page.close()


def test_the_keyboard_reaches_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the numbers"
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_hostile_text_shows_as_text(page: Page) -> None:
    assert page.locator("blockquote", has_text="<script>").count() == 3  # the worst posts, the week, the episode
    assert page.locator("img, script").count() == 0
    tall = page.evaluate("Math.max(...[...document.querySelectorAll('blockquote')].map(q => q.offsetHeight))")
    assert tall < 600


def test_it_says_when_it_is_older_than_it_should_be(browser: Browser, tmp_path: Path) -> None:
    published = publish(tmp_path / "earful.duckdb", [five()[0]])  # on 2026-11-23 at 01:14 UTC
    file = write_page(published, tmp_path / "earful.html", stale_hours=29)
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for now, said in (
        ("2026-11-24T06:00:00Z", ""),
        ("2026-11-24T06:20:00Z", "This page is 29 hours old"),
        ("2026-11-27T02:00:00Z", "This page is 4 days old: there should be a newer one by now."),
    ):
        page.clock.set_fixed_time(now)
        page.goto(file.as_uri())
        note = page.locator("#stale")
        assert note.is_visible() == bool(said)
        assert note.inner_text().startswith(said)
    page.close()
    assert complaints == [], "the page's policy lets its own script run"
