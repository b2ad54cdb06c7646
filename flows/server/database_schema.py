"""``python -m earful.flows.server.database_schema``: the schema that the installed Prefect's migrations make, as SQL.

For who changes Prefect's version: ``make prefect-schema`` writes it to where ``earful.flows.server.database`` reads it.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

_TOP = """\
-- Prefect's own database as its migrations leave it, made by `make prefect-schema`: change nothing here by hand.
-- Long because: it is what a hundred migrations of Prefect's make, word for word.
"""


def main() -> int:
    """Migrate a database in a temporary folder and print what is in it; 1 where that cannot be."""
    with tempfile.TemporaryDirectory() as home:
        for name in [n for n in os.environ if n.startswith("PREFECT_")]:
            del os.environ[name]
        os.environ.update(PREFECT_HOME=home, PREFECT_SERVER_ANALYTICS_ENABLED="false")
        os.chdir(home)  # a prefect.toml or .env of the checkout's would count else
        from prefect.server.database import provide_database_interface  # noqa: PLC0415 - reads the environment

        asyncio.run(provide_database_interface().create_db())
        with closing(sqlite3.connect(Path(home) / "prefect.db")) as con:
            found = script_of(con)
    sys.stdout.write(found)
    return 0


def script_of(con: sqlite3.Connection) -> str:
    """The script that makes the same: tables in the order in which they were made, their rows, indexes by name.

    The migrations themselves make indexes and the constraints of a table in another order each time.
    Raises ValueError where a table but alembic_version has rows: what they are for would have to be thought about.
    """
    made = con.execute("select name, type, sql from sqlite_master where sql is not null order by rowid").fetchall()
    tables = {str(name): str(sql) for name, kind, sql in made if kind == "table"}
    others = {str(name): str(sql) for name, kind, sql in made if kind != "table"}
    for name in tables.keys() - {"alembic_version"}:
        if con.execute(f'select 1 from "{name}" limit 1').fetchone():
            raise ValueError(f"{name}: the migrations leave rows in it; only alembic_version may have some")
    revisions = con.execute("select version_num from alembic_version order by 1").fetchall()
    statements = [
        *tables.values(),
        *(f"insert into alembic_version values ('{revision}')" for (revision,) in revisions),
        *(others[name] for name in sorted(others)),
    ]
    return _TOP + "".join(f"{each};\n" for each in statements)


if __name__ == "__main__":
    sys.exit(main())
