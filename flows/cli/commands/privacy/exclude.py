"""``earful exclude-author``: posts of a bot or a moderator are left out, those that landed too; or no more."""

from __future__ import annotations

import json as jsonlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from earful.flows.cli.commands.ask import agreed
from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.authors import chosen, pseudonyms_of, sources_of
from earful.flows.datafolder.folders import make_data_folder
from earful.flows.datafolder.store import opened
from earful.flows.errors import Exit, UserError
from earful.flows.jobs.erasure import AGAIN, rewrite_digest
from earful.flows.jobs.page import make_page
from earful.flows.process.terminal import Terminal
from earful.warehouse import Store, count_posts_of, leave_out, publish, take_in


def run_exclude(
    config: Path | None, source: str | None, *, given: bool, undo: bool, dry_run: bool, yes: bool, json: bool
) -> int:
    """Read the names, count, ask, leave out, publish. ``given``: a name stood on the command line, where none may."""
    if given:
        raise UserError(
            "exclude-author: takes no name on the command line, where the shell's history keeps it: run it without, "
            "and give the name when asked or on standard input, one a line"
        )
    settings = load(config)
    names = _names()
    make_data_folder(settings)
    with opened(settings, new=True) as store:
        sources = chosen(source, sources_of(settings, store))
        made = pseudonyms_of(settings, names, sources)
        posts = count_posts_of(store, made)
    if undo:
        return _undo(settings, made, dry_run=dry_run, json=json)
    out = Terminal(stderr=True, highlight=False, soft_wrap=True)
    said = f"{_authors(len(names))} in {', '.join(sources)}: {posts:,} posts are stored"
    if not json:
        out.print(f"{said}, which {'would go' if dry_run else 'go'} out of every number", markup=False)
    if dry_run:
        if json:
            print(jsonlib.dumps({"dry_run": True, "names": len(names), "posts": posts}))  # noqa: T201
        return Exit.OK
    if posts and not agreed("Take them out, and leave out what comes of them?", yes=yes, json=json):
        out.print("nothing was changed")
        return Exit.OK
    with opened(settings, new=True) as store:
        done = leave_out(store, made, datetime.now(UTC))
        _show_anew(settings, store)
    if json:
        print(jsonlib.dumps({"dry_run": False, "names": len(names), "posts": done.posts, "days": done.days}))  # noqa: T201
        return Exit.OK
    Terminal(highlight=False, soft_wrap=True).print(
        f"left out from now on: {done.posts:,} posts that had landed are gone, {done.days:,} days computed anew; "
        "a run says how many more it leaves out" + ("" if done.new or done.posts else " (they were left out before)"),
        markup=False,
    )
    return Exit.OK


def _undo(settings: Settings, made: tuple[str, ...], *, dry_run: bool, json: bool) -> int:
    with opened(settings, new=True) as store:
        found = 0 if dry_run else take_in(store, made)
    if json:
        print(jsonlib.dumps({"dry_run": dry_run, "taken_in": found > 0}))  # noqa: T201
        return Exit.OK
    said = (
        "left out no more: files are read again the next night, what else had come before by `earful backfill`"
        if found
        else "nothing was changed: none of them is left out (capitals and spaces in names count)"
    )
    Terminal(highlight=False, soft_wrap=True).print(said, markup=False)
    return Exit.OK


def _show_anew(settings: Settings, store: Store) -> None:
    """What people read, without them; where nothing was published yet, the first run does."""
    if settings.published.exists():
        publish(store, settings.published)
        make_page(settings, AGAIN)
        rewrite_digest(settings)


def _names() -> list[str]:
    """One a line of standard input; asked for where a person sits there."""
    if sys.stdin.isatty():
        # On standard error, so that --json gives one object.
        print("author's name, as the service writes it: ", end="", file=sys.stderr, flush=True)  # noqa: T201
        lines = [sys.stdin.readline()]
    else:
        lines = list(sys.stdin)
    names = list(dict.fromkeys(line.rstrip("\r\n") for line in lines if line.strip()))
    if not names:
        raise UserError("exclude-author: no name was given; give it on standard input, as the service writes it")
    return names


def _authors(count: int) -> str:
    return "1 author" if count == 1 else f"{count} authors"
