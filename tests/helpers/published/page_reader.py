"""The page as a reader program sees it: tags, texts, tables. By the standard library's own HTML parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "img", "hr", "input"}


@dataclass(slots=True)
class Table:
    """One table: its caption, its column heads, and its rows as texts (white space folded)."""

    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class PageReader(HTMLParser):
    """``tags`` are all start tags with their attributes, ``tables`` all tables, ``sql`` the SQL blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.tables: list[Table] = []
        self.sql: list[str] = []
        self.blocks: list[tuple[list[Table], list[str]]] = [([], [])]  # tables, and the SQL that stands below them
        self.headings: list[str] = []
        self.quotes: list[str] = []
        self._texts: list[str] = []
        self._open: list[tuple[str, int, dict[str, str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {[tag for tag, *_ in self._open]}"

    @property
    def text(self) -> str:
        """What can be read, styles left out."""
        return " ".join("".join(self._texts).split())

    def table(self, head: str) -> Table:
        """The first table that has this column head."""
        return next(table for table in self.tables if head in table.heads)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.append((tag, told))
        if tag == "table":
            self.tables.append(Table())
            if self.blocks[-1][1]:
                self.blocks.append(([], []))
            self.blocks[-1][0].append(self.tables[-1])
        elif tag == "tr":
            self.tables[-1].rows.append([])
        if tag not in _VOID:
            self._open.append((tag, len(self._texts), told))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][0] == "style"):
            self._texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        opened, since, told = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        raw = "".join(self._texts[since:])
        text = " ".join(raw.split())
        if tag == "caption":
            self.tables[-1].caption = text
        elif tag == "th" and told["scope"] == "col":
            self.tables[-1].heads.append(text)
        elif tag in {"td", "th"}:
            self.tables[-1].rows[-1].append(text)
        elif tag == "thead":
            self.tables[-1].rows.clear()  # the row of heads
        elif tag in {"h1", "h2", "h3"}:
            self.headings.append(text)
        elif tag == "blockquote":
            self.quotes.append(text)
        elif tag == "pre":
            self.sql.append(raw)
            self.blocks[-1][1].append(raw)
