"""The papers' figures as PNG: the error by epoch, actual beside predicted, and the six months ahead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from models.forecasting.literature.members import COMBINATION
from models.forecasting.literature.reproduction import Reproduction

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (8.0, 4.8)
DOTS_PER_INCH = 150
HISTORY = 5  # times the periods held out are shown before them
INK, GREEN, AMBER, GREY = "#1c2420", "#0b5d3b", "#a85a00", "#7a857f"

ERROR_BY_EPOCH = "Error by epoch, mean over all series"
EPOCH, SQUARED_ERROR = "Epoch", "Mean squared error of scaled sales"
TRAINING, VALIDATION, HELD_OUT = "on what it learnt from", "on validation data", "held out, after training"
ACTUAL_AND_PREDICTED = "Actual and predicted, total over all series"
SIX_MONTHS = "The next six months, total over all series"
SOLD, UNITS = "sold", "Units"
NETWORK, COMBINED, NAIVE = "network", "linear combination", "naive"


def draw_figures(found: Reproduction, folder: Path) -> list[Path]:
    """Write the figures into a folder, which is made; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    figures: dict[str, tuple[str, Callable[[Axes, Reproduction], None]]] = {
        "error_by_epoch": (ERROR_BY_EPOCH, _curve),
        "actual_and_predicted": (ACTUAL_AND_PREDICTED, _held_out),
        "six_months": (SIX_MONTHS, _ahead),
    }
    return [_drawn(folder / f"{name}.png", title, draw, found) for name, (title, draw) in figures.items()]


def _drawn(path: Path, title: str, draw: Callable[[Axes, Reproduction], None], found: Reproduction) -> Path:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", color=INK, fontsize=13, weight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dfe5e1")
    axes.set_axisbelow(True)
    draw(axes, found)
    figure.legend(loc="outside lower left", ncols=4, frameon=False)
    figure.savefig(path, format="png")
    return path


def _curve(axes: Axes, found: Reproduction) -> None:
    """Training error, validation error where there is one, and the held-out error as a line to measure them by."""
    axes.set_ylabel(SQUARED_ERROR)
    curve = found.curve
    axes.plot(curve["epoch"], curve["training"], color=GREEN, linewidth=2, label=TRAINING)
    if "validation" in curve.columns:
        axes.plot(curve["epoch"], curve["validation"], color=AMBER, linewidth=2, linestyle="--", label=VALIDATION)
    held_out = found.errors["held_out_error"][0]
    axes.axhline(held_out, color=INK, linewidth=1.5, linestyle=":", label=HELD_OUT)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(EPOCH)


def _held_out(axes: Axes, found: Reproduction) -> None:
    """What was sold, and what the network, the combination and the naive method had said of the held-out periods."""
    total = found.total.tail(found.facts["held_out"] * (HISTORY + 1))
    axes.plot(total["ds"], total["sold"], color=INK, linewidth=2, label=SOLD)
    _methods(axes, total, found.network)
    axes.set_ylabel(UNITS)
    axes.set_ylim(bottom=0)


def _ahead(axes: Axes, found: Reproduction) -> None:
    """What was sold lately, and what is forecast."""
    past = found.total.tail(2 * len(found.ahead))
    axes.plot(past["ds"], past["sold"], color=INK, linewidth=2, label=SOLD)
    _methods(axes, found.ahead, found.network)
    axes.set_ylabel(UNITS)
    axes.set_ylim(bottom=0)


def _methods(axes: Axes, frame: pl.DataFrame, network: str) -> None:
    lines = ((network, NETWORK, AMBER, "--"), (COMBINATION, COMBINED, GREEN, "-"), ("Naive", NAIVE, GREY, ":"))
    for column, label, colour, style in lines:
        shown = frame.filter(pl.col(column).is_not_null())
        marker = "o" if len(shown) < 14 else ""
        axes.plot(shown["ds"], shown[column], color=colour, linewidth=2, linestyle=style, marker=marker, label=label)
