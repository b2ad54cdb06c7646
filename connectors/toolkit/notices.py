"""Posts that are no opinions: what moderators say for a place, and what its bot says for them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

#: Reddit's own bot, which moderators give its words. Names there know no capitals.
BOT = "AutoModerator"
#: How tables of such posts write that there is no mark.
_NOTHING = r"^\s*(null|none|nan|n/a|\\n|-|false)?\s*$"


def is_notice(author: object, distinguished: object) -> bool:
    """One post, by its author's name and by Reddit's mark (moderator, admin, ...; nothing on an ordinary post)."""
    marked = isinstance(distinguished, str) and distinguished.strip() != ""
    return marked or (isinstance(author, str) and author.casefold() == BOT.casefold())


def are_notices(author: pa.Array | None, distinguished: pa.Array | None) -> pa.Array | None:
    """A column of posts, both as text with "" for nothing, None where the table has no such column; None: none is."""
    found = [pc.match_substring_regex(author, f"^{BOT}$", ignore_case=True)] if author is not None else []
    if distinguished is not None:
        found.append(pc.invert(pc.match_substring_regex(distinguished, _NOTHING, ignore_case=True)))
    whole = pc.or_(*found) if len(found) == 2 else found[0] if found else None
    return whole if whole is not None and pc.any(whole).as_py() else None


def left_out(count: int) -> str:
    """For a note of coverage: "left out: 5 by moderators and bots", or ""."""
    return f"left out: {count} by moderators and bots" if count else ""
