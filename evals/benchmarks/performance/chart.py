"""Results -> charts, SVG files: how many times better than the others, how far aims are reached, growth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InputError
from evals.benchmarks.performance.figures import Curve, Figure, Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Drawing

INKS = ("#3b6fb6", "#c8742b", "#6a9a3a")
LINES = ("#9dbbe0", "#6f9bd1", "#3b6fb6", "#1d3d6b", "#c8742b", "#e0a878", "#6a9a3a", "#a9cf86")  # of a curve
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
MARK = "#b03030"


def ratios(results: Results) -> dict[str, dict[str, float]]:
    """What is compared with others: title of a figure -> other system -> how many times better ours is."""
    found: dict[str, dict[str, float]] = {}
    for section in results.sections.values():
        for each in section.figures:
            others = {name: one.ratio for name, one in each.systems.items() if one.ratio}
            if others and each.name not in ("chunks", "characters"):
                found[each.title] = others
    return found


def toward_aims(results: Results) -> dict[str, float]:
    """Title of a figure with an aim -> how far it is reached, 1 being the aim."""
    figures = (each for section in results.sections.values() for each in section.figures)
    return {each.title: share for each in figures if (share := share_of_aim(each)) is not None}


def share_of_aim(figure: Figure) -> float | None:
    """How far a figure's aim is reached; None without an aim or without what it is compared with."""
    if figure.aim is None or figure.reached is None:
        return None
    if figure.aim.against is not None:
        ratio = figure.systems[figure.aim.against].ratio
        return None if ratio is None else ratio / figure.aim.bound
    value = next(iter(figure.systems.values())).median
    return value / figure.aim.bound if figure.better == "higher" else figure.aim.bound / max(value, 1e-9)


def write(results: Results, path: Path) -> None:
    """Draw the chart. Raises InputError without matplotlib."""
    compared, aims = ratios(results), toward_aims(results)
    rows = max(1, len(compared)) + max(1, len(aims))
    drawing = _drawing(8.5, 1.8 + 0.45 * rows)
    upper, lower = drawing.subplots(2, 1, height_ratios=[max(1, len(compared)), max(1, len(aims))])
    _draw_ratios(upper, compared)
    _draw_aims(lower, aims)
    _save(drawing, path)


def write_growth(curves: Sequence[Curve], path: Path) -> None:
    """Draw a panel a curve, sizes and values on log scales. Raises InputError without matplotlib."""
    rows = -(-len(curves) // 2)
    drawing = _drawing(8.5, 0.3 + 3.0 * rows)
    panels = drawing.subplots(rows, 2, squeeze=False).flatten()
    for axes, curve in zip(panels, curves, strict=False):
        _draw_curve(axes, curve)
    for axes in panels[len(curves) :]:
        axes.set_visible(False)
    _save(drawing, path)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    for place, (name, values) in enumerate(curve.lines.items()):
        both = zip(curve.sizes, values, strict=True)
        points = [(size, value) for size, value in both if value is not None]
        axes.plot(
            [size for size, _ in points], [value for _, value in points], label=name, linewidth=1.4,
            marker=MARKERS[place % len(MARKERS)], markersize=4, color=LINES[place % len(LINES)],
        )  # fmt: skip
    axes.set_title(f"{curve.title}, {curve.unit}", fontsize=9, loc="left")
    axes.set_xscale("log")
    shares = [value for values in curve.lines.values() for value in values if value is not None]
    if shares and max(shares) <= 1:
        axes.set_ylim(min(0.9, *shares) - 0.01, 1.01)
    else:
        axes.set_yscale("log")
        _plain(axes.yaxis)
    axes.set_xticks(curve.sizes, [f"{size:,}" for size in curve.sizes])
    axes.tick_params(labelsize=8, which="both")
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=7, frameon=False, loc="best")


def _plain(axis: Axis) -> None:
    """Have a log axis marked as people write numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}"))
    axis.set_minor_formatter(NullFormatter())


def _drawing(width: float, height: float) -> Drawing:
    """An empty drawing, inches wide and high. Raises InputError without matplotlib."""
    try:
        from matplotlib.figure import Figure as Drawing
    except ImportError:
        raise InputError(
            "The chart needs matplotlib. Install the extra: pip install 'ai-policy-assistant[evals]'.",
            "Для графика нужен matplotlib. Установите дополнение: pip install 'ai-policy-assistant[evals]'.",
        ) from None
    return Drawing(figsize=(width, height), layout="constrained")


def _save(drawing: Drawing, path: Path) -> None:
    """Write a drawing whose words stay words, the same bytes every time."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    path.parent.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "performance"}):
        FigureCanvasSVG(drawing).print_svg(str(path), metadata={"Date": None})


def _draw_ratios(axes: Axes, compared: dict[str, dict[str, float]]) -> None:
    systems = sorted({name for others in compared.values() for name in others})
    thick = 0.8 / max(1, len(systems))
    for place, name in enumerate(systems):
        rows = [(row, others[name]) for row, others in enumerate(compared.values()) if name in others]
        bars = axes.barh(
            [row + (place - (len(systems) - 1) / 2) * thick for row, _ in rows],
            [value for _, value in rows], thick, color=INKS[place % len(INKS)], label=f"than {name}",
        )  # fmt: skip
        axes.bar_label(bars, fmt="×%.3g", padding=2, fontsize=8)
    _axes(axes, list(compared), "times better (log scale; 1 = the same)")
    if systems:
        axes.legend(fontsize=8, frameon=False, loc="best")


def _draw_aims(axes: Axes, aims: dict[str, float]) -> None:
    colours = [INKS[2] if share >= 1 else MARK for share in aims.values()]
    bars = axes.barh(range(len(aims)), list(aims.values()), 0.6, color=colours)
    axes.bar_label(bars, fmt="%.2f", padding=2, fontsize=8)
    _axes(axes, list(aims), "of the aim (log scale; 1 = reached)")


def _axes(axes: Axes, titles: list[str], label: str) -> None:
    axes.set_yticks(range(len(titles)), titles, fontsize=8)
    axes.invert_yaxis()
    axes.axvline(1, color="#777777", linewidth=1)
    axes.set_xlabel(label, fontsize=8)
    axes.tick_params(axis="x", labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    if titles:
        axes.set_xscale("log")
        _plain(axes.xaxis)
        axes.margins(x=0.15)
    else:
        axes.text(0.5, 0.5, "nothing measured", transform=axes.transAxes, ha="center")
