"""The secrets that the nights of benchmarks.limits are given, and what of them may be found nowhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from benchmarks.limits.honest import TOKEN

_ID, _SECRET, _USER, _PASSWORD = "mark-id-8f3a", "mark-secret-77b1/+=", "mark-user", "mark-password-90c2 &"
_BASIC = base64.b64encode(f"{_ID}:{_SECRET}".encode()).decode()


def credentials(urls: Mapping[str, str]) -> tuple[dict[str, str], list[bytes]]:
    """The environment of the nights, and what of it (and of tokens) may be found nowhere."""
    # Shorter than a real one: each client checks its primes, for a tenth of a second, and nobody breaks it in that.
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    key = {"type": "service_account", "client_email": "mark-mail@x.example", "private_key_id": "mark-key-1c"}
    env = {
        "REDDIT_CLIENT_ID": _ID,
        "REDDIT_CLIENT_SECRET": _SECRET,
        "RD_USER": _USER,
        "RD_PASS": _PASSWORD,
        **{
            variable(name): json.dumps({**key, "private_key": pem, "token_uri": f"{url}/token"})
            for name, url in urls.items()
        },
    }
    marks = ["mark-id-8f3a", "mark-secret-77b1", "mark-password-90c2", TOKEN, "mark-key-1c", "mark-mail"]
    marks += [_BASIC[:20], pem.splitlines()[1][:40], base64.b64encode(json.dumps(TOKEN).encode()).decode()[4:16]]
    return env, [mark.encode() for mark in marks]


def variable(name: str) -> str:
    """The environment variable with the service account's key for an answer."""
    return f"PLAY_KEY_{name.upper().replace('-', '_')}"
