"""One product's trend chart as a PNG, for those who read a message and not the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from earful.reports import wording
from earful.reports.charts import trend as charts
from earful.reports.charts.marks import Marks, kind_of
from earful.reports.charts.paint import WIDE, Row
from earful.reports.data import Published
from earful.reports.sections import CHART_DAYS, marked
from earful.warehouse.constants import ENOUGH_POSTS

_BARS = {
    "worse": "red bar: a change, bad news", "better": "green bar: a change, good news",
    "answered": "grey bar: an alarm that was answered",
}  # fmt: skip


def picture(file: Published, product: str) -> bytes | None:
    """The page's chart of the product in its light colours, its name above it; None where it has no day to show.

    Numbers, days, and names of releases and incidents: no words of posts, no authors. Raises Unreadable.
    """
    until = file.published_at().astimezone(file.zone()).date()
    named = file.ask("alert_name", product=product).rows
    newest = [row["last_day"] for row in file.ask("today", until=until).rows if row["last_day"]]
    last = max(newest, default=until)
    since = last - timedelta(days=CHART_DAYS)
    rows = file.ask("trend", product=product, since=since, until=until).rows
    if not rows:
        return None
    shown = charts.frame(rows, min(row["day"] for row in rows), last)
    name = wording.clip(str(named[0]["name"]) if named else product, 60)
    title = f"{name}: {wording.day(shown.first)} to {wording.day(shown.last)}"
    marks = marked(file, product, rows, shown, since, until).marks
    return charts.png(rows, shown, WIDE, marks, title, key(rows, marks))


def key(rows: Sequence[Row], marks: Marks) -> list[str]:
    """What is drawn, in lines: as under the page's chart, with the colours' names in place of their signs."""
    few = any(row["complete"] and 0 < row["scored"] < ENOUGH_POSTS for row in rows)
    if marks.weeks:
        drawn = ["line: mean of a week with its 95% interval, complete days only (too few posts a day to draw days)"]
        usual = "means of up to 7 days"
    else:
        dots = "dots: mean of one day" + (" (small: few posts)" if few else "")
        drawn = [f"line: 7-day mean, complete days only; {dots}"]
        usual = "daily means (of up to 7 days where one has few posts)" if few else "daily means"
    if any(row["baseline"] is not None for row in marks.judged):
        drawn.append(f"blue band: where 19 of 20 {usual} lie if nothing changed")
    kinds = {kind_of(episode) for episode in marks.episodes}
    signs = [said for kind, said in _BARS.items() if kind in kinds] + (["triangle: alarm"] if marks.alarms else [])
    signs += ["black line: incident"] if marks.incidents else []
    signs += ["dashed: release"] if marks.releases else []
    signs += ["orange: incomplete day"] if any(not row["complete"] for row in rows) else []
    return drawn + (["; ".join(signs)] if signs else [])
