"""Small faults of SQL: one token, or one condition, changed in a text; all else stays as it is written.

sqlglot cuts the text into tokens and parses what comes out: a fault that is no SQL any more, or the same statement as
before, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sqlglot
from sqlglot import Token, TokenType
from sqlglot.errors import SqlglotError

#: Start and end of what is replaced, by what, and the kind of the fault.
Edit = tuple[int, int, str, str]

_INCLUSIVE = {TokenType.LT: "<=", TokenType.LTE: "<", TokenType.GT: ">=", TokenType.GTE: ">"}
_FLIPPED = {TokenType.LT: ">", TokenType.LTE: ">=", TokenType.GT: "<", TokenType.GTE: "<=", TokenType.NEQ: "="}
_SWAPPED = {
    "sum": "avg", "avg": "sum", "min": "max", "max": "min", "arg_min": "arg_max", "arg_max": "arg_min",
    "least": "greatest", "greatest": "least", "bool_or": "bool_and", "bool_and": "bool_or",
    "lag": "lead", "lead": "lag",
}  # fmt: skip
_JOINED = ("left", "right", "full", "inner", "cross", "asof", "semi", "anti", "outer", "positional")
#: What ends a condition or a list of columns to order by, at its own depth.
_ENDS = (
    "where", "group", "order", "having", "qualify", "window", "union", "limit", "join", "returning", "range", "rows",
    "select", "from", "then", "else", "end", "when", *_JOINED,
)  # fmt: skip
_CONSTANTS = (TokenType.STRING, TokenType.NUMBER, TokenType.TRUE, TokenType.FALSE, TokenType.PARAMETER)
_TWO_WORDS = (TokenType.ORDER_BY, TokenType.GROUP_BY, TokenType.PARTITION_BY)
#: Numbers that say how a value is held or printed, not what it is.
_HELD = re.compile(r"(decimal|varchar|chr|round|left|substr)\s*\([^()]*(\([^()]*\)[^()]*)*$", re.IGNORECASE)


def says_another_thing(before: str, after: str) -> bool:
    """Whether the second text is SQL, and other statements than the first."""
    try:
        return _parsed(before) != _parsed(after)
    except SqlglotError:
        return False


def _parsed(text: str) -> list[str]:
    """The statements as sqlglot writes them, without comments."""
    return [each.sql("duckdb", comments=False) for each in sqlglot.parse(text, read="duckdb") if each]


def edits(text: str) -> Iterator[Edit]:
    """Every fault of a file's text; not all need parse (see says_another_thing)."""
    statement: list[Token] = []
    for token in (*sqlglot.tokenize(text, read="duckdb"), None):
        if token is not None and token.token_type is not TokenType.SEMICOLON:
            statement.append(token)
            continue
        if statement and _word(statement[0]) != "comment":
            yield from _Statement(text, statement).edits()
        statement = []


def _word(token: Token) -> str:
    """Small; of two words that make one token ("order by") the first."""
    text = token.text.lower()
    return text.split()[0] if token.token_type in _TWO_WORDS else text


