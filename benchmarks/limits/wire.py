"""Hostile answers of benchmarks.limits below the level of words: too slow, too large, led elsewhere."""

from __future__ import annotations

import base64
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

from benchmarks.limits.honest import Answer, Asked, body_of, http, recs

MB = 1 << 20
_BLANKS = b" " * MB
#: 256 MB of blanks in brotli, quality 11.
_BROTLI = base64.b64decode(
    "z///f/glQOKxQCD3/p/////wSwDEYQGA7v0/////4ZcAiMMiAN37f/7//8MvARCHBQC69//8//+HXwIgDgsAdO//+f//D78EQBwW"
    "AOje//P//x9+CYA4LADQvf/n//8//BIAcVgAoHv/z///f/glAOKwAED3/p/////wSwDEYQGA7v0/////4ZcAiMMCAN37f/7//8Mv"
    "ARCHBQC69//8//+HXwIgDgsAdO//+f//D78EQBwWAOje//P//x9+CYA4LADQvf/P//9//BIAcVgAoHv/Dw=="
)


# --- slow -------------------------------------------------------------------------------------------------------------


def drip(data: bytes) -> Iterator[bytes]:
    """One byte every tenth of a second, then on and on."""
    for byte in data:
        yield bytes([byte])
        time.sleep(0.1)
    while True:
        yield b"a"
        time.sleep(0.1)


def trickle_head(_: Asked) -> Iterable[bytes]:
    return drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")


def trickle_body(asked: Asked) -> Iterable[bytes]:
    yield http(b"", length=10_000)
    yield from drip(body_of(asked.honest))


def trickle_chunks(_: Asked) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1\r\n \r\n"
        time.sleep(0.1)


def trickle_informational(_: Asked) -> Iterable[bytes]:
    while True:
        yield b"HTTP/1.1 102 Processing\r\n\r\n"
        time.sleep(0.1)


def silence(_: Asked) -> Iterable[bytes]:
    time.sleep(3600)
    return []


def silence_in_the_body(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.honest)[:40], length=4000)
    time.sleep(3600)


# --- large ------------------------------------------------------------------------------------------------------------


def deflated(megabytes: int) -> bytes:
    """So many MB of blanks, deflated without a head. The same block again and again."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packed.compress(_BLANKS) + packed.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes


def gzip_bomb(_: Asked) -> Iterable[bytes]:
    yield http(b"\x1f\x8b\x08" + b"\x00" * 6 + b"\xff" + deflated(1024), Content_Encoding="gzip")


def gzip_in_gzip(_: Asked) -> Iterable[bytes]:
    inner = b"\x1f\x8b\x08" + b"\x00" * 6 + b"\xff" + deflated(1024)
    outer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield http(outer.compress(inner) + outer.flush(), Content_Encoding="gzip, gzip")


def gzip_not_asked_for(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.honest), Content_Encoding="gzip")


def deflate_bomb(_: Asked) -> Iterable[bytes]:
    yield http(b"\x78\x9c" + deflated(1024), Content_Encoding="deflate")


def brotli_bomb(_: Asked) -> Iterable[bytes]:
    yield http(_BROTLI, Content_Encoding="br")


def zstd_bomb(_: Asked) -> Iterable[bytes]:
    # A frame of blocks that say "128 kB of this one byte".
    block = ((131072 << 3) | (1 << 1)).to_bytes(3, "little") + b" "
    yield http(b"\x28\xb5\x2f\xfd\x00\x58" + block * 8192, Content_Encoding="zstd")


def plain_endless(_: Asked) -> Iterable[bytes]:
    yield http(b"", length=-1)
    while True:
        yield _BLANKS


def chunks_endless(_: Asked) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield (b"1;" + b"x" * 4000 + b"\r\n \r\n") * 100


def a_gigabyte_announced(_: Asked) -> Iterable[bytes]:
    yield http(b"", length=1 << 30)
    while True:
        yield _BLANKS


def head_of_megabytes(_: Asked) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: " + b"x" * 60_000 + b"\r\n"


def cookies(asked: Asked) -> Iterable[bytes]:
    line = "".join(f"Set-Cookie: c{n}={'x' * 400}\r\n" for n in range(200)).encode()
    yield http(body_of(asked.honest)).replace(b"Connection: close\r\n", b"Connection: close\r\n" + line)


def informational_flood(_: Asked) -> Iterable[bytes]:
    while True:
        yield b"HTTP/1.1 102 Processing\r\n\r\n" * 1000


def trailers_endless(asked: Asked) -> Iterable[bytes]:
    body = body_of(asked.honest)
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n"
    while True:
        yield b"X-More: " + b"x" * 60_000 + b"\r\n"


def values_by_the_million(_: Asked) -> Iterable[bytes]:
    yield http(b"[" + b"{}," * 5_000_000 + b"{}]")


_MANY: dict[str, bytes] = {}  # made once a service: it takes 0.3 s, and each retry asks again


def a_page_of_many(asked: Asked) -> Iterable[bytes]:
    if asked.service not in _MANY:
        _MANY[asked.service] = http(body_of(asked.payload(recs(20_000))))
    yield _MANY[asked.service]


def deep_json(_: Asked) -> Iterable[bytes]:
    yield http(b"[" * 100_000 + b"]" * 100_000)


def deep_inside(asked: Asked) -> Iterable[bytes]:
    text = json.dumps(asked.honest)
    yield http(('{"deep": ' + "[" * 100_000 + "]" * 100_000 + ", " + text[1:]).encode())


# --- led elsewhere ----------------------------------------------------------------------------------------------------


def moved(to: Callable[[Asked], str], body: bytes = b"") -> Answer:
    """A redirect of every request."""
    return lambda asked: [http(body, "302 Found", Location=to(asked))]


def further(asked: Asked) -> str:
    return asked.path + ("&" if "?" in asked.path else "?") + "more=1"


def elsewhere(asked: Asked) -> str:
    return os.environ["LIMITS_ELSEWHERE"] + asked.path


def other_name(asked: Asked) -> str:
    return elsewhere(asked).replace("127.0.0.1", "localhost")
