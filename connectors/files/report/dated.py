"""Which other columns of a table could be the time of its rows, by their names: said beside the one that was chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: One of these in a name makes it a time ("Response Date", not "Response").
_TIMES = (
    "date day time timestamp datetime created updated submitted surveyed answered recorded completed posted published "
    "reviewed modified edited datum zeitpunkt erstellt aktualisiert eingereicht beantwortet zeitstempel fecha creado "
    "actualizado enviado horodateur cree modifie soumis criado atualizado creato aggiornato"
)
#: And these say that it is none: a duration, a name, a version.
_NOT = "by user name author zone duration spent seconds count version id reason status type"
_IS, _IS_NOT = frozenset(_TIMES.split()), frozenset(_NOT.split())
_PLAIN = str.maketrans("àáâäçèéêëìíîïñòóôöùúûü", "aaaaceeeeiiiinoooouuuu")


def could_date(columns: Sequence[str], used: Sequence[str]) -> list[str]:
    """The columns that by their names hold times, but for those that are ``used``."""
    return [name for name in columns if name not in used and _is_time(name)]


def _is_time(name: str) -> bool:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower().translate(_PLAIN)
    words = re.findall(r"[a-z]+", spaced)
    # "Data" is a date in Italian and Portuguese where it comes first ("Data da resposta"), not in "app data".
    found = _IS.intersection(words) or words[:1] == ["data"]
    return bool(found) and len(words) <= 4 and not _IS_NOT.intersection(words)
