"""Pictures of an evaluation: how often each profile is right, and what it says at each star. From plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert

from earful.reports.charts.svg import drawable

#: Arial first: Vega measures labels with Liberation Sans, whose letters are exactly as wide.
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
_INK, _MUTED, _GRID = "#1b2027", "#545e6b", "#e4e8ed"
_CLASSES = {"negative": "#c2570c", "neutral": "#a9b3bf", "positive": "#2b6cb0"}
_SERIES = ("#77818d", "#2b6cb0", "#c2570c", "#1c6b42", "#855000")
_MEASURES = {"accuracy": "accuracy", "macro_f1": "macro F1", "auc": "AUC"}


def draw(name: str, evaluation: Mapping[str, Any]) -> str:
    """An evaluation (``Evaluation.as_json()``) as one SVG document: measures above, calibration below."""
    profiles: Mapping[str, Any] = evaluation["profiles"]
    order = list(profiles)
    measured = [
        {"profile": p, "measure": label, "value": result[key]}
        for p, result in profiles.items()
        for key, label in _MEASURES.items()
        if result[key] is not None
    ]
    shares = [
        {"profile": p, "level": _level(evaluation["kind"], level), "class": c, "share": level[c], "at": i}
        for p, result in profiles.items()
        for level in result["calibration"]
        for i, c in enumerate(_CLASSES)
    ]
    top = _bars(measured, order, list(_MEASURES.values()), "measure")
    levels = list(dict.fromkeys(row["level"] for row in shares))
    below = [_calibration([row for row in shares if row["profile"] == p], p, levels) for p in order]
    title = f"{name}: {evaluation['texts']:,} texts, people against scores"
    return _svg(alt.vconcat(top, alt.hconcat(*below, spacing=28), spacing=30), title)


def draw_paper(rows: Sequence[Mapping[str, Any]]) -> str:
    """The paper's table (rows with set, by, r, f1_weighted) as one SVG document."""
    order = list(dict.fromkeys(row["by"] for row in rows))
    labels = {"r": "correlation with the mean human rating (r)", "f1_weighted": "F1, weighted by class size"}
    parts = [
        _bars(
            [{"profile": row["by"], "set": row["set"], "value": row[key]} for row in rows if row[key] is not None],
            order,
            list(dict.fromkeys(row["set"] for row in rows)),
            "set",
            label,
        )
        for key, label in labels.items()
    ]
    return _svg(alt.vconcat(*parts, spacing=30), "The VADER paper's four sets, scored again")


def _level(kind: str, level: Mapping[str, Any]) -> str:
    if kind == "labels":
        return {-1: "negative", 0: "neutral", 1: "positive"}[int(level["level"])]
    return f"{level['level']:g}" + ("★" if kind == "stars" else "")


def _bars(
    rows: list[dict[str, Any]], order: list[str], groups: list[str], group: str, title: str = ""
) -> alt.FacetChart:
    """Bars of [0, 1] by group, one colour a profile, each with its number."""
    y = alt.Y("profile:N", sort=order, title=None, axis=alt.Axis(labels=False, ticks=False, domain=False))
    colour = alt.Color(
        "profile:N", sort=order, title=None,
        scale=alt.Scale(domain=order, range=list(_SERIES[: len(order)])), legend=alt.Legend(orient="top"),
    )  # fmt: skip
    x = alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".1f", tickCount=5))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    bars = base.mark_bar(height=13).encode(x=x, color=colour)
    text = base.mark_text(align="left", dx=4, color=_INK).encode(x=x, text=alt.Text("value:Q", format=".3f"))
    row = alt.Row(
        f"{group}:N", sort=groups, title=None,
        header=alt.Header(labelAngle=0, labelAlign="left", labelColor=_INK, labelFontSize=12),
    )  # fmt: skip
    said = alt.Title(title, anchor="start", fontSize=12, color=_MUTED) if title else ""
    chart: alt.FacetChart = (
        alt.layer(bars, text).properties(width=420, height=alt.Step(17)).facet(row=row, spacing=8, title=said)
    )
    return chart


def _calibration(rows: list[dict[str, Any]], profile: str, levels: list[str]) -> alt.Chart:
    """Shares of the three classes at each level, stacked to one."""
    said = alt.Title(f"{profile} says", anchor="start", fontSize=12, color=_INK)
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), title=said)
        .mark_bar()
        .encode(
            y=alt.Y("level:N", sort=levels, title=None),
            x=alt.X("share:Q", title="share of texts", axis=alt.Axis(format=".0%", tickCount=5)),
            order=alt.Order("at:Q"),
            color=alt.Color(
                "class:N", title=None, sort=list(_CLASSES), legend=alt.Legend(orient="bottom"),
                scale=alt.Scale(domain=list(_CLASSES), range=list(_CLASSES.values())),
            ),
        )
        .properties(width=230, height=alt.Step(22))
    )  # fmt: skip
    return chart


def _svg(chart: alt.VConcatChart, title: str) -> str:
    whole = (
        chart.resolve_scale(color="independent")
        .properties(
            title=alt.Title(title, anchor="start", fontSize=14, color=_INK, offset=14), background="white", padding=14
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_MUTED, titleColor=_MUTED, gridColor=_GRID, labelFontSize=12, titleFontWeight="normal"
        )
        .configure_legend(labelFontSize=12, labelColor=_INK)
    )
    drawn: str = vl_convert.vegalite_to_svg(drawable(whole.to_dict()))
    return drawn
