"""The single-item lost-sales problem: exact optima, exact costs of policies, and networks that learn to order.

A policy network learns through a differentiable simulator; what is claimed of it is computed on its Markov chain.
"""

from models.order_quantity.lost_sales.benchmark import run_benchmark
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError, standard_instances
from models.order_quantity.lost_sales.report import render_benchmark
from models.order_quantity.lost_sales.shared_policy import (
    SharedPolicyReport,
    load_shared_policy,
    train_shared_policy,
)
from models.order_quantity.lost_sales.suggestion import Items, Suggestions, suggest

__all__ = [
    "Instance",
    "Items",
    "LostSalesInputError",
    "SharedPolicyReport",
    "Suggestions",
    "load_shared_policy",
    "render_benchmark",
    "run_benchmark",
    "standard_instances",
    "suggest",
    "train_shared_policy",
]
