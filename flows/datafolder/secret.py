"""The local secrets behind author pseudonyms: made once, readable by their owner only, never shown.

One secret a line, the present one first. Former ones stay after a rotation, so that an author who is met again is known
to be the same (see earful.connectors.base.Context.author) and ``earful forget --author`` reaches what came before.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from earful.flows.datafolder.folders import unusable
from earful.flows.errors import Exit, UserError
from earful.flows.process.redact import outgoing
from earful.warehouse.files.atomic import write_whole

#: Overrides the file, for installations that keep secrets elsewhere; former ones, separated by blanks, beside it.
SECRET_ENV = "EARFUL_AUTHOR_SECRET"  # noqa: S105 - a variable's name
FORMER_ENV = "EARFUL_FORMER_AUTHOR_SECRETS"

_NAME = "author.secret"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The HMAC key of pseudonyms, and former ones, newest first."""

    present: bytes = field(repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def all(self) -> tuple[bytes, ...]:
        """The present one first."""
        return (self.present, *self.former)


def author_secrets(data: Path) -> Secrets:
    """From the environment, else from ``<data>/author.secret``, made with 32 random bytes if missing."""
    given = os.environ.get(SECRET_ENV)
    if given:
        return Secrets(given.encode(), tuple(s.encode() for s in os.environ.get(FORMER_ENV, "").split()))
    path = data / _NAME
    if not path.exists():
        try:
            # Never seen empty or in part: another secret would part every author from what they wrote before.
            write_whole(path, secrets.token_hex(32) + "\n", mode=0o600, replace=False)
        except FileExistsError:
            pass  # another run was quicker; its secret counts
        except OSError as error:
            raise unusable(path, error) from None
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        keys = [line.encode() for line in path.read_text("utf-8").split()]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UserError(f"{path}: cannot be read ({reason}); give this user the right to", Exit.WAREHOUSE) from None
    if not keys:
        raise UserError(
            f"{path}: is empty; restore it from a backup, or remove it to begin new pseudonyms", Exit.WAREHOUSE
        )
    outgoing.add(key.decode() for key in keys)
    return Secrets(keys[0], tuple(keys[1:]))


def rotate(data: Path, *, discard: bool) -> Secrets:
    """A new present secret; the former ones stay unless discarded. Written aside and moved into place."""
    if os.environ.get(SECRET_ENV):
        raise UserError(
            f"{SECRET_ENV} is set: put a new secret there, and the one it had into {FORMER_ENV} (unless to discard it)"
        )
    before = author_secrets(data)
    after = Secrets(secrets.token_hex(32).encode(), () if discard else before.all)
    write(data, after)
    return after


def write(data: Path, keys: Secrets) -> None:
    """Write the file, for its owner only. Raises UserError; the old file is then as it was."""
    path = data / _NAME
    try:
        write_whole(path, "\n".join(key.decode() for key in keys.all) + "\n", mode=0o600)
    except OSError as error:
        raise unusable(path, error) from None


def fingerprint(secret: bytes) -> str:
    """Tells one secret from another, and leads back to none: 64 bits of a SHA-256."""
    return hashlib.sha256(b"earful author secret\x00" + secret).hexdigest()[:16]