class _Statement:
    """One statement's tokens; places are indexes among them."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text, self.tokens = text, tokens
        self.words = [_word(token) for token in tokens]
        self.depth: list[int] = []
        depth = 0
        for token in tokens:
            closing = token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET)
            depth -= closing
            self.depth.append(depth)
            depth += token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET)

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def put(self, first: int, last: int, new: str, kind: str) -> Edit:
        """The tokens [first, last] replaced."""
        return self.tokens[first].start, self.tokens[last].end + 1, new, kind

    def edits(self) -> Iterator[Edit]:
        for at, token in enumerate(self.tokens):
            yield from self._compared(at, token)
            yield from self._joined(at)
            yield from self._counted(at, token)
            yield from self._signed(at, token)
            yield from self._said(at)
            word = self.words[at]
            if word in ("where", "on", "having", "qualify"):
                yield from self._dropped(at)
            if word == "order":
                yield from self._ordered(at)

    def _compared(self, at: int, token: Token) -> Iterator[Edit]:
        if new := _INCLUSIVE.get(token.token_type):
            yield self.put(at, at, new, "bound")
        if new := _FLIPPED.get(token.token_type):
            yield self.put(at, at, new, "comparison")
        following = self.tokens[at + 1].token_type if at + 1 < len(self.tokens) else None
        if token.token_type is TokenType.EQ and following in _CONSTANTS and not self._assigns(at):
            yield self.put(at, at, "<>", "comparison")

    def _assigns(self, at: int) -> bool:
        for back in range(at - 1, -1, -1):
            if self.depth[back] == self.depth[at] and self.words[back] in ("set", "where", "on", "when"):
                return self.words[back] == "set"
        return False

    def _joined(self, at: int) -> Iterator[Edit]:
        word, following = self.words[at], self.word(at + 1)
        if word == "left" and following == "join":
            yield self.put(at, at + 1, "join", "join")
        elif word == "full" and following == "join":
            yield self.put(at, at + 1, "left join", "join")
        elif word == "join" and self.word(at - 1) not in _JOINED:
            yield self.put(at, at, "left join", "join")

    def _counted(self, at: int, token: Token) -> Iterator[Edit]:
        word = self.words[at]
        if token.token_type is TokenType.NUMBER and not _HELD.search(self.text[: token.start][-80:]):
            if re.fullmatch(r"\d+", word):
                frame = self.word(at + 1) in ("preceding", "following", "day", "days", "hour", "hours")
                kind = "frame" if frame else "constant"
                yield self.put(at, at, str(int(word) + 1), kind)
                if int(word):
                    yield self.put(at, at, str(int(word) - 1), kind)
            else:
                yield self.put(at, at, f"{float(word) * 1.1:.6g}", "constant")
        elif self.word(at + 1) == "(":
            if word in _SWAPPED:
                yield self.put(at, at, _SWAPPED[word], "aggregate")
            if word == "count" and self.word(at + 2) == "distinct":
                yield self.put(at + 2, at + 2, "", "aggregate")

    def _signed(self, at: int, token: Token) -> Iterator[Edit]:
        if token.token_type not in (TokenType.PLUS, TokenType.DASH) or at == 0:
            return
        before = self.tokens[at - 1]
        operand = before.token_type in (TokenType.VAR, TokenType.NUMBER, TokenType.STRING, TokenType.R_PAREN)
        operand |= bool(re.fullmatch(r"[a-z_]\w*", self.words[at - 1])) and self.words[at - 1] not in _ENDS
        operand &= self.words[at - 1] not in ("and", "or", "not", "by", "between", "case", "as", "on")
        if token.token_type is TokenType.DASH:
            yield self.put(at, at, "+" if operand else "", "sign")
        elif operand:
            yield self.put(at, at, "-", "sign")

    def _said(self, at: int) -> Iterator[Edit]:
        word, following = self.words[at], self.word(at + 1)
        if word == "is" and following == "not":
            yield self.put(at, at + 1, "is", "comparison")
        elif word == "is" and following in ("null", "distinct"):
            yield self.put(at, at, "is not", "comparison")
        elif word == "not" and self.word(at - 1) != "is" and following not in ("null", "materialized"):
            yield self.put(at, at, "", "comparison")
        elif word == "select" and following == "distinct" and self.word(at + 2) != "on":
            yield self.put(at + 1, at + 1, "", "aggregate")
        elif word == "or" and self.word(at - 1) != "create":
            yield self.put(at, at, "and", "comparison")

    def _region(self, begin: int) -> int:
        """Past the last token of a clause whose first is at ``begin``."""
        depth = self.depth[begin] if begin < len(self.tokens) else 0
        for at in range(begin, len(self.tokens)):
            if self.depth[at] < depth or (self.depth[at] == depth and at > begin and self._ends(at)):
                return at
        return len(self.tokens)

    def _ends(self, at: int) -> bool:
        """Whether a token ends the clause it stands in; ``left(x, 3)`` and ``is distinct from`` do not."""
        if self.words[at] == "from" and self.word(at - 1) == "distinct":
            return False
        return self.words[at] in _ENDS and self.word(at + 1) != "("

    def _dropped(self, at: int) -> Iterator[Edit]:
        """Each of the conditions that a clause joins by "and" at its own depth left out: true in its place."""
        begin, end, pieces, between = at + 1, self._region(at + 1), [], 0
        if begin >= end:
            return
        depth, first = self.depth[begin], begin
        inside = [n for n in range(begin, end) if self.depth[n] == depth]
        if any(self.words[n] in ("or", "case") for n in inside):
            pieces = [(begin, end - 1)]
        else:
            for n in inside:
                if self.words[n] == "between":
                    between += 1
                elif self.words[n] == "and" and between:
                    between -= 1
                elif self.words[n] == "and":
                    pieces.append((first, n - 1))
                    first = n + 1
            pieces.append((first, end - 1))
        if self.words[at] == "on" and len(pieces) == 1:
            return  # a join of everything with everything: found by its time, if at all
        for first, last in pieces:
            yield self.put(first, last, "true", "condition")

    def _ordered(self, at: int) -> Iterator[Edit]:
        begin, end = at + 1, self._region(at + 1)
        depth = self.depth[begin]
        first = begin
        for n in range(begin, end + 1):
            if n == end or (self.words[n] == "," and self.depth[n] == depth):
                last = n - 1
                if self.words[last] == "desc":
                    yield self.put(last, last, "", "order")
                elif self.words[last] not in ("last", "first", "all"):
                    written = self.text[self.tokens[first].start : self.tokens[last].end + 1]
                    yield self.put(first, last, written + " desc", "order")
                first = n + 1
