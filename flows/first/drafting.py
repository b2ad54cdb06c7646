"""From what somebody typed, a table or a link, to a draft of a configuration."""

from __future__ import annotations

import os
from pathlib import Path

from earful.connectors.base import Context
from earful.connectors.errors import Fatal, PullError
from earful.connectors.files.guess import guess
from earful.connectors.registry import connector_class, outsider, whose
from earful.flows.config.settings import Settings
from earful.flows.errors import Exit, UserError, bug
from earful.flows.first.draft import Draft, folder_of, of_link, seen_from


def drafted(what: str, folder: Path | None, zone: str) -> tuple[Draft, Path]:
    """The draft, and the folder that it is for (where none is named: one called after the table or the product).

    ``zone``: of the reporting days (IANA). Raises UserError, in one line: no such table, a link that nobody knows, a
    table that cannot be read.
    """
    path = Path(what)
    if "://" not in what and path.exists():
        target = folder or Path(folder_of([], what))
        return _of_table(what, path, target, zone), target
    found = whose(what)
    if found.linked is None:
        said = [f"links of these kinds can be tried: {', '.join(found.examples)}", *found.broken]
        if "://" in what:
            raise UserError(f"{what}: no connector knows this link; {'; '.join(said)}")
        raise UserError(f"{what}: no such file, and no link that a connector knows; {'; '.join(said)}")
    draft = of_link(what, found.connector, found.linked, zone)
    return draft, folder or Path(folder_of(draft.names, ""))


def _of_table(what: str, path: Path, folder: Path, zone: str) -> Draft:
    try:
        guessed = guess([path], zone)
    except Fatal as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"{what}: cannot be read ({error.strerror or type(error).__name__})") from None
    options = {"paths": [seen_from(folder, path)], **guessed.options}
    names = guessed.products or (guessed.name,)
    return Draft(what, "files", tuple(names), options, zone, said=guessed.said, doubts=guessed.doubts)


def must_answer(settings: Settings) -> None:
    """Ask the services of a link once, before anything is written. Raises UserError (UNREADY) with what is amiss."""
    for channel in settings.channels:
        context = Context(channel.name, b"check", os.environ, str(settings.root), zone=settings.time_zone)
        products = [product.product() for product in settings.products_of(channel)]
        try:
            answers = connector_class(channel.connector)(channel.connector_options, context).check(products)
        except PullError as error:
            raise UserError(str(error), Exit.UNREADY) from None
        except Exception as error:
            stranger = outsider(channel.connector)
            if stranger is None:
                raise
            raise UserError(bug(error, stranger), Exit.UNREADY) from None
        for health in answers.values():
            if not health.ok:
                raise UserError(health.says, Exit.UNREADY)
