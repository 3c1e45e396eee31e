"""Quartermaster's models: forecasting, order quantities, suggestions, and the server that answers with them.

`models` imports none of the project's other packages. `models.inventory` and `models.artefacts` are free of torch.
"""

__version__ = "0.1.0"
