"""``earful secret rotate``: new pseudonyms from here on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from earful.flows.cli.commands.ask import agreed
from earful.flows.config.settings import load
from earful.flows.datafolder.folders import make_data_folder
from earful.flows.datafolder.secret import author_secrets, fingerprint, rotate
from earful.flows.datafolder.store import opened
from earful.flows.errors import Exit
from earful.flows.process.terminal import Terminal
from earful.warehouse import excluded_authors, forgotten_authors, note_secret


def run_rotate(config: Path | None, *, discard: bool, yes: bool) -> int:
    """Write a new secret and record the day in the store."""
    settings = load(config)
    make_data_folder(settings)
    before = author_secrets(settings.data)
    if settings.store.exists():
        with opened(settings) as store:
            kept_out = forgotten_authors(store) + excluded_authors(store)
            note_secret(store, fingerprint(before.present), [], datetime.now(UTC))
    else:
        kept_out = 0
    if discard:
        question = (
            "Discard the former secrets? Authors from before become others: counted once more on the days of the "
            f"change, not found by `earful forget --author`, and {kept_out} forgotten or excluded ones are not kept "
            "out any more."
        )
        if not agreed(question, yes=yes, json=False):
            Terminal(stderr=True).print("nothing was changed")
            return Exit.OK
    after = rotate(settings.data, discard=discard)
    if settings.store.exists():
        with opened(settings) as store:
            former = [fingerprint(key) for key in after.former]
            note_secret(store, fingerprint(after.present), former, datetime.now(UTC))
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"a new secret in {settings.data / 'author.secret'}", markup=False)
    if not discard:
        out.print("the former one stays beside it, so that authors who are met again are known to be the same")
    return Exit.OK
