"""What a customer will need next, when and how much of it, with machine-readable reasons. Free of torch.

Input: order lines `customer, sku, date, quantity, order_id` as a polars table, a million and more.
"""

from models.recommending.evaluation import Evaluation, evaluate
from models.recommending.history import HistoryError
from models.recommending.purchase_model import PurchaseModel
from models.recommending.suggestions import DUE, GOES_WITH, suggest
from models.recommending.training import RecommendReport, load_champion, train

__all__ = [
    "DUE",
    "GOES_WITH",
    "Evaluation",
    "HistoryError",
    "PurchaseModel",
    "RecommendReport",
    "evaluate",
    "load_champion",
    "suggest",
    "train",
]
