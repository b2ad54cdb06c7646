"""Numbers that Python and SQL share; ``statements.text`` writes them into SQL files wherever they name one."""

from __future__ import annotations

from earful.sentiment.scorer import COMPOUND_THRESHOLD

#: Posts on each side that a comparison or a verdict needs; of fewer it is said that they are not enough. Chosen with
#: the trend detector's other numbers, see docs/trends.md.
ENOUGH_POSTS = 15

#: By the name that SQL files give them, as ``$name``, in views and comments too, which take no parameters.
CONSTANTS = {"compound_threshold": COMPOUND_THRESHOLD, "enough_posts": ENOUGH_POSTS}
