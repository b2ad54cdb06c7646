"""What the services of benchmarks.limits answer: every way we could think of in which an answer can be bad.

Slow and large ones are in ``wire``, those that say secrets again in ``echoes``, odd values and pages in ``odd``; here
are the few that concern bytes and status lines, and all of them by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from benchmarks.limits import echoes, odd, wire
from benchmarks.limits.honest import Answer, Asked, Reset, body_of, http, only_lists, only_tokens, recs
from benchmarks.limits.wire import MB


def cut_short(asked: Asked) -> Iterable[bytes]:
    body = body_of(asked.honest)
    yield http(body[: len(body) // 2], length=len(body))


def raw(data: bytes) -> Answer:
    """These bytes instead of an answer."""
    return lambda _: [data]


def status(line: str, wait: str = "0", location: str = "/") -> Answer:
    """The status, for ever."""
    page = b"<html>trouble</html>"
    return lambda _: [http(page, line, Content_Type="text/html", Retry_After=wait, Location=location)]


def reset(_: Asked) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Len"
    raise Reset


def encoded(how: Callable[[bytes], bytes]) -> Answer:
    """The honest body, its bytes changed."""
    return lambda asked: [http(how(body_of(asked.honest)))]


_ODD_TEXT = "acme \x1b[31m\x1b]0;title\x07\r\x08\x7f\x9b2J \u202e \ud800 \x00 crash"
_NUMBERS = b'"likes": NaN, "x": Infinity, "y": -Infinity, "z": ' + b"9" * 5000 + b", "

#: Every hostile answer by its name.
ANSWERS: dict[str, Answer] = {
    "trickle-head": wire.trickle_head,
    "trickle-body": only_lists(wire.trickle_body),
    "trickle-chunks": wire.trickle_chunks,
    "trickle-informational": wire.trickle_informational,
    "trickle-token": only_tokens(wire.trickle_body),
    "silence": wire.silence,
    "silence-in-the-body": wire.silence_in_the_body,
    "gzip-bomb": only_lists(wire.gzip_bomb),
    "gzip-bomb-token": only_tokens(wire.gzip_bomb),
    "gzip-in-gzip": only_lists(wire.gzip_in_gzip),
    "gzip-that-is-none": wire.gzip_not_asked_for,
    "deflate-bomb": wire.deflate_bomb,
    "brotli-bomb": wire.brotli_bomb,
    "zstd-bomb": wire.zstd_bomb,
    "plain-endless": only_lists(wire.plain_endless),
    "plain-endless-token": only_tokens(wire.plain_endless),
    "chunks-endless": wire.chunks_endless,
    "gigabyte-announced": wire.a_gigabyte_announced,
    "head-of-megabytes": wire.head_of_megabytes,
    "cookies": wire.cookies,
    "informational-flood": wire.informational_flood,
    "trailers-endless": only_lists(wire.trailers_endless),
    "values-by-the-million": only_lists(wire.values_by_the_million),
    "page-of-many": only_lists(wire.a_page_of_many),
    "deep-json": wire.deep_json,
    "deep-token": only_tokens(wire.deep_json),
    "deep-inside": only_lists(wire.deep_inside),
    "redirect-circle": wire.moved(lambda asked: asked.path),
    "redirect-further": wire.moved(wire.further),
    "redirect-other-port": wire.moved(wire.elsewhere),
    "redirect-other-name": wire.moved(wire.other_name),
    "redirect-other-scheme": wire.moved(lambda asked: wire.elsewhere(asked).replace("http:", "https:")),
    "redirect-nowhere": wire.moved(lambda _: "http://[::1/\x7f"),
    "redirect-with-a-bomb": wire.moved(lambda asked: asked.path, b" " * 40 * MB),
    "echo-in-the-body": echoes.echo_in_the_body,
    "echo-with-success": echoes.echo_with_success,
    "echo-in-the-head": echoes.echo_in_the_head,
    "echo-bare-words": echoes.echo_bare_words,
    "echo-lists-only": only_lists(echoes.echo_in_the_body),
    "echo-in-a-token": only_tokens(echoes.echo_in_a_token),
    "echo-refused-token": only_tokens(echoes.echo_refused_token),
    "echo-in-ids": only_lists(echoes.echo_in_ids),
    "echo-in-text": only_lists(echoes.echo_in_text),
    **{f"wrong-types-{n}": only_lists(odd.spoilt(n)) for n in range(1, 5)},
    **{f"missing-keys-{n}": only_lists(odd.lacking(n)) for n in range(1, 3)},
    "wrong-types-token": only_tokens(odd.spoilt(1)),
    "missing-keys-token": only_tokens(odd.lacking(2)),
    "all-lists": odd.all_of([]),
    "all-huge-numbers": odd.all_of(10**30),
    "all-odd-words": odd.all_of(_ODD_TEXT),
    "json-null": encoded(lambda _: b"null"),
    "json-list": encoded(lambda _: b"[1, 2]"),
    "json-number": encoded(lambda _: b"5"),
    "not-a-number": only_lists(encoded(lambda body: b"{" + _NUMBERS + body[1:])),
    "counts-not-finite": odd.posts(likes=float("inf")),
    "token-of-odd-types": only_tokens(odd.token_of_odd_types),
    "hostile-allowance": odd.hostile_allowance,
    "control-characters": odd.posts(text=_ODD_TEXT, title=_ODD_TEXT, author=_ODD_TEXT, url=_ODD_TEXT),
    "control-characters-in-ids": only_lists(
        lambda asked: [http(body_of(asked.payload([*recs(2, id=_ODD_TEXT), *recs(2, id="\x00")])))]
    ),
    "word-of-10-mb": odd.posts(text="acme " + "x" * 10 * MB),
    "emoji-of-10-mb": only_lists(
        lambda asked: [
            http(json.dumps(asked.payload(recs(1, text="\U0001f621" * 2_500_000)), ensure_ascii=False).encode())
        ]
    ),
    "id-of-3-mb": odd.posts(id="9" * 3 * MB),
    "title-url-author-of-1-mb": odd.posts(title="acme " * 200_000, url="https://x/" + "y" * MB, author="z" * MB),
    "same-ids": odd.posts(id="77"),
    "dates-out-of-range": odd.posts(when=datetime(1, 1, 1, tzinfo=UTC)),
    "dates-far-ahead": odd.posts(when=datetime(9999, 12, 31, 23, tzinfo=UTC)),
    "endless-pages": odd.endless(fresh=True),
    "zero-dates-among-new": odd.old_among_new(1970, -1),
    "old-dates-among-new": odd.old_among_new(2015, 7),
    "old-dates-at-ends": odd.old_among_new(2015, -1),
    "other-words": only_lists(encoded(lambda _: b'{"status": "maintenance"}')),
    "long-texts-on-many-pages": only_lists(odd.long_texts),
    "same-page-for-ever": odd.endless(fresh=False),
    "empty-pages-for-ever": only_lists(odd.empty_pages),
    "pages-of-nobody": only_lists(odd.pages_of_nobody),
    "cursors-of-megabytes": only_lists(odd.cursors_of_megabytes),
    "invalid-utf-8": encoded(lambda body: body.replace(b"crashes", b"\xff\xfe\x80")),
    "invalid-everywhere": encoded(lambda body: bytes(b ^ 0x80 for b in body)),
    "byte-order-mark": encoded(lambda body: b"\xef\xbb\xbf" + body),
    "utf-16": encoded(lambda body: body.decode().encode("utf-16")),
    "cut-short": cut_short,
    "longer-than-announced": lambda asked: [http(body_of(asked.honest), length=10)],
    "chunk-garbage": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
    "two-lengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
    "no-http": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "no-answer": raw(b""),
    "upgrade": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
    "status-999": status("999 Odd"),
    "status-300": status("300 Multiple Choices", location="http://[bad"),
    "html": status("200 OK"),
    "empty": encoded(lambda _: b""),
    "no-content": raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "wait-for-ever": status("429 Too Many Requests", wait="1" + "0" * 300),
    "wait-till-9999": status("503 Service Unavailable", wait="Fri, 31 Dec 9999 23:59:59 -2359"),
    "broken-for-ever": status("500 Internal Server Error"),
    "reset": reset,
}
#: These put what was sent into the words of a post, where no connector can tell it from a word.
ONLY_FILTERED = frozenset({"echo-in-text"})
#: All of it could be what people wrote: it is landed and published like that, and costs what so many posts cost.
HONEST_IN_FORM = frozenset({"long-texts-on-many-pages"})
