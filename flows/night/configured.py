"""What the configuration says of products, channels, topics, launches and incidents, written into the store."""

from __future__ import annotations

from datetime import datetime

from earful.flows.config.scorers import topics
from earful.flows.config.settings import Settings
from earful.flows.datafolder.authors import bots
from earful.warehouse import Store, leave_out, register, rename_products, set_ends


def note_configured(store: Store, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Bring the store up to date with ``earful.toml``; ``now`` (aware) is when the run began.

    What a person should know of it, a line each: products that have another slug now.
    """
    names = {p.slug: p.formerly for p in settings.products}
    slugs = {old: new for new, olds in names.items() for old in olds}
    moved = rename_products(store, names, now)
    # Its notices are no opinions, whatever connector brings them. Looked for in the store once only.
    leave_out(store, bots(settings), now, once=True)
    register(
        store,
        products=[(p.slug, p.name, p.own) for p in settings.products],
        channels=[(c.name, c.source, c.connector) for c in settings.channels if c.enabled],
        topics=topics(settings),
        launches=[(x.product, x.day, x.name, x.version) for x in settings.launches],
        incidents=[(x.product, x.day, x.name) for x in settings.incidents],
    )
    set_ends(store, {c.name: c.end for c in settings.channels}, now)
    return tuple(f"{old} is {slugs[old]} now: {posts:,} posts moved" for old, posts in moved.items())


def witnesses(settings: Settings) -> list[str]:
    """The channels whose posts are dated by somebody else's clock, so that they tell when ours is behind.

    Not the sample's, which are made up to this machine's own time, nor files', which hold what people write.
    """
    return [c.name for c in settings.channels if c.connector not in ("sample", "files")]
