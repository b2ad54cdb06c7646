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
from earful.connectors.files.options import Declared, FilesOptions
from earful.connectors.files.places import Skipped, told
from earful.connectors.files.report.asked import questions
from earful.connectors.files.report.inferred import Inferred, Unknown, inferred, says_unknown
from earful.connectors.files.report.messages import notes
from earful.connectors.files.report.spans import Span, common, joined, month_span, parts_in
from earful.connectors.files.report.tally import FileSummary
from earful.connectors.files.report.whole import unpacked, until
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
        covered = self.covered(product, read)
        spans, unknown = covered.spans, _asked_for(covered.unknown, window)
        says += f"; {says_unknown(unknown)}" if unknown else ""
        begins = min((rows.first for _, rows in read if rows.first), default=None)
        inside = parts_in(window, spans)
        if not inside:
            held = f"they cover {spans[0].start:%Y-%m-%d} to {spans[-1].end:%Y-%m-%d}" if spans else "no row in them"
            says += "" if unknown else f": nothing of the asked time; {held}"
            none = Coverage.none(window, says + notes(summaries))
            return replace(none, questions=tuple(asked), begins=begins if unknown else None)
        reached, ends = inside[0].start, inside[-1].end
        if reached > window.start:
            says += f"; nothing before {reached:%Y-%m-%d %H:%M} without a gap"
        if ends < window.end:
            says += f"; nothing after {ends:%Y-%m-%d %H:%M}"
        missing = [Window(one.end, other.start) for one, other in pairwise(inside)]
        gaps = [gap for gap in missing if not _asked_for(unknown, gap)]
        says += "".join(f"; gap {gap.start:%Y-%m-%d} to {gap.end:%Y-%m-%d}" for gap in gaps[-_GAPS:])
        more = len(gaps) - _GAPS
        says += f" and {more} gap{'s' if more > 1 else ''} before" if more > 0 else ""
        return Coverage(
            reached,
            ends,
            capped=reached > window.start,
            note=says + notes(summaries),
            missing=(*missing, *self._partial_days(summaries, Span(reached, ends))),
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

    def covered(self, product: Product, read: Gave) -> Inferred:
        """The spans of which the files hold everything, as far as they can tell, and the days of which they cannot.

        As configured, where anything is. A month's export named as Play Console names it: that month, for its app; a
        product with several apps is covered while all of them are. All other files: by the rhythm of their rows.
        """
        options, preset = self.options, self.spec.preset
        if declared := options.declared():
            return Inferred(joined(filter(None, (self._declared(each, read) for each in declared))), [])
        months = preset.months if preset else None
        named = [re.fullmatch(months, file.path.name) if months else None for file, _ in read]
        apps = [value.lower() for value in values_of(self.spec, product) or ()] if months else []
        if self.spec.product_values is None:
            # Any of slug, name and ids may be the app's: it is the one that files are named by.
            packages = {found["package"].lower() for found in named if found}
            apps = [app for app in apps if app in packages]
        spans: dict[str, list[Span]] = {app: [] for app in apps or [""]}
        others: Gave = []
        for (file, rows), found in zip(read, named, strict=True):
            if found and found["package"].lower() in spans:
                written = datetime.fromtimestamp(on_disk(file.path).stat().st_mtime, UTC)
                month = month_span(found["month"], written, rows.last)
                spans[found["package"].lower()] += [month] if month else []
            elif not found and len(spans) == 1:
                others.append((file, rows))
        by_rows = self._by_rhythm(others)
        next(iter(spans.values())).extend(by_rows.spans)
        first, *more = [joined(each) for each in spans.values()]
        for other in more:
            first = common(first, other)
        unknown = by_rows.unknown
        if len(first) > len(by_rows.spans):  # months that are declared
            unknown = [each for each in unknown if not any(self._holds(span, each) for span in first)]
        return Inferred(first, unknown)

    def _by_rhythm(self, read: Gave) -> Inferred:
        """Of files of which nothing is declared. Rows of other products belong to the rhythm of a file."""
        own = [day for _, rows in read if rows.first for day, *_ in rows.summary["days"]]
        if not own:
            return Inferred([], [])
        shared = any(rows.summary["whole"] for _, rows in read)
        days = []
        for _, rows in read:
            if whole := rows.summary["whole"]:
                days.append(unpacked(whole, self.zone, rows.read_at))
            elif rows.last:
                days.append(until(rows.summary["days"], rows.last))
        return inferred([each for each in days if each], self.zone, min(own) if shared else None)

    def _declared(self, days: Declared, read: Gave) -> Span | None:
        firsts = [rows.first for _, rows in read if rows.first]
        lasts = [rows.last for _, rows in read if rows.last]
        first, last = days
        start = self._midnight(first) if first else min(firsts, default=None)
        end = self._midnight(last + timedelta(days=1)) if last else max(lasts, default=None)
        end = end if last or not end else end + timedelta(microseconds=1)
        return Span(start, end) if start and end and start < end else None

    def _holds(self, span: Span, days: Unknown) -> bool:
        after = days.last + timedelta(days=1)
        return span.start <= self._midnight(days.first) and self._midnight(after) <= span.end

    def says(self, product: Product, read: Gave) -> str:
        """In words, for a check: of which days it is not known whether they are whole; "" where none is."""
        return says_unknown(self.covered(product, read).unknown)

    @property
    def rule(self) -> str:
        """By what rule days count as covered, in words."""
        options, preset = self.options, self.spec.preset
        if declared := options.declared():
            said = (f"{first or 'the first row'} to {last or 'the last row'}" for first, last in declared)
            return f"{', '.join(said)} (as configured)"
        return "the month that the file is named by" if preset and preset.months else "what its rows' rhythm shows"

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.spec.zone).astimezone(UTC)


def _asked_for(unknown: Sequence[Unknown], window: Window) -> list[Unknown]:
    """Those with a day in a window, by the day."""
    first, last = window.start.date(), window.end.date()
    return [each for each in unknown if each.first <= last and first <= each.last]
