"""How much to order, from forecast quantiles, stock, lead time and terms, with the parts that add up to the number.

`decide` needs no training; with the artefact of `train` the 6-12-1 network's suggestion stands beside the policy's.
"""

from models.order_quantity.artefact import OrderQuantityArtefact, load_champion
from models.order_quantity.decision import OrderDecisions, OrderInputError, OrderInputs, decide
from models.order_quantity.demand import ProtectionDemand, gamma_quantile, protection_demand
from models.order_quantity.training import OrderQuantityReport, train

__all__ = [
    "OrderDecisions",
    "OrderInputError",
    "OrderInputs",
    "OrderQuantityArtefact",
    "OrderQuantityReport",
    "ProtectionDemand",
    "decide",
    "gamma_quantile",
    "load_champion",
    "protection_demand",
    "train",
]
