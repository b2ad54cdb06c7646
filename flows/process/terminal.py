"""The console of every command: whatever it is given to show, no control character of it reaches the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

from earful.flows.process.control import escaped


class Terminal(Console):
    """Rich's console; texts are escaped after they were laid out, so its own colours and cursor moves stay."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - rich's own
        super().__init__(**settings)
        self.push_render_hook(_Hook())


class _Hook(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Escaped(each) for each in renderables]


class _Escaped:
    def __init__(self, shown: ConsoleRenderable) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from _escaped(console.render(self._shown, options))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Any:  # noqa: ANN401 - rich's Measurement
        return console.measure(self._shown, options=options)


def _escaped(segments: Iterable[Segment]) -> Iterable[Segment]:
    for segment in segments:
        yield segment if segment.control else Segment(escaped(segment.text), segment.style)
