"""Bodies of answers, opened and read within limits: a few bytes that unfold into many never do so in memory."""

from __future__ import annotations

import json
import math
import re
import threading
import zlib
from collections.abc import Iterable

from earful.connectors.limits import JSON_DEPTH, JSON_STRING, JSON_VALUES
from earful.connectors.toolkit.deadline import TooLarge

#: What we ask for, and the only coding that we open: zlib opens it a piece at a time.
ACCEPTED = "gzip"
_PIECE = 1 << 16
_BOM = b"\xef\xbb\xbf"
_STRING = re.compile(rb'"[^"]*"')
_PAIR = re.compile(rb"\[\]|\{\}")
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
#: No id or count of a service has more digits; Python itself refuses over 4,300.
_DIGITS = 25
#: One large body is read at a time: the interpreter reads one at a time anyway, and this way memory is that of one.
_reading = threading.Lock()


class Undecodable(Exception):
    """The body is not in the coding that it says, or in one that was not asked for."""


class Unreadable(ValueError):
    """The body is no JSON, or JSON beyond the limits."""


def opened(chunks: Iterable[bytes], coding: str, most: int) -> bytes:
    """The decoded body. Raises TooLarge once it has over ``most`` bytes, never held; Undecodable for a wrong coding."""
    coding = coding.strip().lower()
    body = bytearray()

    def take(piece: bytes) -> None:
        if len(body) + len(piece) > most:
            raise TooLarge
        body.extend(piece)

    if coding in {"", "identity"}:
        for chunk in chunks:
            take(chunk)
        return bytes(body)
    if coding not in {"gzip", "x-gzip"}:
        raise Undecodable
    gzip = zlib.decompressobj(wbits=31)
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not gzip.eof:
                take(gzip.decompress(rest, _PIECE))
                rest = gzip.unconsumed_tail
    except zlib.error:
        raise Undecodable from None
    # What zlib still holds back of a body that ended comes in pieces, too.
    while not gzip.eof and (piece := gzip.decompress(b"", _PIECE)):
        take(piece)
    if not gzip.eof:
        raise Undecodable  # cut short
    return bytes(body)


def read_json(body: bytes) -> object:
    """A body read as JSON in UTF-8. Raises Unreadable; nothing else, whatever the bytes are.

    Strings over JSON_STRING characters are cut there, names of values as long as that are left out, and a whole number
    of over 25 digits is infinite, which no field takes: each costs its field, not the answer.
    """
    body = body.removeprefix(_BOM)
    with _reading:
        if not _bearable(body):
            raise Unreadable("too deep or too many values")
        try:
            found: object = json.loads(body.decode("utf-8", "surrogatepass"), parse_int=_whole, object_hook=_cut)
        except (ValueError, RecursionError):
            raise Unreadable("no JSON") from None
        return _short(found)


def _bearable(body: bytes) -> bool:
    """Whether JSON like that has few enough values and levels. Counts before anything is parsed."""
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    if bare.count(b'"') > 4 * JSON_VALUES:  # each value has a name at most
        return False
    bare = _STRING.sub(b"", bare)
    brackets = bare.translate(None, _NO_BRACKET)
    if bare.count(b",") + len(brackets) // 2 > JSON_VALUES:
        return False
    for _ in range(JSON_DEPTH):
        brackets = _PAIR.sub(b"", brackets)  # the innermost level
        if not brackets:
            return True
    return False


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else math.copysign(math.inf, -1 if digits.startswith("-") else 1)


def _short(value: object) -> object:
    return value[:JSON_STRING] if isinstance(value, str) and len(value) > JSON_STRING else value


def _cut(found: dict[str, object]) -> dict[str, object]:
    for name, value in found.items():
        if len(name) > JSON_STRING or (isinstance(value, str) and len(value) > JSON_STRING):
            return {n: _short(v) for n, v in found.items() if len(n) <= JSON_STRING}
    return found
