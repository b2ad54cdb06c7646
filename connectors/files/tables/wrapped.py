"""JSON that is no object a line, piece by piece: arrays of objects, also inside others, objects over many lines."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from earful.connectors.errors import Fatal
from earful.connectors.files.tables.batch import Choose
from earful.connectors.files.tables.encodings import Encoding
from earful.connectors.files.tables.records import LONGEST, blocks

#: \x1e stands before each value of a JSON text sequence.
_BETWEEN = frozenset(" \t\r\n,\ufeff\x1e")
#: Nesting of objects that names reach into.
_DEEPEST = 4
#: Objects at the top of the file themselves, among the places of arrays.
TOP = ""

Event = tuple[str, object]


class _Text:
    """A file's text, value by value. Raises Fatal for what is no JSON, is cut, or is a value over LONGEST."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._name, self._parts = path.name, blocks(path, encoding)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._decoder = json.JSONDecoder()
        self._text, self._at = "", 0

    def _more(self) -> bool:
        part = next(self._parts, None)
        if part is None:
            return False
        if len(self._text) - self._at > LONGEST:
            raise self.broken()
        self._text, self._at = self._text[self._at :] + self._decode.decode(part), 0
        return True

    def broken(self) -> Fatal:
        return Fatal(f"{self._name}: cannot be read as JSON; put a whole copy in its place")

    def peek(self, ahead: int = 0) -> str:
        """The next character that is no blank and no comma, "" at the end; ``ahead`` of it, the one behind it."""
        while True:
            while self._text[self._at : self._at + 1] in _BETWEEN and self._at < len(self._text):
                self._at += 1
            at = self._at + ahead
            while ahead and self._text[at : at + 1] in _BETWEEN and at < len(self._text):
                at += 1
            if at < len(self._text):
                return self._text[at]
            if not self._more():
                return ""

    def take(self, expected: str) -> None:
        """Go past a character."""
        if self.peek() != expected:
            raise self.broken()
        self._at += 1

    def value(self) -> object:
        """The next value, whole."""
        while True:
            self.peek()
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
                # A number may go on in the next block.
                if end < len(self._text) or not self._more():
                    self._at = end
                    return found
            except RecursionError:
                raise Fatal(f"{self._name}: holds objects nested too deep to be a table of posts") from None
            except ValueError:
                # Cut by the end of a block, or no JSON: the next block tells.
                if not self._more():
                    raise self.broken() from None


def whole(path: Path, encoding: Encoding) -> object:
    """A file's one value. Raises Fatal for no JSON, for more than one value, and for one over LONGEST."""
    text = _Text(path, encoding)
    found = text.value()
    if text.peek():
        raise text.broken()
    return found


def elements(path: Path, encoding: Encoding) -> Iterator[object]:
    """What an array holds, one by one. Raises Fatal for what is no array, is cut, or holds too large an element."""
    text = _Text(path, encoding)
    if text.peek() != "[":
        raise Fatal(f"{path.name}: is no JSON array; expected a list of objects")
    yield from _array(text)


def _array(text: _Text) -> Iterator[object]:
    text.take("[")
    while text.peek() != "]":
        yield text.value()
    text.take("]")


def events(path: Path, encoding: Encoding) -> Iterator[Event]:
    """The elements of each array of objects inside the objects of a file, each with its place in dotted names.

    Behind them, at TOP, what else an object at the top holds. Raises Fatal for what is no JSON object, or is cut.
    """
    text = _Text(path, encoding)
    while text.peek():
        rest = yield from _inside(text, "")
        yield TOP, rest


def _inside(text: _Text, before: str) -> Generator[Event, None, dict[str, object]]:
    """One object; returned is what in it is no array of objects, under dotted names."""
    rest: dict[str, object] = {}
    text.take("{")
    while text.peek() != "}":
        key = text.value()
        text.take(":")
        place = f"{before}{key}"
        begins = text.peek()
        if begins == "{" and before.count(".") < _DEEPEST:
            rest |= yield from _inside(text, f"{place}.")
        elif begins == "[" and text.peek(1) == "{":
            for each in _array(text):
                yield place, each
        else:
            rest[place] = text.value()
    text.take("}")
    return rest


@dataclass(frozen=True, slots=True)
class Place:
    """How many objects an array holds, and the names in them."""

    objects: int
    names: Sequence[str]


def names(path: Path, encoding: Encoding) -> dict[str, Place]:
    """The places of a file that hold objects. Raises Fatal where there are none, or it cannot be read."""
    found: dict[str, dict[str, None]] = {}
    count: Counter[str] = Counter()
    for place, each in events(path, encoding):
        if isinstance(each, dict) and each:
            found.setdefault(place, {}).update(dict.fromkeys(flat(each)))
            count[place] += 1
    if not found:
        raise Fatal(f"{path.name}: no JSON object in it; expected one object a line, or a list of objects")
    return {place: Place(count[place], list(its)) for place, its in found.items()}


def pick(found: Mapping[str, Place], choose: Choose) -> tuple[set[str], list[str], tuple[str, ...]]:
    """The places whose objects have the columns asked for: they, the columns to read, and what is said of it.

    Objects at the top come before arrays inside them. Raises Fatal, with what the largest lacks, where none has.
    """
    fits: list[str] = []
    refused: dict[str, Fatal] = {}
    for place in sorted(found, key=lambda each: each != TOP):
        try:
            choose(found[place].names)
        except Fatal as error:
            refused[place] = error
            continue
        fits.append(place)
        if place == TOP:
            break
    if not fits:
        raise refused[max(refused, key=lambda place: (place != TOP, found[place].objects))]
    chosen = list(choose(list(dict.fromkeys(name for place in fits for name in found[place].names))))
    said = [f"rows are the objects in {' and '.join(map(repr, fits))}"] if fits != [TOP] else []
    others = [f"{place!r} ({its.objects})" for place, its in found.items() if place not in (*fits, TOP)]
    said += [f"objects elsewhere are not read: {', '.join(others)}"] if others else []
    return set(fits), chosen, tuple(said)


def flat(found: Mapping[str, object], before: str = "") -> dict[str, object]:
    """An object with what is nested in it under dotted names: {"user": {"id": 1}} is {"user.id": 1}."""
    out: dict[str, object] = {}
    for key, value in found.items():
        if isinstance(value, dict) and before.count(".") < _DEEPEST:
            out |= flat(value, f"{before}{key}.")
        else:
            out[f"{before}{key}"] = _in_pieces(value) if isinstance(value, list) else value
    return out


def _in_pieces(value: list[object]) -> object:
    """Words in pieces, of which some are objects (Telegram: ["See ", {"type": "link", "text": "x.org"}]), as a text."""
    if not any(isinstance(each, str) for each in value):
        return value
    pieces = [each.get("text") if isinstance(each, dict) and "type" in each else each for each in value]
    if len({type(each) for each in value}) < 2 or not all(isinstance(each, str) for each in pieces):
        return value
    return "".join(map(str, pieces))
