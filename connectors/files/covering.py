"""What a channel's files cover: the spans of which they hold everything, as far as their own rows can tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from earful.connectors.base import Coverage, Product, Window
from earful.connectors.files.columns import Spec, values_of
from earful.connectors.files.health import Gave, described
from earful.connectors.files.options import FilesOptions
from earful.connectors.files.places import Skipped, told
from earful.connectors.files.report.asked import questions
from earful.connectors.files.report.messages import notes
from earful.connectors.files.report.spans import Span, add_days, common, dense_stretches, joined, month_span, parts_in
from earful.connectors.files.report.tally import FileSummary
from earful.connectors.files.tables.packed import on_disk

#: Gaps that are named one by one.
_GAPS = 3


@dataclass(frozen=True, slots=True)
class Covering:
    """For one channel; ``zone``: of the reporting days."""

    options: FilesOptions
    spec: Spec
    zone: ZoneInfo

    def coverage(
        self, product: Product, window: Window, read: Gave, skipped: Sequence[Skipped], lost: Sequence[str]
    ) -> Coverage:
        """Of the window. ``skipped``: what is no table; ``lost``: what is said of files that are gone or shrank."""
        summaries = [rows.summary for _, rows in read]
        asked = questions(summaries)
        says = "; ".join([*asked, *lost, described(read)])  # what is news comes first
        says += f"; skipped {told(skipped)}" if skipped else ""
        spans = self._covered(product, read)
        inside = parts_in(window, spans)
        if not inside:
            held = f"they cover {spans[0].start:%Y-%m-%d} to {spans[-1].end:%Y-%m-%d}" if spans else "no row in them"
            none = Coverage.none(window, f"{says}: nothing of the asked time; {held}{notes(summaries)}")
            return replace(none, questions=tuple(asked))
        reached, until = inside[0].start, inside[-1].end
        if reached > window.start:
            says += f"; nothing before {reached:%Y-%m-%d %H:%M} without a gap"
        if until < window.end:
            says += f"; nothing after {until:%Y-%m-%d %H:%M}"
        gaps = [Window(one.end, other.start) for one, other in pairwise(inside)]
        says += "".join(f"; gap {gap.start:%Y-%m-%d} to {gap.end:%Y-%m-%d}" for gap in gaps[-_GAPS:])
        more = len(gaps) - _GAPS
        says += f" and {more} gap{'s' if more > 1 else ''} before" if more > 0 else ""
        begins = min((rows.first for _, rows in read if rows.first), default=None)
        return Coverage(
            reached,
            until,
            capped=reached > window.start,
            note=says + notes(summaries),
            missing=(*gaps, *self._partial_days(summaries, Span(reached, until))),
            begins=min(begins, reached) if begins else None,
            questions=tuple(asked),
        )

    def _partial_days(self, summaries: Sequence[FileSummary], span: Span) -> tuple[Window, ...]:
        """The reporting days of which a row was refused: nobody can call them whole."""
        zone = self.zone
        found = []
        for number in sorted({day for summary in summaries for day in summary["partial_days"]}):
            first = date(1970, 1, 1) + timedelta(days=number)
            ends = [datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, first + timedelta(days=1))]
            if ends[0] < span.end and ends[1] > span.start:
                found.append(Window(max(ends[0], span.start), min(ends[1], span.end)))
        return tuple(found)

    def _covered(self, product: Product, read: Gave) -> list[Span]:
        """The spans of which the files hold everything, as far as they can tell.

        covers_from and covers_to where given. A month's export named as Play Console names it: that month, for its app;
        a product with several apps is covered while all of them are. All other files: where their rows are dense.
        """
        options, preset = self.options, self.spec.preset
        apps = [value.lower() for value in values_of(self.spec, product) or ()] if preset and preset.months else []
        if self.spec.product_values is None:
            # Any of slug, name and ids may be the app's: it is the one that files are named by.
            apps = [app for app in apps if any(app in file.path.name.lower() for file, _ in read)]
        spans: dict[str, list[Span]] = {app: [] for app in apps or [""]}
        days: dict[int, list[int]] = {}
        for file, rows in read:
            named = re.fullmatch(preset.months, file.path.name) if preset and preset.months else None
            if named and named["package"].lower() in spans:
                written = datetime.fromtimestamp(on_disk(file.path).stat().st_mtime, UTC)
                month = month_span(named["month"], written, rows.last)
                spans[named["package"].lower()] += [month] if month else []
            elif not named and rows.first and rows.last and len(spans) == 1:
                add_days(days, rows.summary["days"], rows.last)
        next(iter(spans.values())).extend(dense_stretches(days))
        first, *others = [joined(found) for found in spans.values()]
        for other in others:
            first = common(first, other)
        if not (options.covers_from or options.covers_to):
            return first
        start = self._midnight(options.covers_from) if options.covers_from else first[0].start if first else None
        last_day = options.covers_to
        end = self._midnight(last_day + timedelta(days=1)) if last_day else first[-1].end if first else None
        return [Span(start, end)] if start and end and start < end else []

    @property
    def rule(self) -> str:
        """By what rule days count as covered, in words."""
        options, preset = self.options, self.spec.preset
        if options.covers_from or options.covers_to:
            return f"{options.covers_from or 'the first row'} to {options.covers_to or 'the last row'} (as configured)"
        return "the month that the file is named by" if preset and preset.months else "where rows are dense"

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.spec.zone).astimezone(UTC)
