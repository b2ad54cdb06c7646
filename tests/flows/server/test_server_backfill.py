"""A backfill by mouse alone: the form, how far it is, its report, whose numbers are the command line's; refused; two at once.

In Chromium, in the pages of test_server.py's `earful up`, in the order they stand.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from our_server import CONFIG, MAIN, Command, clean_environment, wait_until
from playwright.sync_api import Browser, Page, expect
from replay import Response, serve

from earful.flows.server.guard import credential

pytestmark = [pytest.mark.browser, pytest.mark.process]

ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
#: The month before this one: its days are over, and no other test asks for the tenth of it.
MONTH = (datetime.now(UTC).date().replace(day=1) - timedelta(days=1)).replace(day=1)
FIRST, LAST = MONTH.replace(day=10), MONTH.replace(day=12)


@pytest.fixture(scope="module")
def page(up: Command, browser: Browser) -> Iterator[Page]:
    """Logged in, as by `earful open`."""
    context = browser.new_context(viewport={"width": 1200, "height": 950})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(credential.login_address(up.base, up.base, up.credential))
    yield page
    context.close()


def fill_in(
    up: Command, page: Page, first: date, last: date, products: tuple[str, ...], channels: tuple[str, ...]
) -> None:
    """The form of a backfill; it is not sent yet."""
    page.goto(up.base)
    page.locator('a[href="/v2/deployments"]').first.click()
    page.locator('a[href*="/deployments/deployment/"]').get_by_text("backfill", exact=True).click()
    page.get_by_role("button", name="Run", exact=True).first.click()
    page.get_by_text("Custom run").first.click()
    fields = page.get_by_text("Pick a date")
    for day, left in ((first, 1), (last, 0)):
        fields.first.click()
        page.get_by_role("button", name=re.compile("previous month", re.IGNORECASE)).click()
        page.get_by_role("grid", name=day.strftime("%B %Y")).wait_for()
        cell = page.locator("[role=gridcell]:not([data-outside])")
        cell.get_by_text(str(day.day), exact=True).first.click()
        page.keyboard.press("Escape")
        page.get_by_role("grid").wait_for(state="hidden")
        expect(fields).to_have_count(left, timeout=60_000)
    for title, chosen in (("Products", products), ("Channels", channels)):
        if chosen:
            page.get_by_label(title).click()
            for name in chosen:
                page.get_by_role("option", name=name, exact=True).click()
            page.keyboard.press("Escape")
            page.get_by_role("option").first.wait_for(state="hidden")


def send(up: Command, page: Page) -> str:
    """Press the button; gives the id of the run that it made. The notice that leads there is gone after seconds."""
    asked = {"deployments": {"name": {"any_": ["backfill"]}}}
    before = {run["id"] for run in up.ask("flow_runs/filter", asked)}
    page.get_by_role("button", name="Submit").click()
    (run,) = wait_until("its run", lambda: {each["id"] for each in up.ask("flow_runs/filter", asked)} - before)
    page.goto("about:blank")  # without a graphics card the picture of a run at work takes a whole core
    return str(run)


def ended(up: Command, run: str) -> Any:
    state = up.ask(f"flow_runs/{run}", method="GET")["state"]
    return state if state["type"] in ENDED else None


@contextmanager
def shown(up: Command, page: Page, run: str, tab: str, *texts: str) -> Iterator[None]:
    """A run's page while it says all of that, on one of its tabs."""
    page.goto(f"{up.base}/v2/runs/flow-run/{run}")
    page.get_by_role("tab", name=tab).click()
    for text in texts:
        page.get_by_text(text).first.wait_for()
    yield
    page.goto("about:blank")


def logged(up: Command, run: str) -> list[str]:
    lines = up.ask("logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC"})
    return [line["message"] for line in lines]


def artifacts(up: Command, run: str) -> dict[str, Any]:
    return {each["key"]: each for each in up.ask("artifacts/filter", {"flow_runs": {"id": {"any_": [run]}}})}


def tables(page: Page) -> list[list[list[str]]]:
    """Every table that is shown: its rows with the texts of their cells, without its head."""
    found: list[list[list[str]]] = page.evaluate(
        """() => [...document.querySelectorAll("table")].map(table => [...table.querySelectorAll("tbody tr")].map(
        row => [...row.querySelectorAll("td")].map(cell => cell.innerText.trim())))"""
    )
    return found


