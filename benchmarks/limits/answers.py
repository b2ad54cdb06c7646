"""What the services of benchmarks.limits answer: every way we could think of in which an answer can be bad."""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from benchmarks.limits import wire
from benchmarks.limits.service import TOKEN, Answer, Asked, Reset, body_of, honestly, http, recs
from benchmarks.limits.wire import MB

_WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1.5, "", "x", "5", [], [[]], {}, {"a": 1}, [1, "a", None], "9" * 400, {"label": []},
)  # fmt: skip


def only_lists(answer: Answer) -> Answer:
    """The answer where posts are asked for; an honest token."""
    return lambda asked: honestly(asked) if asked.token else answer(asked)


def only_tokens(answer: Answer) -> Answer:
    """The answer where a token is asked for (Reddit, Google); the others have no credentials, and answer like that."""
    return lambda asked: (
        answer(asked) if asked.token or asked.service in {"steam", "app_store_rss"} else honestly(asked)
    )


# --- secrets ----------------------------------------------------------------------------------------------------------


def _heard(asked: Asked) -> str:
    """All that was sent, and what the credentials in it are once decoded."""
    found = [asked.path, asked.head, asked.body, TOKEN]
    for line in asked.head.splitlines():
        name, _, value = line.partition(": ")
        if name.lower() == "authorization" and value.startswith("Basic "):
            found.append(base64.b64decode(value[6:]).decode())
    return " ".join(found)


def echo_in_the_body(asked: Asked) -> Iterable[bytes]:
    said = _heard(asked)
    error = {"error": said, "reason": said, "message": said, "error_description": said, "errors": [{"reason": said}]}
    yield http(body_of(error), "403 " + "Forbidden")


def echo_with_success(asked: Asked) -> Iterable[bytes]:
    said = _heard(asked)
    yield http(body_of({"error": said, "kind": said, "response": said, "feed": said, "reviews": said, "data": said}))


def echo_in_the_head(asked: Asked) -> Iterable[bytes]:
    said = " ".join(_heard(asked).split())[:3000].encode("ascii", "replace").decode()
    yield http(
        b"{}",
        "401 " + said[:200],
        Location="/" + said,
        WWW_Authenticate=f'Bearer realm="{said}", error="{said}"',
        Retry_After=said,
        Set_Cookie=said,
        Content_Type=said,
    )


def echo_bare_words(asked: Asked) -> Iterable[bytes]:
    """The secret alone, where a known word is expected."""
    basic = _heard(asked).rsplit(" ", 1)[-1]
    words = basic.replace("-", "_").rsplit(":", 1)[-1]
    yield http(body_of({"error": basic, "reason": words, "message": basic, "success": basic}), "403 Forbidden")


def echo_in_a_token(asked: Asked) -> Iterable[bytes]:
    yield http(body_of({"error": _heard(asked).rsplit(" ", 1)[-1], "error_description": _heard(asked)}))


def echo_refused_token(asked: Asked) -> Iterable[bytes]:
    yield http(body_of({"error": _heard(asked), "error_description": _heard(asked)}), "400 Bad Request")


def echo_in_ids(asked: Asked) -> Iterable[bytes]:
    one = recs(1)[0]
    bad = asked.payload([one])
    yield http(json.dumps(bad).replace(f'"{one.id}"', json.dumps({"x": _heard(asked)})).encode())


def echo_in_text(asked: Asked) -> Iterable[bytes]:
    """Secrets as words of a post: only the filter over all that is written can take those out."""
    yield http(body_of(asked.payload(recs(3, text=f"acme {_heard(asked)}"))))


# --- odd --------------------------------------------------------------------------------------------------------------


def spoilt(seed: int) -> Answer:
    """The honest payload with some values, at any depth, replaced by what does not belong there."""

    def walk(value: Any, draw: random.Random) -> Any:  # noqa: ANN401
        if draw.random() < 0.15:
            return draw.choice(_WRONG)
        if isinstance(value, dict):
            return {k: walk(v, draw) for k, v in value.items()}
        return [walk(v, draw) for v in value] if isinstance(value, list) else value

    return lambda asked: [http(body_of(walk(asked.honest, random.Random(seed))))]


def lacking(seed: int) -> Answer:
    """The honest payload with some of its keys left out, at any depth."""

    def walk(value: Any, draw: random.Random) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {k: walk(v, draw) for k, v in value.items() if draw.random() > 0.2}
        return [walk(v, draw) for v in value] if isinstance(value, list) else value

    return lambda asked: [http(body_of(walk(asked.honest, random.Random(seed))))]


def all_of(value: Any) -> Answer:  # noqa: ANN401
    """One value instead of every value inside the first post."""

    def walk(found: Any) -> Any:  # noqa: ANN401
        if isinstance(found, dict):
            return {k: walk(v) if isinstance(v, dict | list) else value for k, v in found.items()}
        return [walk(v) for v in found] if isinstance(found, list) else value

    return only_lists(lambda asked: [http(body_of(walk(asked.honest)))])


def posts(**more: Any) -> Answer:  # noqa: ANN401
    """Honest in form, with posts that are not."""
    return only_lists(lambda asked: [http(body_of(asked.payload(recs(3, **more))))])


