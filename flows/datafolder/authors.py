"""Pseudonyms of an author by name: in every source that may know them, under every secret that was used."""

from __future__ import annotations

from collections.abc import Iterable

from earful.connectors.post import pseudonym
from earful.connectors.toolkit.notices import BOT
from earful.flows.config.settings import Settings
from earful.flows.datafolder.secret import author_secrets
from earful.flows.errors import UserError
from earful.warehouse import Store


def sources_of(settings: Settings, store: Store) -> list[str]:
    """The sources that are configured or of which posts are stored."""
    stored = {s for (s,) in store.con.execute("select distinct source from posts").fetchall()}
    return sorted({c.source for c in settings.channels} | stored)


def pseudonyms_of(settings: Settings, names: Iterable[str], sources: Iterable[str]) -> tuple[str, ...]:
    """Under former secrets too: who was not met since a rotation still has the old pseudonym."""
    keys = author_secrets(settings.data).all
    pairs = [(name, source) for name in names for source in sources]
    made = (pseudonym(key, source, name) for name, source in pairs for key in keys)
    return tuple(each for each in made if each is not None)


def chosen(source: str | None, sources: list[str]) -> list[str]:
    """The one that was asked for, or all. Raises UserError for one that is neither configured nor stored."""
    if source is not None and source not in sources:
        raise UserError(f"--source: found {source!r}; allowed: {', '.join(sources)}")
    return [source] if source else sources


def bots(settings: Settings) -> tuple[str, ...]:
    """The pseudonyms of the bot that everybody knows, in the sources that are configured."""
    return pseudonyms_of(settings, [BOT], sorted({c.source for c in settings.channels}))
