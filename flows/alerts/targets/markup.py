"""Words of posts and names made harmless before they leave: no markup of any target may take them for a command.

What people wrote may hold ``<!channel>``, ``@everyone``, ``[a link](https://elsewhere)``. Nothing of that may ping
somebody or lead somewhere, in whatever target, so addresses are taken out and what starts a mention is broken by a
character that is not seen. A target's own escapes come on top of it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from earful.flows.process.redact import outgoing
from earful.reports.alerts import Alert, Quote
from earful.sentiment.personal.mask import mask_text

#: Not seen, and no part of any name: a mention or an address with it in the middle is none.
BREAK = "\u200b"

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
#: An address with its scheme, whatever the scheme: clients make links of many.
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}:/{1,3}[^\s<>|()\[\]]+|\b(?:mailto|tel|javascript|data|slack):[^\s<>|]+", re.IGNORECASE
)
#: A dot or a colon between letters: "evil.example" is made a link by many clients.
_BARE = re.compile(r"(?<=[^\W_])([.:])(?=[^\W\d_])|(?<=\d)([.])(?=\d+[.]\d+[.]\d)")
#: What begins a mention, a tag, an entity, a template, a link's second half, or a code block.
_BEGINS = re.compile(
    r"@(?=\S)|<(?=[^\s\d=])|(?<=\])(?=\()|\{(?=\{)|\$(?=\{)|`(?=`)|(?<=\w):(?=\w+:)|&(?=#?\w+;)|#(?=[^\W\d])"
)


def harmless(text: str) -> str:
    """A plain text that no target's markup takes for more than words; no secret and no control character is in it."""
    text = _CONTROL.sub(" ", outgoing(text))
    text = _ADDRESS.sub("[link]", text)
    text = _BARE.sub(lambda found: found[0] + BREAK, text)
    return _BEGINS.sub(lambda found: found[0] + BREAK, text)


def bare(alert: Alert) -> Alert:
    """The alert as data: no secret, no control character, and what quotes hold of persons is masked in any case."""

    def cleaned(text: str) -> str:
        return _CONTROL.sub(" ", outgoing(text))

    quotes = tuple(replace(q, text=cleaned(mask_text(q.text)[0])) for q in alert.quotes)
    return replace(alert, title=cleaned(alert.title), text=cleaned(alert.text), quotes=quotes)


def safe(alert: Alert) -> Alert:
    """The alert with all of its words harmless, for people to read in whatever target."""
    quotes = tuple(replace(q, text=harmless(q.text), channel=harmless(q.channel)) for q in alert.quotes)
    title = harmless(alert.title).replace("\n", " ")
    return replace(alert, title=title, text=harmless(alert.text), quotes=quotes)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What one attempt sends.

    ``message``: its id, the same at every attempt; ``about``: the id of what it tells of, the same in every update, ""
    for a summary. ``alert`` has harmless words, ``raw`` those of people. ``link``: the page; ``noted_at``: ISO 8601.
    ``thread``: the target's id of the first message. ``chart``: a PNG, for targets that take files.
    """

    message: str
    about: str
    alert: Alert
    raw: Alert
    link: str | None
    noted_at: str
    thread: str | None = None
    chart: bytes | None = None

    @property
    def footer(self) -> str:
        """The id, so that a reader can see when a message came twice."""
        return f"earful alert {self.message[:12]}"


def about(quote: Quote) -> str:
    """Where a quote is from: channel, day, stars."""
    stars = f", {quote.rating:g} star{'' if quote.rating == 1 else 's'}" if quote.rating is not None else ""
    return f"{quote.channel}, {quote.day.isoformat()}{stars}"


def plain(out: Outgoing) -> str:
    """The body as plain text, for targets that take nothing else."""
    lines = [out.alert.text, *(f"\u201c{q.text}\u201d ({about(q)})" for q in out.alert.quotes)]
    return "\n\n".join([*lines, *([out.link] if out.link else []), out.footer])


def slack_escaped(text: str) -> str:
    """For Slack's mrkdwn: its three control characters, and nothing is bold or struck out by chance."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([*_~`])", rf"{BREAK}\1{BREAK}", text)


def html_body(out: Outgoing) -> str:
    """The body as HTML, for mail."""
    parts = [f"<p>{html.escape(line)}</p>" for line in out.alert.text.split("\n")]
    parts += [
        f"<blockquote>{html.escape(q.text)}<br><small>{html.escape(about(q))}</small></blockquote>"
        for q in out.alert.quotes
    ]
    if out.link:
        parts.append(f'<p><a href="{html.escape(out.link)}">the page</a></p>')
    return "".join([*parts, f"<p><small>{html.escape(out.footer)}</small></p>"])
