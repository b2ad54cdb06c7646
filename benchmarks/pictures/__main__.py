"""``make pictures``: the README's pictures, taken anew from the demo: the page's first screen, and a backfill's form.

Needs Chromium. Writes ``page.png`` and ``form.png`` into docs/pictures; says their sizes; ends with 1 where one is over
200 kB, and with 2 without a Chromium.
"""

from __future__ import annotations

import argparse
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
#: So that a README stays quick to load.
LARGEST = 200_000
_SCREEN = ViewportSize(width=1280, height=900)
_QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
_ADDRESS = re.compile(r"https?://\S+")
_EARFUL = str(Path(sys.executable).with_name("earful"))


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--demo", type=Path, metavar="FOLDER", help="a finished demo's folder; without one it is run")
    parser.add_argument("--only", choices=("page", "form"), help="one of them alone")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures", metavar="FOLDER")
    given = parser.parse_args()
    if not CHROMIUM.exists():
        print("no Chromium at /usr/bin/chromium: apt-get install chromium", file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = given.demo or _demo(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        sizes = {}
        for name, take in (("page", _page), ("form", _form)):
            if given.only in (None, name):
                out = given.out / f"{name}.png"
                take(browser, demo, out)
                sizes[name] = out.stat().st_size
        browser.close()
    print("\n".join(f"{name}.png {size:,} bytes" for name, size in sizes.items()))
    return int(any(size > LARGEST for size in sizes.values()))


def _demo(folder: Path) -> Path:
    """The folder of a demo that was run a moment ago."""
    subprocess.run([_EARFUL, "demo"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / "earful-demo"


def _page(browser: Browser, demo: Path, out: Path) -> None:
    """The first screen of the page, as a reader on a desk sees it."""
    page = browser.new_page(viewport=_SCREEN, color_scheme="light")
    page.goto((demo / "data" / "earful.html").resolve().as_uri())
    page.screenshot(path=out)
    page.close()


def _form(browser: Browser, demo: Path, out: Path) -> None:
    """The form by which a backfill is started, in the server's own interface, filled with nothing."""
    with _up(demo) as address:
        page = browser.new_page(viewport=_SCREEN, color_scheme="light")
        page.set_default_timeout(60_000)
        page.goto(address, wait_until="load")
        page.locator('a[href="/v2/deployments"]').first.click()
        page.get_by_text("backfill", exact=True).first.click()
        page.get_by_role("button", name="Run", exact=True).first.click()
        page.get_by_text("Custom run").first.click()
        page.get_by_text("Pick a date").first.wait_for()
        _settled(page)
        page.screenshot(path=out)
        page.close()


def _settled(page: Page) -> None:
    """Wait for letters and animations: a picture taken amid them differs each time."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(1_000)


@contextmanager
def _up(demo: Path) -> Iterator[str]:
    """``earful up`` of the demo while the block runs: the address that logs a browser in, once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [_EARFUL, "up", "--config", str(demo / "earful.toml"), "--port", port, "--no-open"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            found = _ADDRESS.search(line)
            if found and "token" in found[0]:
                yield found[0]
                return
        raise SystemExit(f"earful up ended without an address: {''.join(said).strip()}")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


if __name__ == "__main__":
    sys.exit(main())
