"""Three charts: figures with their intervals, categories, how long answers took.

Drawn narrow, so that they can be read on a phone as they are, and never wider than twice that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from assistant.export.plain import shorten
from evals.report.content import Content
from evals.report.markup import esc, tag
from evals.report.numbers import decimal, interval, percent, quantity
from evals.report.svg import INK, inline
from evals.report.words import say, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, ROW = 5.0, 0.5  # inches
ABOVE, BELOW = 0.1, 0.4
SIZE = 12  # points
LABEL = 40  # characters of a name
BINS = 16
TAIL = 2.0  # times the 95th percentile, above which answers share the last bar
MOST_ROWS = 40


def charts(content: Content) -> str:
    """The charts that the run has figures for, or a line saying that they cannot be drawn."""
    lang = content.lang
    if find_spec("matplotlib") is None:
        drawn = tag("p", esc(say(lang, "no_charts")))
    else:
        drawn = tag("div", _metrics(content) + _categories(content) + _latency(content), klass="charts")
    heading = tag("h2", esc(say(lang, "charts")), id="charts")
    return tag("section", heading + drawn, aria_labelledby="charts")


def _canvas(rows: float) -> tuple[Figure, Axes]:
    """A figure with axes of so many rows, nothing drawn on it but quiet ticks below."""
    from matplotlib.figure import Figure

    height = rows * ROW + ABOVE + BELOW
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.04, BELOW / height, 0.92, rows * ROW / height))
    axes.patch.set_visible(False)
    figure.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(axis="x", length=0, labelsize=SIZE - 1, labelcolor=INK["quiet"])
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.grid(visible=True, axis="x", color=INK["line"], linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _framed(figure: Figure, name: str, title: str, caption: str, about: str) -> str:
    drawing = inline(figure, name, title, about)
    told = tag("figcaption", tag("b", esc(title)) + " " + esc(caption))
    return tag("figure", told + drawing)


# ── figures ───────────────────────────────────────────────────────────────────────────────────────


def _metrics(content: Content) -> str:
    """Shares only: they have one axis."""
    lang = content.lang
    shown = [(name, about) for name, about in content.summary["metrics"].items()
             if about["unit"] == "share" and about["value"] is not None][:MOST_ROWS]  # fmt: skip
    if not shown:
        return ""
    figure, axes = _canvas(len(shown))
    marks = _marks(content)
    for place, (name, about) in enumerate(shown):
        height = len(shown) - place - 1
        _dot(axes, content, name, about, height)
        if name in marks:
            ends = [height + 0.21, height + 0.55]
            axes.plot([100 * marks[name]] * 2, ends, color=INK["mark"], linewidth=3, zorder=1.5)
    axes.set_xlim(-2, 102)
    axes.set_ylim(0, len(shown))
    ticks = list(range(0, 101, 25))
    axes.set_xticks(ticks, [percent(each, lang) for each in ticks])
    caption = say(lang, "chart_metrics_plain")
    if marks:
        mark = say(lang, "mark_baseline" if content.baseline else "mark_against")
        caption = say(lang, "chart_metrics_about", mark=mark)
    about_all = "; ".join(f"{short(name, lang)}: {_said(content, about)}" for name, about in shown)
    return _framed(figure, "chart-metrics", say(lang, "chart_metrics"), caption, about_all)


def _marks(content: Content) -> dict[str, float]:
    """The value to compare each figure with: the baseline's, else the earlier run's."""
    if content.baseline is not None:
        return {name: bar.value for name, bar in content.baseline.metrics.items()}
    before: Mapping[str, Any] = (content.earlier or {}).get("metrics", {})
    return {name: about["value"] for name, about in before.items() if about["value"] is not None}


def _dot(axes: Axes, content: Content, name: str, about: Mapping[str, Any], height: int) -> None:
    value, line = 100 * about["value"], height + 0.38
    if about.get("low") is not None:
        axes.plot([100 * about["low"], 100 * about["high"]], [line, line], color=INK["good"], linewidth=3,
                  alpha=None, solid_capstyle="butt")  # fmt: skip
    axes.plot([value], [line], "o", color=INK["good"], markersize=8)
    _text(axes, 0, height + 0.58, short(name, content.lang), "text")
    _text(axes, 100, height + 0.58, quantity(about["value"], "share", content.lang), "text", "right")


def _said(content: Content, about: Mapping[str, Any]) -> str:
    ends = interval(about, "share", content.lang)
    return f"{quantity(about['value'], 'share', content.lang)} {ends}"


def _text(axes: Axes, x: float, y: float, text: str, ink: str, side: str = "left") -> None:
    """Words as they are: a dollar begins no formula."""
    shown = shorten(text, LABEL)
    axes.text(x, y, shown, fontsize=SIZE, color=INK[ink], ha=side, va="bottom", parse_math=False)


# ── categories ────────────────────────────────────────────────────────────────────────────────────


def _categories(content: Content) -> str:
    lang = content.lang
    groups = {name: _judged(content, name) for name in content.summary["categories"]}
    shown = [(name, *counts) for name, counts in groups.items() if sum(counts)][:MOST_ROWS]
    if not shown:
        return ""
    most = max(passed + failed for _, passed, failed in shown)
    figure, axes = _canvas(len(shown))
    for place, (name, passed, failed) in enumerate(shown):
        height = len(shown) - place - 1
        axes.barh([height + 0.38], [passed], 0.3, color=INK["good"], linewidth=0)
        if failed:
            bars = axes.barh([height + 0.38], [failed], 0.3, left=[passed], facecolor="none", linewidth=1)
            bars[0].set(edgecolor=INK["bad"], hatch="////")
        _text(axes, 0, height + 0.58, name, "text")
        _text(axes, most, height + 0.58, f"{passed} / {passed + failed}", "text", "right")
    axes.set_xlim(-0.02 * most, 1.02 * most)
    axes.set_ylim(0, len(shown))
    _whole_ticks(axes, most)
    about = "; ".join(f"{name}: {passed} / {passed + failed}" for name, passed, failed in shown)
    caption = say(lang, "chart_categories_about")
    return _framed(figure, "chart-categories", say(lang, "chart_categories"), caption, about)


def _judged(content: Content, category: str) -> tuple[int, int]:
    states = [entry.state for entry in content.entries if entry.case.category == category]
    return states.count("passed"), states.count("failed")


def _whole_ticks(axes: Axes, most: int) -> None:
    step = max(1, math.ceil(most / 4))
    ticks = list(range(0, most + 1, step))
    axes.set_xticks(ticks, [str(each) for each in ticks])


# ── waiting ───────────────────────────────────────────────────────────────────────────────────────


def _latency(content: Content) -> str:
    import numpy as np

    lang = content.lang
    seconds = [each.outcome.seconds for entry in content.entries for each in entry.asked
               if each.outcome.ended not in ("error", "empty")]  # fmt: skip
    if len(seconds) < 2 or max(seconds) <= 0:
        return ""
    half, most = (float(each) for each in np.quantile(seconds, [0.5, 0.95]))
    limit = max(TAIL * most, half) or max(seconds)
    gathered = max(seconds) > limit
    top = min(max(seconds), limit)
    figure, axes = _canvas(4.5)
    counts = [int(each) for each in np.histogram(np.minimum(seconds, top), BINS, (0, top))[0]]
    step, highest = top / BINS, float(max(counts))
    starts = [place * step for place in range(BINS)]
    axes.bar(starts, counts, 0.88 * step, align="edge", color=INK["good"], linewidth=0)
    for share, at, height in (("50 %", half, 1.18), ("95 %", most, 1.04)):
        _line(axes, at, top, height * highest, f"{share}: {decimal(at, 2, lang)}")
    axes.set_xlim(-0.02 * top, 1.02 * top)
    axes.set_ylim(0, 1.35 * highest)
    ticks = [top * part / 4 for part in range(5)]
    places = 1 if top >= 4 else 2
    axes.set_xticks(ticks, [decimal(each, places, lang) for each in ticks])
    waits = {"half": quantity(half, "seconds", lang), "most": quantity(most, "seconds", lang)}
    caption = say(lang, "chart_latency_about", **waits)
    if gathered:
        caption += f" {say(lang, 'chart_latency_tail', limit=quantity(top, 'seconds', lang))}"
    about = _bins(counts, top, content)
    return _framed(figure, "chart-latency", say(lang, "chart_latency"), caption, about)


def _line(axes: Axes, at: float, top: float, height: float, told: str) -> None:
    """A line across the bars with words at its upper end, on the side where there is room."""
    ends = at > top / 2
    axes.plot([at, at], [0, 1.08 * height], color=INK["mark"], linewidth=2)
    beside = at + (-0.015 if ends else 0.015) * top
    _text(axes, beside, height, told, "text", "right" if ends else "left")


def _bins(counts: Sequence[int], top: float, content: Content) -> str:
    lang, step = content.lang, top / BINS
    return "; ".join(
        f"{decimal(place * step, 2, lang)}–{decimal((place + 1) * step, 2, lang)}: {count}"
        for place, count in enumerate(counts)
        if count
    )
