"""The figures of the 6-12-1 network's reproduction as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models.order_quantity.reproduction import NETWORK, OURS, OrderQuantityReproduction

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (8.0, 4.8)
DOTS_PER_INCH = 150
GREEN, AMBER, GREY = "#0b5d3b", "#a85a00", "#7a857f"
TITLES = {
    "architectures": "R² by number of hidden neurons",
    "quantities": "Chosen quantity and what six months then sold, units",
    "costs": "Yearly cost of ordering and holding",
}


def draw_figures(found: OrderQuantityReproduction, folder: Path) -> list[Path]:
    """Write the figures into a folder, which is made; returns their paths."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in (("architectures", _architectures), ("quantities", _quantities), ("costs", _costs)):
        figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.set_title(TITLES[name], loc="left", fontsize=13, weight="bold")
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes, found)
        figure.legend(loc="outside lower left", ncols=4, frameon=False)
        paths.append(folder / f"{name}.png")
        figure.savefig(paths[-1], format="png")
    return paths


def _architectures(axes: Axes, found: OrderQuantityReproduction) -> None:
    table = found.tables["architectures"]
    axes.plot(table["architecture"], table["r2_training"], color=GREY, marker="o", label="in training")
    axes.plot(table["architecture"], table["r2_held_out"], color=GREEN, marker="o", label="held out")


def _quantities(axes: Axes, found: OrderQuantityReproduction) -> None:
    table = found.tables["quantities"]
    for name, colour in ((NETWORK, AMBER), (OURS, GREEN)):
        axes.scatter(table["sold_in_six_months"] + 1, table[name] + 1, s=9, alpha=0.6, color=colour, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("sold in the six months after the order, plus one")
    axes.set_ylabel("ordered, plus one")


def _costs(axes: Axes, found: OrderQuantityReproduction) -> None:
    table = found.tables["costs"]
    axes.bar(table["policy"], table["holding"], color=GREEN, label="holding")
    axes.bar(table["policy"], table["ordering"], bottom=table["holding"], color=AMBER, label="ordering")
