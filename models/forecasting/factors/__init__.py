"""What is known in advance and moves demand: price, promotion, working days. A layer around networks that know none.

`design` lays what is known beside a panel, `learning` measures what it did, `effects` keeps and applies it, `trust`
decides on past windows how much of it is used.
"""

from models.forecasting.factors.design import FACTORS, Design, build_design
from models.forecasting.factors.effects import Effects
from models.forecasting.factors.learning import learn_effects

__all__ = ["FACTORS", "Design", "Effects", "build_design", "learn_effects"]
