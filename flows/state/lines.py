"""What `earful status` shows, as lines: the terminal's, the page's and the UI's are the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
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

    And the channels, which have a table of their own there. ``store``: where who calls has it open.
    """
    try:
        found = status(settings, store=store)
    except OSError as error:  # said there: no page is lost for what stands beside its numbers
        return Standing(datetime.now(UTC), (), (_refused(error),), ok=False)
    return Standing(
        found.at,
        _shared(settings, [each for each in lines(settings, found) if each[0] != "channel"]),
        _shared(settings, findings(found)),
        ok=not found.findings,
    )


def markdown(settings: Settings) -> str:
    """The same for Prefect's pages, after a run."""
    try:
        found = status(settings)
    except OSError as error:
        at, rows = datetime.now(UTC), [_refused(error)]
    else:
        at, rows = found.at, [*findings(found), *lines(settings, found)]
    said = [f"| {name} | {text.replace('|', '/')} |" for name, text in rows]
    head = f"As of {at.astimezone(settings.zone):%Y-%m-%d %H:%M} ({settings.time_zone})."
    return "\n".join([head, "", "| | |", "|---|---|", *said])


def _refused(error: OSError) -> tuple[str, str]:
    why = error.strerror or type(error).__name__
    return (WORDS[1], f"how the nights stand cannot be told ({why}); `earful doctor` says what to do")


def _shared(settings: Settings, said: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Paths as they are named from the folder of the configuration on."""
    places = {str(each) for each in (settings.data, settings.backups, settings.root)} - {"/"}
    folders = sorted(places, key=len, reverse=True)
    inside = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, folders))})/(?=[\w.])")
    whole = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, folders))})(?![\w./-])")
    return tuple(
        (name, whole.sub(lambda found: Path(found[0]).name or found[0], inside.sub("", text))) for name, text in said
    )
