"""One reader of benchmarks.readers, in a process of its own that loads nothing but DuckDB: FILE in, findings out.

Asks without pause until its input is closed. Writes ``ready`` after its first answer, and one JSON object at the end.
"""

from __future__ import annotations

import json
import os
import select
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import duckdb

#: All of it in one query, so that one open file answers it: five numbers that agree in a whole night only.
_ASKED = """
    select
        (select count(*) from posts),
        (select sum(posts) from daily),
        (select sum(posts) from daily_sentiment),
        (select count(*) from posts_with_words),
        3 * (select count(*) from coverage)
"""


def main(path: str) -> None:
    """Ask and count."""
    # Fifty of us on two cores would leave the writer little of one; what is measured is whether it waits for us.
    os.nice(10)
    opening = _opening()
    errors: list[str] = []
    torn: list[str] = []
    nights: list[int] = []
    queries = went_back = 0
    while not queries or not select.select([sys.stdin], [], [], 0)[0]:
        try:
            with opening.open_published(Path(path)) as con:
                found = con.execute(_ASKED).fetchall()[0]
        except duckdb.Error as error:
            errors.append(str(error).splitlines()[0])
        else:
            night = int(found[0]) // 3
            if len({int(x) for x in found}) != 1:
                torn.append(str(found))
            went_back += bool(nights and night < nights[-1])
            if not nights or nights[-1] != night:
                nights.append(night)
        queries += 1
        if queries == 1:
            print("ready", flush=True)
    print(
        json.dumps(
            {
                "queries": queries,
                "errors": errors,
                "torn": torn,
                "went_back": went_back,
                "reopened": opening.opened - queries,
                "nights": nights,
            }
        ),
        flush=True,
    )


def _opening() -> Any:  # noqa: ANN401 - a module by its file
    """``warehouse/reading/opening.py`` without the rest of its package, which loads more; counted in ``opened``."""
    file = Path(__file__).parents[2] / "warehouse" / "reading" / "opening.py"
    spec = spec_from_file_location("opening", file)
    assert spec is not None
    assert spec.loader is not None
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.opened, once = 0, module._opened  # noqa: SLF001 - what is measured

    def counted(path: Path) -> duckdb.DuckDBPyConnection:
        module.opened += 1
        con: duckdb.DuckDBPyConnection = once(path)
        return con

    module._opened = counted  # noqa: SLF001
    return module


if __name__ == "__main__":
    main(sys.argv[1])
