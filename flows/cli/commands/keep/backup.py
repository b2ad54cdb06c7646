"""``earful backup`` and ``restore``: the whole store as Parquet, and back."""

from __future__ import annotations

import json as jsonlib
import os
from datetime import UTC, datetime
from pathlib import Path

from earful.flows.cli.commands.ask import agreed
from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.folders import make_data_folder
from earful.flows.datafolder.secret import FORMER_ENV, SECRET_ENV, Secrets, author_secrets, write
from earful.flows.errors import Exit, UserError
from earful.flows.jobs.erasure import WAIT, finish, opened, retention_days
from earful.flows.process.terminal import Terminal
from earful.flows.process.waiting import say_waiting
from earful.warehouse import apply_retention, back_up, restore


def run_backup(config: Path | None, target: Path, *, with_secret: bool, json: bool) -> int:
    """Write a backup."""
    settings = load(config)
    if not settings.store.exists():
        raise UserError(f"{settings.store}: is not there yet; `earful run` makes it", Exit.WAREHOUSE)
    secret = b"\n".join(author_secrets(settings.data).all) + b"\n" if with_secret else None
    done = back_up(settings.store, target, time_zone=settings.time_zone, secret=secret, wait=WAIT, waiting=say_waiting)
    if json:
        print(  # noqa: T201
            jsonlib.dumps(
                {"path": str(done.path), "tables": done.tables, "rows": done.rows, "bytes": done.bytes,
                 "secret": done.secret}
            )
        )  # fmt: skip
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"{done.rows:,} rows of {done.tables} tables, {done.bytes / 1e6:,.1f} MB, in {done.path}", markup=False)
    if not done.secret:
        out.print("the secret of author pseudonyms is not in it: keep author.secret apart, or give --with-secret")
    return Exit.OK


def run_restore(config: Path | None, source: Path, *, yes: bool, json: bool) -> int:
    """Check, replace, drop words past retention, publish."""
    settings = load(config)
    if settings.store.exists() and not agreed(f"Replace {settings.store} by {source}?", yes=yes, json=json):
        Terminal(stderr=True).print("nothing was restored")
        return Exit.OK
    make_data_folder(settings)
    done = restore(
        settings.store,
        source,
        time_zone=settings.time_zone,
        wait=WAIT,
        waiting=say_waiting,
        approve=lambda secret: _refuse_unknown(settings, source, secret),
    )
    kept = _secret(settings, done.secret)
    with opened(settings) as store:
        # The backup's words may be past retention by now.
        apply_retention(store, retention_days(settings, store), datetime.now(UTC))
        finish(settings, store)
    if json:
        print(  # noqa: T201
            jsonlib.dumps(
                {"rows": done.rows, "erased": done.erased, "made_at": done.made_at.isoformat(), "secret": kept}
            )
        )
        return Exit.OK
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"{done.rows:,} rows as of {done.made_at:%Y-%m-%d %H:%M} UTC restored and published", markup=False)
    if done.erased:
        out.print(f"{done.erased:,} posts in it had been erased here since: they stay erased")
    if not kept:
        out.print("no secret in it: without the author.secret of that time, its authors count as others from here on")
    return Exit.OK


def _refuse_unknown(settings: Settings, source: Path, content: bytes | None) -> None:
    """Before anything is replaced: secrets from the environment are not ours to change, so they must be enough."""
    if content is None:
        return
    ours = author_secrets(settings.data).all
    if os.environ.get(SECRET_ENV) and not set(content.split()) <= set(ours):
        raise UserError(
            f"{source}: holds secrets that {SECRET_ENV} and {FORMER_ENV} do not; nothing was restored: add what is in "
            f"its author.secret to {FORMER_ENV}, or run this without {SECRET_ENV}"
        )


def _secret(settings: Settings, content: bytes | None) -> bool:
    """Take over the backup's secrets, ours behind them: nobody known here or there becomes a stranger."""
    if content is None:
        return False
    theirs = tuple(content.split())
    ours = author_secrets(settings.data).all
    if theirs and not os.environ.get(SECRET_ENV):
        write(settings.data, Secrets(theirs[0], (*theirs[1:], *(key for key in ours if key not in theirs))))
    return bool(theirs)
