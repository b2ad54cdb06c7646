"""The local secret behind author pseudonyms: made once, readable by its owner only, never shown."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flows.errors import Exit, UserError

#: Overrides the file, for installations that keep secrets elsewhere.
SECRET_ENV = "EARFUL_AUTHOR_SECRET"  # noqa: S105 - a variable's name


def author_secret(data: Path) -> bytes:
    """The HMAC key: from the environment, else from ``<data>/author.secret``, made with 32 random bytes if missing."""
    given = os.environ.get(SECRET_ENV)
    if given:
        return given.encode()
    path = data / "author.secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}", Exit.WAREHOUSE) from None
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    try:
        key = path.read_text().strip().encode()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}", Exit.WAREHOUSE) from None
    if not key:
        raise UserError(f"{path}: is empty; restore it from a backup, or remove it to begin new pseudonyms")
    return key
