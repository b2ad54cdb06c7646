"""``earful connector new``: where the package was written, and what to do next."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

from earful.connectors.skeleton.write import Refused, project_of, write_package
from earful.flows.errors import UserError
from earful.flows.process.terminal import Terminal


def new_package(name: str, folder: Path | None, *, json: bool) -> int:
    """Write it and say how to go on. Raises UserError."""
    target = folder if folder is not None else Path(project_of(name))
    try:
        written = write_package(name, target)
    except Refused as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"{target}: {error.strerror}; name another folder with --folder") from None
    if json:
        print(jsonlib.dumps({"ok": True, "folder": str(target), "files": [p.as_posix() for p in written]}))  # noqa: T201
        return 0
    out = Terminal(highlight=False)
    out.print(
        f"{target}: a connector {name!r} that works, against a service that is made up", markup=False, soft_wrap=True
    )
    for path in written:
        out.print(f"  {path.as_posix()}", markup=False, soft_wrap=True)
    out.print(
        f"now: cd {target}; pip install -e . pytest; pytest; then fill it in as its README says",
        markup=False,
        soft_wrap=True,
    )
    return 0
