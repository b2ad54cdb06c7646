"""What `earful status` shows, as lines: the terminal's, the page's and the UI's are the same."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from earful.flows.config.settings import Settings
from earful.flows.process.control import escaped
from earful.flows.state.status import Status, behind, status
from earful.reports.standing import Standing
from earful.warehouse import Store

#: Of no finding, and of findings by their weight; Nagios's own words.
WORDS = ("OK", "WARNING", "CRITICAL")
#: What is said where there is no finding.
WELL = "nights go on"


def findings(found: Status) -> list[tuple[str, str]]:
    """A word and what is wrong, worst first."""
    return [(WORDS[each.weight], f"{each.code}: {each.says}") for each in found.findings] or [(WORDS[0], WELL)]


def lines(settings: Settings, found: Status) -> list[tuple[str, str]]:
    """A name and what is said of it, times in the reporting zone. Without control characters."""

    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(settings.zone):%Y-%m-%d %H:%M}" if moment else "-"

    up, disk = found.up, found.disk
    said = [
        ("server", f"{up.address}{f', {up.trouble}' if up.trouble else ''}" if up.address else "not running"),
        ("worker", f"heartbeat {at(up.heartbeat)}" if up.heartbeat else "-"),
    ]
    for kind, when in sorted((up.coming or {}).items()):
        said.append(("next", f"{kind} {at(when)}{', one is at work' if kind in up.at_work else ''}"))
    for kind, run in sorted(found.published.runs.items()):
        said.append(("last", f"{kind} {at(run.began)}, {run.status}{f': {run.error}' if run.error else ''}"))
    for each in found.published.channels:
        waits = behind(each, found.at)
        stands = f"last landed {at(each.landed)}, complete to {each.complete_to or '-'}"
        said.append(("channel", f"{each.channel}/{each.product}  {stands}{f'; waits for: {waits}' if waits else ''}"))
    gaps = found.published
    said.append(("gaps", f"{gaps.gap_days} days to fetch, {gaps.lost_days} that cannot be had"))
    if found.alerts is None:
        said.append(("alerts", "not known while the store is in use"))
    said += [
        ("alerts", f"{each.messages} for {each.target} wait since {at(each.since)}") for each in found.alerts or ()
    ]
    growth = f", {disk.a_day / 1e6:.1f} MB a day" if disk.a_day else ""
    full = f", full about {disk.full}" if disk.full else ""
    held = {"store": disk.store, "published": disk.published, "Prefect": disk.prefect, "backups": disk.backups}
    sizes = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in held.items())
    said.append(("disk", f"{sizes}; {disk.free / 1e9:,.1f} GB free{growth}{full}"))
    if not settings.backup.keep:
        backup = "none kept ([backup] keep)"
    else:
        backup = f"{at(found.backup.at)}, {found.backup.bytes / 1e6:.1f} MB" if found.backup else "none yet"
    said += [("backup", backup), ("restarts", f"{found.restarts} in seven days")]
    said += [("event", f"{at(event.at)} {event.part}: {event.what}") for event in found.events[-5:]]
    said.append(("versions", ", ".join(f"{name} {number}" for name, number in found.versions.items())))
    return [(name, escaped(text)) for name, text in said]


def standing(settings: Settings, store: Store | None = None) -> Standing:
    """The same for the page, which is given to others: the machine's folders are left out of it.

    And the channels, which have a table of their own there.

    ``store``: where a run has it open, which is then at work.
    """
    found = status(settings, store=store)

    folders = sorted({str(settings.data), str(settings.backups), str(settings.file.parent)}, key=len, reverse=True)

    def shared(said: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Without the folders' own places."""
        shown = []
        for name, text in said:
            for folder in folders:
                text = text.replace(f"{folder}/", "").replace(folder, Path(folder).name)  # noqa: PLW2901
            shown.append((name, text))
        return tuple(shown)

    return Standing(
        found.at,
        shared([each for each in lines(settings, found) if each[0] != "channel"]),
        shared(findings(found)),
        ok=not found.findings,
    )


def markdown(settings: Settings) -> str:
    """The same for Prefect's pages, after a run."""
    found = status(settings)
    rows = [*findings(found), *lines(settings, found)]
    said = [f"| {name} | {text.replace('|', '/')} |" for name, text in rows]
    return "\n".join([f"As of {found.at.astimezone(settings.zone):%Y-%m-%d %H:%M} ({settings.time_zone}).", "",
                      "| | |", "|---|---|", *said])  # fmt: skip