def token_of_odd_types(asked: Asked) -> Iterable[bytes]:
    draw = random.Random(len(asked.head) + int(time.time()))
    odd = {"access_token": "t", "token_type": 5, "expires_in": draw.choice([1e308, "soon", [], -1]), "scope": [5]}
    yield http(body_of(odd), X_Ratelimit_Remaining="1e400", X_Ratelimit_Used="-1e5", X_Ratelimit_Reset="nan")


def hostile_allowance(asked: Asked) -> Iterable[bytes]:
    body = body_of(asked.honest)
    yield http(body, X_Ratelimit_Remaining="0.5", X_Ratelimit_Used="0", X_Ratelimit_Reset="999999999")


def endless(fresh: bool) -> Answer:
    """Pages without an end, each with a cursor of its own, with new posts or always the same."""

    def answer(asked: Asked) -> Iterable[bytes]:
        found = recs(50, first=50 * asked.page if fresh else 0)
        yield http(body_of(asked.payload(found, f"cursor-{asked.page + 1}")))

    return only_lists(answer)


def long_texts(asked: Asked) -> Iterable[bytes]:
    """Full pages of texts that are as long as they may be, one after the other."""
    found = recs(100, first=100 * asked.page, text="acme " + "never mind " * 900)
    yield http(body_of(asked.payload(found, f"cursor-{asked.page + 1}")))


def empty_pages(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.payload([], f"cursor-{asked.page + 1}")))


def old_among_new(year: int, place: int) -> Answer:
    """Pages without an end of new posts, and in each page one that says it is of that year."""

    def answer(asked: Asked) -> Iterable[bytes]:
        found = recs(50, first=50 * asked.page)
        found[place] = replace(found[place], when=datetime(year, 6, 1, tzinfo=UTC))
        yield http(body_of(asked.payload(found, f"cursor-{asked.page + 1}")))

    return only_lists(answer)


def pages_of_nobody(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.payload(recs(50, id=""), f"cursor-{asked.page + 1}")))


def cursors_of_megabytes(asked: Asked) -> Iterable[bytes]:
    yield http(body_of(asked.payload(recs(50, first=50 * asked.page), "c" * 3 * MB + str(asked.page + 1))))


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
    "echo-in-the-body": echo_in_the_body,
    "echo-with-success": echo_with_success,
    "echo-in-the-head": echo_in_the_head,
    "echo-bare-words": echo_bare_words,
    "echo-lists-only": only_lists(echo_in_the_body),
    "echo-in-a-token": only_tokens(echo_in_a_token),
    "echo-refused-token": only_tokens(echo_refused_token),
    "echo-in-ids": only_lists(echo_in_ids),
    "echo-in-text": only_lists(echo_in_text),
    **{f"wrong-types-{n}": only_lists(spoilt(n)) for n in range(1, 5)},
    **{f"missing-keys-{n}": only_lists(lacking(n)) for n in range(1, 3)},
    "wrong-types-token": only_tokens(spoilt(1)),
    "missing-keys-token": only_tokens(lacking(2)),
    "all-lists": all_of([]),
    "all-huge-numbers": all_of(10**30),
    "all-odd-words": all_of(_ODD_TEXT),
    "json-null": encoded(lambda _: b"null"),
    "json-list": encoded(lambda _: b"[1, 2]"),
    "json-number": encoded(lambda _: b"5"),
    "not-a-number": only_lists(encoded(lambda body: b"{" + _NUMBERS + body[1:])),
    "counts-not-finite": posts(likes=float("inf")),
    "token-of-odd-types": only_tokens(token_of_odd_types),
    "hostile-allowance": hostile_allowance,
    "control-characters": posts(text=_ODD_TEXT, title=_ODD_TEXT, author=_ODD_TEXT, url=_ODD_TEXT),
    "control-characters-in-ids": only_lists(
        lambda asked: [http(body_of(asked.payload([*recs(2, id=_ODD_TEXT), *recs(2, id="\x00")])))]
    ),
    "word-of-10-mb": posts(text="acme " + "x" * 10 * MB),
    "emoji-of-10-mb": only_lists(
        lambda asked: [
            http(json.dumps(asked.payload(recs(1, text="\U0001f621" * 2_500_000)), ensure_ascii=False).encode())
        ]
    ),
    "id-of-3-mb": posts(id="9" * 3 * MB),
    "title-url-author-of-1-mb": posts(title="acme " * 200_000, url="https://x/" + "y" * MB, author="z" * MB),
    "same-ids": posts(id="77"),
    "dates-out-of-range": posts(when=datetime(1, 1, 1, tzinfo=UTC)),
    "dates-far-ahead": posts(when=datetime(9999, 12, 31, 23, tzinfo=UTC)),
    "endless-pages": endless(fresh=True),
    "zero-dates-among-new": old_among_new(1970, -1),
    "old-dates-among-new": old_among_new(2015, 7),
    "old-dates-at-ends": old_among_new(2015, -1),
    "other-words": only_lists(encoded(lambda _: b'{"status": "maintenance"}')),
    "long-texts-on-many-pages": only_lists(long_texts),
    "same-page-for-ever": endless(fresh=False),
    "empty-pages-for-ever": only_lists(empty_pages),
    "pages-of-nobody": only_lists(pages_of_nobody),
    "cursors-of-megabytes": only_lists(cursors_of_megabytes),
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
