"""Words out of HTML, as help desks, forums and Mastodon export what people wrote: without tags, none run together."""

from __future__ import annotations

import re

#: Tags that part words, as a line does, and those that do not.
_LINES = "p|br|div|li|ul|ol|tr|td|th|table|tbody|thead|blockquote|h[1-6]|hr|pre|section|article|header|footer"
_INSIDE = "a|b|i|u|s|em|strong|span|small|big|sub|sup|code|tt|kbd|mark|del|ins|strike|font|abbr|cite|q|img|svg|picture"
#: What nobody types for its own sake: a line's end, a paragraph, the end of an element. (RE2's and Python's syntax.)
MARKED = rf"(?i)<br ?/?>|<p>|</(?:{_LINES}|{_INSIDE})>"
_MARKED = re.compile(MARKED)
#: Longer ones are no tags; so every search has an end.
_ATTRIBUTES = r"(?:[\s/][^<>]{0,4000})?"
_UNSEEN = re.compile(rf"(?is)<!--.{{0,4000}}?-->|<(script|style){_ATTRIBUTES}>.{{0,5000}}?</\1>")
_TAG = re.compile(rf"(?i)<(?P<end>/?)(?:(?P<line>{_LINES})|(?P<inside>{_INSIDE}))(?P<rest>{_ATTRIBUTES})>")
#: What lies behind so many characters of a marked text is left out: longer ones are cut to far less anyway.
_LONGEST = 100_000
#: What stands for a picture in words; forums keep emoji as pictures.
_ALT = re.compile(r"(?is)\balt\s*=\s*(?:\"([^\"]{0,200})\"|'([^']{0,200})')")
_EMPTY = re.compile(r"[ \t]*\n[ \t\n]*")


def words_of_markup(text: str) -> str:
    """The words of a text whose tags show that it is HTML, a line where one ended; any other text as it is.

    Of a link its words stay, of a picture what stands for it; scripts, styles and remarks go. Entities are left.
    """
    if "<" not in text or not _MARKED.search(text):
        return text
    text = _TAG.sub(_instead, _UNSEEN.sub(" ", text[:_LONGEST]))
    return _EMPTY.sub("\n", text).strip()


def _instead(tag: re.Match[str]) -> str:
    if tag["line"]:
        return "\n"
    if tag["inside"].lower() == "img" and not tag["end"]:
        alt = _ALT.search(tag["rest"])
        return f" {alt[1] or alt[2] or ''} " if alt else ""
    return ""
