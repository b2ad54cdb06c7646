"""Secrets kept in: one filter for all that leaves the process, whatever a service echoes or a library's error quotes.

A process knows its secrets as soon as it has read its configuration (flows/config/settings.py). What comes from a
service passes the filter where it enters (posts, notes, errors: ``earful.flows.night.pull``), so that files, tables,
page, digest and Prefect's records never hold one; what goes to a terminal or a log passes it once more on the way out.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO, cast
from urllib.parse import quote, quote_plus

from earful.flows.process.control import escaped

if TYPE_CHECKING:
    import pyarrow as pa

    from earful.connectors.post import Page

#: What stands where a secret stood.
MASK = "***"

#: Shorter values cannot be distinguished from words that anybody writes: masking them would change what people said.
SHORTEST = 8

#: Columns of a page of posts that hold words of the service (the author's is a pseudonym by then).
_COLUMNS = ("post_id", "market", "title", "text", "app_version", "url", "language_hint", "raw_created")


class Filter:
    """Takes known values, and what they look like encoded, out of texts. Safe to use from several threads."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: set[str] = set()
        self._made: tuple[re.Pattern[str] | None, str] | None = (None, "")
        self._lock = threading.Lock()
        self.add(values)

    def add(self, values: Iterable[str]) -> None:
        """Know more values; those shorter than SHORTEST are left out."""
        new = {v for v in (value.strip() for value in values) if len(v) >= SHORTEST} - self._values
        if not new:
            return
        with self._lock:
            self._values |= new
            self._made = None

    def forget(self) -> None:
        """Know none any more."""
        with self._lock:
            self._values, self._made = set(), (None, "")

    def _patterns(self) -> tuple[re.Pattern[str] | None, str]:
        """What finds every shape of every value (None: no value is known), and what finds how they begin.

        Made when first asked for: to make it for a service account's key takes half a second, and a command learns its
        secrets in two or three steps.
        """
        made = self._made
        if made is not None:
            return made
        with self._lock:
            if self._made is None:
                # The longest first: a value that begins another must not leave the other's end behind.
                shapes = sorted({shape for v in self._values for shape in forms(v)}, key=lambda s: (-len(s), s))
                beginnings = sorted({shape[:SHORTEST] for shape in shapes})
                self._made = re.compile("|".join(map(re.escape, shapes))), "|".join(map(re.escape, beginnings))
            return self._made

    def __call__(self, text: str) -> str:
        """The text with MASK in the place of every secret."""
        pattern, _ = self._patterns()
        return pattern.sub(MASK, text) if pattern else text

    def error(self, error: BaseException) -> None:
        """Take secrets out of the words of an error and of those behind it, in place: Prefect keeps them all."""
        seen: set[int] = set()
        waiting: list[BaseException | None] = [error]
        while waiting:
            one = waiting.pop()
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            one.args = tuple(self(a) if isinstance(a, str) else a for a in one.args)
            if isinstance(one, OSError) and isinstance(one.filename, str):
                one.filename = self(one.filename)  # shown beside the arguments
            if isinstance(one, BaseExceptionGroup):
                waiting += one.exceptions
            waiting += [one.__cause__, one.__context__]

    def page(self, page: Page) -> Page:
        """A page of posts without secrets in any text; the page itself where it holds none."""
        found, beginnings = self._patterns()
        if found is None:
            return page
        posts = _without(page.posts, found.pattern, beginnings)
        rejected = tuple(replace(r, item=self(r.item), reason=self(r.reason)) for r in page.rejected)
        return replace(page, posts=posts, rejected=rejected, gone=tuple(map(self, page.gone)))


#: The process's own.
outgoing = Filter()


def _without(posts: pa.Table, pattern: str, beginnings: str) -> pa.Table:
    import pyarrow.compute as pc  # noqa: PLC0415 - a command that shows no posts pays nothing

    for name in _COLUMNS:
        texts = posts[name]
        # Arrow's expressions turn slow where a key of 1,700 characters is in them: mostly the first 8 decide.
        if not pc.any(pc.match_substring_regex(texts, beginnings)).as_py():
            continue
        if pc.any(pc.match_substring_regex(texts, pattern)).as_py():
            at = posts.schema.get_field_index(name)
            posts = posts.set_column(at, posts.schema.field(at), pc.replace_substring_regex(texts, pattern, MASK))
    return posts


def forms(value: str) -> set[str]:
    """A value as it is, and as it looks in addresses, headers, JSON, HTML and reprs."""
    raw = value.encode("utf-8", "surrogatepass")
    found = {value, html.escape(value), html.escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}
    for escape in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        found |= {escape, re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), escape)}
    for text in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]):
        found |= {text, text.replace("/", "\\/")}
    for shift in range(3):
        found |= set(_base64(raw, shift))
    return {form for form in found if len(form) >= SHORTEST}


def _base64(raw: bytes, shift: int) -> Iterator[str]:
    """The characters that the bytes alone decide, ``shift`` bytes into a group of three: ``base64("id:secret")``."""
    whole = base64.b64encode(b"\0" * shift + raw).decode()
    start = (0, 2, 3)[shift]
    end = len(whole) - (0, 3, 2)[(shift + len(raw)) % 3]
    yield whole[start:end]
    yield whole[start:end].translate(str.maketrans("+/", "-_"))


def guard_logs() -> None:
    """Every log record of this process, Prefect's too, is made without secrets and with control characters escaped."""
    made = logging.getLogRecordFactory()
    if getattr(made, "guards", False):
        return

    def without(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 - the standard library's
        record = made(*args, **kwargs)
        try:
            said = record.getMessage()
        except (TypeError, ValueError):  # words and arguments that do not fit: logging says so where it formats them
            return record
        safe = escaped(outgoing(said))
        if safe != said:
            record.msg, record.args = safe, ()
        if record.exc_info and record.exc_info[1] is not None:
            outgoing.error(record.exc_info[1])
            # Not every error's words are in its arguments (notes, paths, pydantic's): formatters take this as it is.
            record.exc_text = escaped(outgoing(logging.Formatter().formatException(record.exc_info)))
        return record

    without.guards = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(without)


class GuardedStream:
    """A text stream that lets no secret through; in all else the stream itself."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write it without secrets; counts as written what was given."""
        self._stream.write(outgoing(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Each as ``write``."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self._stream, name)


def guarded(stream: TextIO) -> TextIO:
    """The stream behind the process's filter."""
    return cast("TextIO", GuardedStream(stream))
