"""``earful forget``, ``exclude-author``, ``upkeep`` and ``secret``: what must go, and stay away."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Group, Parameter

from earful.flows.cli.options import Config, Json

app = App()

_GROUP = Group("Privacy", sort_key=7)

Yes = Annotated[bool, Parameter(name=["--yes", "-y"], negative="", show_default=False, help="Do it without asking.")]


@app.command(group=_GROUP)
def forget(
    *,
    post: Annotated[
        str | None, Parameter(allow_leading_hyphen=True, help="A post's id, as in the column post_id.")
    ] = None,
    author: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True, help="An author's name as the service writes it; - reads it from standard input."
        ),
    ] = None,
    product: Annotated[str | None, Parameter(help="A product's slug, after it left earful.toml.")] = None,
    channel: Annotated[str | None, Parameter(help="With --post: where several channels know the id.")] = None,
    source: Annotated[str | None, Parameter(help="With --author: only this source; all where left out.")] = None,
    why: Annotated[Literal["request", "legal", "mistake"], Parameter(help="Kept in the table erasures.")] = "request",
    dry_run: Annotated[bool, Parameter(negative="", show_default=False, help="Only count.")] = False,
    yes: Yes = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Erase a post, an author's posts or a product everywhere, for good, and recompute the days; counts first, asks."""
    from earful.flows.cli.commands.privacy.forget import Asked, run_forget

    return run_forget(config, Asked(post, author, product, channel, source), why, dry_run=dry_run, yes=yes, json=json)


@app.command(group=_GROUP)
def exclude_author(
    name: Annotated[str | None, Parameter(show=False)] = None,
    *,
    source: Annotated[str | None, Parameter(help="Only this source; all where left out.")] = None,
    undo: Annotated[bool, Parameter(negative="", show_default=False, help="Leave them out no more.")] = False,
    dry_run: Annotated[bool, Parameter(negative="", show_default=False, help="Only count.")] = False,
    yes: Yes = False,
    config: Config = None,
    json: Json = False,
) -> int:
    """Leave out a bot's or a moderator's posts, those that landed too; the name is asked for, or read from a pipe."""
    from earful.flows.cli.commands.privacy.exclude import run_exclude

    return run_exclude(config, source, given=name is not None, undo=undo, dry_run=dry_run, yes=yes, json=json)


@app.command(group=_GROUP)
def upkeep(*, config: Config = None, json: Json = False) -> int:
    """Drop words past retention, remove what was deleted at its service, publish, rewrite the store; daily under up."""
    from earful.flows.cli.commands.privacy.upkeep import run_upkeep

    return run_upkeep(config, json=json)


secret = App(name="secret", group=_GROUP, help="The secret behind author pseudonyms.")
app.command(secret)


@secret.command
def rotate(
    *,
    discard: Annotated[
        bool, Parameter(negative="", help="Forget the former secrets: authors from before cannot be recognised.")
    ] = False,
    yes: Yes = False,
    config: Config = None,
) -> int:
    """Make a new secret; authors keep being recognised as they are met, unless --discard."""
    from earful.flows.cli.commands.privacy.secret import run_rotate

    return run_rotate(config, discard=discard, yes=yes)
