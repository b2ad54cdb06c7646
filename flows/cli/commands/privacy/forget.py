"""``earful forget``: erase a post, an author or a product everywhere, keep it out, recompute its days."""

from __future__ import annotations

import json as jsonlib
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from earful.flows.cli.commands.ask import agreed
from earful.flows.config.settings import Settings, load
from earful.flows.datafolder.authors import chosen, pseudonyms_of, sources_of
from earful.flows.datafolder.store import opened
from earful.flows.errors import Exit, UserError
from earful.flows.jobs.erasure import Finished, finish
from earful.flows.process.terminal import Terminal
from earful.warehouse import AllOf, Authors, Erased, Posts, Store, channels_of, count_erasure, erase, unfinished

_WHY = {"request": "asked for", "legal": "legal reasons", "mistake": "landed by mistake"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line names."""

    post: str | None
    author: str | None
    product: str | None
    channel: str | None
    source: str | None

    @property
    def kind(self) -> str:
        """post, author or product. Raises UserError unless exactly one is named, with what belongs to it."""
        named = [name for name in ("post", "author", "product") if getattr(self, name) is not None]
        if len(named) != 1:
            raise UserError("forget: give one of --post ID, --author NAME, --product SLUG")
        if self.channel and named != ["post"]:
            raise UserError("--channel goes with --post; an author is erased in every channel of a source")
        if self.source and named != ["author"]:
            raise UserError("--source goes with --author")
        return named[0]


def run_forget(config: Path | None, asked: Asked, why: str, *, dry_run: bool, yes: bool, json: bool) -> int:
    """Count, ask, erase, publish, and leave no byte; a second call finishes what a killed one began."""
    kind = asked.kind
    settings = load(config)
    with opened(settings) as store:
        what = _target(settings, store, asked)
        found = count_erasure(store, what)
        left = unfinished(store, asked_for=True)
    if not json:
        _say(found, "would go" if dry_run else "to erase")
    if dry_run:
        if json:
            print(jsonlib.dumps({"kind": kind, "dry_run": True, **asdict(found)}))  # noqa: T201
        return Exit.OK
    if not agreed(f"Erase this {kind} for good, everywhere?", yes=yes, json=json):
        Terminal(stderr=True).print("nothing was erased")
        return Exit.OK
    with opened(settings) as store:
        done = erase(store, what, kind=kind, why=_WHY[why], now=datetime.now(UTC))
        end = finish(settings, store)
    if json:
        print(jsonlib.dumps({"kind": kind, "dry_run": False, **asdict(done), "run_at_work": bool(end.at_work)}))  # noqa: T201
    else:
        _done(kind, done, end, left)
    return Exit.OK


def _target(settings: Settings, store: Store, asked: Asked) -> Posts | Authors | AllOf:
    if asked.post is not None:
        return Posts(_channel(settings, store, asked.post, asked.channel), (asked.post,))
    if asked.product is not None:
        if asked.product in {p.slug for p in settings.products}:
            raise UserError(
                f"--product: {asked.product} is in {settings.file}, so the next night would bring it back: "
                "take it out there first"
            )
        known = [slug for (slug,) in store.con.execute("select distinct product from coverage order by 1").fetchall()]
        if asked.product not in known:
            raise UserError(f"--product: nothing of {asked.product!r} is stored; there is {', '.join(known) or 'none'}")
        return AllOf(asked.product)
    return Authors(_pseudonyms(settings, store, _name(asked.author or ""), asked.source))


def _channel(settings: Settings, store: Store, post: str, channel: str | None) -> str:
    known = channels_of(store, post)
    if channel is not None:
        names = sorted({c.name for c in settings.channels} | set(known))
        if channel not in names:
            raise UserError(f"--channel: found {channel!r}; allowed: {', '.join(names)}")
        return channel
    if not known:
        raise UserError("--post: no channel has such a post; to keep one out that has not come yet, give --channel")
    if len(known) > 1:
        raise UserError(f"--post: {', '.join(known)} each have such a post; name one with --channel")
    return known[0]


def _name(given: str) -> str:
    # A name on the command line is seen in the list of processes and kept in the shell's history.
    name = sys.stdin.readline().rstrip("\n") if given == "-" else given
    if not name.strip():
        raise UserError(
            "--author: is empty; give the name as the service writes it, or - to read it from standard input"
        )
    return name


def _pseudonyms(settings: Settings, store: Store, name: str, source: str | None) -> tuple[str, ...]:
    return pseudonyms_of(settings, [name], chosen(source, sources_of(settings, store)))


def _say(found: Erased, what: str) -> None:
    out = Terminal(stderr=True, highlight=False, soft_wrap=True)
    out.print(
        f"{what}: {found.posts:,} posts, {found.texts:,} of them with their words; {found.other_rows:,} rows about "
        f"them; {found.days:,} days to compute anew"
    )
    if not found.posts:
        out.print("none is stored (capitals and spaces in names count); it is kept out from now on all the same")


def _done(kind: str, done: Erased, end: Finished, left: int) -> None:
    out = Terminal(highlight=False, soft_wrap=True)
    out.print(f"erased: {done.posts:,} posts; {done.days:,} days computed anew; file, page and store rewritten")
    if left:
        out.print(f"finished with it: {left} earlier erasure(s) that had been interrupted")
    if end.caveat():
        out.print(end.caveat())
    if kind != "product":
        out.print("backups and exports made before still hold it: make a new backup, remove the old ones")
