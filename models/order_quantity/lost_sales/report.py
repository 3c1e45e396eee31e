"""The benchmark's report as a table for a person."""

from __future__ import annotations

from typing import Any

from rich.table import Table

_TITLES = {
    "quartermaster": "ours, a network each",
    "quartermaster_shared": "ours, one for all",
    "capped_base_stock": "capped base stock",
    "base_stock": "base stock",
}


def render_benchmark(report: dict[str, Any]) -> Table:
    """Cost above the optimum in per cent: a row per instance, then the mean and the largest, then the held-out ones.

    report: of `run_benchmark`.
    """
    table = Table(title="Lost sales: cost above the optimum, per cent (exact)")
    for heading in ("Demand", "Penalty", "Lead time", "Optimum", *(_TITLES[name] for name in report["policies"])):
        table.add_column(heading, justify="left" if heading == "Demand" else "right")
    for instance in report["instances"]:
        gaps = [_percent(instance["policies"][name]["gap"]) for name in report["policies"]]
        described = f"{instance['demand'].replace('_', ' ')}, mean {instance['mean']:g}"
        cells = (f"{instance['lost_sale_penalty']:g}", str(instance["lead_time"]), f"{instance['optimal_cost']:.3f}")
        table.add_row(described, *cells, *gaps)
    table.add_section()
    for label, key in (("Mean", "mean_gap"), ("Largest", "max_gap")):
        table.add_row(label, "", "", "", *(_percent(policy[key]) for policy in report["policies"].values()))
    if report["held_out"] is not None:
        table.add_section()
        for label, key in (("mean", "mean_gap"), ("largest", "max_gap")):
            row = [
                _percent(report["held_out"][key]) if name == "quartermaster_shared" else ""
                for name in report["policies"]
            ]
            table.add_row(f"Held-out problems, {label}", "", "", "", *row)
    return table


def _percent(gap: float) -> str:
    return f"{round(100 * gap, 3) + 0.0:.3f}"  # not -0.000 where a cost is within its bounds of the optimum
