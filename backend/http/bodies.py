"""What bodies of requests share: text as every database takes it, and the body that says nothing."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from backend.database import SCALE

PLAIN = r"^[^\x00]*$"  # PostgreSQL keeps no NUL

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=PLAIN)]
Reference = Annotated[str, Field(max_length=80, pattern=PLAIN)]


@lru_cache(maxsize=65_536)
def money_text(amount: Decimal) -> str:
    """An amount as the API says it: 12.50."""
    return f"{amount:.2f}"


@lru_cache(maxsize=65_536)
def price_text(price: Decimal) -> str:
    """A price or rate as the API says it: 0.045."""
    return f"{price.normalize():f}"


@lru_cache(maxsize=65_536)
def stored_money(stored: int) -> str:
    """The same of an amount as the database keeps it."""
    return money_text(Decimal(stored) / SCALE)


@lru_cache(maxsize=65_536)
def stored_price(stored: int) -> str:
    """The same of a price as the database keeps it."""
    return price_text(Decimal(stored) / SCALE)


Money = Annotated[Decimal, PlainSerializer(money_text, return_type=str, when_used="json")]
Price = Annotated[Decimal, PlainSerializer(price_text, return_type=str, when_used="json")]


class NothingIn(BaseModel):
    """A step that needs no facts."""

    model_config = ConfigDict(extra="forbid")
