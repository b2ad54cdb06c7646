"""The figures of benchmarks/scoring.py as one SVG: speed by corpus, cost by length, and where the time goes."""

from __future__ import annotations

from typing import Any

import altair as alt
import vl_convert

FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
_INK, _MUTED, _GRID = "#1b2027", "#545e6b", "#e4e8ed"
_SCORERS = {"earful": "#2b6cb0", "vaderSentiment": "#77818d", "NLTK": "#c2570c", "npm vader-sentiment": "#855000"}


def draw(found: dict[str, Any]) -> str:
    """One SVG document."""
    said = f"python -m benchmarks.scoring: {found['mismatches']} differing bits; Python {found['python']}"
    chart = (
        alt.vconcat(_speed(found), alt.hconcat(_length(found), _step(found), spacing=50), spacing=34)
        .resolve_scale(color="independent")
        .properties(
            title=alt.Title(
                "VADER's scores, bit for bit, on one core",
                subtitle=said,
                anchor="start", fontSize=15, subtitleFontSize=12, color=_INK, subtitleColor=_MUTED, offset=16,
            ),
            background="white", padding=16,
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_MUTED, titleColor=_MUTED, gridColor=_GRID, labelFontSize=12, titleFontWeight="normal"
        )
        .configure_legend(labelFontSize=12, labelColor=_INK)
    )  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return svg


def _speed(found: dict[str, Any]) -> alt.FacetChart:
    rows = [
        {
            "corpus": f"{name}, {c['words_a_text']:.0f} words",
            "scorer": scorer,
            "rate": rate,
            "said": f"{rate:,.0f}" + (f" ({c['ratio']:.0f}x)" if scorer == "earful" else ""),
        }
        for name, c in found["corpora"].items()
        for scorer, rate in c["texts_a_second"].items()
        if rate is not None
    ]
    present = [s for s in _SCORERS if any(row["scorer"] == s for row in rows)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("scorer:N", sort=present, title=None, axis=alt.Axis(labels=False, ticks=False, domain=False)),
        x=alt.X(
            "rate:Q", title="texts a second (logarithmic)", scale=alt.Scale(type="log", domain=[100, 2e7]),
            axis=alt.Axis(values=[1e2, 1e3, 1e4, 1e5, 1e6, 1e7], format="~s"),
        ),
    )  # fmt: skip
    bars = base.mark_bar(height=13).encode(
        x2=alt.X2(datum=100),
        color=alt.Color(
            "scorer:N", sort=present, title=None, legend=alt.Legend(orient="top"),
            scale=alt.Scale(domain=present, range=[_SCORERS[s] for s in present]),
        ),
    )  # fmt: skip
    text = base.mark_text(align="left", dx=4, color=_INK).encode(text="said:N")
    chart: alt.FacetChart = (
        alt.layer(bars, text)
        .properties(width=520, height=alt.Step(17))
        .facet(
            row=alt.Row(
                "corpus:N", sort=list(dict.fromkeys(row["corpus"] for row in rows)), title=None,
                header=alt.Header(labelAngle=0, labelAlign="left", labelColor=_INK, labelFontSize=12),
            ),
            spacing=10,
        )
    )  # fmt: skip
    return chart


def _length(found: dict[str, Any]) -> alt.LayerChart | alt.FacetChart:
    lengths = found["lengths"]
    rows = [
        {"words": int(n), "ms": ms, "scorer": name}
        for name, times in (("earful", lengths["earful_ms"]), ("vaderSentiment", lengths["package_ms"]))
        for n, ms in sorted(times.items())
    ]
    powers = [10**n for n in range(-3, 4)]
    base = alt.Chart(alt.InlineData(values=rows), title=_title("one text: time by length")).encode(
        x=alt.X("words:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", values=[100, 1e3, 1e4, 1e5])),
        y=alt.Y("ms:Q", title="milliseconds", scale=alt.Scale(type="log"), axis=alt.Axis(format="~g", values=powers)),
        color=alt.Color(
            "scorer:N", title=None, legend=None,
            scale=alt.Scale(domain=list(_SCORERS)[:2], range=list(_SCORERS.values())[:2]),
        ),
    )  # fmt: skip
    names = [max((r for r in rows if r["scorer"] == s), key=lambda r: r["words"]) for s in list(_SCORERS)[:2]]
    text = (
        alt.Chart(alt.InlineData(values=names))
        .mark_text(align="right", dx=-10, dy=-6)
        .encode(x="words:Q", y="ms:Q", text="scorer:N", color=alt.Color("scorer:N", legend=None))
    )
    return alt.layer(base.mark_line(strokeWidth=2.5, point=True), text).properties(width=230, height=190)


def _step(found: dict[str, Any]) -> alt.LayerChart | alt.FacetChart:
    step = found["step"]
    rows = [{"phase": name, "share": share} for name, share in step["share"].items()]
    base = alt.Chart(
        alt.InlineData(values=rows),
        title=_title(
            "the whole step: where the time goes",
            f"{step['texts_a_second']:,.0f} reviews a second, {step['ratio']:.0f}x langid + VADER a row",
        ),
    ).encode(
        y=alt.Y("phase:N", sort=list(step["share"]), title=None),
        x=alt.X("share:Q", title="share of CPU time", axis=alt.Axis(format=".0%", tickCount=4)),
    )
    bars = base.mark_bar(color=_SCORERS["earful"])
    text = base.mark_text(align="left", dx=4).encode(text=alt.Text("share:Q", format=".0%"))
    return alt.layer(bars, text).properties(width=230, height=alt.Step(30))


def _title(text: str, more: str = "") -> alt.Title:
    return alt.Title(
        text, subtitle=more or alt.Undefined, anchor="start", fontSize=12, subtitleFontSize=11,
        color=_INK, subtitleColor=_MUTED,
    )  # fmt: skip
