"""Vega's SVG made fit for the page: colours that follow the reader's theme, one voice for screen readers, small."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NS = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+\.\d+")
_CIRCLE = re.compile(r"^M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0$")
_MOVE = re.compile(r"^translate\((-?[\d.]+),(-?[\d.]+)\)$")
#: The page's own title and description speak for the whole chart; Vega's would read out every axis and mark.
_DROPPED = (
    "class", "role", "aria-hidden", "aria-label", "aria-roledescription", "pointer-events", "stroke-miterlimit",
    "font-family",  # the page's style says it once (paint.FONT)
)  # fmt: skip

#: What an attribute is without being said: by SVG, or by the page's style (the letters' size).
_USUAL = {"font-weight": "normal", "font-size": "12px", "stroke-width": "1", "x2": "0", "y2": "0"}


def drawable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """A chart's specification or data with a blank for each character that XML cannot hold.

    A name or an app version may have one (ESC), and the renderer ends the whole process over it.
    """
    if isinstance(value, str):
        return _NO_XML.sub(" ", value)
    if isinstance(value, dict):
        return {key: drawable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [drawable(each) for each in value]
    return value


def coloured(value: Any, colours: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    """A chart's specification with other colours in place of those that it names."""
    if isinstance(value, str):
        return colours.get(value, value)
    if isinstance(value, dict):
        return {key: coloured(each, colours) for key, each in value.items()}
    if isinstance(value, list):
        return [coloured(each, colours) for each in value]
    return value


def slim(svg: str, colours: Mapping[str, str]) -> str:
    """The inner part of ``svg`` (what stands between its <svg> tags) and nothing that cannot be seen.

    ``colours`` maps colours as the chart names them to CSS values, such as ``var(--ink)``.
    """
    root = ET.fromstring(svg)  # noqa: S314 - written by Vega a moment ago from numbers and dates
    _clean(root, colours)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_NS)
    return "".join(ET.tostring(child, encoding="unicode") for child in root)


def size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in its own units."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert found, "Vega writes a viewBox"
    return float(found[1]), float(found[2])


def _clean(parent: ET.Element, colours: Mapping[str, str]) -> None:
    for child in list(parent):
        if _unseen(child):
            parent.remove(child)
            continue
        for name in _DROPPED:
            child.attrib.pop(name, None)
        for name in ("opacity", "stroke-opacity", "fill-opacity"):
            if child.get(name) == "1":
                del child.attrib[name]
        for name, value in _USUAL.items():
            if child.get(name) == value:
                del child.attrib[name]
        _fold_circle(child)
        for name, value in child.attrib.items():
            child.set(
                name,
                colours.get(value, _NUMBER.sub(_shorter, value) if name in {"d", "transform", "x2", "y2"} else value),
            )
        _clean(child, colours)
        if child.tag == f"{_NS}g" and not len(child):
            parent.remove(child)
        elif child.tag == f"{_NS}g" and not child.attrib:
            _replace(parent, child)
    _merge(parent)


def _unseen(element: ET.Element) -> bool:
    if element.get("display") == "none" or element.get("opacity") == "0":
        return True
    painted = element.get("fill") not in {None, "none", "transparent"} or element.get("stroke") not in {
        None,
        "transparent",
    }
    return element.tag in {f"{_NS}path", f"{_NS}rect"} and (not painted or not element.get("d", "M"))


def _fold_circle(element: ET.Element) -> None:
    """A moved, filled circle as a dot of a round pen, so that circles alike become one short path: 10 bytes each."""
    circle, move = _CIRCLE.match(element.get("d", "")), _MOVE.match(element.get("transform", ""))
    if not circle or not move:
        return
    r, x, y = float(circle[1]), float(move[1]), float(move[2])
    del element.attrib["transform"]
    fill = element.get("fill")
    if fill in {None, "none", "transparent"}:
        element.set(
            "d", f"M{x - r:.1f},{y:.1f}a{r:.1f},{r:.1f},0,1,1,{2 * r:.1f},0a{r:.1f},{r:.1f},0,1,1,{-2 * r:.1f},0"
        )
        return
    pen = {"stroke": fill, "stroke-width": f"{2 * r:.1f}".removesuffix(".0"), "stroke-linecap": "round", "fill": "none"}
    element.attrib.update({"d": f"M{x:.1f},{y:.1f}h0", **{name: value for name, value in pen.items() if value}})


def _shorter(number: re.Match[str]) -> str:
    """A coordinate to a tenth of a pixel."""
    short = f"{float(number[0]):.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def _replace(parent: ET.Element, group: ET.Element) -> None:
    at = list(parent).index(group)
    parent.remove(group)
    for offset, child in enumerate(group):
        parent.insert(at + offset, child)


def _merge(parent: ET.Element) -> None:
    """Neighbouring paths painted alike become one path: a bar costs 20 bytes, not 100."""
    last: ET.Element | None = None
    for child in list(parent):
        if child.tag != f"{_NS}path" or len(child):
            last = None
        elif last is not None and _paint(last) == _paint(child):
            last.set("d", last.get("d", "") + child.get("d", ""))
            parent.remove(child)
        else:
            last = child


def _paint(element: ET.Element) -> dict[str, str]:
    return {name: value for name, value in element.attrib.items() if name != "d"}