def begun_on_the_command_line(home: Path, url: str) -> subprocess.Popen[str]:
    """The same backfill in another folder, with a service that answers as the other one will."""
    (home / "earful.toml").write_text(CONFIG.format(url=url))
    asked = ["--from", str(FIRST), "--to", str(LAST), "--product", "northwind"]
    asked += ["--channel", "reviews", "--channel", "steam", "--json"]
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "backfill", *asked], cwd=home, env=clean_environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_a_backfill_by_clicks_says_what_the_command_line_says(up: Command, page: Page, tmp_path: Path) -> None:
    """Two channels of four, of which one lets wait and then refuses; one product of two."""
    up.late.status = 404
    with serve(lambda _request: Response(404)) as service:
        command = begun_on_the_command_line(tmp_path, service.url)
        try:
            fill_in(up, page, FIRST, LAST, ("northwind",), ("reviews", "steam"))
            for switch in ("Only what is missing", "Score again", "Preview only"):
                expect(page.get_by_label(switch)).not_to_be_checked()
            page.screenshot(path=tmp_path / "form.png")
            run = send(up, page)
            given = up.ask(f"flow_runs/{run}", method="GET")["parameters"]
            assert given == {
                "first_day": str(FIRST), "last_day": str(LAST), "products": ["northwind"],
                "channels": ["reviews", "steam"], "only_missing": False,
                "score_again": False, "preview": False,
            }  # fmt: skip

            # While the one service lets it wait.
            wait_until("steam's request", up.late.asked.is_set)
            far = "0 of 3 days, 1 of 2 questions done; time left not known yet"
            wait_until("how far it is", lambda: [a for a in artifacts(up, run).values() if far in a["description"]])
            with shown(up, page, run, "Artifacts", far):
                page.screenshot(path=tmp_path / "progress.png")
            assert ended(up, run) is None
            up.late.go_on.set()

            state = wait_until("its end", lambda: ended(up, run))
            out, err = command.communicate(timeout=240)
        finally:
            up.late.forget()
            up.late.status = 500
            command.kill()
    assert command.returncode == 3, err
    told = json.loads(out)
    assert (state["type"], state["message"]) == ("FAILED", told["headline"])

    with shown(up, page, run, "Artifacts", "3 of 3 days, 2 of 2 questions done; ended"):
        page.get_by_text("backfill-summary").first.click()
        page.locator('a[href*="/artifacts/artifact/"]').first.click()
        page.get_by_role("heading", name="Whose mean changed").wait_for()
        page.screenshot(path=tmp_path / "report.png", full_page=True)
        came, means = tables(page)
        missing = page.get_by_role("listitem").filter(has_text="steam (northwind)").inner_text()
    reviews, steam = sorted(told["brought"], key=lambda line: str(line["channel"]))
    assert came == [
        [reviews["channel"], d["day"], str(d["posts"]), str(d["new"]), str(d["changed"])] for d in reviews["by_day"]
    ]
    assert sum(int(row[2]) for row in came) == reviews["posts"] > 20
    assert means == [
        [c["product"], c["day"], "-", f"{c['after']['mean']:+.4f}", "0", str(c["after"]["scored"])]
        for c in told["days"]["changed"]
    ]
    assert [row[1] for row in means] == [str(FIRST + timedelta(n)) for n in range(3)]
    assert missing == f"steam (northwind), {FIRST} to {LAST}: {steam['error']}"
    up.ask(f"flow_runs/{run}", method="DELETE")


def test_a_last_day_before_the_first_ends_it_at_once_with_one_line(up: Command, page: Page, tmp_path: Path) -> None:
    """Both days are dates to the form, so it cannot tell."""
    fill_in(up, page, LAST, FIRST, (), ())
    run = send(up, page)
    state = wait_until("its end", lambda: ended(up, run))
    says = f"the first day (--from), {LAST}, is after the last (--to), {FIRST}: earlier first"
    assert (state["type"], state["message"]) == ("FAILED", says)
    last = f"Finished in state Failed('{says}')"
    wait_until("its last line", lambda: last in logged(up, run))
    with shown(up, page, run, "Logs", last):
        page.screenshot(path=tmp_path / "refused.png")
    lines = up.ask("logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC"})
    assert [line["message"] for line in lines if line["level"] >= 40] == [says]
    assert not [line for line in lines if "Traceback" in line["message"]]
    assert artifacts(up, run) == {}
    assert up.ask("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}}) == []
    up.ask(f"flow_runs/{run}", method="DELETE")


def cancel(up: Command, page: Page, run: str, picture: Path) -> None:
    """By the menu of the run's page."""
    page.goto(f"{up.base}/v2/runs/flow-run/{run}")
    page.get_by_role("button", name="Open menu").click()
    page.get_by_role("menuitem", name="Cancel", exact=True).click()
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_text("Are you sure").wait_for()
    page.screenshot(path=picture)
    dialog.get_by_role("button", name="Cancel Flow Run").click()
    dialog.wait_for(state="hidden")
    page.goto("about:blank")


def test_a_second_waits_for_the_first_says_so_and_begins_when_that_is_cancelled(
    up: Command, page: Page, tmp_path: Path
) -> None:
    """The first is held by its service; the second says in its page what it waits for; clicks end the first."""
    up.late.status = 404
    try:
        fill_in(up, page, FIRST, FIRST, ("northwind",), ("steam",))
        first = send(up, page)
        wait_until("steam's request", up.late.asked.is_set)
        fill_in(up, page, FIRST, FIRST, ("northwind",), ("reviews",))
        second = send(up, page)
        whom = f"waits for the end of {up.ask(f'flow_runs/{first}', method='GET')['name']}, at work since "
        wait_until("for whom it waits", lambda: [line for line in logged(up, second) if line.startswith(whom)])
        with shown(up, page, second, "Logs", "AwaitingConcurrencySlot", whom):
            page.screenshot(path=tmp_path / "second.png")
        cancel(up, page, first, tmp_path / "cancel.png")
        assert wait_until("the first's end", lambda: ended(up, first))["type"] == "CANCELLED"
        up.late.go_on.set()  # its process is gone; the service answers one request at a time
        assert wait_until("the second's end", lambda: ended(up, second))["type"] == "COMPLETED"
        with shown(up, page, first, "Logs", "Cancelled"):
            page.screenshot(path=tmp_path / "cancelled.png")
        every = up.ask(f"flow_run_states/?flow_run_id={first}", method="GET")
        assert [state["name"] for state in every if state["type"] in {"CRASHED", "FAILED", "COMPLETED"}] == []
        assert "backfill-summary" not in artifacts(up, first)
    finally:
        up.late.forget()
        up.late.status = 500
    for run in (first, second):
        up.ask(f"flow_runs/{run}", method="DELETE")
