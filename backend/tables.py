"""Every table, imported in one place so that the metadata is whole (migrations, demo company, tests)."""

from backend import states
from backend.billing import tables as billing
from backend.catalogue import tables as catalogue
from backend.chat import tables as chat
from backend.company import tables as company
from backend.customers import tables as customers
from backend.database import Base
from backend.events import tables as events
from backend.identity import tables as identity
from backend.imports import tables as imports
from backend.insight import tables as insight
from backend.purchasing import tables as purchasing
from backend.quotes import tables as quotes
from backend.review import tables as review
from backend.sales import tables as sales
from backend.stock import tables as stock

metadata = Base.metadata

__all__ = [
    "billing",
    "catalogue",
    "chat",
    "company",
    "customers",
    "events",
    "identity",
    "imports",
    "insight",
    "metadata",
    "purchasing",
    "quotes",
    "review",
    "sales",
    "states",
    "stock",
]
