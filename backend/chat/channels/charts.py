"""A forecast as a picture: what was sold, the median with its 80 % band, and the year before.

Drawn with matplotlib's figure objects and no global state; sized to be read on a phone.
"""

from __future__ import annotations

import io
import textwrap
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backend.chat.cards import ForecastCard, ForecastSeries
from backend.chat.channels import texts
from backend.chat.channels.blocks import number, period
from backend.chat.channels.cards_as_blocks import year_earlier
from backend.chat.channels.rendering import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INCHES = (6.4, 4.6)
DOTS_PER_INCH = 200
HISTORY_PERIODS = 18  # at least; three times what is forecast where that is more
TICKS = 6
LEGEND_WIDTH = 36  # characters of the name of a series
TITLE_WIDTH = 40  # characters of a line, were they all capitals
INK, MUTED, GRID = "#1c2420", "#4d5a53", "#dfe5e1"
GREEN, BAND, AMBER = "#0b5d3b", "#a9d5bf", "#a85a00"
_drawing = threading.Lock()  # matplotlib's font cache is shared between threads


def forecast_png(card: ForecastCard) -> bytes:
    """The picture of a forecast, as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    padded = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
    with _drawing:
        figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout=padded, facecolor="white")
        FigureCanvasAgg(figure)
        _draw(figure, card)
        out = io.BytesIO()
        figure.savefig(out, format="png")
    return out.getvalue()


def _draw(figure: Figure, card: ForecastCard) -> None:
    axes = figure.add_subplot()
    heading = "\n".join(textwrap.wrap(clean(card.title), TITLE_WIDTH, max_lines=2, placeholder=" …"))
    title = axes.set_title(heading, loc="left", color=INK, fontsize=13, weight="bold")
    title.set_parse_math(False)  # a price with a dollar sign is no formula
    history = card.history[-max(HISTORY_PERIODS, 3 * len(card.forecast)) :]
    if not history and not card.forecast:
        axes.set_axis_off()
        axes.text(0.5, 0.5, texts.CHART_EMPTY, ha="center", va="center", color=MUTED, fontsize=14)
        return
    _lines(axes, card, [point.value for point in history])
    for other in card.others[:1]:
        _beside(axes, other, [point.period for point in [*history, *card.forecast]])
    _axes(axes, [point.period for point in [*history, *card.forecast]], card.unit)
    if history and card.forecast:
        axes.axvline(len(history) - 0.5, color=MUTED, linewidth=1, linestyle=(0, (1, 2)))
    columns, size = (1, 10) if card.others else (2, 11)  # the names of two series need the whole width
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(0, -0.17),
        ncols=columns,
        frameon=False,
        fontsize=size,
        labelcolor=INK,
        borderpad=0,
        labelspacing=0.2,
    )


def _lines(axes: Axes, card: ForecastCard, history: Sequence[float]) -> None:
    start = len(history)
    ahead = list(range(start, start + len(card.forecast)))
    if history:
        label = _named(card.name, texts.CHART_HISTORY)
        axes.plot(range(start), history, color=INK, linewidth=2, marker=_marker(history), label=label)
    if not ahead:
        return
    low = [point.value if point.low is None else point.low for point in card.forecast]
    high = [point.value if point.high is None else point.high for point in card.forecast]
    median = [point.value for point in card.forecast]
    before = [float("nan") if value is None else value for value in year_earlier(card)]
    if low != high:
        if len(ahead) > 1:
            axes.fill_between(ahead, low, high, color=BAND, linewidth=0, label=_named(card.name, texts.CHART_BAND))
        else:
            axes.vlines(ahead, low, high, color=BAND, linewidth=14, label=_named(card.name, texts.CHART_BAND))
    label = _named(card.name, texts.CHART_FORECAST)
    axes.plot(ahead, median, color=GREEN, linewidth=3, marker="o", markersize=_marker_size(ahead), label=label)
    if card.last_year:
        axes.plot(
            ahead,
            before,
            color=AMBER,
            linewidth=2,
            linestyle="--",
            marker=_marker(ahead),
            label=texts.CHART_LAST_YEAR,
        )


def _named(name: str, what: str) -> str:
    """An entry of the legend; of which series, where there are two."""
    if not name:
        return what
    short = clean(name)
    short = short if len(short) <= LEGEND_WIDTH else f"{short[: LEGEND_WIDTH - 1].rstrip()}…"
    return texts.CHART_OF.format(name=short, what=what.lower())


def _beside(axes: Axes, other: ForecastSeries, periods: Sequence[str]) -> None:
    """The second series, in amber and broken lines, at the periods it shares with the first."""
    place = {name: at for at, name in enumerate(periods)}
    past = [(place[point.period], point.value) for point in other.history if point.period in place]
    ahead = [(place[point.period], point) for point in other.forecast if point.period in place]
    if past:
        label = _named(other.name, texts.CHART_HISTORY)
        axes.plot(*zip(*past, strict=True), color=AMBER, linewidth=2, linestyle=":", label=label)
    if not ahead:
        return
    places = [at for at, _ in ahead]
    low = [point.value if point.low is None else point.low for _, point in ahead]
    high = [point.value if point.high is None else point.high for _, point in ahead]
    if low != high:
        label = _named(other.name, texts.CHART_BAND)
        axes.fill_between(
            places, low, high, label=label, facecolor="none", edgecolor=AMBER, linestyle="--", linewidth=1
        )
    label, size = _named(other.name, texts.CHART_FORECAST), _marker_size(places)
    median = [point.value for _, point in ahead]
    axes.plot(places, median, color=AMBER, linewidth=3, linestyle="--", marker="s", markersize=size, label=label)


def _marker(values: Sequence[float]) -> str:
    return "o" if len(values) == 1 else ""


def _marker_size(ahead: Sequence[int]) -> float:
    return 5.0 if len(ahead) <= 13 else 0.0


def _axes(axes: Axes, periods: Sequence[str], unit: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    last = len(periods) - 1
    step = max(1, -(-len(periods) // TICKS))
    places = list(range(last, -1, -step))[::-1]
    axes.set_xticks(places, [_tick(periods[at]) for at in places])
    axes.set_xlim(-0.6, last + 0.6)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    label = axes.set_ylabel(texts.CHART_PER_PERIOD.format(unit=clean(unit) or texts.UNITS), color=MUTED, fontsize=12)
    label.set_parse_math(False)
    axes.tick_params(colors=MUTED, labelsize=11, length=0)
    axes.grid(axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)


def _tick(name: str) -> str:
    """A period with its year on a second line."""
    shown = clean(period(name))
    head, _, year = shown.rpartition(" ")
    return f"{head}\n{year}" if head and year.isdigit() else shown
